"""Group commit: one thread owns the write connection, and one commit serves everybody who waits.

Each sending thread hands over its intent or its result; the writer takes all that is queued, writes it in one
transaction, and wakes those who wait once the commit is on disk. Order is first in, first out, so when an
intent is durable every result handed over before it is durable too.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue

from newsletter.errors import StoreTrouble
from newsletter.store.connection import transaction, translate

Statement = tuple[str, Sequence[object]]
MAX_BATCH = 1000
"""Most operations of one commit; bounds the time one of them waits for the others."""


@dataclass
class Operation:
    """Statements that belong together. `changed`: rows changed by the first, known once `done` is set."""

    statements: tuple[Statement, ...]
    done: threading.Event | None = None
    changed: int = 0
    trouble: StoreTrouble | None = None


class Writer:
    """Owns `connection` from now on; `close` drains what is queued and closes it.

    After the first failure nothing more is written and every call raises StoreTrouble: what is then on disk
    is a prefix of what was handed over, never a selection.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path
        self._queue: SimpleQueue[Operation | None] = SimpleQueue()
        self._trouble: StoreTrouble | None = None
        self._closing = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="ledger-writer", daemon=True)
        self._thread.start()

    def submit(self, statements: Sequence[Statement]) -> None:
        """Hand over and return at once. Raises StoreTrouble when the writer has failed before."""
        self._put(Operation(tuple(statements)))

    def write(self, statements: Sequence[Statement]) -> int:
        """Hand over, wait until it is on disk, return the rows changed by the first statement.

        Raises StoreTrouble when it could not be written.
        """
        operation = Operation(tuple(statements), threading.Event())
        assert operation.done is not None
        self._put(operation)
        operation.done.wait()
        if operation.trouble is not None:
            raise operation.trouble
        return operation.changed

    def close(self) -> None:
        """Write what is queued, end the thread, close the connection. Raises StoreTrouble if anything was lost."""
        with self._closing:
            if not self._closed:
                self._closed = True
                self._queue.put(None)
        self._thread.join()
        if self._trouble is not None:
            raise self._trouble

    def _put(self, operation: Operation) -> None:
        with self._closing:
            if self._trouble is not None:
                raise self._trouble
            if self._closed:
                raise StoreTrouble("the ledger is closed", where=self._path.as_posix())
            self._queue.put(operation)

    def _run(self) -> None:
        open_ = True
        try:
            while open_:
                batch, open_ = self._next_batch()
                self._commit(batch)
        finally:
            # Nobody may wait for ever, not even when a defect of this class ended the loop.
            with self._closing:
                if not self._closed:
                    self._trouble = StoreTrouble("the ledger's writer stopped", where=self._path.as_posix())
                left = self._drain()
            if self._trouble is not None:
                self._fail(left, self._trouble)
            self._connection.close()

    def _next_batch(self) -> tuple[list[Operation], bool]:
        """Wait for one operation, take all others that are there; False when there will be no more."""
        item = self._queue.get()
        batch: list[Operation] = []
        while item is not None:
            batch.append(item)
            if len(batch) == MAX_BATCH:
                return batch, True
            try:
                item = self._queue.get_nowait()
            except Empty:
                return batch, True
        return batch, False

    def _commit(self, batch: list[Operation]) -> None:
        if self._trouble is not None:
            self._fail(batch, self._trouble)
            return
        try:
            if batch:
                with transaction(self._connection):
                    for operation in batch:
                        operation.changed = self._execute(operation)
        except sqlite3.Error as error:
            self._trouble = translate(error, self._path)
            self._fail(batch, self._trouble)
            return
        for operation in batch:
            if operation.done is not None:
                operation.done.set()

    def _execute(self, operation: Operation) -> int:
        """Run the first statement; the others only when it changed something."""
        (sql, values), *others = operation.statements
        changed = self._connection.execute(sql, values).rowcount
        if changed:
            for sql, values in others:
                self._connection.execute(sql, values)
        return changed

    def _drain(self) -> list[Operation]:
        left: list[Operation] = []
        while not self._queue.empty():
            item = self._queue.get()
            if item is not None:
                left.append(item)
        return left

    def _fail(self, batch: list[Operation], trouble: StoreTrouble) -> None:
        for operation in batch:
            operation.trouble = trouble
            if operation.done is not None:
                operation.done.set()
