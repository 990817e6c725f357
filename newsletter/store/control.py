"""What people want of runs, approvals, and the paces that all processes share."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from math import isfinite
from typing import Any, Protocol

from newsletter.clock import Clock
from newsletter.models.control import Approval, Pace, Person, RunControl, Terms, Wish
from newsletter.store.columns import INTEGER, NULL, NUMBER, TEXT, Columns, Read, maybe_moment, moment
from newsletter.store.rows import instant, maybe_instant

_CONTROL = Columns(
    "control",
    run=TEXT,
    confirmed_by=TEXT,
    confirmed_account=TEXT,
    at=TEXT | NULL,
    hold_until=TEXT | NULL,
    ignore_quiet=INTEGER,
    seeds=INTEGER,
    begun_at=TEXT | NULL,
    late=INTEGER,
    wish=TEXT,
    wished_by=TEXT,
    wished_at=TEXT | NULL,
    reason=TEXT,
    waiting=TEXT,
    waiting_until=TEXT | NULL,
)
_APPROVAL = Columns("approval", digest=TEXT, issue=TEXT, person=TEXT, account=TEXT, at=TEXT, total=INTEGER)
_PACE = Columns(
    "pace",
    name=TEXT,
    rate=NUMBER | NULL,
    ceiling=NUMBER | NULL,
    next_at=NUMBER,
    slowed_at=NUMBER,
    paused_until=NUMBER,
)
_STARTED = Columns("attempt", key=3, run=TEXT, seq=INTEGER, started_at=TEXT | NULL)
_DUE = Columns("delivery", key=2, run=TEXT, next_at=TEXT | NULL)


class Controls(Protocol):
    """Every method raises StoreTrouble when the database fails. Usable from several threads."""

    def version(self) -> tuple[int, int]:
        """Something else whenever somebody has written; cheap enough to be asked all the time."""

    def of(self, run: str) -> RunControl:
        """The control of a run; one that says nothing when the run is older than controls."""

    def wish(self, run: str, wish: Wish, by: str, reason: str = "") -> None:
        """Somebody wants something of a run."""

    def stopped(self, run: str, by: str) -> None:
        """Somebody stopped the process that sends it; nothing when it is finished, or they want more than that."""

    def permit(self, run: str, *, late: bool = False, ignore_quiet: bool = False) -> None:
        """A person lifts a guard of a run; what is False stays as it is."""

    def begun(self, run: str) -> None:
        """Sending begins; the first time counts."""

    def waits(self, run: str, waiting: str, until: datetime | None) -> None:
        """What the run waits for; empty when for nothing any more."""

    def approve(self, approval: Approval) -> None:
        """Keep an approval."""

    def approvals(self, digest: str) -> list[Approval]:
        """Approvals of the plan with this digest, the first first."""

    def first_deferral(self, run: str, seq: int) -> datetime | None:
        """When a delivery was first put off, since a person last had it tried again; None when it was not."""

    def first_due(self, run: str) -> datetime | None:
        """When the first deferred delivery of a run is due; None when there is none."""

    def change_pace(self, name: str, change: Callable[[Pace], Pace]) -> Pace:
        """Read, change and write a pace in one transaction; what is there now. A new one begins as ``Pace()``."""

    def pace(self, name: str) -> Pace:
        """A pace as it is."""

    def resting(self, prefix: str, now: float) -> list[str]:
        """Names of paces that begin with `prefix` and are paused at `now` (seconds since 1970)."""

    def take_of_day(self, relay: str, day: str, most: int) -> bool:
        """One more message of a day's allowance; False when `most` were taken."""

    def give_back_to_day(self, relay: str, day: str) -> None:
        """A message that was taken did not go out after all."""


