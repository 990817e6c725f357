"""Group commit: one thread owns the write connection, and one commit serves everybody who waits.

Each sending thread hands over its intent or its result; the writer takes all that is queued, writes it in one
transaction, and wakes those who wait once the commit is on disk. Order is first in, first out, so when an
intent is durable every result handed over before it is durable too.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

from newsletter.errors import StoreTrouble
from newsletter.store.connection import transaction, translate

LINGER_SECONDS = 0.0005
"""How long a commit waits for company when the one before had some, because each costs a flush of the disk.

Over a network the wait hides behind the relay's answer to DATA; on one machine it saves ten connections a sixth of
their processor time.
"""

MAX_BATCH = 1000
"""Most operations of one commit; bounds the time one of them waits for the others."""


BUSY_TRIES = 30
"""How often another process is waited for before a run stops: one that writes down a large run takes a minute, and
to stop halfway leaves people in doubt."""


class Operation:
    """Something to be written. Handed over once; `wait` may be called by whoever needs to know its end."""

    __slots__ = ("_open", "trouble")

    def __init__(self) -> None:
        self.trouble: Exception | None = None
        # A bare lock: an Event costs ten times as much, and there is one of these for each message.
        self._open = threading.Lock()
        self._open.acquire()

    def wait(self) -> None:
        """Return when it is on disk. Raises `trouble` when it was refused, StoreTrouble when writing failed."""
        with self._open:
            pass
        if self.trouble is not None:
            raise self.trouble

    def settle(self, trouble: Exception | None = None) -> None:
        """It is on disk, or never will be. Called once, by the writer."""
        if trouble is not None:
            self.trouble = trouble
        self._open.release()


class Unexpected(Exception):
    """Written together the operations do not do what each would do alone; the writer repeats them one by one."""


Op = TypeVar("Op", bound=Operation)


class Writer(Generic[Op]):
    """Owns `connection` from now on; `close` drains what is queued and closes it.

    apply: writes some operations, in their order, in a transaction that is open; sets `trouble` of those it
    refuses. It may raise Unexpected for more than one, after which nothing it did counts.

    After the first failure nothing more is written and every call raises StoreTrouble: what is then on disk
    is a prefix of what was handed over, never a selection.
    """

    def __init__(
        self, connection: sqlite3.Connection, path: Path, apply: Callable[[sqlite3.Connection, Sequence[Op]], None]
    ) -> None:
        self._connection = connection
        self._path = path
        self._apply = apply
        self._queue: SimpleQueue[Op | None] = SimpleQueue()
        self._trouble: StoreTrouble | None = None
        self._closing = threading.Lock()
        self._closed = False
        self._last_call = threading.Event()
        self._shared = False
        self._thread = threading.Thread(target=self._run, name="ledger-writer", daemon=True)
        self._thread.start()

    def submit(self, operation: Op) -> Op:
        """Hand over and return at once. Raises StoreTrouble when the writer has failed before."""
        with self._closing:
            if self._trouble is not None:
                raise self._trouble
            if self._closed:
                raise StoreTrouble("the ledger is closed", where=self._path.as_posix())
            self._queue.put(operation)
        return operation

    def close(self) -> None:
        """Write what is queued, end the thread, close the connection. Raises StoreTrouble if anything was lost."""
        with self._closing:
            if not self._closed:
                self._closed = True
                self._queue.put(None)
                self._last_call.set()
        self._thread.join()
        if self._trouble is not None:
            raise self._trouble

    def _run(self) -> None:
        open_ = True
        try:
            while open_:
                batch, open_ = self._next_batch()
                # One connection alone hands over two at a time: a result and the intent of the next message.
                self._shared = len(batch) > 2
                self._commit(batch)
        finally:
            # Nobody may wait for ever, not even when a defect of this class ended the loop.
            with self._closing:
                if not self._closed:
                    self._trouble = StoreTrouble("the ledger's writer stopped", where=self._path.as_posix())
                left = self._drain()
            for operation in left:
                operation.settle(self._trouble)
            self._connection.close()

    def _next_batch(self) -> tuple[list[Op], bool]:
        """Wait for one operation, take all others that are there; False when there will be no more."""
        item = self._queue.get()
        if self._shared:
            self._last_call.wait(LINGER_SECONDS)
        batch: list[Op] = []
        while item is not None:
            batch.append(item)
            if len(batch) == MAX_BATCH:
                return batch, True
            try:
                item = self._queue.get_nowait()
            except Empty:
                return batch, True
        return batch, False

    def _commit(self, batch: list[Op]) -> None:
        settled = 0
        try:
            if batch and self._trouble is None:
                try:
                    self._write(batch)
                except Unexpected:
                    for operation in batch:
                        operation.trouble = None
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

    def _write(self, operations: Sequence[Op]) -> None:
        for left in reversed(range(BUSY_TRIES)):
            try:
                with transaction(self._connection):
                    self._apply(self._connection, operations)
            except sqlite3.OperationalError as error:
                busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
                if not busy or not left or self._last_call.is_set():
                    raise
            else:
                return

    def _drain(self) -> list[Op]:
        left: list[Op] = []
        while not self._queue.empty():
            item = self._queue.get()
            if item is not None:
                left.append(item)
        return left
