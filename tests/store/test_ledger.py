"""The ledger: what is durable when, what never changes, and what becomes of a crash."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from ledger_parts import addressed, message, plan, recipient

from newsletter.clock import SystemClock
from newsletter.errors import NothingToResume, RunLocked, StoreTrouble, UnknownName
from newsletter.models.delivery import Decision, Delivery, DeliveryState, Resolution, Run, RunState
from newsletter.models.message import BodySlot, Outcome, SendResult, SlotContext
from newsletter.store import Ledger, SqliteStore, Withheld, open_store
from newsletter.store.connection import connect
from newsletter.store.ledger import SqliteLedger
from newsletter.store.operations import Single, _claim, _settle
from newsletter.store.writer import Writer

NOW = datetime(2024, 2, 1, 12, 0, tzinfo=UTC)
OK = SendResult(Outcome.ACCEPTED, 250, "2.0.0", "queued as 4711", "dot")
LATER = SendResult(Outcome.DEFERRED, 450, "4.2.0", "try later", "rcpt")


def new_run(store: SqliteStore, count: int = 4, issue: str = "2024-02") -> Run:
    planned = plan((recipient(f"r{number}@example.com") for number in range(1, count + 1)), issue)
    return store.create_run(planned, addressed(planned))


def record(
    ledger: Ledger, delivery: Delivery, result: SendResult, state: DeliveryState, next_at: datetime | None = None
) -> None:
    ledger.record(
        delivery, delivery.attempts + 1, result, state=state, deferrals=0, next_at=next_at, started_at=NOW
    )


def accept(ledger: Ledger, delivery: Delivery) -> None:
    ledger.intend(delivery, delivery.attempts + 1).wait()
    record(ledger, delivery, OK, DeliveryState.ACCEPTED)


def states(store: SqliteStore, run: Run) -> dict[str, str]:
    return {each.address.split("@")[0]: each.state.value for each in store.deliveries(run.id)}


# -- making a run


def test_a_run_holds_all_of_its_plan(store: SqliteStore) -> None:
    people = [recipient("zoe@example.com", "fr", date(2024, 6, 1)), recipient("ann@example.com", "en")]
    planned = plan(people)
    run = store.create_run(planned, addressed(planned))
    assert (run.id, run.issue, run.digest, run.mail_from, run.total) == (
        "2024-02-1", "2024-02", planned.digest, planned.mail_from, 2,
    )  # fmt: skip
    assert run.state is RunState.INTERRUPTED
    assert store.run(run.id) == store.latest_run() == store.latest_run("2024-02") == run
    first, second = store.deliveries(run.id)
    assert (first.seq, first.address, first.name, first.edition, first.consent_expires) == (
        1, "zoe@example.com", "Zoé Tremblay", "fr", date(2024, 6, 1),
    )  # fmt: skip
    assert (second.seq, second.state, second.attempts, second.token[:2]) == (2, DeliveryState.PENDING, 0, "t-")
    assert store.load_messages(run.id) == planned.messages
    (gone,) = store.exclusions(run.id)
    assert (gone.address, gone.reason) == ("gone@example.org", "suppressed")


def test_runs_of_an_issue_are_counted(store: SqliteStore) -> None:
    assert [new_run(store).id, new_run(store, issue="2024-03").id, new_run(store).id] == [
        "2024-02-1", "2024-03-1", "2024-02-2",
    ]  # fmt: skip
    assert [run.id for run in store.runs()] == ["2024-02-2", "2024-03-1", "2024-02-1"]
    assert [run.id for run in store.runs("2024-03")] == ["2024-03-1"]


def test_a_run_that_cannot_be_made_leaves_nothing(store: SqliteStore) -> None:
    planned = plan([recipient("a@example.com"), recipient("b@example.com"), recipient("a@example.com")])
    with pytest.raises(StoreTrouble, match="UNIQUE"):
        store.create_run(planned, addressed(planned))
    assert store.runs() == []
    assert new_run(store).id == "2024-02-1"


def test_an_edition_without_message_cannot_be_planned(store: SqliteStore) -> None:
    planned = plan([recipient("a@example.com", "fr+en")])
    with pytest.raises(StoreTrouble, match="FOREIGN KEY"):
        store.create_run(planned, addressed(planned))


def test_any_message_comes_back_as_it_was(store: SqliteStore) -> None:
    odd = replace(
        message("fr"),
        segments=(bytes(range(256)), b"", b"\r\n"),
        slots=(BodySlot("email", SlotContext.HTML_ATTRIBUTE), BodySlot("name", SlotContext.PLAIN_TEXT)),
        subject="« Été » \u2028 🌻",
    )
    planned = replace(plan([recipient("a@example.com")]), messages={"fr": odd})
    run = store.create_run(planned, addressed(planned))
    assert store.load_messages(run.id) == {"fr": odd}


@pytest.mark.parametrize("column", ["headers", "segments", "slots", "subject", "digest"])
def test_a_message_that_was_changed_is_not_sent(root: Path, store: SqliteStore, column: str) -> None:
    run = new_run(store)
    connection = connect(root / "var/newsletter.sqlite3")
    connection.execute(f"UPDATE message SET {column} = {column} || ' ' WHERE edition = 'en'")
    connection.close()
    with pytest.raises(StoreTrouble, match="edition en was changed"):
        store.load_messages(run.id)


def test_a_run_that_does_not_exist(store: SqliteStore) -> None:
    for question in (store.run, store.open_ledger, store.load_messages):
        with pytest.raises(UnknownName, match="no run '2024-09-1'"):
            question("2024-09-1")
    new_run(store)
    with pytest.raises(UnknownName) as caught:
        store.run("2024-02-7")
    assert "2024-02-1" in (caught.value.hint or "")


# -- intent and result


def test_an_intent_is_on_disk_when_claim_returns(root: Path, store: SqliteStore) -> None:
    run = new_run(store)
    with store.open_ledger(run.id) as ledger:
        first = ledger.pending(0, 10)[0]
        ledger.intend(first, 1).wait()
        # Another connection sees it: it was committed.
        other = connect(root / "var/newsletter.sqlite3")
        row = other.execute("SELECT state, attempts FROM delivery WHERE seq = 1").fetchone()
        assert row == ("claimed", 1)
        other.close()


def test_results_are_on_disk_before_a_later_intent(store: SqliteStore) -> None:
    run = new_run(store)
    with store.open_ledger(run.id) as ledger:
        first, second, *_ = ledger.pending(0, 10)
        accept(ledger, first)
        ledger.intend(second, 1).wait()
        assert states(store, run) == {"r1": "accepted", "r2": "claimed", "r3": "pending", "r4": "pending"}


def test_a_delivery_is_claimed_once(store: SqliteStore) -> None:
    run = new_run(store)
    with store.open_ledger(run.id) as ledger:
        first = ledger.pending(0, 10)[0]
        ledger.intend(first, 1).wait()
        with pytest.raises(RunLocked):
            ledger.intend(first, 1).wait()
        record(ledger, first, OK, DeliveryState.ACCEPTED)
        with pytest.raises(RunLocked):
            ledger.intend(first, 2).wait()


def test_accepted_never_changes(root: Path, store: SqliteStore) -> None:
    run = new_run(store)
    with store.open_ledger(run.id) as ledger:
        first, second, *_ = ledger.pending(0, 10)
        accept(ledger, first)
        record(ledger, first, LATER, DeliveryState.DEFERRED, NOW)
        ledger.cancel(first, "too late")
        ledger.intend(second, 1).wait()
        assert states(store, run)["r1"] == "accepted"
        assert [attempt.outcome for attempt in store.attempts(run.id, 1)] == ["accepted"]
    connection = connect(root / "var/newsletter.sqlite3")
    for change in (
        "UPDATE delivery SET state = 'pending' WHERE seq = 1",
        "UPDATE delivery SET reply = 'x' WHERE seq = 1",
        "DELETE FROM delivery",
        "UPDATE attempt SET outcome = 'rejected'",
        "DELETE FROM attempt",
        "UPDATE delivery SET state = 'accepted' WHERE seq = 3",
    ):
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute(change)
    connection.close()


def test_attempts_are_kept_one_by_one(store: SqliteStore) -> None:
    run = new_run(store)
    with store.open_ledger(run.id) as ledger:
        first = ledger.pending(0, 10)[0]
        record(ledger, first, LATER, DeliveryState.DEFERRED, NOW)
    with store.open_ledger(run.id) as ledger:
        (first,) = ledger.deferred()
        assert (first.attempts, first.next_at, first.code, first.reply) == (1, NOW, 450, "try later")
        accept(ledger, first)
    assert [(a.number, a.outcome, a.code, a.stage, a.reply) for a in store.attempts(run.id, 1)] == [
        (1, "deferred", 450, "rcpt", "try later"),
        (2, "accepted", 250, "dot", "queued as 4711"),
    ]
    assert [attempt.started_at for attempt in store.attempts(run.id)] == [NOW, NOW]


def test_pending_in_pages_and_deferred_by_time(store: SqliteStore) -> None:
    run = new_run(store, 7)
    with store.open_ledger(run.id) as ledger:
        pages = [ledger.pending(0, 3), ledger.pending(3, 3), ledger.pending(6, 3), ledger.pending(7, 3)]
        assert [[d.seq for d in page] for page in pages] == [[1, 2, 3], [4, 5, 6], [7], []]
        for delivery, minute in zip(pages[0], (30, 10, 20), strict=True):
            record(ledger, delivery, LATER, DeliveryState.DEFERRED, NOW.replace(minute=minute))
        ledger.intend(pages[1][0], 1).wait()
        assert [delivery.seq for delivery in ledger.deferred()] == [2, 3, 1]
        assert [delivery.seq for delivery in ledger.pending(0, 3)] == [5, 6, 7]


def test_many_threads_share_the_writer(store: SqliteStore) -> None:
    run = new_run(store, 200)
    with store.open_ledger(run.id) as ledger:
        pending = ledger.pending(0, 500)

        def work(number: int) -> None:
            for delivery in pending[number::8]:
                accept(ledger, delivery)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert ledger.close().state is RunState.FINISHED
    assert store.counts(run.id)[DeliveryState.ACCEPTED] == 200
    assert sum(1 for _ in store.attempts(run.id)) == 200


def test_a_run_is_finished_when_nothing_is_open(store: SqliteStore) -> None:
    run = new_run(store, 2)
    with store.open_ledger(run.id) as ledger:
        assert store.run(run.id).state is RunState.RUNNING
        first, second = ledger.pending(0, 10)
        accept(ledger, first)
        assert ledger.close().state is RunState.INTERRUPTED
    with store.open_ledger(run.id) as ledger:
        ledger.cancel(second, "suppressed: left")
        closed = ledger.close()
    assert closed.state is RunState.FINISHED
    assert closed.finished_at is not None
    assert store.run(run.id) == closed
    with pytest.raises(NothingToResume, match="2024-02-1 is finished"):
        store.open_ledger(run.id)


# -- crashes


def test_what_a_crash_left_claimed_is_unknown(store: SqliteStore) -> None:
    run = new_run(store, 3)
    crashed = store.open_ledger(run.id)
    first, second, _ = crashed.pending(0, 10)
    accept(crashed, first)
    crashed.intend(second, 1).wait()
    with store.open_ledger(run.id) as ledger:
        assert [(d.address, d.state) for d in ledger.recovered] == [("r2@example.com", DeliveryState.UNKNOWN)]
        assert [d.seq for d in ledger.pending(0, 10)] == [3]
    assert states(store, run) == {"r1": "accepted", "r2": "unknown", "r3": "pending"}
    assert [(a.outcome, a.number) for a in store.attempts(run.id, 2)] == [("unknown", 1)]
    crashed.close()


def test_a_process_that_lost_the_run_changes_nothing(store: SqliteStore) -> None:
    """It slept, another one took over: its intents are refused and its results are not written."""
    run = new_run(store, 3)
    sleeper = store.open_ledger(run.id)
    first, second, _ = sleeper.pending(0, 10)
    sleeper.intend(first, 1).wait()
    with store.open_ledger(run.id) as ledger:
        with pytest.raises(RunLocked, match="taken over run 2024-02-1"):
            sleeper.intend(second, 1).wait()
        record(sleeper, first, OK, DeliveryState.ACCEPTED)
        record(sleeper, second, LATER, DeliveryState.DEFERRED, NOW)
        sleeper.cancel(second, "no")
        assert sleeper.close().state is RunState.RUNNING
        ledger.intend(second, 1).wait()
    assert states(store, run) == {"r1": "unknown", "r2": "claimed", "r3": "pending"}


def test_when_writing_fails_everybody_hears_of_it(tmp_path: Path) -> None:
    path = tmp_path / "n.sqlite3"
    connection = connect(path)
    connection.execute("CREATE TABLE a (x)")
    connection.execute("PRAGMA max_page_count = 3")

    def apply(connection: sqlite3.Connection, operations: Sequence[Single]) -> None:
        for one in operations:
            connection.execute(one.sql, one.values)

    writer = Writer(connection, path, apply)
    writer.submit(Single("INSERT INTO a VALUES (?)", (1,))).wait()
    too_big = writer.submit(Single("INSERT INTO a VALUES (zeroblob(100000))", ()))
    with pytest.raises(StoreTrouble, match="disk is full"):
        too_big.wait()
    with pytest.raises(StoreTrouble, match="disk is full"):
        writer.submit(Single("INSERT INTO a VALUES (?)", (3,)))
    with pytest.raises(StoreTrouble, match="disk is full"):
        writer.close()
    other = connect(path)
    assert other.execute("SELECT x FROM a").fetchall() == [(1,)]
    other.close()


def test_a_failed_close_does_not_hide_what_went_wrong_first(store: SqliteStore) -> None:
    run = new_run(store, 2)
    planned = plan([recipient("x@example.com")], "2024-05")
    with pytest.raises(KeyError), store.open_ledger(run.id) as ledger:  # noqa: PT012
        # An intent for a delivery that is accepted is refused by the database, and that breaks the writer.
        first = ledger.pending(0, 10)[0]
        record(ledger, first, OK, DeliveryState.ACCEPTED)
        raise KeyError("first")
    assert store.create_run(planned, addressed(planned)).id == "2024-05-1"


# -- what a person decides


def test_a_person_gives_a_run_up(store: SqliteStore) -> None:
    run = new_run(store, 4)
    crashed = store.open_ledger(run.id)
    one, two, three, _ = crashed.pending(0, 10)
    accept(crashed, one)
    record(crashed, two, LATER, DeliveryState.DEFERRED, NOW)
    crashed.intend(three, 1).wait()
    assert store.abandon(run.id, "wrong date in the issue") == 2
    assert states(store, run) == {"r1": "accepted", "r2": "cancelled", "r3": "unknown", "r4": "cancelled"}
    assert store.run(run.id).state is RunState.FINISHED
    (_, cancelled) = store.deliveries(run.id, [DeliveryState.CANCELLED])
    assert cancelled.reply == "wrong date in the issue"
    with pytest.raises(NothingToResume):
        store.abandon(run.id, "again")
    crashed.close()


def test_a_person_has_unknown_ones_sent_again(store: SqliteStore) -> None:
    run = new_run(store, 3)
    lost = SendResult(Outcome.UNKNOWN, 0, "", "cut", "dot")
    with store.open_ledger(run.id) as ledger:
        for delivery in ledger.pending(0, 10):
            ledger.intend(delivery, 1).wait()
            if delivery.seq < 3:
                record(ledger, delivery, lost, DeliveryState.UNKNOWN)
            else:
                record(ledger, delivery, OK, DeliveryState.ACCEPTED)
    assert store.run(run.id).state is RunState.FINISHED
    again = [Resolution(seq, Decision.AGAIN, "she says so", by="Marie") for seq in (2, 3, 99)]
    assert store.resolve_unknown(run.id, again) == 1
    assert states(store, run) == {"r1": "unknown", "r2": "pending", "r3": "accepted"}
    assert store.run(run.id).state is RunState.INTERRUPTED
    with store.open_ledger(run.id) as ledger:
        (again,) = ledger.pending(0, 10)
        accept(ledger, again)
    assert [(a.number, a.outcome) for a in store.attempts(run.id, 2)] == [(1, "unknown"), (2, "accepted")]
    (kept,) = store.resolutions(run.id)
    assert (kept.seq, kept.decision, kept.evidence, kept.by) == (2, Decision.AGAIN, "she says so", "Marie")
    assert kept.at is not None
    assert kept.words == "she says so (Marie)"
    assert store.resolve_unknown(run.id, [Resolution(1, Decision.AGAIN, "no. 7")]) == 1
    assert store.resolve_unknown(run.id, [Resolution(1, Decision.AGAIN, "no. 7")]) == 0
    assert [delivery.reply for delivery in store.deliveries(run.id, [DeliveryState.PENDING])] == ["no. 7"]


# -- one process per issue

HOLD = """
import sys
from pathlib import Path
from newsletter.clock import SystemClock
from newsletter.store import open_store
with open_store("sqlite:///var/newsletter.sqlite3", root=Path(sys.argv[1]), clock=SystemClock()) as store:
    with store.hold("2024-02"), store.open_ledger("2024-02-1"):
        print("held", flush=True)
        sys.stdin.read()
