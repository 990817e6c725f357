"""Everything remembered between runs; the only place that knows SQL."""
