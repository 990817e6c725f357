"""A run opened for sending in SQLite."""

from __future__ import annotations

import os
import platform
import secrets
import sqlite3
import threading
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from newsletter.clock import Clock
from newsletter.errors import NothingToResume, StoreTrouble
from newsletter.models.delivery import Delivery, DeliveryState, Run, RunState
from newsletter.models.message import Outcome, SendResult
from newsletter.store.connection import transaction, translated
from newsletter.store.operations import INSERT_ATTEMPT, WITHHELD, Intent, LedgerWrites, Result, Single, withheld
from newsletter.store.rows import DELIVERY_COLUMNS, RUN_COLUMNS, delivery_of, instant, maybe_instant, run_of
from newsletter.store.writer import Operation, Writer

CRASH_WORDS = "the sending process ended before the relay's answer was recorded"

_PENDING = (
    f"SELECT {WITHHELD.format(address='delivery.address')}, {DELIVERY_COLUMNS} FROM delivery "  # noqa: S608 (constants)
    "WHERE run = :run AND state = 'pending' AND seq > :after ORDER BY seq LIMIT :limit"
)
_DEFERRED = f"SELECT {DELIVERY_COLUMNS} FROM delivery WHERE run = ? AND state = 'deferred' ORDER BY next_at, seq"  # noqa: S608


