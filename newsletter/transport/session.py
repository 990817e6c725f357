"""One SMTP transaction per message on an open socket, by our own hand.

The standard library cannot say whether the final dot was out when a connection broke, and that is the one thing
the ledger must know: before it nothing was sent, after it nobody knows (RFC 1047). Envelope commands go out in
one write when the relay offers PIPELINING (RFC 2920): two round trips per message instead of four; behind
the dot of the message before, when it is known by then who comes next: one.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from newsletter.errors import EncryptionRefused, LoginRefused, RelayRefused, TransportTrouble
from newsletter.models.message import Envelope, Outcome, SendResult, WireBytes
from newsletter.transport.addresses import unwritable
from newsletter.transport.replies import Reply, Verdict, judge
from newsletter.transport.trial import refuse_larger
from newsletter.transport.waiting import DURABLE, Called, Intent, Steps, complete
from newsletter.transport.wire import Lost, Wire

if TYPE_CHECKING:
    from newsletter.transport.interface import Following
    from newsletter.transport.settings import SmtpSettings

FINAL = b"\r\n.\r\n"
QUIT_SECONDS = 3.0


class Order:
    """What the sessions of one relay know of it. kept: it has answered in the order it was asked, so far."""

    __slots__ = ("kept",)

    def __init__(self) -> None:
        self.kept = True


class SmtpSession:
    """See `newsletter.transport.interface.Session`. Owns `sock`; `features`: EHLO keywords in lower case.

    order: shared by all sessions of a relay.
    """

    def __init__(
        self,
        sock: socket.socket,
        features: Mapping[str, str],
        settings: SmtpSettings,
        order: Order | None = None,
    ) -> None:
        self._wire = Wire(sock)
        self._settings = settings
        self._pipelining = "pipelining" in features
        self._utf8 = "smtputf8" in features
        self._announce_size = "size" in features
        limit = features.get("size", "").strip()
        # A number of more digits limits nothing, and Python refuses to read one of thousands.
        self._limit = int(limit) if limit.isdecimal() and len(limit) < 20 else 0
        self._usable = True
        self._ahead = self._pipelining and settings.ahead and not settings.lmtp
        self._order = order or Order()
        self._begun: Envelope | None = None

    # -- the interface

    @property
    def size_limit(self) -> int:
        """Bytes a message may have as the relay announced it (RFC 1870); 0: it did not."""
        return self._limit

    def send(self, envelope: Envelope, before_final: Callable[[], None]) -> SendResult:
        """Hand over one message; see the protocol for what it promises."""
        return complete(self.steps(envelope, Called(before_final)))

    def steps(self, envelope: Envelope, intent: Intent, following: Following | None = None) -> Steps[SendResult]:
        """The same for whoever drives many sessions; see `newsletter.transport.interface.SteppedSession`."""
        begun = self._begun
        if begun is None:
            if words := self._unsendable(envelope):
                return SendResult(Outcome.REJECTED, 0, "", words, "rcpt")
        elif begun is not envelope:
            raise ValueError("another envelope was begun on this connection")
        self._begun = None
        body = _dot_stuffed(envelope.data)
        try:
            result = (yield from self._begin(envelope, begun is None)) or (yield from self._write_body(body))
        except Lost as lost:
            self._abandon()
            return SendResult(Outcome.NOT_SENT, 0, "", lost.words, lost.stage, reconnect=True)
        if result is not None:
            return result
        try:
            if not intent.done():
                yield DURABLE
            intent.wait()
        except BaseException:
            # No dot, no message: the relay throws away what it has.
            self._abandon()
            raise
        return (yield from self._finish(following))

    def close(self) -> None:
        """Say goodbye, if that can still be done, and release the connection. Never raises."""
        # Where an envelope was begun, QUIT would be a line of its message.
        if self._usable and self._begun is None:
            with suppress(Lost):
                complete(self._wire.write("quit", b"QUIT\r\n", QUIT_SECONDS))
                complete(self._wire.read("quit", QUIT_SECONDS))
        self._abandon()

    # -- before the final dot: whatever fails here was certainly not sent

    def _unsendable(self, envelope: Envelope) -> str | None:
        """Why this recipient cannot be written to; decided before anything reaches the socket."""
        if words := unwritable(envelope):
            return words
        if not envelope.rcpt_to.isascii() and not self._utf8:
            return "the address has letters outside ASCII and the relay does not offer SMTPUTF8 (RFC 6531)"
        data = envelope.data
        if not isinstance(data, WireBytes) and not data.count(b"\r\n") == data.count(b"\n") == data.count(b"\r"):
            # A bare CR or LF could end the message early on some servers (SMTP smuggling, CVE-2023-51764).
            return "the message holds a line end that is not CRLF"
        if self._limit:
            refuse_larger(len(data), self._limit, self._settings.place)
        return None

    def _commands(self, envelope: Envelope) -> tuple[bytes, bytes, bytes]:
        """MAIL, RCPT, DATA."""
        size = b" SIZE=%d" % len(envelope.data) if self._announce_size else b""
        utf8 = b"" if envelope.rcpt_to.isascii() else b" SMTPUTF8"
        mail = b"MAIL FROM:<%b>%b%b\r\n" % (envelope.mail_from.encode(), size, utf8)
        return mail, b"RCPT TO:<%b>\r\n" % envelope.rcpt_to.encode(), b"DATA\r\n"

    def _begin(self, envelope: Envelope, unsaid: bool) -> Steps[SendResult | None]:
        """MAIL, RCPT, DATA; unsaid: they are not on their way yet. None when the relay waits for the body."""
        commands: tuple[bytes, ...] = (b"", b"", b"")
        if unsaid:
            said = None if self._wire.is_fresh() else (yield from self._wire.overheard("mail"))
            if said is not None:
                # It said something while nobody asked: it is closing the connection (RFC 5321 section 3.8).
                self._abandon()
                return SendResult(Outcome.NOT_SENT, said.code, said.enhanced, said.text, "mail", reconnect=True)
            commands = self._commands(envelope)
            if self._pipelining:
                yield from self._wire.write("mail", b"".join(commands), self._settings.timeout)
        refused: tuple[str, Reply] | None = None
        for stage, command in zip(("mail", "rcpt", "data"), commands, strict=True):
            if not self._pipelining:
                yield from self._wire.write(stage, command, self._settings.timeout)
            try:
                reply = self._wire.heard() or (yield from self._wire.read(stage, self._settings.timeout))
            except Lost:
                if refused is None:
                    raise
                return (yield from self._refusal(*refused, gone=True))
            good = reply.code == 354 if stage == "data" else 200 <= reply.code < 300
            if reply.code == 354 and not good and not unsaid:
                self._abandon()
                raise _out_of_order(reply, self._settings)
            if not good:
                refused = refused or (stage, reply)
                if reply.code == 421 or not self._pipelining:
                    return (yield from self._refusal(*refused, gone=reply.code == 421))
            elif refused is not None and stage == "data":
                return (yield from self._take_back(*refused))
        return None if refused is None else (yield from self._refusal(*refused, gone=False))

    def _take_back(self, stage: str, reply: Reply) -> Steps[SendResult]:
        """The relay wants a body although it refused the envelope: give it an empty one (RFC 2920 section 3.1)."""
        if self._settings.lmtp:
            # There it would answer for each recipient, and there is none.
            return (yield from self._refusal(stage, reply, gone=True))
        gone = False
        try:
            yield from self._wire.write("data", b".\r\n", self._settings.timeout)
            yield from self._wire.read("data", self._settings.timeout)
        except Lost:
            gone = True
        return (yield from self._refusal(stage, reply, gone=gone))

    def _write_body(self, body: bytes) -> Steps[SendResult | None]:
        """All but the final ``CRLF . CRLF``. None when it went out."""
        try:
            yield from self._wire.write("body", memoryview(body)[:-2], self._settings.timeout)
        except Lost:
            # It may have said why before it hung up.
            said = yield from self._wire.overheard("body")
            if said is None:
                raise
            return (yield from self._refusal("body", said, gone=True))
        return None

    # -- the final dot and after

    def _begun_ahead(self, following: Following | None) -> bytes:
        """The commands of the message that comes next; empty where they do not go with the dot."""
        envelope = following() if following is not None and self._ahead and self._order.kept else None
        try:
            if envelope is None or self._unsendable(envelope):
                return b""
        except TransportTrouble:
            # Met again, and told, when it is its turn.
            return b""
        self._begun = envelope
        return b"".join(self._commands(envelope))

    def _finish(self, following: Following | None) -> Steps[SendResult]:
        try:
            said = None if self._wire.is_silent() else (yield from self._wire.overheard("body"))
        except Lost as lost:
            self._abandon()
            return SendResult(Outcome.NOT_SENT, 0, "", lost.words, "body", reconnect=True)
        if said is not None:
            return (yield from self._refusal("body", said, gone=True))
        try:
            final = FINAL + self._begun_ahead(following)
        except BaseException:
            # A defect of whoever was asked; the relay is in the middle of a message.
            self._abandon()
            raise
        try:
            yield from self._wire.write("dot", final, self._settings.timeout)
        except Lost as lost:
            self._abandon()
            outcome = Outcome.NOT_SENT if lost.untouched else Outcome.UNKNOWN
            return SendResult(outcome, 0, "", lost.words, "body" if lost.untouched else "dot", reconnect=True)
        try:
            reply = yield from self._wire.read("dot", self._settings.final_timeout)
            if self._begun is not None and self._wire.is_out_of_order():
                self._order.kept = False
                raise Lost("dot", "the relay answered the next message before this one (see ahead=no)")
            if reply.code >= 400:
                return (yield from self._refusal("dot", reply, gone=reply.code == 421))
            if reply.code >= 300:
                raise Lost("dot", f"the relay answered the message with {reply.quoted}")
        except Lost as lost:
            self._abandon()
            return SendResult(Outcome.UNKNOWN, 0, "", lost.words, "dot", reconnect=True)
        return SendResult(Outcome.ACCEPTED, reply.code, reply.enhanced, reply.text, "dot")

    # -- refusals

    def _refusal(self, stage: str, reply: Reply, *, gone: bool) -> Steps[SendResult]:
        """The result of a 4xx or 5xx reply. gone: the connection is of no further use.

        Raises TransportTrouble when the reply would meet every other recipient too.
        """
        if not gone and stage != "dot":
            gone = not (yield from self._reset())
        if gone:
            self._abandon()
        if reply.code < 400:
            self._abandon()
            words = f"the relay answered {reply.quoted} where that makes no sense"
            # Before DATA there was no message to take; after it, this may mean that it was taken.
            outcome = Outcome.UNKNOWN if stage == "body" else Outcome.NOT_SENT
            return SendResult(outcome, 0, "", words, stage, reconnect=True)
        said = (reply.code, reply.enhanced, reply.text, stage)
        if reply.code == 421 and stage == "mail":
            # The relay is closing; it has not even heard who this one was for.
            return SendResult(Outcome.NOT_SENT, *said, reconnect=True)
        # LMTP answers after the dot for the recipient, not for the message (RFC 2033 section 4.2).
        verdict = judge("rcpt" if self._settings.lmtp and stage == "dot" else stage, reply)
        if verdict is Verdict.DEFERRED:
            return SendResult(Outcome.DEFERRED, *said, reconnect=gone)
        if verdict is Verdict.REJECTED:
            return SendResult(Outcome.REJECTED, *said, reconnect=gone)
        self._abandon()
        raise _stop(verdict, stage, reply, self._settings)

    def _reset(self) -> Steps[bool]:
        """RSET, so that the next MAIL starts afresh; False when the connection cannot go on."""
        try:
            yield from self._wire.write("rset", b"RSET\r\n", self._settings.timeout)
            return 200 <= (yield from self._wire.read("rset", self._settings.timeout)).code < 300
        except Lost:
            return False

    def _abandon(self) -> None:
        self._usable = False
        self._wire.close()


def _dot_stuffed(data: bytes) -> bytes:
    """Ready for DATA: a dot before each line that starts with one (RFC 5321 section 4.5.2), CRLF at the end."""
    if isinstance(data, WireBytes) and data:
        return data
    if data.startswith(b".") or b"\r\n." in data:
        data = (b"." if data.startswith(b".") else b"") + data.replace(b"\r\n.", b"\r\n..")
    return data if data.endswith(b"\r\n") else data + b"\r\n"


def _out_of_order(reply: Reply, settings: SmtpSettings) -> RelayRefused:
    """Found out too late: what was taken for the answer to the message before may have been another answer."""
    return RelayRefused(
        f"the relay offers PIPELINING and does not answer in order: {reply.quoted} came before its turn",
        where=settings.place,
        hint="write ahead=no in the transport URL; the relay's log tells whether the last person accepted on each "
        "connection got it",
    )


def _stop(verdict: Verdict, stage: str, reply: Reply, settings: SmtpSettings) -> TransportTrouble:
    """The exception for a reply that stops the run, with what to do about it."""
    place = settings.place
    if verdict is Verdict.STOP_LOGIN:
        return LoginRefused(
            f"the relay demands a login: {reply.quoted}",
            where=place,
            hint="check the user in the transport URL and NEWSLETTER_SMTP_PASSWORD in the environment",
        )
    if verdict is Verdict.STOP_ENCRYPTION:
        return EncryptionRefused(
            f"the relay demands encryption: {reply.quoted}",
            where=place,
            hint="write starttls=always in the transport URL, or use smtps://",
        )
    refused = {
        "mail": "the relay refuses our sender address",
        "rcpt": "the relay refuses to pass on our mail",
    }.get(stage, "the relay refuses our message")
    return RelayRefused(
        f"{refused}: {reply.quoted}",
        where=place,
        hint="ask whoever runs the relay about this answer; then resume the run, nobody was skipped",
    )
