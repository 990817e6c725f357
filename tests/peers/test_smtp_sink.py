"""Postfix's `smtp-sink` with each of its fault flags: flag -> outcome, code, stage, whether the line goes on."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from ledger_parts import addressed, plan, recipient
from peer_parts import connect, envelope, free_port, listening, missing, program, until

from newsletter.clock import SystemClock
from newsletter.delivery import DeliverySettings, deliver
from newsletter.errors import RelayRefused, RelayUnreachable, TransportTrouble
from newsletter.models.delivery import DeliveryState
from newsletter.models.message import Outcome
from newsletter.store import open_store
from newsletter.transport import Session, SmtpSettings, open_transport

SHORT = "0.4"
"""Seconds we wait for an answer that a flag holds back by a minute."""


@contextmanager
def sink(*flags: str, socket: Path | None = None) -> Iterator[str]:
    """The sink; its port, or its socket. Ended by its own handle."""
    command = [program("smtp-sink", "postfix")]
    if os.geteuid() == 0:
        # It refuses to be root.
        command += ["-u", "nobody"]
    for _ in range(5):
        port = free_port()
        place = f"unix:{socket}" if socket else f"127.0.0.1:{port}"
        process = subprocess.Popen([*command, *flags, place, "50"], stderr=subprocess.PIPE)
        try:
            if socket is not None:
                until(socket.is_socket, "the sink has its socket")
            elif not listening(process, port):
                # Somebody took the port in between.
                continue
            yield str(socket or port)
            return
        finally:
            process.terminate()
            process.communicate()
    missing("smtp-sink does not start")


def session(port: str, seconds: str = "20") -> Session:
    return connect(f"smtp://127.0.0.1:{port}?timeout={seconds}&final_timeout={seconds}")


# With -W the sink answers a later command of a pipeline before the one it delays: hence -p.
# flags, outcome, code, stage, the session can go on, the intent was asked for
TABLE: list[tuple[list[str], Outcome, int, str, bool, bool]] = [
    ([], Outcome.ACCEPTED, 250, "dot", True, True),
    (["-p"], Outcome.ACCEPTED, 250, "dot", True, True),
    (["-e"], Outcome.ACCEPTED, 250, "dot", True, True),
    (["-E", "-8", "-N"], Outcome.ACCEPTED, 250, "dot", True, True),
    (["-w", "1"], Outcome.ACCEPTED, 250, "dot", True, True),
    (["-p", "-W", "RCPT:1"], Outcome.ACCEPTED, 250, "dot", True, True),
    (["-f", "RCPT"], Outcome.REJECTED, 500, "rcpt", True, False),
    (["-r", "RCPT"], Outcome.DEFERRED, 450, "rcpt", True, False),
    (["-r", "RCPT", "-b", "452 4.2.2 over quota"], Outcome.DEFERRED, 452, "rcpt", True, False),
    (["-f", "RCPT", "-B", "550 5.1.1 no such user"], Outcome.REJECTED, 550, "rcpt", True, False),
    (["-r", "MAIL"], Outcome.DEFERRED, 450, "mail", True, False),
    (["-f", "DATA"], Outcome.REJECTED, 500, "data", True, False),
    (["-r", "DATA"], Outcome.DEFERRED, 450, "data", True, False),
    (["-f", "."], Outcome.REJECTED, 500, "dot", True, True),
    (["-r", "."], Outcome.DEFERRED, 450, "dot", True, True),
    (["-q", "MAIL"], Outcome.NOT_SENT, 0, "mail", False, False),
    (["-q", "RCPT"], Outcome.NOT_SENT, 0, "rcpt", False, False),
    (["-q", "DATA"], Outcome.NOT_SENT, 0, "data", False, False),
    (["-q", "."], Outcome.UNKNOWN, 0, "dot", False, True),
    (["-Q", "MAIL"], Outcome.NOT_SENT, 421, "mail", False, False),
    (["-Q", "RCPT"], Outcome.DEFERRED, 421, "rcpt", False, False),
    (["-Q", "DATA"], Outcome.DEFERRED, 421, "data", False, False),
    (["-Q", "."], Outcome.DEFERRED, 421, "dot", False, True),
    (["-p", "-W", "MAIL:60"], Outcome.NOT_SENT, 0, "mail", False, False),
    (["-p", "-W", "RCPT:60"], Outcome.NOT_SENT, 0, "rcpt", False, False),
    (["-p", "-W", "DATA:60"], Outcome.NOT_SENT, 0, "data", False, False),
    (["-p", "-W", ".:60"], Outcome.UNKNOWN, 0, "dot", False, True),
]


@pytest.mark.parametrize(
    ("flags", "outcome", "code", "stage", "usable", "asked"), TABLE, ids=lambda value: " ".join(value) if isinstance(value, list) else None
)  # fmt: skip
def test_each_flag_has_its_meaning(
    flags: list[str], outcome: Outcome, code: int, stage: str, usable: bool, asked: bool
) -> None:
    intents: list[int] = []
    with sink(*flags) as port:
        line = session(port, SHORT if flags[-1:] and flags[-1].endswith(":60") else "20")
        result = line.send(envelope(size=40_000), lambda: intents.append(1))
        assert (result.outcome, result.code, result.stage) == (outcome, code, stage)
        assert result.reconnect is not usable
        assert bool(intents) is asked
        if usable:
            assert line.send(envelope("next@example.com"), lambda: None).outcome is outcome
        line.close()


@pytest.mark.parametrize(
    ("flags", "kind"),
    [
        (["-q", "CONNECT"], RelayUnreachable),
        (["-Q", "CONNECT"], RelayUnreachable),
        (["-r", "CONNECT"], RelayUnreachable),
        (["-f", "CONNECT"], RelayRefused),
        (["-q", "EHLO"], RelayUnreachable),
        (["-Q", "EHLO"], RelayUnreachable),
        (["-f", "EHLO,HELO"], RelayRefused),
        (["-r", "EHLO,HELO"], RelayUnreachable),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_flags_that_keep_us_out(flags: list[str], kind: type[TransportTrouble]) -> None:
    with sink(*flags) as port, pytest.raises(kind) as caught:
        session(port)
    assert caught.value.hint


def test_a_sender_it_does_not_want_stops_the_run() -> None:
    with sink("-f", "MAIL") as port, pytest.raises(RelayRefused, match="refuses our sender"):
        session(port).send(envelope(), lambda: None)


def test_an_answer_in_the_middle_of_the_message_and_then_deaf() -> None:
    """-A: 550 while the body still comes, and nothing is read any more; the kernel takes what it can.

    The answer is heard before the dot, so the intent may have been asked for, and the message has not gone.
    """
    with sink("-A", "0") as port:
        line = session(port)
        try:
            result = line.send(envelope(size=100_000), lambda: None)
        finally:
            line.close()
    assert (result.outcome, result.code) == (Outcome.REJECTED, 550)
    assert result.stage == "dot" or (result.stage == "body" and result.reconnect)


def test_a_line_that_breaks_at_the_goodbye_costs_nothing() -> None:
    with sink("-q", "QUIT") as port:
        line = session(port)
        assert line.send(envelope(), lambda: None).outcome is Outcome.ACCEPTED
        line.close()


def test_a_refused_reset_renews_the_line() -> None:
    with sink("-f", "RCPT,RSET") as port:
        result = session(port).send(envelope(), lambda: None)
    assert (result.outcome, result.reconnect) == (Outcome.REJECTED, True)


@pytest.mark.parametrize(
    ("flags", "outcome", "stage"),
    [
        ([], Outcome.ACCEPTED, "dot"),
        (["-f", "RCPT"], Outcome.REJECTED, "rcpt"),
        (["-r", "."], Outcome.DEFERRED, "dot"),
        (["-q", "."], Outcome.UNKNOWN, "dot"),
        (["-q", "DATA"], Outcome.NOT_SENT, "data"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
@pytest.mark.parametrize("door", ["tcp", "socket"])
def test_as_a_mail_store(tmp_path: Path, door: str, flags: list[str], outcome: Outcome, stage: str) -> None:
    """-L: LMTP."""
    path = tmp_path / "lmtp" if door == "socket" else None
    with sink("-L", *flags, socket=path) as place:
        line = connect(f"lmtp:{path}" if path else f"lmtp://127.0.0.1:{place}")
        result = line.send(envelope(), lambda: None)
        line.close()
    assert (result.outcome, result.stage) == (outcome, stage)


def test_a_relay_that_answers_out_of_order_is_noticed_and_the_run_goes_on(tmp_path: Path) -> None:
    """Slow with the dot, the sink answers what stands behind it first. No answer passes for another's."""
    with sink("-W", ".:1") as port, open_store("sqlite:///l.sqlite3", root=tmp_path, clock=SystemClock()) as store:
        planned = plan(recipient(f"r{number}@example.com") for number in range(12))
        run = store.create_run(planned, addressed(planned))
        deliver(
            run,
            store=store,
            transport=open_transport(SmtpSettings("127.0.0.1", int(port), starttls="never")),
            envelope_for=lambda delivery: envelope(delivery.address),
            settings=DeliverySettings(connections=3),
            clock=SystemClock(),
            stop=threading.Event(),
            on_event=lambda event: None,
        )
        counts = store.counts(run.id)
        words = {each.reply for each in store.deliveries(run.id, [DeliveryState.UNKNOWN])}
    assert 1 <= counts[DeliveryState.UNKNOWN] <= 3
    assert counts[DeliveryState.ACCEPTED] == 12 - counts[DeliveryState.UNKNOWN]
    assert words == {"the relay answered the next message before this one (see ahead=no)"}
