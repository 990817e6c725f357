"""Connects to a relay: TCP, EHLO and STARTTLS by the standard library, AUTH by `login`.

The transactions are `session`'s.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from newsletter.errors import EncryptionRefused, RelayRefused, RelayUnreachable, TransportTrouble
from newsletter.transport.login import log_in
from newsletter.transport.replies import Reply
from newsletter.transport.session import Order, SmtpSession
from newsletter.transport.tokens import TokenCommand

if TYPE_CHECKING:
    from newsletter.transport.settings import SmtpSettings

_TOO_LONG = "Line too long."
"""What the standard library says, as if the relay had, of a line without end."""


class SmtpTransport:
    """See `newsletter.transport.interface.Transport`."""

    def __init__(self, settings: SmtpSettings) -> None:
        self.name = settings.safe_url
        self._settings = settings
        self._hello: str | None = settings.hello
        self._order = Order()
        command = settings.token_command
        self._tokens = TokenCommand(command, settings.folder) if command else None

    def connect(self) -> SmtpSession:
        """A new session, encrypted and logged in as configured.

        Raises RelayUnreachable (trying again may help), EncryptionRefused, LoginRefused, RelayRefused.
        """
        client = self._greeted()
        try:
            encrypted = self._settings.implicit_tls
            self._introduce(client)
            if not encrypted and self._wants_starttls(client):
                self._encrypt(client)
                encrypted = True
            if self._settings.user is not None:
                self._log_in(client, encrypted)
            sock = _detached(client)
        except BaseException:
            client.close()
            raise
        return SmtpSession(sock, client.esmtp_features, self._settings, self._order)

    def _greeted(self) -> _Client:
        settings = self._settings
        context = self._context() if settings.implicit_tls else None
        try:
            client = _Client(settings, self._hello_name(), context)
        except smtplib.SMTPConnectError as error:
            raise self._turned_away(_reply(error)) from error
        except (OSError, smtplib.SMTPException) as error:
            raise self._unreachable(error) from error
        return client

    def _introduce(self, client: _Client) -> None:
        try:
            code, words = client.ehlo()
            if 500 <= code < 600 and not self._settings.lmtp:
                code, words = client.helo()
        except (OSError, smtplib.SMTPException) as error:
            raise self._unreachable(error) from error
        if not 200 <= code < 300:
            raise self._turned_away(Reply(code, "", words.decode("utf-8", errors="replace")))

    # -- TLS

    def _wants_starttls(self, client: _Client) -> bool:
        wish = self._settings.starttls
        if wish == "never":
            return False
        if client.has_extn("starttls"):
            return True
        if wish == "always":
            raise EncryptionRefused(
                "the relay does not offer STARTTLS, and mail is not sent in plain text",
                where=self._settings.place,
                hint="use smtps:// if the relay speaks TLS from the start (port 465), or ask whoever runs it",
            )
        return False

    def _encrypt(self, client: _Client) -> None:
        context = self._context()
        try:
            code, words = client.docmd("STARTTLS")
            if code == 220:
                client.encrypt(context)
        except _Injected as error:
            raise EncryptionRefused(
                "somebody slipped words in before the encryption began",
                where=self._settings.place,
                hint="somebody may sit between this machine and the relay; use smtps:// (port 465)",
            ) from error
        except (OSError, smtplib.SMTPException) as error:
            raise self._unreachable(error) from error
        if code != 220:
            raise self._no_starttls(Reply(code, "", words.decode("utf-8", errors="replace")))
        self._introduce(client)

    def _context(self) -> ssl.SSLContext:
        try:
            context = ssl.create_default_context(cafile=self._settings.ca_file)
        except (OSError, ssl.SSLError) as error:
            raise EncryptionRefused(
                f"the certificate file cannot be read: {error.strerror or error}",
                where=str(self._settings.ca_file),
                hint="correct ca= in the transport URL; the file holds certificates in PEM form",
            ) from error
        # RFC 8996; systems may be set up for less.
        context.minimum_version = max(context.minimum_version, ssl.TLSVersion.TLSv1_2)
        if not self._settings.verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context

    def _no_starttls(self, reply: Reply) -> TransportTrouble:
        if reply.code < 200 or 400 <= reply.code < 500:
            # 454 is "not available due to temporary reason" (RFC 3207 section 4).
            return self._turned_away(reply)
        return EncryptionRefused(
            f"the relay offers STARTTLS and then refuses it: {reply.quoted}",
            where=self._settings.place,
            hint="ask whoever runs the relay; mail is not sent in plain text",
        )

    def _no_trust(self, error: ssl.SSLError) -> TransportTrouble:
        if isinstance(error, ssl.SSLCertVerificationError):
            what = f"the relay's certificate is not trusted: {error.verify_message}"
            hint = "use the host name the certificate is made for, or name the relay's own authority with ca=FILE"
        elif error.reason == "WRONG_VERSION_NUMBER":
            what = "the relay does not speak TLS on this port"
            hint = "use smtp:// (port 587 or 25) for STARTTLS; smtps:// is for port 465"
        else:
            what = f"no encrypted connection can be made: {error.reason or error}"
            hint = "ask whoever runs the relay which TLS versions it offers (at least 1.2 is needed)"
        return EncryptionRefused(what, where=self._settings.place, hint=hint)

    # -- AUTH

    def _log_in(self, client: _Client, encrypted: bool) -> None:
        def say(line: str) -> Reply:
            code, words = client.docmd(line)
            return Reply(code, "", " ".join(words.decode("utf-8", errors="replace").split()))

        try:
            log_in(say, client.offered("auth"), self._settings, encrypted=encrypted, tokens=self._tokens)
        except (OSError, smtplib.SMTPException) as error:
            raise self._unreachable(error) from error

    # -- words

    def _hello_name(self) -> str:
        if self._hello is None:
            # The look-up may be slow, and has no use towards this machine.
            name = "localhost" if self._settings.loopback else socket.getfqdn()
            self._hello = (
                name if name.isascii() and name.replace("-", "").replace(".", "").isalnum() else "localhost"
            )
        return self._hello

    def _turned_away(self, reply: Reply) -> TransportTrouble:
        if reply.code < 200 or reply.text == _TOO_LONG:
            return RelayUnreachable(
                f"what answers there does not speak SMTP: {reply.text[:80]!r}",
                where=self._settings.place,
                hint="check host and port in the transport URL",
            )
        if 500 <= reply.code < 600:
            return RelayRefused(
                f"the relay refuses to talk to this machine: {reply.quoted}",
                where=self._settings.place,
                hint="ask whoever runs the relay to let this machine send, or use its submission port and a login",
            )
        return RelayUnreachable(
            f"the relay does not serve us now: {reply.quoted}", where=self._settings.place, hint="try again later"
        )

    def _unreachable(self, error: OSError | smtplib.SMTPException) -> TransportTrouble:
        place = self._settings.place
        if isinstance(error, smtplib.SMTPResponseException):
            return self._turned_away(_reply(error))
        if isinstance(error, socket.gaierror):
            what, hint = (
                f"no host is called {self._settings.host}",
                "check the host in the transport URL, and the network",
            )
        elif isinstance(error, ssl.SSLEOFError):
            # The line broke, or the relay has nothing to say to our versions: trying again shows which.
            what = "no encrypted connection came about: the relay hung up"
            hint = "try again; if it stays so, ask whoever runs the relay whether it offers TLS 1.2 or later"
        elif isinstance(error, ssl.SSLError):
            return self._no_trust(error)
        elif isinstance(error, FileNotFoundError):
            what, hint = (
                "there is no such socket",
                "is the mail store running? correct the path after lmtp: in the transport",
            )
        elif isinstance(error, ConnectionRefusedError):
            what, hint = (
                "nothing answers at this address",
                "is the relay running? transport in newsletter.yaml, or NEWSLETTER_TRANSPORT, says where it is",
            )
        elif isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
            what = f"no answer within {self._settings.connect_timeout:g} s"
            hint = "check host and port; many networks block port 25, use the relay's submission port (587)"
        elif isinstance(error, smtplib.SMTPServerDisconnected):
            what, hint = (
                "the connection was closed before the relay was ready",
                "check that it is a mail relay; try again",
            )
        else:
            words = getattr(error, "strerror", None) or str(error)
            what, hint = f"no connection: {words}", "check the network, and host and port in the transport URL"
        return RelayUnreachable(what, where=place, hint=hint)


class _Client(smtplib.SMTP):
    """The standard library's client, with one time limit over everything until the session is ready.

    Its own limit begins anew with each byte that comes, so a relay that says one a minute would hold it for ever.
    """

    def __init__(self, settings: SmtpSettings, hello: str, context: ssl.SSLContext | None) -> None:
        self._settings = settings
        self._deadline = time.monotonic() + settings.connect_timeout
        self._context = context
        self._seconds = settings.connect_timeout
        if settings.lmtp:
            self.ehlo_msg = "lhlo"
        super().__init__(settings.host, settings.port, hello, timeout=settings.connect_timeout)

    def getreply(self) -> tuple[int, bytes]:
        """The next reply. Raises SMTPServerDisconnected, with TimeoutError in its context when time is up."""
        if self.file is None:
            self.file = _Lines(self)
        return super().getreply()

    def offered(self, feature: str) -> str:
        """What stands after a keyword of EHLO; empty when it was not said."""
        return str(self.esmtp_features.get(feature, ""))

    def encrypt(self, context: ssl.SSLContext) -> None:
        """TLS from here on; what was said in plain text is forgotten (RFC 3207 section 4.2).

        The standard library would throw away what came between the answer to STARTTLS and the first byte of TLS.
        Nothing honest comes there. Raises _Injected, OSError.
        """
        assert self.sock is not None
        if isinstance(self.file, _Lines) and self.file.pending:
            raise _Injected
        self.sock.settimeout(self.left())
        self.sock = context.wrap_socket(self.sock, server_hostname=self._settings.host)
        self.file = self.helo_resp = self.ehlo_resp = None
        self.esmtp_features = {}
        self.does_esmtp = False

    def left(self) -> float:
        """Seconds left. Raises TimeoutError when there are none."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("time is up")
        return left

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:  # noqa: ARG002 (smtplib's)
        """Called by smtplib: the first address that answers, each given its share of the time."""
        if self._settings.unix is not None:
            return self._get_unix_socket(str(self._settings.unix))
        addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        for number, (family, kind, protocol, _, address) in enumerate(addresses):
            sock = socket.socket(family, kind, protocol)
            try:
                sock.settimeout(self.left() / (len(addresses) - number))
                sock.connect(address)
                return self._ready(sock, host)
            except BaseException as error:
                sock.close()
                if (
                    not isinstance(error, OSError)
                    or isinstance(error, ssl.SSLError)
                    or address is addresses[-1][4]
                ):
                    raise
        raise OSError("no address")

    def _get_unix_socket(self, path: str) -> socket.socket:
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            sock.settimeout(self.left())
            sock.connect(path)
        except BaseException:
            sock.close()
            raise
        return sock

    def _ready(self, sock: socket.socket, host: str) -> socket.socket:
        sock.settimeout(self.left())
        # Without it Nagle and delayed acknowledgements cost 40 ms per message over TLS.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return sock if self._context is None else self._context.wrap_socket(sock, server_hostname=host)


