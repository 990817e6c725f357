"""Which envelope addresses can be written on any wire, in any command line, in any file name. Pure."""

from __future__ import annotations

import re

from newsletter.errors import RelayRefused
from newsletter.models.message import Envelope

MAX_ADDRESS = 254
"""Octets of an address: a path of 256 (RFC 5321 section 4.5.3.1.3) less its angle brackets."""

_ADDRESS = re.compile(r"[^\s\x00-\x20\x7f-\x9f<>@]+@[^\s\x00-\x20\x7f-\x9f<>@]+")


def is_address(text: str) -> bool:
    """Can `text` stand between angle brackets without ending them?"""
    return _ADDRESS.fullmatch(text) is not None and len(text.encode(errors="replace")) <= MAX_ADDRESS


def unwritable(envelope: Envelope) -> str | None:
    """Why the recipient of `envelope` cannot be written to, or None.

    Raises RelayRefused when its sender cannot be written: that one is the same for everybody.
    """
    if not is_address(envelope.mail_from) or not envelope.mail_from.isascii():
        raise RelayRefused(
            f"the envelope sender {envelope.mail_from!r} is not a mail address",
            hint="correct bounce_address (or the sender's address) in newsletter.yaml",
        )
    if not is_address(envelope.rcpt_to):
        return f"{envelope.rcpt_to!r} is not a mail address that can be written on the wire"
    return None
