"""``lmtp:`` URLs: a mail store on this machine or next to it (Dovecot, Cyrus), by LMTP (RFC 2033).

LMTP is SMTP that says LHLO and answers for each recipient after the final dot. A message has one recipient here,
so one answer comes, and the session is SMTP's.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from newsletter.transport.settings import SmtpSettings, smtp_settings

if TYPE_CHECKING:
    from newsletter.transport.interface import UrlContext

PORT = 24
"""Registered for any private mail system, used for LMTP; 25 is forbidden (RFC 2033 section 5)."""

_EXAMPLE = "write lmtp:/run/dovecot/lmtp or lmtp://store.example.org:24"


def lmtp_settings(url: str, context: UrlContext) -> SmtpSettings:
    """Settings from ``lmtp:SOCKET[?options]`` or ``lmtp://[user@]host[:port][?options]``, with SMTP's options.

    SOCKET: a path, relative to the project. Raises ValueError in plain words that never repeat a password.
    """
    rest = url.partition(":")[2]
    path, question, query = rest.partition("?")
    if path.startswith("//") and not path.startswith("///"):
        if path == "//":
            raise ValueError(f"the transport names no host; {_EXAMPLE}")
        settings = smtp_settings(f"smtp:{rest}", context)
        port = PORT if urlsplit(f"smtp:{rest}").port is None else settings.port
        if port == 25:
            raise ValueError(f"port 25 speaks SMTP, never LMTP (RFC 2033); {_EXAMPLE}")
        return replace(settings, lmtp=True, port=port)
    path = unquote(path[2:] if path.startswith("///") else path)
    if not path or "\0" in path or "#" in path:
        raise ValueError(f"lmtp: names no socket; {_EXAMPLE}")
    settings = smtp_settings(f"smtp://localhost:{PORT}{question}{query}", context)
    if settings.starttls == "always":
        raise ValueError("a socket on this machine is not encrypted; leave starttls out")
    return replace(settings, lmtp=True, unix=(context.root / path).absolute(), starttls="never")