class SqliteLedger:
    """See `newsletter.store.interface.Ledger`. `SqliteStore.open_ledger` makes it and gives it its connections."""

    def __init__(
        self,
        run: Run,
        *,
        path: Path,
        clock: Clock,
        reader: sqlite3.Connection,
        writer: sqlite3.Connection,
        busy_seconds: float,
    ) -> None:
        self.run = run
        self._path = path
        self._clock = clock
        self._reader = reader
        self._reading = threading.Lock()
        self._fence = secrets.token_hex(16)
        self._closed_run: Run | None = None
        with translated(path):
            self.recovered = self._take_over(writer)
            self._writes = LedgerWrites(run, self._fence, lambda: instant(clock.now()), writer)
        self._writer: Writer[Operation] = Writer(writer, path, self._writes, busy_seconds)

    def _take_over(self, connection: sqlite3.Connection) -> tuple[Delivery, ...]:
        """Raise the fence; what the last holder left claimed may have gone out, so it becomes unknown."""
        now = instant(self._clock.now())
        run = self.run.id
        with transaction(connection):
            (state,) = connection.execute("SELECT state FROM run WHERE id = ?", (run,)).fetchone()
            if state == RunState.FINISHED:
                raise NothingToResume(
                    f"run {run} is finished", hint=f"newsletter status {run} shows who got it and who did not"
                )
            connection.execute(
                "UPDATE run SET state = ?, holder = ?, held_by = ?, finished_at = NULL WHERE id = ?",
                (RunState.RUNNING, self._fence, f"process {os.getpid()} on {platform.node()}", run),
            )
            left = connection.execute(
                "SELECT seq, address, attempts, coalesce(claimed_at, ?) FROM delivery "
                "WHERE run = ? AND state = 'claimed' ORDER BY seq",
                (now, run),
            ).fetchall()
            for seq, address, number, claimed_at in left:
                values = (run, seq, address, number, claimed_at, now, Outcome.UNKNOWN, 0, "", CRASH_WORDS, "dot")
                connection.execute(f"{INSERT_ATTEMPT} ({', '.join('?' * len(values))})", values)
            connection.execute(
                "UPDATE delivery SET state = 'unknown', code = 0, enhanced = '', reply = ?, next_at = NULL, "
                "updated_at = ? WHERE run = ? AND state = 'claimed'",
                (CRASH_WORDS, now, run),
            )
            found = [
                connection.execute(
                    f"SELECT {DELIVERY_COLUMNS} FROM delivery WHERE run = ? AND seq = ?",  # noqa: S608 (constant)
                    (run, row[0]),
                ).fetchone()
                for row in left
            ]
        return tuple(delivery_of(row) for row in found)

    def pending(self, after: int, limit: int) -> list[Delivery]:
        """Pending deliveries in plan order, from the first with seq greater than `after`."""
        # Taken before the look: whoever writes after it makes a new set, and this one is worth nothing any more.
        cleared = self._writes.cleared
        values = {"run": self.run.id, "issue": self.run.issue, "after": after, "limit": limit}
        rows = self._rows(_PENDING, values)
        with translated(self._path):
            found = [delivery_of(row[2:]) for row in rows]
        cleared.update(one.seq for one, row in zip(found, rows, strict=True) if row[:2] == (None, None))
        return found

    def pending_of(self, seqs: Sequence[int]) -> list[Delivery]:
        """Those of `seqs` that are pending, in plan order."""
        marks = ", ".join("?" * len(seqs))
        sql = (
            f"SELECT {DELIVERY_COLUMNS} FROM delivery "  # noqa: S608 (constant)
            f"WHERE run = ? AND state = 'pending' AND seq IN ({marks}) ORDER BY seq"
        )
        return self._deliveries(sql, (self.run.id, *seqs))

    def deferred(self) -> list[Delivery]:
        """Deferred deliveries, the one due first first."""
        return self._deliveries(_DEFERRED, (self.run.id,))

    def _deliveries(self, sql: str, values: Sequence[object]) -> list[Delivery]:
        with translated(self._path):
            return [delivery_of(row) for row in self._rows(sql, values)]

    def _rows(self, sql: str, values: Sequence[object] | Mapping[str, object]) -> list[Any]:
        with self._reading, translated(self._path):
            return self._reader.execute(sql, values).fetchall()

    def withheld(self, delivery: Delivery) -> str | None:
        """Why this one is not to be sent to now, or None."""
        if delivery.seq in self._writes.cleared:
            return None
        with self._reading, translated(self._path):
            return withheld(self._reader, self.run, delivery.address)

    def intend(self, delivery: Delivery, number: int) -> Intent:
        """Hand over the intent of attempt `number`; does not wait."""
        cleared = self._writes.cleared
        vouched = cleared if delivery.seq in cleared else None
        cleared.discard(delivery.seq)
        intent = Intent(delivery.seq, number, delivery.address, vouched)
        self._writer.submit(intent)
        return intent

    def record(
        self,
        delivery: Delivery,
        number: int,
        result: SendResult,
        *,
        state: DeliveryState,
        deferrals: int,
        next_at: datetime | None,
        started_at: datetime,
    ) -> None:
        """Hand over the result of attempt `number`; does not wait."""
        now = instant(self._clock.now())
        said = (result.code, result.enhanced, result.reply)
        change = (delivery.seq, state, number, deferrals, maybe_instant(next_at), *said, now)
        attempt = (
            *(self.run.id, delivery.seq, delivery.address, number, instant(started_at), now),
            *(result.outcome, *said, result.stage),
        )
        self._writer.submit(Result(delivery.seq, change, attempt))

    def queued(self) -> bool:
        """Whether something that was handed over is not being written yet."""
        return self._writer.queued()

    def flush(self, *, patient: bool = True) -> bool:
        """Write what was handed over; not patient: unless another is writing, then False."""
        return self._writer.flush(patient=patient)

    def cancel(self, delivery: Delivery, reason: str) -> None:
        """Leave this delivery out, for `reason`; does not wait."""
        sql = (
            "UPDATE delivery SET state = 'cancelled', next_at = NULL, code = 0, enhanced = '', reply = ?, "
            "updated_at = ? WHERE run = ? AND seq = ? AND state IN ('pending', 'deferred')"
        )
        self._writer.submit(Single(sql, (reason, instant(self._clock.now()), self.run.id, delivery.seq)))

    def close(self) -> Run:
        """Write what is queued; the run is then finished, or interrupted when deliveries are open."""
        if self._closed_run is None:
            try:
                self._end_writing()
                sql = f"SELECT {RUN_COLUMNS} FROM run WHERE id = ?"  # noqa: S608 (constant)
                (self._closed_run,) = map(run_of, self._rows(sql, (self.run.id,)))
            finally:
                with self._reading:
                    self._reader.close()
        return self._closed_run

    def _end_writing(self) -> None:
        try:
            self._writer.submit(self._ending()).wait()
        finally:
            self._writer.close()

    def _ending(self) -> Single:
        run = self.run.id
        open_ = "EXISTS (SELECT 1 FROM delivery WHERE run = ? AND state IN ('pending', 'claimed', 'deferred'))"
        sql = (
            f"UPDATE run SET state = CASE WHEN {open_} THEN 'interrupted' ELSE 'finished' END, "  # noqa: S608
            f"finished_at = CASE WHEN {open_} THEN NULL ELSE ? END, holder = NULL, held_by = NULL WHERE id = ?"
        )
        return Single(sql, (run, run, instant(self._clock.now()), run))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.close()
        except StoreTrouble:
            # The error on its way out says more than the one that closing after it meets.
            if error is None:
                raise
