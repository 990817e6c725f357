"""Hands an envelope to something and says what it answered."""
