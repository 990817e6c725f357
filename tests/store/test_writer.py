"""Group commit: who writes when, what a failure leaves, and who is waited for."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from ledger_parts import addressed, plan, recipient

from newsletter.errors import RunLocked, StoreBusy, StoreTrouble
from newsletter.models.delivery import DeliveryState, Run
from newsletter.models.message import Outcome, SendResult
from newsletter.store import SqliteStore
from newsletter.store.connection import connect
from newsletter.store.writer import MAX_BATCH, Operation, Unexpected, Writer

NOW = datetime(2024, 2, 1, 12, 0, tzinfo=UTC)
LATER = SendResult(Outcome.DEFERRED, 450, "4.2.0", "try later", "rcpt")
Group = Sequence["Note"]


class Note(Operation):
    """A number to be written."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


class Book:
    """A table of numbers, a writer for it, and another process that may lock it."""

    def __init__(self, path: Path, busy_seconds: float) -> None:
        self.path = path
        self.groups: list[list[int]] = []
        self.refuse: Callable[[Group], None] = lambda _: None
        with closing(connect(path)) as connection:
            connection.execute("CREATE TABLE note (number INTEGER UNIQUE)")
        self.other = connect(path)
        self.writer: Writer[Note] = Writer(connect(path), path, self._apply, busy_seconds)

    def _apply(self, connection: sqlite3.Connection, operations: Group) -> None:
        self.groups.append([one.number for one in operations])
        self.refuse(operations)
        connection.executemany("INSERT INTO note VALUES (?)", [(one.number,) for one in operations])

    def hand_over(self, *numbers: int) -> list[Note]:
        return [self.writer.submit(Note(number)) for number in numbers]

    @property
    def written(self) -> list[int]:
        return [number for (number,) in self.other.execute("SELECT number FROM note ORDER BY rowid")]

    def lock(self) -> None:
        self.other.execute("BEGIN IMMEDIATE")

    def release(self) -> None:
        self.other.execute("ROLLBACK")


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    made = Book(tmp_path / "n.sqlite3", busy_seconds=0.02)
    yield made
    made.other.close()
    with suppress(StoreTrouble):
        made.writer.close()


def elsewhere(work: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=work)
    thread.start()
    return thread


# -- who writes, and what


def test_nothing_is_written_before_somebody_waits_or_flushes(book: Book) -> None:
    assert not book.writer.queued()
    one, two, three = book.hand_over(1, 2, 3)
    assert book.writer.queued()
    assert (book.written, one.done(), three.done()) == ([], False, False)
    two.wait()
    assert book.written == [1, 2, 3]
    assert (one.done(), two.done(), three.done(), book.writer.queued()) == (True, True, True, False)
    one.wait()
    assert book.groups == [[1, 2, 3]], "who comes later finds it done"


def test_a_flush_writes_all_that_was_handed_over_in_large_groups(book: Book) -> None:
    notes = book.hand_over(*range(2 * MAX_BATCH + 1))
    assert book.writer.flush()
    assert [len(group) for group in book.groups] == [MAX_BATCH, MAX_BATCH, 1]
    assert book.written == list(range(2 * MAX_BATCH + 1))
    assert all(note.done() for note in notes)
    assert book.writer.flush()
    assert len(book.groups) == 3, "without anything to write nothing is written"


def test_closing_writes_the_rest_and_then_nothing_is_taken(book: Book) -> None:
    (note,) = book.hand_over(1)
    book.writer.close()
    assert (book.written, note.done()) == ([1], True)
    with pytest.raises(StoreTrouble, match="the ledger is closed"):
        book.hand_over(2)
    book.writer.close()
    book.lock()
    # Its connection is gone: a file that a closed one held could not be moved to another journal.
    book.release()
    assert book.other.execute("PRAGMA journal_mode = DELETE").fetchone() == ("delete",)


# -- another one is writing


def test_who_is_not_patient_leaves_it_to_later(book: Book) -> None:
    (note,) = book.hand_over(1)
    book.lock()
    begun = time.monotonic()
    assert book.writer.flush(patient=False) is False
    assert time.monotonic() - begun < 5, "not even the ten seconds that a connection waits by itself"
    assert (book.writer.queued(), note.done()) == (True, False)
    book.release()
    assert book.writer.flush(patient=False) is True
    assert book.written == [1]


def test_who_is_not_patient_does_not_wait_for_another_thread_either(book: Book) -> None:
    at_it, go_on = threading.Event(), threading.Event()

    def slowly(_: Group) -> None:
        at_it.set()
        go_on.wait(10)

    book.refuse = slowly
    book.hand_over(1)
    writing = elsewhere(book.writer.flush)
    assert at_it.wait(10)
    book.refuse = lambda _: None
    (late,) = book.hand_over(2)
    assert book.writer.flush(patient=False) is False
    patient = elsewhere(book.writer.flush)
    assert not late.done()
    go_on.set()
    writing.join(10)
    patient.join(10)
    assert (late.done(), book.written) == (True, [1, 2])


