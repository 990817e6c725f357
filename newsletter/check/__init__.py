"""Findings about an issue, its editions and its messages: one rule is one module."""
