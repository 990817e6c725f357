"""What people want of runs, approvals, and the paces that all processes share."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol

from newsletter.clock import Clock
from newsletter.models.control import Approval, Pace, Person, RunControl, Terms, Wish
from newsletter.store.rows import instant, maybe_instant

_CONTROL = (
    "run, confirmed_by, confirmed_account, at, hold_until, ignore_quiet, seeds, begun_at, late, wish, wished_by, "
    "wished_at, reason, waiting, waiting_until"
)
_PACE = "rate, ceiling, next_at, slowed_at, paused_until"


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
    """See `Controls`. rows, writing: the store's own, which lock and translate."""

    def __init__(
        self,
        rows: Callable[[str, Sequence[object]], list[Any]],
        writing: Callable[[], AbstractContextManager[sqlite3.Connection]],
        clock: Clock,
    ) -> None:
        self._rows = rows
        self._writing = writing
        self._clock = clock
        self._own = 0

    def version(self) -> tuple[int, int]:
        """Something else whenever another connection (SQLite's manual, PRAGMA data_version) or this one has
        written."""
        return int(self._rows("PRAGMA data_version", ())[0][0]), self._own

    # -- runs

    def of(self, run: str) -> RunControl:
        """The control of a run."""
        rows = self._rows(f"SELECT {_CONTROL} FROM control WHERE run = ?", (run,))  # noqa: S608 (constant)
        return _control_of(rows[0]) if rows else RunControl(run)

    def wish(self, run: str, wish: Wish, by: str, reason: str = "") -> None:
        """Somebody wants something of a run."""
        self._set(run, wish=wish, wished_by=by, wished_at=instant(self._clock.now()), reason=reason)

    def stopped(self, run: str, by: str) -> None:
        """Somebody stopped the process that sends it; nothing when it is finished, or they want more than that."""
        ((finished,),) = self._rows("SELECT finished_at IS NOT NULL FROM run WHERE id = ?", (run,))
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
        ((first,),) = self._rows(
            "SELECT min(started_at) FROM attempt WHERE run = ?1 AND seq = ?2 AND outcome = 'deferred' "
            "AND ended_at > coalesce((SELECT max(at) FROM resolution WHERE run = ?1 AND seq = ?2), '')",
            (run, seq),
        )
        return _moment(first)

    def first_due(self, run: str) -> datetime | None:
        """When the first deferred delivery of a run is due."""
        ((first,),) = self._rows("SELECT min(next_at) FROM delivery WHERE run = ? AND state = 'deferred'", (run,))
        return _moment(first)

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
        rows = self._rows(
            "SELECT digest, issue, person, account, at, total FROM approval WHERE digest = ? ORDER BY id",
            (digest,),
        )
        return [
            Approval(digest, issue, Person(person, account), datetime.fromisoformat(at), total)
            for digest, issue, person, account, at, total in rows
        ]

    # -- paces

    def change_pace(self, name: str, change: Callable[[Pace], Pace]) -> Pace:
        """Read, change and write a pace in one transaction."""
        with self._writing() as connection:
            row = connection.execute(f"SELECT {_PACE} FROM pace WHERE name = ?", (name,)).fetchone()  # noqa: S608
            pace = change(Pace(*row) if row else Pace())
            connection.execute(
                f"INSERT OR REPLACE INTO pace (name, {_PACE}) VALUES (?, ?, ?, ?, ?, ?)",  # noqa: S608
                (name, pace.rate, pace.ceiling, pace.next_at, pace.slowed_at, pace.paused_until),
            )
        return pace

    def pace(self, name: str) -> Pace:
        """A pace as it is."""
        rows = self._rows(f"SELECT {_PACE} FROM pace WHERE name = ?", (name,))  # noqa: S608 (constant)
        return Pace(*rows[0]) if rows else Pace()

    def resting(self, prefix: str, now: float) -> list[str]:
        """Names of paces that begin with `prefix` and are paused at `now`."""
        rows = self._rows(
            "SELECT name FROM pace WHERE paused_until > ? AND substr(name, 1, ?) = ? ORDER BY name",
            (now, len(prefix), prefix),
        )
        return [str(row[0]) for row in rows]

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


def _control_of(row: Sequence[Any]) -> RunControl:
    run, name, account, at, hold_until, ignore_quiet, seeds, begun_at, late, wish, wished_by = row[:11]
    wished_at, reason, waiting, waiting_until = row[11:]
    return RunControl(
        run,
        Terms(Person(name, account), _moment(at), _moment(hold_until), bool(ignore_quiet), seeds),
        begun_at=_moment(begun_at),
        late=bool(late),
        wish=Wish(wish),
        wished_by=wished_by,
        wished_at=_moment(wished_at),
        reason=reason,
        waiting=waiting,
        waiting_until=_moment(waiting_until),
    )


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
