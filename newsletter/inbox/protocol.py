"""The server side of one connection: aiosmtpd, made to fail on request."""

# The names and arguments of the hooks are aiosmtpd's.
# ruff: noqa: ARG002, N802

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from aiosmtpd.smtp import MISSING, SMTP, AuthResult, Envelope, LoginPassword, Session

from newsletter.inbox.fault import Fault, Script, Stage

_END_OF_BODY = b"\r\n.\r\n"
_ALL_THERE_IS = 1 << 24


@dataclass(frozen=True, slots=True)
class Received:
    """A message the inbox accepted. data: as it was sent, dot-stuffing removed. user: who had logged in."""

    mail_from: str
    rcpt_to: tuple[str, ...]
    data: bytes
    peer: tuple[str, int]
    encrypted: bool
    user: str | None


@dataclass
class Manners:
    """How an inbox behaves; shared by its connections. keep: records a message, before it is answered for.

    quick: bodies are read whole instead of line by line, which aiosmtpd does to judge the length of each.
    """

    keep: Callable[[Received], None]
    script: Script
    credentials: Mapping[str, str] = field(default_factory=dict)
    pipelining: bool = True
    on_stage: Callable[[Stage, str], None] | None = None
    on_lost: Callable[[], None] = lambda: None
    quick: bool = False
    connections: set[InboxConnection] = field(default_factory=set)

    def tell(self, stage: Stage, recipient: str = "") -> None:
        """Let the observer know that this stage was reached."""
        if self.on_stage is not None:
            self.on_stage(stage, recipient)


