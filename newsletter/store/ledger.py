"""A run opened for sending in SQLite."""

from __future__ import annotations

import os
import platform
import secrets
import sqlite3
import threading
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from newsletter.clock import Clock
from newsletter.errors import NothingToResume, RunLocked, StoreTrouble
from newsletter.models.delivery import Delivery, DeliveryState, Run, RunState
from newsletter.models.message import Outcome, SendResult
from newsletter.store.connection import transaction, translated
from newsletter.store.rows import DELIVERY_COLUMNS, delivery_of, instant, maybe_instant
from newsletter.store.writer import Statement, Writer

CRASH_WORDS = "the sending process ended before the relay's answer was recorded"

_HELD = "EXISTS (SELECT 1 FROM run WHERE id = ? AND holder = ?)"
"""The fence: a process that lost the run changes nothing, however late it wakes up."""

_INSERT_ATTEMPT = (
    "INSERT INTO attempt (run, seq, address, number, started_at, ended_at, outcome, code, enhanced, reply, stage) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


class SqliteLedger:
    """See `newsletter.store.interface.Ledger`. `SqliteStore.open_ledger` makes it and gives it its connections."""

    def __init__(
        self, run: Run, *, path: Path, clock: Clock, reader: sqlite3.Connection, writer: sqlite3.Connection
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
        self._writer = Writer(writer, path)

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
                connection.execute(_INSERT_ATTEMPT, values)
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
        return self._read(
            f"SELECT {DELIVERY_COLUMNS} FROM delivery "  # noqa: S608 (constant)
            "WHERE run = ? AND state = 'pending' AND seq > ? ORDER BY seq LIMIT ?",
            (self.run.id, after, limit),
        )

    def deferred(self) -> list[Delivery]:
        """Deferred deliveries, the one due first first."""
        return self._read(
            f"SELECT {DELIVERY_COLUMNS} FROM delivery "  # noqa: S608 (constant)
            "WHERE run = ? AND state = 'deferred' ORDER BY next_at, seq",
            (self.run.id,),
        )

    def _read(self, sql: str, values: Sequence[object]) -> list[Delivery]:
        with self._reading, translated(self._path):
            rows = self._reader.execute(sql, values).fetchall()
        return [delivery_of(row) for row in rows]

    def claim(self, delivery: Delivery, number: int) -> None:
        """Record the intent of attempt `number`; returns when it is on disk."""
        now = instant(self._clock.now())
        claim: Statement = (
            "UPDATE delivery SET state = 'claimed', attempts = ?, claimed_at = ?, updated_at = ? "  # noqa: S608
            f"WHERE run = ? AND seq = ? AND state IN ('pending', 'deferred') AND {_HELD}",
            (number, now, now, self.run.id, delivery.seq, self.run.id, self._fence),
        )
        if not self._writer.write([claim]):
            raise RunLocked(
                f"another process has taken over run {self.run.id} of issue {self.run.issue}",
                hint="let that process finish; this one has stopped",
            )

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
        now, run = instant(self._clock.now()), self.run.id
        said = (result.code, result.enhanced, result.reply)
        change: Statement = (
            "UPDATE delivery SET state = ?, attempts = ?, deferrals = ?, next_at = ?, "  # noqa: S608
            "code = ?, enhanced = ?, reply = ?, updated_at = ? "
            f"WHERE run = ? AND seq = ? AND state IN ('pending', 'deferred', 'claimed') AND {_HELD}",
            (state, number, deferrals, maybe_instant(next_at), *said, now, run, delivery.seq, run, self._fence),
        )
        attempt: Statement = (
            _INSERT_ATTEMPT,
            (
                *(run, delivery.seq, delivery.address, number, instant(started_at), now),
                *(result.outcome, *said, result.stage),
            ),
        )
        self._writer.submit([change, attempt])

    def cancel(self, delivery: Delivery, reason: str) -> None:
        """Leave this delivery out, for `reason`; does not wait."""
        run = self.run.id
        change: Statement = (
            "UPDATE delivery SET state = 'cancelled', next_at = NULL, code = 0, "  # noqa: S608
            "enhanced = '', reply = ?, updated_at = ? "
            f"WHERE run = ? AND seq = ? AND state IN ('pending', 'deferred') AND {_HELD}",
            (reason, instant(self._clock.now()), run, delivery.seq, run, self._fence),
        )
        self._writer.submit([change])

    def received_elsewhere(self, address: str) -> str | None:
        """Id of another run of the same issue in which the relay took, or may have taken, this address."""
        with self._reading, translated(self._path):
            row = self._reader.execute(
                "SELECT delivery.run FROM delivery JOIN run ON run.id = delivery.run "
                "WHERE delivery.address = ? AND run.issue = ? AND run.id <> ? "
                "AND delivery.state IN ('accepted', 'claimed', 'unknown') LIMIT 1",
                (address, self.run.issue, self.run.id),
            ).fetchone()
        return None if row is None else str(row[0])

    def is_suppressed(self, address: str) -> str | None:
        """Why the address is not to be mailed, or None."""
        with self._reading, translated(self._path):
            row = self._reader.execute("SELECT reason FROM suppression WHERE address = ?", (address,)).fetchone()
        return None if row is None else str(row[0])

    def close(self) -> Run:
        """Write what is queued; the run is then finished, or interrupted when deliveries are open."""
        if self._closed_run is None:
            try:
                self._writer.write([self._ending()])
            finally:
                self._writer.close()
                with self._reading, translated(self._path):
                    state, finished_at = self._reader.execute(
                        "SELECT state, finished_at FROM run WHERE id = ?", (self.run.id,)
                    ).fetchone()
                    self._reader.close()
            ended = None if finished_at is None else datetime.fromisoformat(finished_at)
            run = self.run
            self._closed_run = Run(
                run.id, run.issue, run.digest, run.mail_from, RunState(state), run.created_at, ended, run.total
            )
        return self._closed_run

    def _ending(self) -> Statement:
        run = self.run.id
        open_ = "EXISTS (SELECT 1 FROM delivery WHERE run = ? AND state IN ('pending', 'claimed', 'deferred'))"
        return (
            f"UPDATE run SET state = CASE WHEN {open_} THEN 'interrupted' ELSE 'finished' END, "  # noqa: S608
            f"finished_at = CASE WHEN {open_} THEN NULL ELSE ? END, holder = NULL, held_by = NULL "
            "WHERE id = ? AND holder = ?",
            (run, run, instant(self._clock.now()), run, self._fence),
        )

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
