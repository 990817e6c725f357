"""A run over a real connection: what each answer leads to, stops and resumes, checks right before each recipient."""

from __future__ import annotations

import logging
import os
import select
import signal
import socket
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from ledger_parts import envelope, recipient

from newsletter.commands.envelopes import _BeingSigned
from newsletter.delivery import Ending, EventKind, log
from newsletter.dkim import Signer, SigningProcesses, generate_key, load_key
from newsletter.errors import (
    LoginRefused,
    NothingToResume,
    RelayRefused,
    RelayUnreachable,
    RunLocked,
    SigningTrouble,
    StoreTrouble,
    TransportTrouble,
)
from newsletter.inbox import Fault
from newsletter.models.delivery import Delivery, DeliveryState, RunState, Unfinished
from newsletter.models.message import Envelope

Desk = Any


def test_everybody_gets_it_once(desk: Desk) -> None:
    run = desk.plan(f"r{number}" for number in range(30))
    summary = desk.send(run, connections=4)
    assert sorted(desk.got_it()) == sorted(desk.states(run))
    assert set(desk.states(run).values()) == {"accepted"}
    assert (summary.ending, summary.run.state, summary.complete, summary.open) == (
        Ending.FINISHED, RunState.FINISHED, True, 0,
    )  # fmt: skip
    assert summary.accepted_now == 30
    assert desk.kinds()[0] is EventKind.OPENED
    assert desk.kinds()[-1] is EventKind.CLOSED
    results = [event for event in desk.events if event.kind is EventKind.RESULT]
    assert [event.progress.done for event in results] == list(range(1, 31))
    assert results[-1].progress.counts[DeliveryState.ACCEPTED] == 30
    first = next(desk.store.deliveries(run.id))
    assert (first.code, first.enhanced, first.reply, first.attempts) == (250, "2.0.0", "Ok: kept", 1)


def test_a_finished_run_is_not_sent_again(desk: Desk) -> None:
    run = desk.plan(["a"])
    desk.send(run)
    with pytest.raises(NothingToResume):
        desk.send(run)
    assert desk.got_it() == ["a"]


# -- answers


def test_refused_recipients_keep_the_reply_and_the_others_go_on(desk: Desk) -> None:
    desk.inbox.script.add(Fault("rcpt", reply="550 5.1.1 no such user", recipient="b@example.com"))
    run = desk.plan("abc")
    summary = desk.send(run)
    assert desk.states(run) == {"a": "accepted", "b": "rejected", "c": "accepted"}
    (refused,) = desk.store.deliveries(run.id, [DeliveryState.REJECTED])
    assert (refused.code, refused.enhanced, refused.reply) == (550, "5.1.1", "no such user")
    assert summary.ending is Ending.FINISHED


def test_deferred_ones_are_tried_again_within_the_run(desk: Desk) -> None:
    desk.inbox.script.add(Fault("rcpt", reply="450 4.2.0 greylisted", times=2, recipient="b@example.com"))
    run = desk.plan("abc")
    summary = desk.send(run)
    assert desk.got_it() == ["a", "c", "b"]
    assert summary.complete
    # 60 s after the first answer, 300 s after the second.
    assert desk.clock.waited == pytest.approx(360, abs=1)
    assert [event.seconds for event in desk.events if event.kind is EventKind.WAITING] == pytest.approx([60, 300])
    attempts = list(desk.store.attempts(run.id, 2))
    assert [(a.number, a.outcome) for a in attempts] == [(1, "deferred"), (2, "deferred"), (3, "accepted")]


def test_the_run_does_not_wait_longer_than_its_patience(desk: Desk) -> None:
    desk.inbox.script.add(Fault("rcpt", reply="450 4.2.0 greylisted", times=3, recipient="b@example.com"))
    run = desk.plan("ab")
    summary = desk.send(run, retry_waits=(60, 1800), patience=900)
    assert (summary.ending, summary.run.state, summary.open) == (Ending.PATIENCE, RunState.INTERRUPTED, 1)
    assert desk.states(run) == {"a": "accepted", "b": "deferred"}
    (waiting,) = desk.store.deliveries(run.id, [DeliveryState.DEFERRED])
    assert waiting.next_at == desk.clock.now() + timedelta(seconds=1800)
    # Resumed too early it has no more patience than before; later it is due.
    assert desk.send(run, retry_waits=(60, 1800), patience=900).ending is Ending.PATIENCE
    desk.clock.time += timedelta(seconds=1800)
    desk.send(run, retry_waits=(60, 1), patience=900)
    assert desk.states(run) == {"a": "accepted", "b": "accepted"}
    assert desk.store.run(run.id).state is RunState.FINISHED


