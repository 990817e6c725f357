"""A ledger that fails while a run is sent: full disk, another writer, damaged pages. Nobody twice, nobody lost."""

from __future__ import annotations

import random
import resource
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest
from crash_desk import CrashDesk

from newsletter.delivery import DeliveryEvent, EventKind
from newsletter.errors import NewsletterError, RunLocked, StoreTrouble
from newsletter.inbox import Inbox
from newsletter.store import writer as writers

LEDGER = "ledger.sqlite3"


def after(results: int, job: Callable[[], None]) -> Callable[[DeliveryEvent], None]:
    """Do the job once, when so many results are known."""
    left = [results]

    def on_event(event: DeliveryEvent) -> None:
        if event.kind is EventKind.RESULT:
            left[0] -= 1
            if left[0] == 0:
                job()

    return on_event


# -- full


@contextmanager
def small_files(folder: Path) -> Iterator[tuple[Callable[[], None], Callable[[], None]]]:
    """What keeps files from growing, and what takes that back."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def limit() -> None:
        size = max(path.stat().st_size for path in folder.iterdir())
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))

    def free() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    try:
        yield limit, free
    finally:
        free()


def test_files_that_cannot_grow_stop_the_run_and_room_lets_it_go_on(tmp_path: Path, seed: int) -> None:
    """A quota, or a disk that takes no more: the write itself fails, in the journal and anywhere in a group."""
    chance = random.Random(seed)
    with Inbox() as inbox:
        desk = CrashDesk(tmp_path, inbox)
        run = desk.plan(120)
        with small_files(tmp_path) as (limit, free):
            trouble = desk.send_or_trouble(run, after(chance.randint(1, 60), limit))
            free()
        assert isinstance(trouble, StoreTrouble), trouble
        assert "failed" in trouble.what
        assert desk.send_or_trouble(run) is None
        assert desk.account(run, desk.connections)["accepted"] >= 120 - desk.connections


def test_a_full_disk_stops_the_run_and_room_lets_it_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """SQLite's own word for it, in the middle of a run."""
    from newsletter.store import connection as connections

    real = connections.connect
    opened: list[sqlite3.Connection] = []
    monkeypatch.setattr(
        "newsletter.store.sqlite.connect", lambda *given: opened.append(real(*given)) or opened[-1]
    )
    with Inbox() as inbox:
        desk = CrashDesk(tmp_path, inbox)
        run = desk.plan(120)

        def full() -> None:
            for each in opened:
                with suppress(sqlite3.ProgrammingError):  # closed since
                    each.execute("PRAGMA max_page_count = 1")

        trouble = desk.send_or_trouble(run, after(random.Random(seed).randint(1, 20), full))
        assert isinstance(trouble, StoreTrouble), trouble
        assert trouble.what == "the disk is full"
        assert desk.send_or_trouble(run) is None
        assert desk.account(run, desk.connections)["accepted"] >= 120 - desk.connections


# -- locked


def test_another_process_that_writes_for_long_is_waited_for(tmp_path: Path) -> None:
    """Longer than the time any one statement waits; nobody is left in doubt for it."""
    with Inbox() as inbox:
        desk = CrashDesk(tmp_path, inbox, busy_seconds=0.05)
        run = desk.plan(40)
        with closing(sqlite3.connect(tmp_path / LEDGER, isolation_level=None, check_same_thread=False)) as other:
            over = threading.Timer(0.5, lambda: other.execute("ROLLBACK"))

            def lock() -> None:
                other.execute("BEGIN IMMEDIATE")
                over.start()

            assert desk.send_or_trouble(run, after(10, lock)) is None
            over.join()
        assert desk.account(run, 0) == {"accepted": 40}


def test_another_process_that_never_stops_writing_ends_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writers, "BUSY_TRIES", 3)
    with Inbox() as inbox:
        desk = CrashDesk(tmp_path, inbox, busy_seconds=0.05)
        run = desk.plan(40)
        with closing(sqlite3.connect(tmp_path / LEDGER, isolation_level=None, check_same_thread=False)) as other:
            trouble = desk.send_or_trouble(run, after(10, lambda: void(other.execute("BEGIN IMMEDIATE"))))
        assert isinstance(trouble, StoreTrouble)
        assert trouble.what == "another process is writing to the database"
        assert desk.send_or_trouble(run) is None
        desk.account(run, desk.connections)


def void(_: object) -> None:
    """Nothing is returned."""


# -- damaged


@pytest.mark.parametrize("part", range(4))
def test_a_damaged_database_is_told_in_words_and_repeats_nobody(tmp_path: Path, part: int, seed: int) -> None:
    """Pages overwritten at random while nobody had it open. A run that still goes on sends nobody anything twice."""
    stopped = 0
    for number in range(8):
        chance = random.Random(f"{seed} {part} {number}")
        folder = tmp_path / str(number)
        folder.mkdir()
        with Inbox() as inbox:
            desk = CrashDesk(folder, inbox)
            run = desk.plan(60)
            first = desk.send_or_trouble(run, after(20, lambda inbox=inbox: inbox.close()))  # type: ignore[misc]
            assert first is not None
            damage(folder / LEDGER, chance)
            with Inbox() as second:
                again = CrashDesk(folder, second)
                trouble: NewsletterError | None
                try:
                    trouble = again.send_or_trouble(run)
                except RunLocked as words:
                    # The holder's name was what became something else.
                    trouble = words
                except sqlite3.Error as error:
                    pytest.fail(f"CRASH_SEED={seed}, part {part}, {number}: {error!r}")
                stopped += trouble is not None
                received = inbox.per_recipient() + second.per_recipient()
                assert not received or max(received.values()) == 1, f"CRASH_SEED={seed}, part {part}, {number}"
    assert stopped, f"CRASH_SEED={seed}: no damage was noticed"


def damage(path: Path, chance: random.Random) -> None:
    """Some bytes, or whole pages, become others."""
    data = bytearray(path.read_bytes())
    for _ in range(chance.randint(1, 6)):
        length = chance.choice((1, 8, 512, 4096))
        at = chance.randrange(100, len(data) - length)
        data[at : at + length] = chance.randbytes(length)
    path.write_bytes(data)
