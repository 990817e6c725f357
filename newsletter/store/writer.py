"""Group commit: whoever cannot wait any longer writes for everybody, in one transaction with one disk flush.

Each connection hands over its intent or its result and goes on. What has been handed over is written, in that
order, by the first that waits for its own (`Operation.wait`) or by whoever drives the connections
(`Writer.flush`). First in, first out: when an intent is durable, every result handed over before it is too.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Generic, TypeVar

from newsletter.errors import StoreTrouble
from newsletter.store.connection import BUSY_SECONDS, begun, translate, try_begin

TRY_SECONDS = 0.005
"""How often to try again while another process is writing."""

BUSY_TRIES = 30
"""How often another process is waited for before a run stops: one that writes down a large run takes a minute, and
to stop halfway leaves people in doubt."""

MAX_BATCH = 1000
"""Most operations of one commit; bounds the time one of them waits for the others."""


class Operation:
    """Something to be written. Handed over once; `wait` may be called by whoever needs to know its end."""

    __slots__ = ("settled", "trouble", "write")

    def __init__(self) -> None:
        self.trouble: Exception | None = None
        self.settled = False
        self.write: Callable[[Operation], None]

    def done(self) -> bool:
        """Whether it is on disk, or never will be."""
        return self.settled

    def wait(self) -> None:
        """Return when it is on disk. Raises `trouble` when it was refused, StoreTrouble when writing failed."""
        if not self.settled:
            self.write(self)
        if self.trouble is not None:
            raise self.trouble

    def settle(self, trouble: Exception | None = None) -> None:
        """It is on disk, or never will be. Called once, by the writer."""
        if trouble is not None:
            self.trouble = trouble
        self.settled = True


class Unexpected(Exception):
    """Written together the operations do not do what each would do alone; the writer repeats them one by one."""


Op = TypeVar("Op", bound=Operation)


class Writer(Generic[Op]):
    """Owns `connection` from now on; `close` writes what is queued and closes it. Usable from several threads.

    apply: writes some operations, in their order, in a transaction that is open; sets `trouble` of those it
    refuses. It may raise Unexpected for more than one, after which nothing it did counts.

    After the first failure nothing more is written and every call raises StoreTrouble: what is then on disk
    is a prefix of what was handed over, never a selection.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        path: Path,
        apply: Callable[[sqlite3.Connection, Sequence[Op]], None],
        busy_seconds: float = BUSY_SECONDS,
    ) -> None:
        self._connection = connection
        self._path = path
        self._apply = apply
        self._busy_seconds = busy_seconds
        # Whether to wait for another process is decided anew for each commit, by `_begin`.
        connection.execute("PRAGMA busy_timeout = 0")
        self._queue: deque[Op] = deque()
        self._trouble: StoreTrouble | None = None
        self._handing = threading.Lock()
        self._writing = threading.Lock()
        self._closed = False

    def submit(self, operation: Op) -> Op:
        """Hand over and return at once. Raises StoreTrouble when writing has failed before."""
        operation.write = self._write_until
        with self._handing:
            if self._trouble is not None:
                raise self._trouble
            if self._closed:
                raise StoreTrouble("the ledger is closed", where=self._path.as_posix())
            self._queue.append(operation)
        return operation

    def queued(self) -> bool:
        """Whether something that was handed over is not being written yet."""
        return bool(self._queue)

    def flush(self, *, patient: bool = True) -> bool:
        """Write what was handed over before this call. Those who wait for it hear what became of it.

        patient: wait while another process or thread is writing; otherwise False, and nothing is written.
        """
        if not self._writing.acquire(blocking=patient):
            return False
        try:
            for _ in range(-(-len(self._queue) // MAX_BATCH)):
                if not self._commit(patient=patient):
                    return False
        finally:
            self._writing.release()
        return True

    def close(self) -> None:
        """Write what is queued, close the connection. Raises StoreTrouble if anything was lost."""
        with self._handing:
            closed, self._closed = self._closed, True
        if not closed:
            try:
                self.flush()
            finally:
                with self._writing:
                    self._connection.close()
        if self._trouble is not None:
            raise self._trouble

    def _write_until(self, operation: Operation) -> None:
        """Write what is queued until this one is settled; another thread may do it meanwhile."""
        with self._writing:
            while not operation.settled:
                self._commit(patient=True)

    def _commit(self, *, patient: bool) -> bool:
        """Write the next batch; False when it is another's turn and nobody waits for that."""
        batch: list[Op] = []
        settled = 0
        try:
            if self._trouble is None and not self._begin(patient):
                return False
            batch = [self._queue.popleft() for _ in range(min(len(self._queue), MAX_BATCH))]
            if self._trouble is None:
                try:
                    self._write(batch)
                except Unexpected:
                    for operation in batch:
                        operation.trouble = None
                        self._begin(patient=True)
                        self._write([operation])
                        operation.settle()
                        settled += 1
        except (sqlite3.Error, UnicodeDecodeError) as error:
            self._trouble = translate(error, self._path)
        except BaseException:
            # A defect: this batch was not written, and those who wait for it must not wait for ever.
            self._trouble = StoreTrouble("the ledger's writer stopped", where=self._path.as_posix())
            raise
        finally:
            for operation in batch[settled:]:
                operation.settle(self._trouble)
        return True

    def _begin(self, patient: bool) -> bool:
        """Take the write lock. Raises sqlite3.OperationalError when another keeps it for longer than we wait."""
        since = 0.0
        while not try_begin(self._connection):
            if not patient:
                return False
            now = time.monotonic()
            since = since or now
            # Whoever closes has been waited for long enough.
            if now - since > self._busy_seconds * (1 if self._closed else BUSY_TRIES):
                self._connection.execute("BEGIN IMMEDIATE")
                break
            threading.Event().wait(TRY_SECONDS)
        return True

    def _write(self, operations: Sequence[Op]) -> None:
        with begun(self._connection):
            self._apply(self._connection, operations)