def test_retries_run_out(desk: Desk) -> None:
    desk.inbox.script.add(Fault("rcpt", reply="452 4.2.2 mailbox full", times=None, recipient="b@example.com"))
    run = desk.plan("ab")
    summary = desk.send(run, max_deferrals=3, retry_waits=(60,))
    assert desk.states(run) == {"a": "accepted", "b": "rejected"}
    assert summary.ending is Ending.FINISHED
    (refused,) = desk.store.deliveries(run.id, [DeliveryState.REJECTED])
    assert refused.reply == "gave up after 4 tries: mailbox full"
    assert refused.attempts == 4


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data"])
def test_a_connection_lost_before_the_dot_repeats_the_message(desk: Desk, stage: Any) -> None:
    desk.inbox.script.add(Fault(stage, drop=True, times=2))
    run = desk.plan("abc")
    assert desk.send(run).complete
    assert sorted(desk.got_it()) == ["a", "b", "c"]
    outcomes = [attempt.outcome for attempt in desk.store.attempts(run.id)]
    assert outcomes.count("not_sent") == 2


@pytest.mark.parametrize("kept", [True, False])
def test_a_connection_lost_after_the_dot_is_unknown_and_never_repeated(desk: Desk, kept: bool) -> None:
    desk.inbox.script.add(Fault("dot", drop=True, keep=kept, recipient="b@example.com"))
    run = desk.plan("abc")
    summary = desk.send(run)
    assert desk.states(run) == {"a": "accepted", "b": "unknown", "c": "accepted"}
    assert sorted(desk.got_it()) == (["a", "b", "c"] if kept else ["a", "c"])
    assert (summary.ending, summary.complete) == (Ending.FINISHED, False)
    with pytest.raises(NothingToResume):
        desk.send(run)


def test_a_message_that_kills_connections_waits_like_a_deferred_one(desk: Desk) -> None:
    desk.inbox.script.add(Fault("data", drop=True, times=3, recipient="b@example.com"))
    run = desk.plan("abc")
    assert desk.send(run).complete
    assert sorted(desk.got_it()) == ["a", "b", "c"]
    assert desk.clock.waited > 50


def test_a_full_service_pushes_back_and_the_run_goes_on(desk: Desk) -> None:
    desk.inbox.script.add(Fault("rcpt", reply="421 4.7.0 too many connections", times=3))
    run = desk.plan("abcdef")
    summary = desk.send(run, connections=2)
    assert summary.complete
    assert sorted(desk.got_it()) == list("abcdef")
    assert EventKind.RECONNECTING in desk.kinds()


def test_connections_are_renewed(desk: Desk) -> None:
    run = desk.plan("abcdefg")
    desk.send(run, messages_per_connection=3)
    peers = [message.peer for message in desk.inbox.messages]
    assert [peers.count(peer) for peer in dict.fromkeys(peers)] == [3, 3, 1]


def test_old_connections_are_renewed(desk: Desk) -> None:
    def a_while_passes(event: Any) -> None:
        if event.kind is EventKind.RESULT:
            desk.clock.time += timedelta(seconds=19)

    desk.on_event = a_while_passes
    run = desk.plan("abcdef")
    desk.send(run, seconds_per_connection=50)
    peers = [message.peer for message in desk.inbox.messages]
    # The fourth is begun while the third is on its way, which is before its time is over.
    assert [peers.count(peer) for peer in dict.fromkeys(peers)] == [4, 2]


def test_a_relay_that_is_full_is_served_by_fewer_connections(desk: Desk) -> None:
    """The others go on at once, and nobody waits for a place."""
    desk.inbox.script.add(
        Fault("connect", times=2), Fault("connect", reply="421 4.7.0 too many connections", times=None)
    )
    run = desk.plan(f"r{number}" for number in range(40))
    assert desk.send(run, connections=6).complete
    assert len({message.peer for message in desk.inbox.messages}) <= 2
    assert len(set(desk.got_it())) == len(desk.got_it()) == 40
    assert desk.clock.waited == 0
    told = [event for event in desk.events if event.kind is EventKind.RECONNECTING]
    assert all("fewer connections" in event.detail and "too many connections" in event.detail for event in told)
    assert {attempt.outcome for attempt in desk.store.attempts(run.id)} == {"accepted"}


