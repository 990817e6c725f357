"""Rendered edition to compiled message, and compiled message + recipient to bytes."""
