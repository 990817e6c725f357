"""Messages per second, over all connections and all processes that send through one relay.

The pace is kept in the ledger: the first moment nobody has taken, and the rate at present. A process takes a short
stretch of moments at a time and hands them out one by one, evenly spaced; what it does not use it gives back. So
the rate holds over any stretch of time, whoever sends, and a restart does not begin anew.

The caller brings the time, in seconds since 1970, and does the waiting.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from newsletter.models.control import Pace

SLOWEST = 1 / 60
RECOVERY = 100
"""Accepted messages after which a slowed rate grows by a tenth of the one it recovers to."""
STRETCH_SECONDS = 0.25
"""How much of the future a process takes at once, in seconds; at least one message."""
ONCE_SECONDS = 5.0
"""Complaints within so long are one: ten connections hear the same one at the same time."""
FORGET_SECONDS = 3600.0
"""A limit that the relay taught us, and nobody configured, is forgotten after so long without a complaint."""
MEASURE_SECONDS = 10.0
"""Without a configured rate, the rate to halve is measured over about so long."""
FAR_SECONDS = 300.0
"""A first free moment later than this, and than what everybody waiting can have taken, is from a clock since set
back."""
_WAITING = 200
"""Most messages that all processes wait to send at one time."""


class Paces(Protocol):
    """Where paces are kept; `newsletter.store.Controls` is the one that processes share."""

    def change_pace(self, name: str, change: Callable[[Pace], Pace]) -> Pace:
        """Read, change and write a pace, undisturbed; what is there now."""

    def pace(self, name: str) -> Pace:
        """A pace as it is."""

    def resting(self, prefix: str, now: float) -> list[str]:
        """Names of paces that begin with `prefix` and are paused at `now`."""


class OwnPaces:
    """Paces of one process alone."""

    def __init__(self) -> None:
        self._paces: dict[str, Pace] = {}
        self._lock = threading.Lock()

    def change_pace(self, name: str, change: Callable[[Pace], Pace]) -> Pace:
        """Read, change and write a pace."""
        with self._lock:
            pace = self._paces[name] = change(self._paces.get(name, Pace()))
            return pace

    def pace(self, name: str) -> Pace:
        """A pace as it is."""
        return self._paces.get(name, Pace())

    def resting(self, prefix: str, now: float) -> list[str]:
        """Names of paces that begin with `prefix` and are paused at `now`."""
        return [name for name, pace in self._paces.items() if name.startswith(prefix) and pace.paused_until > now]


class RateLimit:
    """Hands out moments to send at, evenly spaced; no burst. Usable from several threads.

    Slows to half when told that the other side complains of speed, and recovers step by step (additive increase,
    multiplicative decrease). per_second None: no limit until there is a complaint, then half of what was
    measured. name: whose pace it is in `paces`.
    """

    def __init__(self, per_second: float | None, name: str = "", paces: Paces | None = None) -> None:
        self._configured = per_second
        self._name = name
        self._paces = paces or OwnPaces()
        self._next = self._end = 0.0
        self._step = 0.0
        self._accepted = 0
        self._measured_from, self._measured = 0.0, 0
        self._lock = threading.Lock()
        known = self._paces.pace(name)
        self._pace = known if per_second is None else self._under_ceiling(known)

    @property
    def rate(self) -> float | None:
        """Messages per second at present, as last seen."""
        return self._pace.rate

    @property
    def paused_until(self) -> float:
        """Nothing before this moment, as last seen."""
        return self._pace.paused_until

    def ready_in(self, now: float) -> float:
        """How many seconds from `now` the next free moment lies ahead; it is not taken."""
        with self._lock:
            if self._pace.paused_until > now:
                return self._pace.paused_until - now
            if not self._limited(now):
                return 0.0
            return max(0.0, self._moment(now) - now)

    def reserve(self, now: float) -> float:
        """Take the next moment; how many seconds from `now` it lies ahead."""
        with self._lock:
            if not self._limited(now):
                return 0.0
            moment = self._moment(now)
            self._next = moment + self._step
            return max(0.0, moment - now)

    def slow_down(self, now: float) -> None:
        """The other side asked for less."""
        with self._lock:
            measured = self._measured_rate(now)
            self._return_rest()
            self._pace = self._paces.change_pace(self._name, lambda pace: self._slowed(pace, now, measured))
            self._accepted = 0

    def pause(self, until: float) -> None:
        """Nothing before this moment, in this process or another."""
        with self._lock:
            self._pace = self._paces.change_pace(
                self._name, lambda pace: replace(pace, paused_until=max(until, pace.paused_until))
            )

    def accepted(self, now: float) -> None:
        """A message was accepted."""
        with self._lock:
            self._measure(now)
            pace = self._pace
            if pace.rate is None or pace.ceiling is None or pace.rate >= self._top(pace):
                return
            self._accepted += 1
            if self._accepted >= RECOVERY:
                self._accepted = 0
                self._pace = self._paces.change_pace(self._name, self._recovered)

    def close(self) -> None:
        """Give back what was taken and not used, for the next one that sends."""
        with self._lock:
            self._return_rest()

    # -- moments

    def _limited(self, now: float) -> bool:
        pace = self._pace
        if self._configured is None and pace.rate is not None and now - pace.slowed_at > FORGET_SECONDS:
            self._pace = replace(pace, rate=None, ceiling=None)
        return self._pace.rate is not None

    def _moment(self, now: float) -> float:
        """The next moment of this process's stretch, or of a new one when none is left."""
        if self._is_far(self._next, now, self._pace.rate):
            self._next = self._end = self._step = 0.0
        moment = max(now, self._next)
        if moment + self._step > self._end + 1e-9 or not self._step:
            self._pace = self._paces.change_pace(self._name, lambda pace: self._with_stretch(pace, now))
            moment = self._next
        return moment

    @staticmethod
    def _is_far(moment: float, now: float, rate: float | None) -> bool:
        """Farther than everybody waiting can have taken: the clock has been set back since."""
        return moment - now > max(FAR_SECONDS, _WAITING / (rate or SLOWEST))

    def _with_stretch(self, pace: Pace, now: float) -> Pace:
        pace = self._under_ceiling(pace)
        if self._end and pace.next_at == self._end:
            # Nobody has taken anything after it: what is left of the old stretch becomes part of the new one.
            pace = replace(pace, next_at=min(self._next, self._end))
        rate = pace.rate or self._configured or SLOWEST
        first = pace.next_at
        if self._is_far(first, now, rate):
            first = now
        self._step = 1 / rate
        self._next = max(now, first)
        self._end = self._next + max(1, int(rate * STRETCH_SECONDS)) * self._step
        return replace(pace, next_at=self._end)

    def _return_rest(self) -> None:
        if self._next < self._end:
            rest, end = self._next, self._end
            self._paces.change_pace(
                self._name, lambda pace: replace(pace, next_at=rest) if pace.next_at == end else pace
            )
        self._next = self._end = self._step = 0.0

    # -- rates

    def _under_ceiling(self, pace: Pace) -> Pace:
        """With what is configured now: another figure counts from the next moment on."""
        if self._configured is None:
            return pace
        rate = self._configured if pace.rate is None else min(pace.rate, self._configured)
        if pace.ceiling is not None and pace.rate is not None and pace.rate >= pace.ceiling:
            rate = self._configured
        return replace(pace, rate=rate, ceiling=self._configured)

    def _slowed(self, pace: Pace, now: float, measured: float | None) -> Pace:
        pace = self._under_ceiling(pace)
        if 0 <= now - pace.slowed_at < ONCE_SECONDS:
            return pace
        before = pace.rate or measured
        if before is None:
            return pace
        rate = max(before / 2, min(SLOWEST, before))
        return replace(pace, rate=rate, ceiling=pace.ceiling or before, slowed_at=now)

    def _recovered(self, pace: Pace) -> Pace:
        if pace.rate is None or pace.ceiling is None:
            return pace
        return replace(pace, rate=min(self._top(pace), pace.rate + pace.ceiling / 10))

    def _top(self, pace: Pace) -> float:
        """The highest rate: a learnt one feels its way up to twice what was measured when it was learnt."""
        return (pace.ceiling or 0.0) * (1 if self._configured else 2)

    def _measure(self, now: float) -> None:
        if now - self._measured_from > MEASURE_SECONDS:
            self._measured_from, self._measured = now, 0
        self._measured += 1

    def _measured_rate(self, now: float) -> float | None:
        if self._measured < 2 or now - self._measured_from > 2 * MEASURE_SECONDS:
            return None
        return self._measured / max(now - self._measured_from, 1.0)
