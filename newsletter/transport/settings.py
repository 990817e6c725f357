"""Where and how to reach an SMTP relay, from a URL that may be printed."""

from __future__ import annotations

import ipaddress
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlsplit

from newsletter.transport.mechanisms import MECHANISMS, Mechanism

if TYPE_CHECKING:
    from newsletter.transport.interface import UrlContext
    from newsletter.transport.smtp import SmtpTransport

Starttls = Literal["always", "auto", "never"]

OPTIONS = (
    "starttls",
    "timeout",
    "final_timeout",
    "connect_timeout",
    "ca",
    "hello",
    "verify",
    "auth",
    "token_command",
    "ahead",
)
_EXAMPLE = "write smtp://relay.example.org:587?starttls=always or smtps://relay.example.org"
_HELLO = re.compile(r"[A-Za-z0-9._:\[\]-]{1,255}")


@dataclass(frozen=True)
class SmtpSettings:
    """Everything needed to open a session.

    starttls: ``always`` refuses to go on without TLS; ``auto`` uses it when offered; ``never`` does not.
    user, password: AUTH when `user` is set; auth: only by this mechanism, else the best that is offered.
    token_command: a program that prints an access token for XOAUTH2, run in `folder`; then no password is used.
    ahead: where the relay offers PIPELINING, a message may be begun before the one before it is answered.
    lmtp: RFC 2033 instead of SMTP. unix: this socket, instead of host and port.
    ca_file: trust only these certificates, instead of the system's.
    verify: False only for a self-signed certificate on this machine. hello: the name given in EHLO.
    Seconds: connect_timeout until the greeting; timeout for every other answer and write; final_timeout for the
    answer to the final dot (RFC 5321 section 4.5.3.2: 5 minutes and 10 minutes).
    """

    host: str
    port: int
    implicit_tls: bool = False
    starttls: Starttls = "always"
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: Path | None = None
    verify: bool = True
    hello: str | None = None
    connect_timeout: float = 60.0
    timeout: float = 300.0
    final_timeout: float = 600.0
    auth: Mechanism | None = None
    token_command: tuple[str, ...] = field(default=(), repr=False)
    folder: Path = field(default=Path(), compare=False)
    ahead: bool = True
    lmtp: bool = False
    unix: Path | None = None

    def __post_init__(self) -> None:
        if not self.host:
            raise ValueError(f"the transport names no host; {_EXAMPLE}")
        if not 1 <= self.port <= 65535:
            raise ValueError(f"port {self.port} is not between 1 and 65535")
        if not self.verify and not self.loopback:
            raise ValueError(
                "verify=no is allowed only for a relay on this machine; name its certificate with ca=FILE"
            )
        if self.hello is not None and not _HELLO.fullmatch(self.hello):
            raise ValueError(f"hello '{self.hello}' is not a host name")
        if (self.auth or self.token_command) and not self.user:
            raise ValueError("auth= and token_command= need a user: write it before the host, smtp://user@host")
        if self.token_command and self.auth not in (None, "xoauth2"):
            raise ValueError(f"token_command= is for auth=xoauth2, not for auth={self.auth}")
        for name in ("connect_timeout", "timeout", "final_timeout"):
            if not 0 < getattr(self, name) <= 3600:
                raise ValueError(f"{name} must be more than 0 and at most 3600 seconds")

    @property
    def loopback(self) -> bool:
        """Is the relay on this machine?"""
        return is_loopback(self.host)

    @property
    def place(self) -> str:
        """``host:port`` or the path of the socket, for messages."""
        if self.unix is not None:
            return str(self.unix)
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    @property
    def safe_url(self) -> str:
        """The URL without password, for messages."""
        if self.unix is not None:
            return f"lmtp:{quote(str(self.unix))}"
        user = f"{quote(self.user, safe='')}@" if self.user else ""
        return f"{'lmtp' if self.lmtp else 'smtps' if self.implicit_tls else 'smtp'}://{user}{self.place}"

    def open(self) -> SmtpTransport:
        """The transport. Opens no connection."""
        from newsletter.transport.smtp import SmtpTransport

        return SmtpTransport(self)