class SqliteControls:
    """See `Controls`. read, writing: the store's own, which lock and translate."""

    def __init__(
        self,
        read: Read,
        writing: Callable[[], AbstractContextManager[sqlite3.Connection]],
        clock: Clock,
    ) -> None:
        self._read = read
        self._writing = writing
        self._clock = clock
        self._own = 0

    def version(self) -> tuple[int, int]:
        """Something else whenever another connection (SQLite's manual, PRAGMA data_version) or this one has
        written."""
        return self._read(_number_of, "PRAGMA data_version")[0], self._own

    # -- runs

    def of(self, run: str) -> RunControl:
        """The control of a run."""
        found = self._read(_control_of, f"SELECT {_CONTROL.sql} FROM control WHERE run = ?", (run,))  # noqa: S608
        return found[0] if found else RunControl(run)

    def wish(self, run: str, wish: Wish, by: str, reason: str = "") -> None:
        """Somebody wants something of a run."""
        self._set(run, wish=wish, wished_by=by, wished_at=instant(self._clock.now()), reason=reason)

    def stopped(self, run: str, by: str) -> None:
        """Somebody stopped the process that sends it; nothing when it is finished, or they want more than that."""
        (finished,) = self._read(_number_of, "SELECT finished_at IS NOT NULL FROM run WHERE id = ?", (run,))
        if not finished and self.of(run).wish is Wish.GO:
            self.wish(run, Wish.STOP, by)

    def permit(self, run: str, *, late: bool = False, ignore_quiet: bool = False) -> None:
        """A person lifts a guard of a run; what is False stays as it is."""
        given = {"late": late, "ignore_quiet": ignore_quiet}
        if any(given.values()):
            self._set(run, **{name: 1 for name, said in given.items() if said})

    def begun(self, run: str) -> None:
        """Sending begins; the first time counts."""
        if self.of(run).begun_at is None:
            self._set(run, begun_at=instant(self._clock.now()))

    def waits(self, run: str, waiting: str, until: datetime | None) -> None:
        """What the run waits for; empty when for nothing any more."""
        known = self.of(run)
        if (known.waiting, known.waiting_until) != (waiting, until):
            self._set(run, waiting=waiting, waiting_until=maybe_instant(until))

    def _set(self, run: str, **values: object) -> None:
        names = ", ".join(f"{name} = ?" for name in values)
        self._own += 1
        with self._writing() as connection:
            connection.execute("INSERT OR IGNORE INTO control (run) VALUES (?)", (run,))
            connection.execute(f"UPDATE control SET {names} WHERE run = ?", (*values.values(), run))  # noqa: S608

    def first_deferral(self, run: str, seq: int) -> datetime | None:
        """When a delivery was first put off, since a person last had it tried again; None when it was not."""
        (first,) = self._read(
            _started_of,
            "SELECT ?1, ?2, min(started_at) FROM attempt WHERE run = ?1 AND seq = ?2 AND outcome = 'deferred' "
            "AND ended_at > coalesce((SELECT max(at) FROM resolution WHERE run = ?1 AND seq = ?2), '')",
            (run, seq),
        )
        return first

    def first_due(self, run: str) -> datetime | None:
        """When the first deferred delivery of a run is due."""
        sql = "SELECT ?1, min(next_at) FROM delivery WHERE run = ?1 AND state = 'deferred'"
        (first,) = self._read(_due_of, sql, (run,))
        return first

    # -- approvals

    def approve(self, approval: Approval) -> None:
        """Keep an approval."""
        who = approval.person
        self._own += 1
        with self._writing() as connection:
            connection.execute(
                "INSERT INTO approval (digest, issue, person, account, at, total) VALUES (?, ?, ?, ?, ?, ?)",
                (approval.digest, approval.issue, who.name, who.account, instant(approval.at), approval.total),
            )

    def approvals(self, digest: str) -> list[Approval]:
        """Approvals of the plan with this digest, the first first."""
        sql = f"SELECT {_APPROVAL.sql} FROM approval WHERE digest = ? ORDER BY id"  # noqa: S608 (constant)
        return self._read(_approval_of, sql, (digest,))

    # -- paces

    def change_pace(self, name: str, change: Callable[[Pace], Pace]) -> Pace:
        """Read, change and write a pace in one transaction."""
        with self._writing() as connection:
            row = connection.execute(f"SELECT {_PACE.sql} FROM pace WHERE name = ?", (name,)).fetchone()  # noqa: S608
            pace = change(_pace_of(row) if row else Pace())
            connection.execute(
                f"INSERT OR REPLACE INTO pace ({_PACE.sql}) VALUES (?, ?, ?, ?, ?, ?)",  # noqa: S608
                (name, pace.rate, pace.ceiling, pace.next_at, pace.slowed_at, pace.paused_until),
            )
        return pace

    def pace(self, name: str) -> Pace:
        """A pace as it is."""
        found = self._read(_pace_of, f"SELECT {_PACE.sql} FROM pace WHERE name = ?", (name,))  # noqa: S608 (constant)
        return found[0] if found else Pace()

    def resting(self, prefix: str, now: float) -> list[str]:
        """Names of paces that begin with `prefix` and are paused at `now`."""
        return self._read(
            lambda row: str(row[0]),
            "SELECT name FROM pace WHERE paused_until > ? AND substr(name, 1, ?) = ? ORDER BY name",
            (now, len(prefix), prefix),
        )

    def take_of_day(self, relay: str, day: str, most: int) -> bool:
        """One more message of a day's allowance; False when `most` were taken."""
        with self._writing() as connection:
            connection.execute("INSERT OR IGNORE INTO warm_up (relay, day, taken) VALUES (?, ?, 0)", (relay, day))
            changed = connection.execute(
                "UPDATE warm_up SET taken = taken + 1 WHERE relay = ? AND day = ? AND taken < ?",
                (relay, day, most),
            ).rowcount
        return bool(changed)

    def give_back_to_day(self, relay: str, day: str) -> None:
        """A message that was taken did not go out after all."""
        with self._writing() as connection:
            connection.execute(
                "UPDATE warm_up SET taken = taken - 1 WHERE relay = ? AND day = ? AND taken > 0", (relay, day)
            )


