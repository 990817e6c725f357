"""The one way this program learns the time and waits for it, so that tests can hold both in their hands."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from queue import Empty, SimpleQueue
from typing import Protocol


class Clock(Protocol):
    """Time of day, elapsed time, and waiting that a stop can end."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""

    def monotonic(self) -> float:
        """Seconds that only go forward; for durations."""

    def wait(self, seconds: float, stop: threading.Event) -> bool:
        """Wait until `seconds` have passed or `stop` is set; True when it was set."""


class StopSignal(threading.Event):
    """An event whose `set` may be called in a signal handler, whatever the interrupted thread is doing.

    A handler runs between any two steps of the main thread. `threading.Event.set` takes the lock that its `wait`
    holds for a moment at the beginning and the end of each wait, and a handler that strikes then waits for the
    thread it has interrupted: for ever. `SimpleQueue.put` of CPython is safe there (library reference, queue,
    "reentrant"). What was set stays so.
    """

    def __init__(self) -> None:
        super().__init__()
        self._told = False
        self._bell: SimpleQueue[None] = SimpleQueue()

    def is_set(self) -> bool:
        """Whether `set` was called."""
        return self._told

    def set(self) -> None:
        """From now on it is set; whoever waits goes on."""
        self._told = True
        self._bell.put(None)

    def clear(self) -> None:
        """Not possible: whoever has seen it set is ending already."""
        raise RuntimeError("a stop is not taken back")

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it is set, or `timeout` seconds have passed; whether it is set."""
        if not self._told:
            try:
                self._bell.get(timeout=None if timeout is None else max(0.0, timeout))
            except Empty:
                return self._told
            # For the next one who waits.
            self._bell.put(None)
        return self._told


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that only go forward; for durations."""
        return time.monotonic()

    def wait(self, seconds: float, stop: threading.Event) -> bool:
        """Wait until `seconds` have passed or `stop` is set; True when it was set."""
        return stop.wait(max(0.0, seconds))