@pytest.mark.parametrize("how", ["wait", "flush"])
def test_another_process_that_writes_for_long_is_waited_for(book: Book, how: str) -> None:
    """Longer than one wait (0.02 s), shorter than all of them."""
    book.lock()
    notes = book.hand_over(1, 2)
    writing = elsewhere(notes[0].wait if how == "wait" else book.writer.flush)
    writing.join(0.15)
    assert writing.is_alive()
    assert not notes[0].done()
    book.release()
    writing.join(10)
    notes[1].wait()
    assert book.written == [1, 2]


def test_one_that_never_ends_is_not_waited_for_for_ever(book: Book) -> None:
    book.lock()
    first, second = book.hand_over(1, 2)
    begun = time.monotonic()
    with pytest.raises(StoreBusy, match="another process is writing to the database"):
        first.wait()
    assert time.monotonic() - begun >= 30 * 0.02
    book.release()
    # What comes after it would otherwise be on disk without it.
    with pytest.raises(StoreBusy):
        second.wait()
    with pytest.raises(StoreBusy):
        book.hand_over(3)
    with pytest.raises(StoreBusy):
        book.writer.close()
    assert book.written == []


def test_who_closes_has_waited_long_enough(tmp_path: Path) -> None:
    book = Book(tmp_path / "n.sqlite3", busy_seconds=0.2)
    (note,) = book.hand_over(1)
    book.lock()
    begun = time.monotonic()
    with pytest.raises(StoreBusy):
        book.writer.close()
    assert 0.2 <= time.monotonic() - begun < 5, "not thirty times as long"
    with pytest.raises(StoreBusy):
        note.wait()
    book.release()
    book.other.close()


# -- what cannot be written


def test_after_a_failure_nothing_more_is_written(book: Book) -> None:
    book.hand_over(1)[0].wait()
    same, new = book.hand_over(1, 2)
    with pytest.raises(StoreTrouble, match="UNIQUE"):
        same.wait()
    with pytest.raises(StoreTrouble, match="UNIQUE"):
        new.wait()
    with pytest.raises(StoreTrouble, match="UNIQUE"):
        book.hand_over(3)
    assert book.writer.flush()
    with pytest.raises(StoreTrouble, match="UNIQUE"):
        book.writer.close()
    assert book.written == [1]


def test_what_does_not_go_together_goes_one_by_one(book: Book) -> None:
    """What was refused in the group counts only when it is refused alone as well."""

    def refuse(operations: Group) -> None:
        for one in operations:
            if len(operations) > 1 or one.number == 2:
                one.trouble = RunLocked("no")
        if len(operations) > 1:
            raise Unexpected

    book.refuse = refuse
    one, two, three = book.hand_over(1, 2, 3)
    one.wait()
    three.wait()
    with pytest.raises(RunLocked):
        two.wait()
    assert book.groups == [[1, 2, 3], [1], [2], [3]]
    assert book.written == [1, 2, 3]


def test_one_by_one_the_first_ones_are_safe_when_a_later_one_fails(book: Book) -> None:
    book.hand_over(3)[0].wait()

    def refuse(operations: Group) -> None:
        if len(operations) > 1:
            raise Unexpected

    book.refuse = refuse
    one, two, three, four = book.hand_over(1, 2, 3, 4)
    with pytest.raises(StoreTrouble, match="UNIQUE"):
        three.wait()
    assert book.written == [3, 1, 2]
    one.wait()
    two.wait()
    with pytest.raises(StoreTrouble, match="UNIQUE"):
        four.wait()


def test_a_defect_leaves_nobody_waiting(book: Book) -> None:
    def refuse(_: Group) -> None:
        raise ZeroDivisionError

    book.refuse = refuse
    one, two = book.hand_over(1, 2)
    with pytest.raises(ZeroDivisionError):
        one.wait()
    with pytest.raises(StoreTrouble, match="the ledger's writer stopped"):
        two.wait()
    with pytest.raises(StoreTrouble, match="the ledger's writer stopped"):
        book.hand_over(3)
    assert book.written == []


# -- groups of a ledger in which somebody has changed a row by hand


def new_run(store: SqliteStore, count: int) -> Run:
    planned = plan(recipient(f"r{number}@example.com") for number in range(1, count + 1))
    return store.create_run(planned, addressed(planned))


def by_hand(root: Path, sql: str) -> None:
    with closing(connect(root / "var/newsletter.sqlite3")) as other:
        other.execute(sql)


def test_of_intents_only_the_one_that_was_changed_is_refused(store: SqliteStore, root: Path) -> None:
    run = new_run(store, 3)
    with store.open_ledger(run.id) as ledger:
        pending = ledger.pending(0, 10)
        by_hand(root, "UPDATE delivery SET state = 'cancelled' WHERE seq = 2")
        one, two, three = [ledger.intend(each, 1) for each in pending]
        three.wait()
        one.wait()
        with pytest.raises(RunLocked):
            two.wait()
        assert [each.state.value for each in store.deliveries(run.id)] == ["claimed", "cancelled", "claimed"]