def test_a_relay_that_has_room_again_is_used_in_full(desk: Desk) -> None:
    desk.inbox.script.add(
        Fault("connect", times=1),
        Fault("connect", reply="421 4.7.0 too many connections", times=3),
        Fault("dot", delay=0.02, times=None),
    )

    def later(delivery: Delivery) -> Envelope:
        if delivery.seq == 20:
            desk.clock.time += timedelta(seconds=61)
        return envelope(delivery)

    desk.envelope_for = later
    run = desk.plan(f"r{number}" for number in range(80))
    assert desk.send(run, connections=4).complete
    assert len({message.peer for message in desk.inbox.messages}) > 1
    assert len(set(desk.got_it())) == 80


def test_one_that_has_no_room_gives_its_delivery_back_even_to_nobody(desk: Desk) -> None:
    """The other connection had ended when it did: the run goes round once more."""
    desk.inbox.script.add(Fault("connect", times=1), Fault("connect", reply="421 too many", times=1, delay=0.5))
    run = desk.plan("ab")
    assert desk.send(run, connections=2).complete
    assert sorted(desk.got_it()) == ["a", "b"]


def test_a_mail_that_cannot_be_merged_is_rejected_and_the_others_go_on(desk: Desk) -> None:
    def merged(delivery: Delivery) -> Envelope:
        if delivery.address.startswith("b"):
            raise ValueError("the name holds a line break")
        return envelope(delivery)

    desk.envelope_for = merged
    run = desk.plan("abc")
    assert desk.send(run).ending is Ending.FINISHED
    assert desk.states(run) == {"a": "accepted", "b": "rejected", "c": "accepted"}
    (refused,) = desk.store.deliveries(run.id, [DeliveryState.REJECTED])
    assert refused.reply == "the name holds a line break"


def test_the_rate_limit_spaces_messages(desk: Desk) -> None:
    run = desk.plan("abcdef")
    desk.send(run, per_second=0.5, connections=3)
    assert desk.clock.waited >= 10
    assert len(desk.got_it()) == 6


# -- what stops a run


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault("mail", reply="550 5.7.1 sender not allowed"), RelayRefused),
        (Fault("mail", reply="530 5.7.0 Authentication required"), LoginRefused),
        (Fault("dot", reply="550 5.7.26 unauthenticated"), RelayRefused),
    ],
    ids=["sender", "login", "content"],
)
def test_what_is_ours_to_fix_stops_the_run_and_skips_nobody(
    desk: Desk, fault: Fault, kind: type[TransportTrouble]
) -> None:
    desk.inbox.script.add(fault)
    run = desk.plan("abc")
    with pytest.raises(kind):
        desk.send(run)
    assert desk.states(run) == {"a": "pending", "b": "pending", "c": "pending"}
    assert desk.store.run(run.id).state is RunState.INTERRUPTED
    assert [a.outcome for a in desk.store.attempts(run.id)] == ["not_sent"]
    # Put right, the resume sends to all.
    assert desk.send(run).complete
    assert sorted(desk.got_it()) == ["a", "b", "c"]


def test_an_unreachable_relay_stops_at_once_and_leaves_all_pending(desk: Desk) -> None:
    run = desk.plan("abc")
    desk.inbox.close()
    with pytest.raises(RelayUnreachable):
        desk.send(run, connections=3)
    assert set(desk.states(run).values()) == {"pending"}
    assert desk.store.run(run.id).state is RunState.INTERRUPTED
    assert desk.clock.waited == 0


def test_a_relay_that_goes_away_is_waited_for_and_then_given_up(desk: Desk) -> None:
    def close_after_the_first(event: Any) -> None:
        if event.kind is EventKind.RESULT:
            desk.inbox.close()

    desk.on_event = close_after_the_first
    run = desk.plan("abc")
    with pytest.raises(RelayUnreachable, match="nothing answers"):
        desk.send(run, connect_attempts=4)
    assert desk.got_it() == ["a"]
    assert desk.states(run) == {"a": "accepted", "b": "pending", "c": "pending"}
    waits = [event.seconds for event in desk.events if event.kind is EventKind.RECONNECTING]
    assert len(waits) >= 3
    assert waits == sorted(waits)