"""


def test_two_processes_cannot_send_the_same_issue(root: Path, store: SqliteStore) -> None:
    run = new_run(store)
    child = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    assert child.stdin is not None
    assert child.stdout.readline() == "held\n"
    assert store.is_held("2024-02")
    with (
        pytest.raises(RunLocked, match="issue 2024-02 is being sent by another process") as caught,
        store.hold(run.issue),
    ):
        pytest.fail("it is held twice")
    assert f"process {child.pid}" in str(caught.value)
    with store.hold("2024-03"):
        assert store.is_held("2024-03")
    # The holder dies without a word: the operating system gives the lock back.
    child.kill()
    child.wait()
    child.stdin.close()
    child.stdout.close()
    assert not store.is_held("2024-02")
    with store.hold(run.issue), store.hold(run.issue):
        assert store.is_held("2024-02")
    assert not store.is_held("2024-02")


def test_two_threads_cannot_hold_the_same_issue(store: SqliteStore) -> None:
    refused: list[RunLocked] = []

    def other() -> None:
        try:
            with store.hold("2024-02"):
                pass
        except RunLocked as error:
            refused.append(error)

    with store.hold("2024-02"):
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert len(refused) == 1


def test_many_suppressions_are_one_write(store: SqliteStore) -> None:
    """A list of tens of thousands must not cost a flush to disk each before the first message goes out."""
    store.suppress("p1@example.com", "complaint", "feedback loop")
    begun: list[str] = []
    store._connection.set_trace_callback(lambda sql: begun.append(sql) if sql.startswith("BEGIN") else None)
    assert store.suppress_all((f"p{n}@example.com", "unsubscribed", "list") for n in range(3)) == 2
    assert len(begun) == 1
    assert [store.is_suppressed(f"p{n}@example.com") for n in range(4)] == [
        "unsubscribed",
        "complaint",
        "unsubscribed",
        None,
    ]


def test_an_issue_name_cannot_leave_the_folder(root: Path, store: SqliteStore) -> None:
    with store.hold("../../2024/02"):
        assert store.is_held("../../2024/02")
    assert {entry.name.split(".lock")[0] for entry in root.iterdir()} == {"var"}


# -- questions


def test_counts(store: SqliteStore) -> None:
    people = [recipient(f"{code}{n}@example.com", code) for code in ("fr", "en") for n in range(3)]
    planned = plan(people)
    run = store.create_run(planned, addressed(planned))
    with store.open_ledger(run.id) as ledger:
        accept(ledger, ledger.pending(0, 10)[0])
        record(ledger, ledger.pending(1, 10)[0], LATER, DeliveryState.DEFERRED, NOW)
    assert store.counts(run.id) == {**dict.fromkeys(DeliveryState, 0), "accepted": 1, "deferred": 1, "pending": 4}
    by_edition = store.counts_by_edition(run.id)
    assert by_edition["fr"][DeliveryState.ACCEPTED] == 1
    assert by_edition["en"] == {**dict.fromkeys(DeliveryState, 0), "pending": 3}


def test_deliveries_by_state_over_many_pages(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsletter.store.sqlite.PAGE", 3)
    run = new_run(store, 10)
    with store.open_ledger(run.id) as ledger:
        for delivery in ledger.pending(0, 100)[::2]:
            accept(ledger, delivery)
    assert [d.seq for d in store.deliveries(run.id)] == list(range(1, 11))
    assert [d.seq for d in store.deliveries(run.id, [DeliveryState.ACCEPTED])] == [1, 3, 5, 7, 9]
    both = store.deliveries(run.id, iter([DeliveryState.ACCEPTED, DeliveryState.PENDING]))
    assert sum(1 for _ in both) == 10
    assert [a.seq for a in store.attempts(run.id)] == [1, 3, 5, 7, 9]


def test_who_has_the_issue_already(store: SqliteStore) -> None:
    run = new_run(store, 5)
    with store.open_ledger(run.id) as ledger:
        one, two, three, four, _ = ledger.pending(0, 10)
        accept(ledger, one)
        ledger.intend(two, 1).wait()
        record(ledger, two, SendResult(Outcome.UNKNOWN, 0, "", "cut", "dot"), DeliveryState.UNKNOWN)
        record(ledger, three, SendResult(Outcome.REJECTED, 550, "", "no", "rcpt"), DeliveryState.REJECTED)
        ledger.intend(four, 1).wait()
        assert ledger.withheld(one) is None
    received = store.received("2024-02")
    there = [number for number in range(1, 7) if f"r{number}@example.com" in received]
    assert there == [1, 2, 4]
    assert "r1@example.com" not in store.received("2024-03")
    later = new_run(store, 5)
    with store.open_ledger(later.id) as ledger:
        reasons = [ledger.withheld(one) for one in ledger.pending(0, 10)]
        served = f"already received in run {run.id}"
        assert reasons == [served, served, None, served, None]


# -- suppressions


def test_suppressions(store: SqliteStore) -> None:
    assert store.suppress("a@example.com", "unsubscribed", "web form")
    assert not store.suppress("a@example.com", "complaint", "relay")
    assert store.is_suppressed("a@example.com") == "unsubscribed"
    assert store.is_suppressed("b@example.com") is None
    entry = store.suppression_list().get("a@example.com")
    assert entry is not None
    assert (entry.reason, entry.source, entry.since) == ("unsubscribed", "web form", datetime.now(UTC).date())
    assert store.unsuppress("a@example.com")
    assert not store.unsuppress("a@example.com")
    assert store.suppression_list().entries == {}


def test_nobody_who_left_by_then_gets_an_intent(root: Path, store: SqliteStore) -> None:
    """Another process suppresses somebody at the last moment: the transaction that would write the intent sees it."""
    run = new_run(store)
    with store.open_ledger(run.id) as ledger:
        one, two, three, four = ledger.pending(0, 10)
        ledger.intend(one, 1).wait()
        assert ledger.withheld(two) is None
        with open_store("sqlite:///var/newsletter.sqlite3", root=root, clock=SystemClock()) as other:
            other.suppress("r2@example.com", "unsubscribed", "web")
        with pytest.raises(Withheld) as caught:
            ledger.intend(two, 1).wait()
        assert caught.value.reason == "suppressed: unsubscribed"
        assert states(store, run) == {"r1": "claimed", "r2": "pending", "r3": "pending", "r4": "pending"}
        # From then on the look before the attempt knows it too, for those read before as well.
        store.suppress("r3@example.com", "complaint", "relay")
        ledger.intend(four, 1).wait()
        assert ledger.withheld(three) == "suppressed: complaint"
        ledger.cancel(three, "suppressed: complaint")
        assert [one.seq for one in ledger.deferred()] == []
    assert states(store, run)["r3"] == "cancelled"


def test_who_is_kept_out_is_known_when_they_are_read(store: SqliteStore) -> None:
    store.suppress("r2@example.com", "left", "web")
    run = new_run(store)
    with store.open_ledger(run.id) as ledger:
        assert [ledger.withheld(one) for one in ledger.pending(0, 10)] == [None, "suppressed: left", None, None]


def test_nobody_is_asked_for_again_while_nobody_else_writes(store: SqliteStore) -> None:
    run = new_run(store, 6)
    with store.open_ledger(run.id) as ledger:
        asked: list[str] = []
        pending = ledger.pending(0, 10)
        ledger._reader.set_trace_callback(asked.append)
        for delivery in pending:
            assert ledger.withheld(delivery) is None
            accept(ledger, delivery)
        assert asked == []


# -- many operations in one transaction


@pytest.fixture
def slow_writer(store: SqliteStore, root: Path) -> Iterator[tuple[Run, SqliteLedger, Callable[[], None]]]:
    """A ledger whose writer waits for the write lock, so that what is handed over comes in one transaction."""
    run = new_run(store, 8)
    with store.open_ledger(run.id) as ledger:
        other = connect(root / "var/newsletter.sqlite3")
        other.execute("BEGIN IMMEDIATE")
        yield run, ledger, lambda: other.execute("ROLLBACK") and None
        other.close()


Slow = tuple[Run, SqliteLedger, Callable[[], None]]


def test_an_intent_after_a_result_of_the_same_delivery_is_the_last_word(
    store: SqliteStore, slow_writer: Slow
) -> None:
    """Refused, and begun again at once: were the result written last, a crash would send the message twice."""
    run, ledger, release = slow_writer
    first, second, *_ = ledger.pending(0, 10)
    lost = SendResult(Outcome.NOT_SENT, 0, "", "cut", "mail")
    ledger.intend(second, 1)
    ledger.intend(first, 1)
    record(ledger, first, lost, DeliveryState.PENDING)
    again = ledger.intend(first._replace(attempts=1), 2)
    release()
    again.wait()
    assert states(store, run)["r1"] == "claimed"
    assert next(store.deliveries(run.id)).attempts == 2
    assert [(a.seq, a.number, a.outcome) for a in store.attempts(run.id)] == [(1, 1, "not_sent")]


def test_two_results_of_one_delivery_are_written_in_their_order(store: SqliteStore, slow_writer: Slow) -> None:
    run, ledger, release = slow_writer
    first = ledger.pending(0, 10)[0]
    record(ledger, first, LATER, DeliveryState.DEFERRED, NOW)
    record(ledger, first._replace(attempts=1), LATER, DeliveryState.DEFERRED, NOW.replace(minute=5))
    release()
    ledger.close()
    assert [(a.number) for a in store.attempts(run.id)] == [1, 2]
    (deferred,) = store.deliveries(run.id, [DeliveryState.DEFERRED])
    assert (deferred.attempts, deferred.next_at) == (2, NOW.replace(minute=5))


def test_what_somebody_changed_by_hand_is_not_sent(store: SqliteStore, root: Path) -> None:
    run = new_run(store, 3)
    with store.open_ledger(run.id) as ledger:
        pending = ledger.pending(0, 10)
        other = connect(root / "var/newsletter.sqlite3")
        other.execute("BEGIN IMMEDIATE")
        other.execute("UPDATE delivery SET state = 'cancelled' WHERE seq = 2")
        intents = [ledger.intend(one, 1) for one in pending]
        for one in pending:
            record(ledger, one, LATER, DeliveryState.DEFERRED, NOW)
        other.execute("COMMIT")
        other.close()
        intents[0].wait()
        with pytest.raises(RunLocked):
            intents[1].wait()
        intents[2].wait()
    assert list(states(store, run).values()) == ["deferred", "cancelled", "deferred"]
    assert [attempt.seq for attempt in store.attempts(run.id)] == [1, 3]


def test_groups_of_any_size(store: SqliteStore, root: Path) -> None:
    run = new_run(store, 450)
    with store.open_ledger(run.id) as ledger:
        other = connect(root / "var/newsletter.sqlite3")
        other.execute("BEGIN IMMEDIATE")
        intents = [ledger.intend(one, 1) for one in ledger.pending(0, 500)]
        other.execute("ROLLBACK")
        other.close()
        for intent in intents:
            intent.wait()
        for one in store.deliveries(run.id, [DeliveryState.CLAIMED]):
            record(ledger, one._replace(attempts=0), OK, DeliveryState.ACCEPTED)
    assert store.counts(run.id)[DeliveryState.ACCEPTED] == 450
    assert [a.seq for a in store.attempts(run.id)] == list(range(1, 451))


def test_the_statements_of_a_group_find_their_rows_by_key(root: Path, store: SqliteStore) -> None:
    """Not by reading all deliveries: the cost of a message does not grow with the run."""
    connection = connect(root / "var/newsletter.sqlite3")
    for sql in (_claim(3), _settle(3)):
        plan_ = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", [None] * sql.count("?"))]
        assert any("SEARCH delivery USING PRIMARY KEY (run=? AND seq=?)" in line for line in plan_), plan_
    connection.close()