def test_a_result_of_what_was_settled_by_hand_is_no_attempt(store: SqliteStore, root: Path) -> None:
    run = new_run(store, 3)
    with store.open_ledger(run.id) as ledger:
        pending = ledger.pending(0, 10)
        by_hand(root, "UPDATE delivery SET state = 'cancelled' WHERE seq = 2")
        for each in pending:
            ledger.record(each, 1, LATER, state=DeliveryState.DEFERRED, deferrals=1, next_at=NOW, started_at=NOW)
        assert ledger.queued()
        assert ledger.flush()
        assert not ledger.queued()
    assert [each.state.value for each in store.deliveries(run.id)] == ["deferred", "cancelled", "deferred"]
    assert [attempt.seq for attempt in store.attempts(run.id)] == [1, 3]


def test_who_was_deferred_is_claimed_and_deferred_again_in_groups(store: SqliteStore) -> None:
    run = new_run(store, 5)
    with store.open_ledger(run.id) as ledger:
        for number in (1, 2, 3):
            deliveries = ledger.deferred() or ledger.pending(0, 10)
            for intent in [ledger.intend(each, number) for each in deliveries]:
                intent.wait()
            assert store.counts(run.id)[DeliveryState.CLAIMED] == 5
            for each in deliveries:
                ledger.record(
                    each,
                    number,
                    LATER,
                    state=DeliveryState.DEFERRED,
                    deferrals=number,
                    next_at=NOW,
                    started_at=NOW,
                )
            ledger.flush()
            assert [each.attempts for each in ledger.deferred()] == [number] * 5
        # Cut off before they were begun: the result counts though nobody claimed them.
        for each in ledger.deferred():
            lost = LATER._replace(outcome=Outcome.NOT_SENT)
            ledger.record(each, 4, lost, state=DeliveryState.PENDING, deferrals=3, next_at=None, started_at=NOW)
        ledger.flush()
        assert [each.attempts for each in ledger.pending(0, 10)] == [4] * 5


def test_one_foreign_write_is_asked_about_once(store: SqliteStore) -> None:
    """After somebody else has written, whoever is read anew needs no question of their own any more."""
    run = new_run(store, 6)
    with store.open_ledger(run.id) as ledger:
        first, *_ = ledger.pending(0, 10)
        store.suppress("elsewhere@example.org", "left", "web")
        ledger.intend(first, 1).wait()
        asked: list[str] = []
        ledger._writer._connection.set_trace_callback(asked.append)
        for each in ledger.pending(first.seq, 10):
            ledger.intend(each, 1).wait()
        ledger._writer._connection.set_trace_callback(None)
        assert not [sql for sql in asked if "suppression" in sql]


def test_whoever_a_crash_left_in_doubt_says_nothing_of_the_time_before(store: SqliteStore) -> None:
    """They were put off once, then claimed; the answer of then would be read as the answer of now."""
    run = new_run(store, 2)
    with store.open_ledger(run.id) as ledger:
        one = ledger.pending(0, 1)[0]
        ledger.record(one, 1, LATER, state=DeliveryState.DEFERRED, deferrals=1, next_at=NOW, started_at=NOW)
        ledger.intend(one, 2).wait()
    with store.open_ledger(run.id) as ledger:
        (doubtful,) = ledger.recovered
        assert (doubtful.seq, doubtful.state, doubtful.attempts) == (1, DeliveryState.UNKNOWN, 2)
        assert (doubtful.code, doubtful.enhanced, doubtful.next_at) == (0, "", None)
        assert "ended before the relay's answer was recorded" in doubtful.reply
        assert [each.seq for each in ledger.pending(0, 10)] == [2]
        assert ledger.deferred() == []
    last = list(store.attempts(run.id, 1))[-1]
    assert (last.number, last.outcome, last.code, last.stage) == (2, "unknown", 0, "dot")


def test_who_is_left_out_is_left_out_from_wherever_they_stood(store: SqliteStore) -> None:
    run = new_run(store, 4)
    with store.open_ledger(run.id) as ledger:
        one, two, three, four = ledger.pending(0, 10)
        ledger.record(one, 1, LATER, state=DeliveryState.DEFERRED, deferrals=1, next_at=NOW, started_at=NOW)
        ledger.cancel(one, "left")
        ledger.cancel(two, "left")
        ledger.intend(three, 1)
        ledger.cancel(three, "too late")
        ledger.flush()
        assert [each.seq for each in ledger.pending_of([1, 2, 3, 4])] == [4]
        ledger.cancel(four, "left")
        ledger.flush()
        assert ledger.pending_of([4]) == []
    found = list(store.deliveries(run.id))
    assert [each.state.value for each in found] == ["cancelled", "cancelled", "claimed", "cancelled"]
    assert (found[0].code, found[0].enhanced, found[0].reply, found[0].next_at) == (0, "", "left", None)
    with pytest.raises(StoreTrouble):
        ledger.pending(0, 10)