def test_a_relay_that_always_hangs_up_is_given_up(desk: Desk) -> None:
    desk.inbox.script.add(Fault("mail", drop=True, times=None))
    run = desk.plan("abcdefghij")
    with pytest.raises(RelayUnreachable, match="broke off"):
        desk.send(run, connections=2, connect_attempts=4)
    assert set(desk.states(run).values()) <= {"pending", "deferred"}


def test_mostly_refusals_stop_the_run(desk: Desk) -> None:
    desk.inbox.script.add(Fault("rcpt", reply="550 5.1.1 unknown", times=None))
    run = desk.plan(f"r{number}" for number in range(30))
    with pytest.raises(RelayRefused, match="5 of the first 5") as caught:
        desk.send(run, stop_after=5)
    assert "550 5.1.1 unknown" in caught.value.what
    counts = desk.store.counts(run.id)
    assert (counts[DeliveryState.REJECTED], counts[DeliveryState.PENDING]) == (5, 25)


def test_some_refusals_do_not(desk: Desk) -> None:
    desk.inbox.script.add(Fault("rcpt", reply="550 5.1.1 unknown", times=5))
    run = desk.plan(f"r{number}" for number in range(12))
    assert desk.send(run, stop_after=10).ending is Ending.FINISHED
    assert desk.store.counts(run.id)[DeliveryState.ACCEPTED] == 7


