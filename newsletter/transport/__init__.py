"""Hands an envelope to a relay and says what it answered. Only this package knows SMTP."""

from newsletter.transport.interface import Session, Transport
from newsletter.transport.settings import TransportSettings, parse_url
from newsletter.transport.smtp import SmtpTransport, open_transport

__all__ = ["Session", "SmtpTransport", "Transport", "TransportSettings", "open_transport", "parse_url"]