def insert_terms(connection: sqlite3.Connection, run: str, terms: Terms) -> None:
    """Write the terms of a new run, in the transaction that makes it."""
    connection.execute(
        "INSERT INTO control (run, confirmed_by, confirmed_account, at, hold_until, ignore_quiet, seeds) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            *(run, terms.confirmed_by.name, terms.confirmed_by.account, maybe_instant(terms.at)),
            *(maybe_instant(terms.hold_until), int(terms.ignore_quiet), terms.seeds),
        ),
    )


@_CONTROL.reader
def _control_of(row: Sequence[Any]) -> RunControl:
    run, name, account, at, hold_until, ignore_quiet, seeds, begun_at, late, wish, wished_by = row[:11]
    wished_at, reason, waiting, waiting_until = row[11:]
    return RunControl(
        run,
        Terms(Person(name, account), maybe_moment(at), maybe_moment(hold_until), bool(ignore_quiet), seeds),
        begun_at=maybe_moment(begun_at),
        late=bool(late),
        wish=Wish(wish),
        wished_by=wished_by,
        wished_at=maybe_moment(wished_at),
        reason=reason,
        waiting=waiting,
        waiting_until=maybe_moment(waiting_until),
    )


@_APPROVAL.reader
def _approval_of(row: Sequence[Any]) -> Approval:
    digest, issue, person, account, at, total = row
    return Approval(digest, issue, Person(person, account), moment(at), total)


@_PACE.reader
def _pace_of(row: Sequence[Any]) -> Pace:
    numbers = [number for number in row[1:] if number is not None]
    if not all(map(isfinite, numbers)) or min(numbers) < 0 or 0 in row[1:3]:
        raise ValueError(f"{', '.join(map(str, numbers))} is no pace")
    return Pace(*row[1:])


@_STARTED.reader
def _started_of(row: Sequence[Any]) -> datetime | None:
    return maybe_moment(row[2])


@_DUE.reader
def _due_of(row: Sequence[Any]) -> datetime | None:
    return maybe_moment(row[1])


def _number_of(row: Sequence[Any]) -> int:
    return int(row[0])