def test_a_ledger_that_cannot_be_written_stops_before_the_dot(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from newsletter.store import connection as connections

    run = desk.plan("abc")
    real = connections.connect
    opened: list[Any] = []

    def tight(path: Any, busy_seconds: float = 10.0) -> Any:
        opened.append(real(path, busy_seconds))
        return opened[-1]

    monkeypatch.setattr("newsletter.store.sqlite.connect", tight)

    def protect_the_disk(event: Any) -> None:
        if event.kind is EventKind.OPENED:
            opened[-1].execute("PRAGMA query_only = ON")

    desk.on_event = protect_the_disk
    with pytest.raises(StoreTrouble, match="cannot be written"):
        desk.send(run)
    assert desk.got_it() == []
    assert set(desk.states(run).values()) == {"pending"}


# -- stop and resume


def test_a_stop_ends_what_is_on_the_wire_and_leaves_nobody_in_doubt(desk: Desk) -> None:
    seen = 0

    def stop_after_ten(event: Any) -> None:
        nonlocal seen
        seen += event.kind is EventKind.RESULT
        if seen == 10:
            desk.stop.set()

    desk.on_event = stop_after_ten
    run = desk.plan(f"r{number}" for number in range(60))
    summary = desk.send(run, connections=4)
    counts = desk.store.counts(run.id)
    assert (summary.ending, summary.run.state) == (Ending.STOPPED, RunState.INTERRUPTED)
    assert 10 <= counts[DeliveryState.ACCEPTED] <= 13
    assert counts[DeliveryState.PENDING] == 60 - counts[DeliveryState.ACCEPTED]
    assert counts[DeliveryState.UNKNOWN] == counts[DeliveryState.CLAIMED] == 0
    assert len(desk.got_it()) == counts[DeliveryState.ACCEPTED]
    desk.stop.clear()
    desk.on_event = None
    assert desk.send(run, connections=4).complete
    assert len(desk.got_it()) == len(set(desk.got_it())) == 60


def test_a_stop_before_the_beginning(desk: Desk) -> None:
    run = desk.plan("ab")
    desk.stop.set()
    assert desk.send(run).ending is Ending.STOPPED
    assert desk.states(run) == {"a": "pending", "b": "pending"}


def test_a_stop_ends_the_wait_for_deferred_ones(desk: Desk) -> None:
    desk.inbox.script.add(Fault("rcpt", reply="450 4.2.0 later", recipient="a@example.com"))
    desk.clock.on_wait = desk.stop.set
    run = desk.plan("ab")
    summary = desk.send(run)
    assert (summary.ending, summary.open) == (Ending.STOPPED, 1)
    assert desk.clock.waited < 1


def test_an_interrupt_that_nobody_caught_still_ends_properly(desk: Desk) -> None:
    def interrupt(event: Any) -> None:
        if event.kind is EventKind.OPENED:
            raise KeyboardInterrupt

    desk.on_event = interrupt
    run = desk.plan("ab")
    with pytest.raises(KeyboardInterrupt):
        desk.send(run)
    assert desk.store.run(run.id).state is RunState.INTERRUPTED
    desk.on_event = None
    assert desk.send(run).complete


def test_a_defect_in_a_thread_reaches_the_caller(desk: Desk) -> None:
    def broken(delivery: Delivery) -> Envelope:
        raise ZeroDivisionError

    desk.envelope_for = broken
    run = desk.plan("ab")
    with pytest.raises(ZeroDivisionError):
        desk.send(run, connections=3)
    assert set(desk.states(run).values()) == {"pending"}


def test_what_a_crash_left_is_told_by_name(desk: Desk) -> None:
    run = desk.plan("abc")
    crashed = desk.store.open_ledger(run.id)
    crashed.intend(crashed.pending(0, 1)[0], 1).wait()
    summary = desk.send(run)
    assert [delivery.address for delivery in summary.recovered] == ["a@example.com"]
    assert [e.delivery.address for e in desk.events if e.kind is EventKind.RECOVERED] == ["a@example.com"]
    assert desk.states(run) == {"a": "unknown", "b": "accepted", "c": "accepted"}
    assert sorted(desk.got_it()) == ["b", "c"]
    crashed.close()


def test_another_thread_cannot_send_the_same_issue(desk: Desk) -> None:
    run = desk.plan("abc")
    refused: list[BaseException] = []

    def second(event: Any) -> None:
        if event.kind is EventKind.RESULT and not refused:
            thread = threading.Thread(target=in_vain(lambda: desk.send(run), refused))
            thread.start()
            thread.join()

    desk.on_event = second
    assert desk.send(run).complete
    assert [type(error) for error in refused] == [RunLocked]
    assert sorted(desk.got_it()) == ["a", "b", "c"]


def in_vain(job: Callable[[], object], failures: list[BaseException]) -> Callable[[], None]:
    def run() -> None:
        try:
            job()
        except Exception as error:  # noqa: BLE001
            failures.append(error)

    return run


@pytest.mark.parametrize(("at", "got_it"), [("b", []), ("c", ["a", "b"])])
def test_a_run_that_was_taken_over_stops_without_the_dot(desk: Desk, at: str, got_it: list[str]) -> None:
    """The lock failed (a copied folder, a network disk): the fence in the ledger still holds."""
    run = desk.plan("abc")
    thieves: list[Any] = []

    def steal(delivery: Delivery) -> Envelope:
        # b's is made before a's intent, c's when it is its turn.
        if delivery.address.startswith(at) and not thieves:
            thieves.append(desk.store.open_ledger(run.id))
        return envelope(delivery)

    desk.envelope_for = steal
    with pytest.raises(RunLocked, match="taken over"):
        desk.send(run)
    assert desk.got_it() == got_it
    thieves[0].close()


# -- right before each recipient


@pytest.mark.parametrize(("after", "people"), [("a", "abcd"), ("b", "abcdefg")], ids=["next but one", "begun"])
def test_somebody_who_leaves_during_the_run_is_left_out(desk: Desk, after: str, people: str) -> None:
    """Begun: c's envelope has gone out with b's dot."""

    def leave(event: Any) -> None:
        if event.kind is EventKind.RESULT and event.delivery.address.startswith(after):
            desk.store.suppress("c@example.com", "unsubscribed", "web form")

    desk.on_event = leave
    run = desk.plan(people)
    summary = desk.send(run)
    assert desk.got_it() == list(people.replace("c", ""))
    (cancelled,) = desk.store.deliveries(run.id, [DeliveryState.CANCELLED])
    assert (cancelled.address, cancelled.reply) == ("c@example.com", "suppressed: unsubscribed")
    assert summary.complete
    assert summary.counts[DeliveryState.CANCELLED] == 1
    (event,) = [event for event in desk.events if event.kind is EventKind.CANCELLED]
    assert event.detail == "suppressed: unsubscribed"


def test_somebody_who_leaves_while_their_mail_is_on_its_way_gets_none(desk: Desk) -> None:
    """The intent is refused; the connection is dropped without the dot, and the run goes on with another."""

    def leaving(delivery: Delivery) -> Envelope:
        if delivery.address.startswith("b"):
            desk.store.suppress("b@example.com", "unsubscribed", "web form")
        return envelope(delivery)

    desk.envelope_for = leaving
    run = desk.plan("abcd")
    assert desk.send(run).complete
    assert desk.got_it() == ["a", "c", "d"]
    (cancelled,) = desk.store.deliveries(run.id, [DeliveryState.CANCELLED])
    assert (cancelled.address, cancelled.reply) == ("b@example.com", "suppressed: unsubscribed")
    assert len({message.peer for message in desk.inbox.messages}) == 2


@pytest.mark.parametrize(
    ("zone", "hour", "sent"), [("UTC", 23, True), ("UTC", 24, False), ("America/Toronto", 28, True),
                               ("America/Toronto", 29, False)],
)  # fmt: skip
def test_consent_is_looked_at_on_the_publications_own_day(desk: Desk, zone: str, hour: int, sent: bool) -> None:
    """The last day of a consent ends at midnight where the publication is, five hours after UTC in winter."""
    desk.clock.time = datetime(2024, 2, 1, tzinfo=UTC) + timedelta(hours=hour)
    run = desk.plan([recipient("a@example.com", expires=date(2024, 2, 1)), recipient("b@example.com")])
    desk.send(run, ZoneInfo(zone))
    assert desk.states(run) == {"a": "accepted" if sent else "cancelled", "b": "accepted"}


def test_nobody_gets_an_issue_from_two_runs(desk: Desk) -> None:
    """A second plan of the same issue was made while the first was interrupted; whichever comes second skips."""
    first = desk.plan("abc")
    second = desk.plan("bcd")
    desk.send(second)
    desk.send(first)
    assert sorted(desk.got_it()) == ["a", "b", "c", "d"]
    assert desk.states(first) == {"a": "accepted", "b": "cancelled", "c": "cancelled"}
    (one, *_) = desk.store.deliveries(first.id, [DeliveryState.CANCELLED])
    assert one.reply == f"already received in run {second.id}"
    other = desk.plan("abc", issue="2024-03")
    desk.send(other)
    assert len(desk.got_it()) == 7


# -- the log


def test_the_log_has_every_attempt_and_no_address(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.inbox.script.add(Fault("rcpt", reply="550 5.1.1 <b@example.com> unknown", recipient="b@example.com"))
    desk.store.suppress("c@example.com", "left", "test")
    run = desk.plan("abc")
    with caplog.at_level(logging.INFO, "newsletter.delivery"):
        desk.send(run)
    text = "\n".join(record.getMessage() for record in caplog.records if record.name == "newsletter.delivery")
    assert "@example.com" not in text
    assert "seq 2" in text
    assert "rejected at rcpt: 550 5.1.1" in text
    assert "cancelled: suppressed: left" in text
    assert f"run {run.id} finished" in text


def test_who_asks_for_addresses_in_the_log_gets_them_and_what_the_relay_said(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.inbox.script.add(Fault("rcpt", reply="550 5.1.1 <b@example.com> unknown", recipient="b@example.com"))
    desk.store.suppress("c@example.com", "left", "test")
    run = desk.plan("abc")
    with caplog.at_level(logging.INFO, "newsletter.delivery"):
        desk.send(run, log_addresses=True)
    lines = [record.getMessage() for record in caplog.records if record.name == "newsletter.delivery"]
    (refused,) = [line for line in lines if "b@example.com" in line]
    assert refused == (
        f"run {run.id} seq 2 b@example.com rejected at rcpt: 550 5.1.1 <b@example.com> unknown -> rejected"
    )
    assert any("seq 1 a@example.com accepted" in line for line in lines)
    assert any("seq 3 c@example.com cancelled" in line for line in lines)


def test_a_log_that_nobody_reads_costs_no_line_and_no_hash(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> str:
        raise AssertionError("a line was made for nobody")

    desk.store.suppress("c@example.com", "left", "test")
    monkeypatch.setattr(log, "pseudonym", never)
    monkeypatch.setattr(log.LOGGER, "disabled", True)
    desk.send(desk.plan("abc"))
    assert sorted(desk.got_it()) == ["a", "b"]


def test_an_idle_connection_is_renewed_before_the_next_message(desk: Desk) -> None:
    run = desk.plan("abc")
    desk.send(run, per_second=1 / 60)
    assert len({message.peer for message in desk.inbox.messages}) == 3
    assert [attempt.outcome for attempt in desk.store.attempts(run.id)] == ["accepted"] * 3


# -- one ahead on each connection


def test_whoever_was_begun_when_the_run_stops_waits_for_the_next(desk: Desk) -> None:
    def stop(event: Any) -> None:
        if event.kind is EventKind.RESULT:
            desk.stop.set()

    desk.on_event = stop
    run = desk.plan("abcdefgh")
    summary = desk.send(run, connections=2)
    assert summary.ending is Ending.STOPPED
    got = desk.got_it()
    assert 1 <= len(got) <= 2, "c or d was begun, and has no text"
    assert set(desk.states(run).values()) == {"accepted", "pending"}
    desk.stop.clear()
    desk.on_event = None
    assert desk.send(run, connections=2).complete
    assert sorted(desk.got_it()) == list("abcdefgh")


def test_a_message_that_cannot_be_made_is_told_in_its_turn(desk: Desk) -> None:
    def broken(delivery: Delivery) -> Envelope:
        if delivery.address[0] in "bg":
            raise ValueError("no address for a header")
        return envelope(delivery)

    desk.envelope_for = broken
    run = desk.plan("abcdefg")
    assert desk.send(run).counts[DeliveryState.REJECTED] == 2
    assert desk.got_it() == list("acdef")
    assert {attempt.stage for attempt in desk.store.attempts(run.id) if attempt.outcome == "rejected"} == {"merge"}


def test_what_is_slow_to_sign_is_begun_when_it_is_ready(desk: Desk) -> None:
    """Made elsewhere: waited for in its turn, begun ahead when it is there by then."""
    ends: list[Any] = []

    class Made:
        def __init__(self, delivery: Delivery) -> None:
            self.delivery, (self.ours, self.theirs) = delivery, socket.socketpair()
            ends.extend((self.ours, self.theirs))
            if delivery.seq % 2:
                self.theirs.sendall(b"x")
            self.asked = 0

        def fileno(self) -> int:
            return self.ours.fileno()

        def is_ready(self) -> bool:
            self.asked += 1
            if self.asked == 2:
                self.theirs.sendall(b"x")
            return self.asked > 2 or self.delivery.seq % 2 == 1

        def finish(self) -> Envelope:
            return envelope(self.delivery)

    desk.envelope_for = Made  # type: ignore[assignment]
    run = desk.plan("abcdefgh")
    assert desk.send(run).complete
    assert desk.got_it() == list("abcdefgh")
    for end in ends:
        end.close()


class Signed:
    """Made elsewhere, and ready; the third is not as it should be, so many times."""

    troubles: list[BaseException]

    def __init__(self, delivery: Delivery) -> None:
        self.delivery = delivery

    def fileno(self) -> int:
        raise AssertionError("it is ready")

    def is_ready(self) -> bool:
        return True

    def finish(self) -> Envelope:
        if self.delivery.seq == 3 and self.troubles:
            raise self.troubles.pop()
        return envelope(self.delivery)


def test_a_message_that_turns_out_ahead_not_to_be_writable_is_told_in_its_turn(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The intent of the one before is on disk by then, and its dot is due."""
    monkeypatch.setattr(
        Signed, "troubles", [ValueError("no address for a header") for _ in range(2)], raising=False
    )
    desk.envelope_for = Signed
    run = desk.plan("abcdef")
    assert desk.send(run).counts[DeliveryState.REJECTED] == 1
    assert desk.got_it() == list("abdef")
    assert [attempt.stage for attempt in desk.store.attempts(run.id, 3)] == ["merge"]


@pytest.mark.parametrize("trouble", [SigningTrouble("it does not verify", hint="report it"), AssertionError("x")])
def test_trouble_met_ahead_stops_the_run_and_leaves_nobody_in_doubt(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, trouble: BaseException
) -> None:
    """Even if it would not be met again: only some signatures are looked at."""
    monkeypatch.setattr(Signed, "troubles", [trouble], raising=False)
    desk.envelope_for = Signed
    run = desk.plan("abcdef")
    with pytest.raises(type(trouble)):
        desk.send(run)
    assert desk.got_it() == ["a", "b"]
    assert sorted(desk.states(run).values()) == ["accepted"] * 2 + ["pending"] * 4


class SignedElsewhere:
    """As `newsletter send` has it."""

    def __init__(self, desk: Desk, processes: SigningProcesses) -> None:
        self.desk, self.processes = desk, processes
        (self.process,) = processes._all
        assert select.select([self.process._control], [], [], 60)[0]

    def __call__(self, delivery: Delivery) -> Envelope | Unfinished:
        made = envelope(delivery)
        pending = self.processes.begin(made.data, self.desk.clock.now())
        return made if pending is None else _BeingSigned(made, pending)


@pytest.fixture(scope="module")
def signer() -> Signer:
    return Signer([load_key(generate_key("ed25519"), "example.org", "s1")])


def test_a_signing_process_that_is_killed_while_it_signs_ahead_ends_no_run(desk: Desk, signer: Signer) -> None:
    with SigningProcesses(signer, 1) as processes:
        elsewhere = SignedElsewhere(desk, processes)

        def killed(delivery: Delivery) -> Envelope | Unfinished:
            if delivery.seq != 3:
                return elsewhere(delivery)
            os.kill(elsewhere.process._process.pid, signal.SIGSTOP)
            made = elsewhere(delivery)
            assert not isinstance(made, Envelope)
            elsewhere.process._process.kill()
            elsewhere.process._process.wait()
            return made

        desk.envelope_for = killed
        run = desk.plan("abcdefgh")
        assert desk.send(run).complete
    assert desk.got_it() == list("abcdefgh")


def test_a_consent_that_ends_while_the_message_before_is_on_its_way_is_heeded(desk: Desk) -> None:
    """b was taken ahead before midnight."""
    desk.clock.time = datetime(2024, 2, 1, 23, 59, 59, tzinfo=UTC)

    def midnight(event: Any) -> None:
        if event.kind is EventKind.RESULT and event.delivery.address.startswith("a"):
            desk.clock.time += timedelta(seconds=2)

    desk.on_event = midnight
    last_day = date(2024, 2, 1)
    run = desk.plan(recipient(f"{who}@example.com", expires=last_day if who in "ab" else None) for who in "abcdef")
    assert desk.send(run).counts[DeliveryState.CANCELLED] == 1
    assert desk.got_it() == list("acdef")
    (cancelled,) = desk.store.deliveries(run.id, [DeliveryState.CANCELLED])
    assert (cancelled.address, cancelled.reply) == ("b@example.com", "consent expired on 2024-02-01")


def test_whoever_was_begun_when_a_domain_complains_goes_by_another_connection(desk: Desk) -> None:
    """The answer to a makes it rest, and b, who was begun with a's dot, lives there too."""
    desk.inbox.script.add(Fault("dot", reply="450 4.7.28 unusual rate of mail", recipient="a@gmail.com"))
    names = ["a@gmail.com", "b@gmail.com", *(f"{who}@example.com" for who in "cdefg")]
    run = desk.plan(map(recipient, names))
    assert desk.send(run).complete
    assert sorted(desk.got_it()) == list("abcdefg")
    assert desk.got_it()[:5] == list("cdefg")
    assert desk.clock.waited >= 600


def test_who_left_before_they_were_taken_ahead_costs_no_connection(desk: Desk) -> None:
    def leave(event: Any) -> None:
        if event.kind is EventKind.RESULT and event.delivery.address.startswith("a"):
            desk.store.suppress("d@example.com", "unsubscribed", "web form")

    desk.on_event = leave
    run = desk.plan("abcdefgh")
    assert desk.send(run).counts[DeliveryState.CANCELLED] == 1
    assert desk.got_it() == list("abcefgh")
    assert len({message.peer for message in desk.inbox.messages}) == 1


def test_few_people_are_shared_by_all_connections(desk: Desk) -> None:
    """Nobody waits behind a slow one while another connection has nothing to do."""
    desk.inbox.script.add(Fault("dot", delay=0.5, times=1, recipient="a@example.com"))
    run = desk.plan("abcd")
    assert desk.send(run, connections=2).complete
    answered = [
        event.delivery.address[0] for event in desk.events if event.kind is EventKind.RESULT and event.delivery
    ]
    assert answered == list("bcda")


def test_whoever_was_taken_ahead_by_a_connection_that_finds_no_room_goes_by_another(desk: Desk) -> None:
    def full(event: Any) -> None:
        if event.kind is EventKind.RESULT and event.result.code == 421:
            desk.inbox.script.add(Fault("connect", reply="421 4.7.0 too many connections", times=None))

    desk.on_event = full
    desk.inbox.script.add(Fault("dot", reply="421 4.3.2 enough of this connection", times=1))
    run = desk.plan(f"r{number}" for number in range(20))
    summary = desk.send(run, connections=2, patience=0.0)
    # All but the one that was put off, in one round.
    assert summary.counts[DeliveryState.ACCEPTED] == 19
    assert summary.counts[DeliveryState.DEFERRED] == 1
