"""Hands an envelope to something that delivers it, and says what it answered. Only this package knows SMTP.

A transport is named by a URL, and the scheme of the URL says who reads it:

    transport: smtp://relay.example.org:587      `smtp`, `smtps`: a relay (`smtp.py`)
    transport: lmtp:/run/dovecot/lmtp            a mail store (`lmtp.py`)
    transport: maildir:var/outbox                a folder of messages (`maildir.py`)
    transport: sendmail:/usr/sbin/sendmail       a program on this machine (`sendmail.py`)
    transport: "null:"                           accepts everything, delivers nothing (`null.py`)

**To add one**, write three things:

1. A session (`Session`): `send(envelope, before_final)`, `close()`. It calls `before_final` when all that can fail
   before the message is taken is over, and hands the message over only after it returned; what `before_final`
   raises passes through. Its result says what is certain: `NOT_SENT` only when the message cannot have been taken,
   `UNKNOWN` when nobody can tell.
2. A transport (`Transport`): `name` for messages, `connect()` for a new session. Used by several threads at once.
3. A factory (`TransportFactory`): from the URL and its `UrlContext` to settings (`TransportSettings`: frozen,
   `safe_url`, `open()`). It asks nothing of the world, and says in a ValueError what is wrong with the URL.

Inside this package, enter the factory in `schemes.BUILT_IN`. From another package, declare an entry point and
install it; nothing else is to be changed:

    [project.entry-points."newsletter.transports"]
    carrier-pigeon = "pigeons.transport:settings"

A plug-in cannot replace a built-in scheme.
"""

from newsletter.transport.interface import (
    Following,
    Session,
    SteppedSession,
    Transport,
    TransportFactory,
    TransportSettings,
    UrlContext,
)
from newsletter.transport.schemes import open_transport, parse_url
from newsletter.transport.settings import SmtpSettings
from newsletter.transport.trial import try_out
from newsletter.transport.waiting import Steps, Until, Wish

__all__ = [
    "Following",
    "Session",
    "SmtpSettings",
    "SteppedSession",
    "Steps",
    "Transport",
    "TransportFactory",
    "TransportSettings",
    "Until",
    "UrlContext",
    "Wish",
    "open_transport",
    "parse_url",
    "try_out",
]
