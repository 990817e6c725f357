"""Drives all connections of a round in one thread.

A thread for each connection would spend more time on handing the interpreter's lock to the next than on mail. So
the work of a connection is a generator that yields what it waits for: its socket, its intent, or something that
takes long and is done aside by a thread of its own (connecting, a rate's turn). What the connections hand to the
ledger is written together.
"""

from __future__ import annotations

import select
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable
from contextlib import suppress
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any, Protocol, TypeVar

from newsletter.transport import Until, Wish

T = TypeVar("T")

LINGER_SECONDS = 0.0012
"""How long what is to be written waits for company, because each commit costs a flush of the disk. Over a network
that hides behind the relay's answer to DATA."""

SLOW_SECONDS = 0.005
"""A ledger that takes longer, or waits for another process, writes aside: the connections go on meanwhile."""

_NEVER = float("inf")


@dataclass(frozen=True, slots=True)
class Aside:
    """Something that may take long, done by a thread of the connection; it goes on with what that returns."""

    work: Callable[[], object]


Work = Generator[Wish | Aside, Any, T]


class Writing(Protocol):
    """What the loop needs of a ledger."""

    def queued(self) -> bool: ...
    def flush(self, *, patient: bool = True) -> bool: ...


class _Connection:
    __slots__ = ("deadline", "helper", "until", "work")

    def __init__(self, work: Work[None]) -> None:
        self.work = work
        self.until: Until | None = None
        self.deadline = _NEVER
        self.helper: _Helper | None = None


class Loop:
    """Runs the work of connections until the last has ended. `add`, `join` and `working` are for other threads.

    The work of a connection raises nothing. What the ledger raises when it writes is kept for `join`.
    """

    def __init__(self, ledger: Writing, works: Iterable[Work[None]]) -> None:
        self._ledger = ledger
        self._ready: deque[tuple[_Connection, object, BaseException | None]] = deque()
        self._gated: list[_Connection] = []
        self._waiting: dict[int, _Connection] = {}
        self._next_deadline = _NEVER
        self._poll = _poll()
        self._inbox: deque[Callable[[], None]] = deque()
        self._ear, self._mouth = socket.socketpair()
        for end in (self._ear, self._mouth):
            end.setblocking(False)
        self._poll.register(self._ear.fileno(), _IN)
        self._woken = False
        self._flusher: _Helper | None = None
        self._flushing = False
        self._took = 0.0
        self._queued_at = 0.0
        self._trouble: BaseException | None = None
        self.working = 0
        for work in works:
            self._begin(work)
        self._thread = threading.Thread(target=self._run, name="connections", daemon=True)
        self._thread.start()

    def add(self, work: Work[None]) -> None:
        """One more connection; of no effect when the last has just ended."""
        self._call(lambda: self._begin(work))

    def join(self, seconds: float | None = None) -> bool:
        """Wait for the end of the last one; whether it has come. Raises what went wrong with the loop itself."""
        self._thread.join(seconds)
        if self._trouble is not None:
            raise self._trouble
        return not self._thread.is_alive()

    # -- in the loop's thread

    def _begin(self, work: Work[None]) -> None:
        self.working += 1
        self._ready.append((_Connection(work), None, None))

    def _run(self) -> None:
        try:
            while self.working:
                while self._ready:
                    self._step(*self._ready.popleft())
                if self.working:
                    self._wait(self._write())
            self._ledger.flush()
        except BaseException as error:  # noqa: BLE001 (a defect, or the ledger's: raised by `join`)
            self._trouble = error
        finally:
            if self._flusher is not None:
                self._flusher.end()
            self._ear.close()
            self._mouth.close()

    def _step(self, connection: _Connection, value: object, error: BaseException | None) -> None:
        """Let one go on until it waits for something."""
        try:
            wish = connection.work.send(value) if error is None else connection.work.throw(error)
        except StopIteration:
            self.working -= 1
            if connection.helper is not None:
                connection.helper.end()
            return
        if isinstance(wish, Until):
            connection.until = wish
            connection.deadline = deadline = time.monotonic() + wish.seconds
            if deadline < self._next_deadline:
                self._next_deadline = deadline
            self._waiting[wish.fileno] = connection
            self._poll.register(wish.fileno, _OUT if wish.writing else _IN)
        elif isinstance(wish, Aside):
            if connection.helper is None:
                connection.helper = _Helper()
            connection.helper.do(
                wish.work, lambda *end: self._call(lambda: self._ready.append((connection, *end)))
            )
        else:
            self._gated.append(connection)

    def _write(self) -> float:
        """Write what has waited long enough; how long the rest may wait, in seconds."""
        if self._flushing or not self._ledger.queued():
            self._queued_at = 0.0
            if self._gated and not self._flushing:
                self._open(self._gated)
            return 0.0 if self._ready else _NEVER
        now = time.monotonic()
        if not self._queued_at:
            self._queued_at = now
        if len(self._gated) < self.working and (left := self._queued_at + LINGER_SECONDS - now) > 0:
            return left
        self._queued_at = 0.0
        gated, self._gated = self._gated, []
        if self._took > SLOW_SECONDS or not self._flush(patient=False):
            if self._flusher is None:
                self._flusher = _Helper()
            self._flushing = True
            self._flusher.do(self._flush, lambda *end: self._call(lambda: self._flushed(gated, end[1])))
            return _NEVER
        self._open(gated)
        return 0.0

    def _flush(self, *, patient: bool = True) -> bool:
        begun = time.monotonic()
        written = self._ledger.flush(patient=patient)
        self._took += (time.monotonic() - begun - self._took) / 4
        return written

    def _flushed(self, gated: list[_Connection], error: BaseException | None) -> None:
        self._flushing = False
        if error is not None:
            raise error
        self._open(gated)

    def _open(self, gated: list[_Connection]) -> None:
        self._ready.extend((connection, True, None) for connection in gated)
        if gated is self._gated:
            self._gated = []

    def _wait(self, seconds: float) -> None:
        """Wait for sockets, for the time one of them may take, and for what other threads say."""
        if (left := self._next_deadline) < _NEVER:
            left = max(0.0, left - time.monotonic())
        seconds = min(seconds, left)
        for fileno, _ in self._poll.poll(None if seconds == _NEVER else seconds * 1000):
            connection = self._waiting.pop(fileno, None)
            if connection is None:
                with suppress(BlockingIOError):
                    self._ear.recv(4096)
                # Before the inbox is emptied: what comes into it from now on knocks again.
                self._woken = False
                continue
            self._poll.unregister(fileno)
            self._ready.append((connection, True, None))
        while self._inbox:
            self._inbox.popleft()()
        if time.monotonic() >= self._next_deadline:
            self._expire()

    def _expire(self) -> None:
        now = time.monotonic()
        for fileno, connection in list(self._waiting.items()):
            if connection.deadline <= now:
                del self._waiting[fileno]
                self._poll.unregister(fileno)
                self._ready.append((connection, False, None))
        self._next_deadline = min((one.deadline for one in self._waiting.values()), default=_NEVER)

    # -- from other threads

    def _call(self, work: Callable[[], None]) -> None:
        """Have `work` done by the loop's thread."""
        self._inbox.append(work)
        if self._woken:
            return
        self._woken = True
        # Full: it wakes up anyway. Closed: nobody is there any more.
        with suppress(BlockingIOError, OSError):
            self._mouth.send(b"\0")


