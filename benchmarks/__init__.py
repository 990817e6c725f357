"""Measurements, each a ratio to a named baseline taken in the same run. `python -m benchmarks` runs them all."""
