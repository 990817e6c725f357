"""Messages per second, over all connections. Pure: the caller brings the time and does the waiting."""

from __future__ import annotations

import threading

SLOWEST = 1 / 60
RECOVERY = 100
"""Accepted messages after which a slowed rate grows by a tenth of the configured one."""


class RateLimit:
    """Hands out moments to send at, evenly spaced; no burst. Usable from several threads.

    Slows to half when the relay complains of speed, and recovers step by step (additive increase,
    multiplicative decrease). per_second None: no limit, and then a complaint changes nothing here.
    """

    def __init__(self, per_second: float | None) -> None:
        self._configured = per_second
        self._rate = per_second
        self._next = float("-inf")
        self._accepted = 0
        self._lock = threading.Lock()

    @property
    def rate(self) -> float | None:
        """Messages per second at present."""
        return self._rate

    def reserve(self, now: float) -> float:
        """Take the next moment; how many seconds from `now` (monotonic) it lies ahead."""
        with self._lock:
            if self._rate is None:
                return 0.0
            moment = max(now, self._next)
            self._next = moment + 1 / self._rate
            return moment - now

    def slow_down(self) -> None:
        """The relay asked for less."""
        with self._lock:
            if self._rate is not None:
                self._rate = max(self._rate / 2, min(SLOWEST, self._rate))
                self._accepted = 0

    def accepted(self) -> None:
        """A message was accepted."""
        with self._lock:
            if self._rate is None or self._configured is None or self._rate >= self._configured:
                return
            self._accepted += 1
            if self._accepted >= RECOVERY:
                self._accepted = 0
                self._rate = min(self._configured, self._rate + self._configured / 10)