def is_loopback(host: str) -> bool:
    """Does this name or address stay on this machine?"""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def smtp_settings(url: str, context: UrlContext) -> SmtpSettings:
    """Settings from ``smtp://[user@]host[:port][?option=value&...]`` or ``smtps://...``.

    Options: ``starttls=always|auto|never`` (always, on this machine auto), ``timeout``, ``final_timeout``,
    ``connect_timeout`` (seconds), ``ca=FILE`` (relative to the project), ``hello=NAME``, ``verify=yes|no``,
    ``auth=plain|login|cram-md5|xoauth2``, ``token_command=PROGRAM+ARGUMENT``,
    ``ahead=yes|no``.
    Raises ValueError in plain words that never repeat the password.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        # The URL is not repeated: what cannot be parsed cannot be cleaned of its password.
        raise ValueError(f"the transport URL cannot be read: bad host or port; {_EXAMPLE}") from None
    if parts.password is not None and not context.allow_password:
        raise ValueError("a password does not belong in a file; set it in the environment instead")
    if parts.path.strip("/") or parts.fragment:
        raise ValueError(f"nothing may follow the port but '?options'; {_EXAMPLE}")
    if parts.hostname is None:
        raise ValueError(f"the transport names no host; {_EXAMPLE}")
    implicit = parts.scheme == "smtps"
    options = _options(parts)
    ca = options.get("ca")
    password = context.password
    return SmtpSettings(
        host=parts.hostname,
        port=port if port is not None else (465 if implicit else 25),
        implicit_tls=implicit,
        starttls=_starttls(options, implicit=implicit, loopback=is_loopback(parts.hostname)),
        user=unquote(parts.username) if parts.username else None,
        password=password if password is not None else (unquote(parts.password) if parts.password else None),
        ca_file=None if ca is None else context.root / ca,
        verify=_yes_or_no("verify", options.get("verify", "yes")),
        hello=options.get("hello"),
        connect_timeout=_seconds("connect_timeout", options, 60.0),
        timeout=_seconds("timeout", options, 300.0),
        final_timeout=_seconds("final_timeout", options, 600.0),
        auth=_mechanism(options.get("auth")),
        token_command=_command(options.get("token_command")),
        ahead=_yes_or_no("ahead", options.get("ahead", "yes")),
        folder=context.root,
    )


def _options(parts: SplitResult) -> dict[str, str]:
    try:
        pairs = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
    except ValueError:
        raise ValueError("the options after '?' are not of the form name=value&name=value") from None
    options = dict(pairs)
    for name in options:
        if name not in OPTIONS:
            raise ValueError(f"there is no transport option '{name}'; known: {', '.join(OPTIONS)}")
    if len(options) != len(pairs):
        raise ValueError("an option after '?' is given twice")
    return options


def _starttls(options: Mapping[str, str], *, implicit: bool, loopback: bool) -> Starttls:
    wish = options.get("starttls")
    if wish is None:
        return "never" if implicit else "auto" if loopback else "always"
    if implicit:
        raise ValueError("smtps:// is encrypted from the start; leave starttls out")
    if wish not in ("always", "auto", "never"):
        raise ValueError(f"starttls is always, auto or never, not '{wish}'")
    return cast(Starttls, wish)


def _mechanism(text: str | None) -> Mechanism | None:
    if text is not None and text.lower() not in MECHANISMS:
        raise ValueError(f"auth is {', '.join(MECHANISMS[:-1])} or {MECHANISMS[-1]}, not '{text}'")
    return None if text is None else cast(Mechanism, text.lower())


def _command(text: str | None) -> tuple[str, ...]:
    if text is None:
        return ()
    try:
        command = tuple(shlex.split(text))
    except ValueError as error:
        raise ValueError(f"token_command cannot be read as a command: {error}") from None
    if not command or not command[0] or "\0" in text:
        raise ValueError("token_command names no program")
    return command


def _yes_or_no(name: str, text: str) -> bool:
    if text not in ("yes", "no"):
        raise ValueError(f"{name} is yes or no, not '{text}'")
    return text == "yes"


def _seconds(name: str, options: Mapping[str, str], default: float) -> float:
    text = options.get(name)
    if text is None:
        return default
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"{name} is a number of seconds, not '{text}'") from None
