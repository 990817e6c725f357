"""Every stage of the conversation against every way it can fail: who gets what, and what the ledger says of it.

Four people, one connection. The fault meets the second of them, once; after it the relay works. Whatever happens,
nobody gets it twice, nobody is lost, and only a message whose final dot was out is in doubt.
"""

from __future__ import annotations

import sqlite3
import ssl
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from faulty_relay import END, FaultyRelay
from ledger_parts import SENDER, addressed, plan, recipient

from newsletter.delivery import DeliveryEvent, DeliverySettings, EventKind, deliver
from newsletter.errors import EncryptionRefused, LoginRefused, RelayRefused, TransportTrouble
from newsletter.models.delivery import Delivery
from newsletter.models.message import Envelope
from newsletter.store import open_store
from newsletter.transport import SmtpSettings, open_transport

SHORT = 0.25
"""Seconds until silence counts as lost, where silence is the fault; elsewhere there is plenty of time."""

KINDS = ("drop", "421", "4xx", "5xx", "silence", "slow", "garbage", "half")


@dataclass(frozen=True)
class End:
    """b: state of the second person at the end. attempts: (outcome, code, stage) of each of theirs.

    stopped: the run was stopped with this; everybody after the first is then still to be sent to.
    """

    b: str = "accepted"
    attempts: tuple[tuple[str, int, str], ...] = (("accepted", 250, "dot"),)
    stopped: type[TransportTrouble] | None = None


FINE = End()
"""As if nothing had happened: nobody's message was touched."""


def again(outcome: str, code: int, stage: str) -> End:
    """A first attempt that certainly sent nothing, and a second that did."""
    return End(attempts=((outcome, code, stage), *FINE.attempts))


def stops(kind: type[TransportTrouble], *attempts: tuple[str, int, str]) -> End:
    return End("pending", attempts, kind)


def lost(stage: str) -> End:
    return again("not_sent", 0, stage)


UNKNOWN = End("unknown", (("unknown", 0, "dot"),))
REFUSED = End("rejected", (("rejected", 550, "rcpt"),))

TABLE: dict[str, dict[str, End | str]] = {
    # Words say why a cell is impossible.
    "connect": {
        "drop": FINE, "silence": FINE,
        **dict.fromkeys(("421", "4xx", "5xx", "slow", "garbage", "half"), "the first thing said is the greeting"),
    },
    "greeting": {
        "drop": FINE, "421": FINE, "4xx": FINE, "5xx": stops(RelayRefused), "silence": FINE, "slow": FINE,
        "garbage": FINE, "half": FINE,
    },
    "ehlo": {
        # 5xx: HELO follows (RFC 5321 section 3.2).
        "drop": FINE, "421": FINE, "4xx": FINE, "5xx": FINE, "silence": FINE, "slow": FINE, "garbage": FINE,
        "half": FINE,
    },
    "starttls": {
        # 4xx: 454 is "not available due to temporary reason" (RFC 3207 section 4).
        "drop": FINE, "421": FINE, "4xx": FINE, "5xx": stops(EncryptionRefused), "silence": FINE, "slow": FINE,
        "garbage": FINE, "half": FINE,
    },
    "handshake": {
        "drop": FINE, "silence": FINE, "half": FINE, "garbage": stops(EncryptionRefused),
        **dict.fromkeys(("421", "4xx", "5xx"), "a reply in plain text is garbage to TLS"),
        "slow": "TLS has no lines to be slow with",
    },
    "auth": {
        "drop": FINE, "421": FINE, "4xx": FINE, "5xx": stops(LoginRefused), "silence": FINE, "slow": FINE,
        "garbage": FINE, "half": FINE,
    },
    "mail": {
        "drop": lost("mail"), "421": again("not_sent", 421, "mail"), "4xx": again("deferred", 451, "mail"),
        "5xx": stops(RelayRefused, ("not_sent", 0, "stopped")), "silence": lost("mail"), "slow": FINE,
        "garbage": lost("mail"), "half": lost("mail"),
    },
    "rcpt": {
        "drop": lost("rcpt"), "421": again("deferred", 421, "rcpt"), "4xx": again("deferred", 451, "rcpt"),
        "5xx": End("rejected", (("rejected", 554, "rcpt"),)), "silence": lost("rcpt"), "slow": FINE,
        "garbage": lost("rcpt"), "half": lost("rcpt"),
    },
    "data": {
        "drop": lost("data"), "421": again("deferred", 421, "data"), "4xx": again("deferred", 451, "data"),
        "5xx": End("rejected", (("rejected", 554, "data"),)), "silence": lost("data"), "slow": FINE,
        "garbage": lost("data"), "half": lost("data"),
    },
    # The intent waits until the relay has done its worst, so the dot was not out.
    "body": {
        "drop": lost("body"), "421": again("deferred", 421, "body"), "4xx": again("deferred", 451, "body"),
        "5xx": End("rejected", (("rejected", 554, "body"),)), "silence": lost("body"), "slow": FINE,
        "garbage": lost("body"), "half": lost("body"),
    },
    "dot": {
        "drop": lost("body"), "421": again("deferred", 421, "body"), "4xx": again("deferred", 451, "body"),
        "5xx": End("rejected", (("rejected", 554, "body"),)), "silence": UNKNOWN,
        "slow": "nothing is left to be read slowly", "garbage": lost("body"), "half": lost("body"),
    },
    "answer": {
        "drop": UNKNOWN, "421": again("deferred", 421, "dot"), "4xx": again("deferred", 451, "dot"),
        "5xx": End("rejected", (("rejected", 554, "dot"),)), "silence": UNKNOWN, "slow": FINE, "garbage": UNKNOWN,
        "half": UNKNOWN,
    },
    # After a refusal; the refusal stands, whatever becomes of RSET.
    "rset": dict.fromkeys(KINDS, REFUSED),
    # Everybody has been answered for.
    "quit": dict.fromkeys(KINDS, FINE),
}  # fmt: skip

