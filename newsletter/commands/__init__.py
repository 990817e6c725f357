"""What the tool does, callable from Python, no click."""
