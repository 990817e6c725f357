"""What the delivery worker needs of a transport."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from newsletter.models.message import Envelope, SendResult
from newsletter.transport.waiting import Intent, Steps


class Session(Protocol):
    """One connection. Used by one thread at a time."""

    def send(self, envelope: Envelope, before_final: Callable[[], None]) -> SendResult:
        """Hand over one message.

        before_final is called once, when all but the final ``CRLF . CRLF`` is out, and blocks until the intent is
        durable; when it raises, the connection is dropped without the final dot and the exception passes through.

        Raises TransportTrouble only when the relay refuses everything we send, and then this message was
        certainly not sent. After a result with ``reconnect`` the session can only be closed.
        """

    def close(self) -> None:
        """Say goodbye, if that can still be done, and release the connection. Never raises."""


Following = Callable[[], Envelope | None]
"""The message that is sent next, if it is known and made; else None. Raises nothing."""


class SteppedSession(Session, Protocol):
    """A session that says what it waits for, so that one thread can drive many of them."""

    def steps(self, envelope: Envelope, intent: Intent, following: Following | None = None) -> Steps[SendResult]:
        """`Session.send` as a generator; it waits for `intent` where `send` calls before_final.

        following: asked at most once, right before the final dot; what it returns is what `steps` is called with
        next, if it is called again. Its commands go out with the dot, which saves a round trip (RFC 2920 section
        3.1: the text of a message and the MAIL of the next one may stand in one group). That puts nobody else in
        doubt when the connection breaks: of the one that was begun no text has gone out.
        """


class Transport(Protocol):
    """Makes sessions. `name` is for messages: no password in it. Usable from several threads."""

    name: str

    def connect(self) -> Session:
        """A new session, encrypted and logged in as configured.

        Raises RelayUnreachable (trying again may help), EncryptionRefused, LoginRefused, RelayRefused.
        """


class TransportSettings(Protocol):
    """What a transport URL means, read once with the configuration: frozen, and no password in its `repr`."""

    @property
    def safe_url(self) -> str:
        """The URL without password, for messages."""

    def open(self) -> Transport:
        """The transport. Opens no connection: nothing of the world is asked before `connect`."""


@dataclass(frozen=True)
class UrlContext:
    """What a URL does not say of itself.

    root: folder of the project; a path in the URL is relative to it. password: the relay's, from the environment;
    it wins over one in the URL. allow_password: the URL itself comes from the environment, not from a file.
    """

    root: Path
    password: str | None = field(default=None, repr=False)
    allow_password: bool = False


TransportFactory = Callable[[str, UrlContext], TransportSettings]
"""Reads a URL of one scheme. Raises ValueError in plain words that never repeat a password."""
