"""The run: claim, merge, hand over, record."""
