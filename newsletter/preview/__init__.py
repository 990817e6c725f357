"""The local live preview."""