CELLS = [(stage, kind, end) for stage, row in TABLE.items() for kind, end in row.items() if isinstance(end, End)]
ENVELOPE = ("mail", "rcpt", "data")
BEFORE_MAIL = ("connect", "greeting", "ehlo", "starttls", "handshake", "auth", "quit")


def test_the_table_is_complete() -> None:
    assert {stage: set(row) for stage, row in TABLE.items()} == {stage: set(KINDS) for stage in TABLE}


class Fast:
    """Waits are over at once."""

    def __init__(self) -> None:
        self._time = datetime(2024, 2, 1, 14, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self._time

    def monotonic(self) -> float:
        return self._time.timestamp()

    def wait(self, seconds: float, stop: threading.Event) -> bool:
        self._time += timedelta(seconds=seconds)
        return stop.is_set()


class HeldLedger:
    """Keeps the ledger locked from before the intent of a delivery until the fault has happened."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._held = False

    def hold(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        self._held = True

    def release(self) -> None:
        if self._held:
            self._held = False
            self._connection.execute("ROLLBACK")

    def close(self) -> None:
        self._connection.close()


@pytest.fixture(scope="session")
def server_tls(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, Path]:
    from crash_rounds import Authority

    authority = Authority(tmp_path_factory.mktemp("tls"))
    return authority.server, authority.certificate


def message(delivery: Delivery, padding: int) -> Envelope:
    data = f"To: {delivery.address}\r\n\r\n".encode() + (b"y" * 70 + b"\r\n") * padding + END + b"\r\n"
    return Envelope(SENDER, delivery.address, delivery.message_id, data)


def settings_for(relay: FaultyRelay, certificate: Path, stage: str, kind: str, *, ahead: bool) -> SmtpSettings:
    encrypted = stage in ("starttls", "handshake")
    return SmtpSettings(
        "127.0.0.1", relay.port, starttls="always" if encrypted else "never",
        ca_file=certificate if encrypted else None, user="u" if stage == "auth" else None, password="p",
        ahead=ahead,
        **dict.fromkeys(("connect_timeout", "timeout", "final_timeout"), SHORT if kind == "silence" else 20.0),
    )  # type: ignore[arg-type]  # fmt: skip


def kept_their_word(relay: FaultyRelay, states: dict[str, str]) -> bool:
    """The relay has a message of those who are said to have it, and may have one of those in doubt."""
    copies = {who: relay.kept[f"{who}@example.com"] for who in states}
    return all(
        copies[who] == (state == "accepted") or (state == "unknown" and copies[who] <= 1)
        for who, state in states.items()
    )


def cells() -> list[object]:
    """Pipelining changes the conversation from MAIL on, and from the dot before it when messages are begun ahead."""
    ways = {"ahead": (True, True), "": (True, False), "step-by-step": (False, True)}
    return [
        pytest.param(stage, kind, end, *ways[way], id="-".join(filter(None, (stage, kind, way))))
        for stage, kind, end in CELLS
        for way in (("",) if stage in BEFORE_MAIL else ways)
    ]


@pytest.mark.parametrize(("stage", "kind", "end", "pipelining", "ahead"), cells())
def test_each_cell(
    tmp_path: Path,
    stage: str,
    kind: str,
    end: End,
    pipelining: bool,
    ahead: bool,
    server_tls: tuple[ssl.SSLContext, Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if kind == "silence":
        monkeypatch.setattr("newsletter.transport.session.QUIT_SECONDS", SHORT)
    encrypted = stage in ("starttls", "handshake")
    within = stage in ("body", "dot")
    relay = FaultyRelay(pipelining=pipelining, tls=server_tls[0] if encrypted else None, auth=stage == "auth")
    settings = settings_for(relay, server_tls[1], stage, kind, ahead=ahead)
    clock, trouble = Fast(), None
    with relay, open_store("sqlite:///l.sqlite3", root=tmp_path, clock=clock) as store:
        planned = plan(recipient(f"{who}@example.com") for who in "abcd")
        run = store.create_run(planned, addressed(planned))
        gap = HeldLedger(tmp_path / "l.sqlite3")
        relay.on_fault = gap.release
        relay.refuse = "b@example.com" if stage == "rset" else ""
        # Where the second message is begun before the first is answered for, the fault must be there in time.
        early = pipelining and ahead and stage in (*ENVELOPE, "body", "dot", "answer")
        if early:
            relay.fail(stage, kind, later=1)

        def on_event(event: DeliveryEvent) -> None:
            if event.kind is EventKind.RECONNECTING or (event.delivery and event.delivery.seq == 2):
                relay.return_.set()
                assert stage != "connect" or relay.back.wait(30)
            if event.kind is EventKind.RESULT and event.delivery is not None and event.delivery.seq == 1:
                if not early:
                    relay.fail(stage, kind)
                if within and (stage, kind) != ("dot", "silence"):
                    gap.hold()

        def envelope_for(delivery: Delivery) -> Envelope:
            # More than the system's buffers hold, so that who does not read is felt.
            return message(delivery, 120_000 if stage == "body" and kind in ("silence", "slow") else 0)

        try:
            deliver(
                run,
                store=store,
                transport=open_transport(settings),
                envelope_for=envelope_for,
                settings=DeliverySettings(
                    connections=1, messages_per_connection=1 if stage in BEFORE_MAIL else 100, stop_after=0
                ),
                clock=clock,
                stop=threading.Event(),
                on_event=on_event,
                random=lambda: 0.5,
            )
        except TransportTrouble as error:
            trouble = error
        finally:
            gap.close()
        states = {each.address[0]: each.state.value for each in store.deliveries(run.id)}
        attempts = tuple((one.outcome, one.code, one.stage) for one in store.attempts(run.id, 2))
    assert not relay.armed, "the fault did not happen"
    assert bool(relay.begun_ahead) == (pipelining and ahead and stage not in BEFORE_MAIL)
    assert (type(trouble) if trouble else None) is end.stopped, trouble
    rest = "pending" if end.stopped else "accepted"
    assert states == {"a": "accepted", "b": end.b, "c": rest, "d": rest}
    assert kept_their_word(relay, states)
    if kind == "drop" and pipelining and stage in ENVELOPE:
        # A connection that breaks takes answers along that were on their way before.
        assert attempts[0][:2] == end.attempts[0][:2]
        assert attempts[0][2] in ENVELOPE[: ENVELOPE.index(stage) + 1]
        attempts = (end.attempts[0], *attempts[1:])
    assert attempts == end.attempts