class _Helper:
    """A thread that does what would keep the loop waiting, one thing at a time."""

    def __init__(self) -> None:
        self._jobs: SimpleQueue[tuple[Callable[[], object], Callable[..., None]] | None] = SimpleQueue()
        threading.Thread(target=self._run, name="connection", daemon=True).start()

    def do(self, work: Callable[[], object], then: Callable[..., None]) -> None:
        """Do `work`; then call `then` with what it returned, and what it raised."""
        self._jobs.put((work, then))

    def end(self) -> None:
        """There is nothing more to do."""
        self._jobs.put(None)

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            work, then = job
            try:
                value = work()
            except BaseException as error:  # noqa: BLE001 (raised where the work was asked for)
                then(None, error)
            else:
                then(value, None)


class _Poll(Protocol):
    def register(self, fileno: int, event: int, /) -> None: ...
    def unregister(self, fileno: int, /) -> None: ...
    def poll(self, milliseconds: float | None, /) -> list[tuple[int, int]]: ...


class _SelectPoll:
    """`select.poll` where there is none (Windows)."""

    def __init__(self) -> None:
        self._events: dict[int, int] = {}

    def register(self, fileno: int, event: int, /) -> None:
        self._events[fileno] = event

    def unregister(self, fileno: int, /) -> None:
        del self._events[fileno]

    def poll(self, milliseconds: float | None, /) -> list[tuple[int, int]]:
        read = [fileno for fileno, event in self._events.items() if event == _IN]
        write = [fileno for fileno, event in self._events.items() if event == _OUT]
        seconds = None if milliseconds is None else milliseconds / 1000
        found = select.select(read, write, write, seconds)
        return [(fileno, 0) for fileno in {*found[0], *found[1], *found[2]}]


_IN = getattr(select, "POLLIN", 1)
_OUT = getattr(select, "POLLOUT", 4)


def _poll() -> _Poll:
    return select.poll() if hasattr(select, "poll") else _SelectPoll()