class InboxConnection(SMTP):
    """aiosmtpd's protocol with faults at the stages its hooks do not reach."""

    def __init__(
        self,
        manners: Manners,
        *,
        loop: asyncio.AbstractEventLoop,
        starttls: ssl.SSLContext | None,
        login_without_starttls: bool,
        smtputf8: bool,
        size_limit: int,
    ) -> None:
        self._manners = manners
        # Given here so that aiosmtpd does not look the host name up for every connection.
        super().__init__(
            _Hooks(manners),
            hostname="localhost",
            ident="newsletter inbox",
            loop=loop,
            tls_context=starttls,
            # Demanding the login is done in `_Hooks.handle_MAIL`: aiosmtpd warns when asked to do it without TLS.
            auth_require_tls=not login_without_starttls,
            authenticator=self._check_login,
            enable_SMTPUTF8=smtputf8,
            data_size_limit=size_limit,
        )

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client is here."""
        self._manners.connections.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """The client is gone."""
        super().connection_lost(error)
        # The socket itself is closed right after this call.
        self.loop.call_soon(self._gone)

    def _gone(self) -> None:
        self._manners.connections.discard(self)
        self._manners.on_lost()

    def abort(self) -> None:
        """Cut the line without a word."""
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.abort()

    async def _handle_client(self) -> None:
        self._manners.tell("connect")
        fault = self._manners.script.take("connect")
        if fault is not None and (reply := await self.misbehave(fault)) is not None:
            await self.push(reply)
            if self.transport is not None:
                self.transport.close()
            return
        await super()._handle_client()

    async def smtp_DATA(self, arg: str) -> None:
        """DATA, with faults before and within the body."""
        recipient = self.envelope.rcpt_tos[0] if self.envelope is not None and self.envelope.rcpt_tos else None
        if recipient is not None:
            self._manners.tell("data", recipient)
            if (fault := self._manners.script.take("data", recipient)) is not None:
                reply = await self.misbehave(fault)
                if reply is not None:
                    await self.push(reply)
                    return
            if (fault := self._manners.script.take("body", recipient)) is not None:
                await self.push("354 go on")
                await self._reader.readline()
                if (reply := await self.misbehave(fault)) is not None:
                    await self.push(reply)
                # Half a body was read: nothing sensible can follow.
                if self.transport is not None:
                    self.transport.close()
                await _until_the_line_is_cut()
        if self._manners.quick and recipient is not None and not arg:
            await self._take_whole_body()
            return
        await super().smtp_DATA(arg)

    async def _take_whole_body(self) -> None:
        """What aiosmtpd's DATA does for a client that keeps to the protocol, in a fifth of the time."""
        assert self.envelope is not None
        await self.push("354 go on")
        received, looked_at = bytearray(b"\r\n"), 0
        while (end := received.find(_END_OF_BODY, looked_at)) < 0:
            looked_at = max(0, len(received) - len(_END_OF_BODY) + 1)
            received += await self._reader.read(_ALL_THERE_IS)
        if after := received[end + len(_END_OF_BODY) :]:
            self._reader.feed_data(bytes(after))
        content = bytes(received[: end + len(b"\r\n")].replace(b"\r\n.", b"\r\n")[len(b"\r\n") :])
        self.envelope.content = self.envelope.original_content = content
        status = await self._call_handler_hook("DATA")
        self._set_post_data_state()  # type: ignore[no-untyped-call]
        await self.push(status)

    async def misbehave(self, fault: Fault) -> str | None:
        """Do what the fault says; the reply to give instead of the right one, or None to go on rightly."""
        if fault.delay:
            await asyncio.sleep(fault.delay)
        if fault.drop:
            self.abort()
            await _until_the_line_is_cut()
        if fault.silent:
            await _until_the_line_is_cut()
        if fault.reply is not None and fault.reply.startswith("421"):
            await self.push(fault.reply)
            if self.transport is not None:
                self.transport.close()
            await _until_the_line_is_cut()
        return fault.reply

    def _check_login(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        if not isinstance(data, LoginPassword):
            return AuthResult(success=False, handled=False)
        known = self._manners.credentials.get(data.login.decode("utf-8", errors="replace"))
        good = known is not None and known.encode() == data.password
        return AuthResult(success=good, handled=False, auth_data=data)


async def _until_the_line_is_cut() -> None:
    """Never returns: aiosmtpd cancels the task of a connection that is lost."""
    await asyncio.get_running_loop().create_future()


class _Hooks:
    """aiosmtpd's handler hooks."""

    def __init__(self, manners: Manners) -> None:
        self._manners = manners

    # With four arguments instead of five aiosmtpd warns that it is an old form.
    async def handle_EHLO(
        self, server: InboxConnection, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        if (fault := self._manners.script.take("ehlo")) is not None and (reply := await server.misbehave(fault)):
            return [reply]
        if not self._manners.credentials:
            responses = [line for line in responses if not line.startswith("250-AUTH")]
        if self._manners.pipelining:
            responses.insert(1, "250-PIPELINING")
        return responses

    async def handle_MAIL(
        self, server: InboxConnection, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> object:
        self._manners.tell("mail")
        if self._manners.credentials and not session.authenticated:
            return "530 5.7.0 Authentication required"
        if (fault := self._manners.script.take("mail")) is not None and (reply := await server.misbehave(fault)):
            return reply
        return MISSING

    async def handle_RCPT(
        self, server: InboxConnection, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> object:
        self._manners.tell("rcpt", address)
        fault = self._manners.script.take("rcpt", address)
        if fault is not None and (reply := await server.misbehave(fault)):
            return reply
        return MISSING

    async def handle_DATA(self, server: InboxConnection, session: Session, envelope: Envelope) -> str:
        fault = self._manners.script.take("dot", envelope.rcpt_tos[0])
        if fault is None or fault.keep or not (fault.drop or fault.silent or fault.reply):
            login = session.auth_data.login if isinstance(session.auth_data, LoginPassword) else None
            content = envelope.original_content
            self._manners.keep(
                Received(
                    mail_from=str(envelope.mail_from),
                    rcpt_to=tuple(envelope.rcpt_tos),
                    data=bytes(content or b""),
                    peer=_peer(server),
                    encrypted=_encrypted(server),
                    user=None if login is None else login.decode("utf-8", errors="replace"),
                )
            )
        self._manners.tell("dot", envelope.rcpt_tos[0])
        if fault is not None and (reply := await server.misbehave(fault)):
            return reply
        return "250 2.0.0 Ok: kept"


def _peer(server: InboxConnection) -> tuple[str, int]:
    address = server.transport.get_extra_info("peername") if server.transport is not None else None
    return (str(address[0]), int(address[1])) if address else ("", 0)


def _encrypted(server: InboxConnection) -> bool:
    transport = server.transport
    return transport is not None and transport.get_extra_info("ssl_object") is not None
