"""An SMTP server on this machine that keeps what it is given."""