class _Injected(Exception):
    """More was said in plain text than the answer to STARTTLS."""


class _Lines:
    """What `socket.makefile` would be, but that no line may take longer than the client has left."""

    def __init__(self, client: _Client) -> None:
        self._client = client
        self._buffer = b""

    @property
    def pending(self) -> bool:
        """Has more come than was read?"""
        return bool(self._buffer)

    def readline(self, limit: int) -> bytes:
        """A line with its end, or `limit` bytes of one; nothing when the stream ends before that."""
        while b"\n" not in self._buffer and len(self._buffer) < limit:
            assert self._client.sock is not None
            self._client.sock.settimeout(self._client.left())
            received = self._client.sock.recv(4096)
            if not received:
                return b""
            self._buffer += received
        end = min(self._buffer.find(b"\n") + 1 or len(self._buffer), limit)
        line, self._buffer = self._buffer[:end], self._buffer[end:]
        return line

    def close(self) -> None:
        """Called by smtplib; the socket is not ours to close."""


def _reply(error: smtplib.SMTPResponseException) -> Reply:
    words = error.smtp_error
    text = words.decode("utf-8", errors="replace") if isinstance(words, bytes) else str(words)
    return Reply(error.smtp_code, "", " ".join(text.split()))


def _detached(client: _Client) -> socket.socket:
    """Take the socket away from the standard library: from here on every byte is ours."""
    sock, file = client.sock, client.file
    assert sock is not None
    client.sock = client.file = None
    if file is not None:
        with suppress(OSError):
            file.close()
    return sock
