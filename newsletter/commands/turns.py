"""Several runs, one process: each has its turn, so that none waits for the end of another."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from newsletter.clock import Clock
from newsletter.commands.project import Project
from newsletter.delivery import Bar, find_bar
from newsletter.models.control import RunControl, second_person
from newsletter.models.delivery import DeliveryState, Run, RunState
from newsletter.store import Store

TURN_SECONDS = 60.0
"""How long a run goes on though another one is due: so often connections are worth making anew."""
LOOK_SECONDS = 1.0
"""After that, how often it looks whether another one is due."""
SHORTEST_REST = 0.5
"""Seconds between two turns of a run that had nothing to do in the first, so that nothing ever spins."""
LONGEST_REST = 60.0
"""How long a run is left alone of which nobody knows when it goes on."""


class Turn(threading.Event):
    """One run's turn: over when the process is to stop, or when the run had its time and another one is due.

    Handed to `deliver` as what stops it: nothing new is begun then, what is on the wire ends properly, and nobody
    is in doubt. It is asked for every message and in every wait, so it looks at the clock first. other_is_due may
    be called by any thread.
    """

    def __init__(self, stop: threading.Event, clock: Clock, other_is_due: Callable[[], bool]) -> None:
        super().__init__()
        self._stop = stop
        self._clock = clock
        self._other_is_due = other_is_due
        self._look_at = clock.monotonic() + TURN_SECONDS

    def is_set(self) -> bool:
        """Whether nothing more of the run is to be begun."""
        return self._stop.is_set() or super().is_set() or self._is_over()

    def wait(self, timeout: float | None = None) -> bool:
        """A slice of a wait: only the end of the process cuts it short."""
        self._stop.wait(timeout)
        return self.is_set()

    def _is_over(self) -> bool:
        now = self._clock.monotonic()
        if now < self._look_at:
            return False
        self._look_at = now + LOOK_SECONDS
        if self._other_is_due():
            self.set()
        return super().is_set()


@dataclass(frozen=True, slots=True)
class Mark:
    """What a run looked like when it was left: when any of it has changed, somebody has acted."""

    control: RunControl
    counts: tuple[int, ...]

    @classmethod
    def of(cls, control: RunControl, counts: Mapping[DeliveryState, int]) -> Mark:
        """Without what processes write down by themselves."""
        return cls(
            replace(control, begun_at=None, waiting="", waiting_until=None),
            tuple(counts[s] for s in DeliveryState),
        )


@dataclass(frozen=True, slots=True)
class Rest:
    """A run is left alone from `since` until `until`, unless somebody acts.

    times: how often in a row its relay could not be reached.
    """

    since: datetime
    until: datetime
    mark: Mark
    times: int = 0

    def holds(self, now: datetime, mark: Mark) -> bool:
        """Whether it is still to be left alone. A clock that was set back does not make it longer."""
        return self.since <= now < self.until and mark == self.mark


@dataclass(frozen=True, slots=True)
class Look:
    """An unfinished run at one moment. rest: it is to be left alone. bar: it may not go on. due: when the first
    open delivery may be attempted."""

    control: RunControl
    rest: Rest | None = None
    bar: Bar | None = None
    due: datetime | None = None


class Agenda:
    """The unfinished runs of a ledger: what each waits for, and whose turn is next. Asking changes nothing.

    project: whose settings count; replaced when they have changed. Every method raises StoreTrouble.
    """

    def __init__(self, project: Project, store: Store) -> None:
        self.project = project
        self._store = store
        self._rests: dict[str, Rest] = {}
        self._served: dict[str, int] = {}
        self._turns = 0

    def unfinished(self) -> list[Run]:
        """Whoever has waited longest for a turn comes first, new ones before all others, in their order."""
        runs = [run for run in reversed(self._store.runs()) if run.state is not RunState.FINISHED]
        return sorted(runs, key=lambda run: self._served.get(run.id, 0))

    def look(self, run: Run) -> Look:
        """How it stands now."""
        now = self.project.clock.now()
        control = self._store.controls.of(run.id)
        counts = self._store.counts(run.id)
        rest = self._rests.get(run.id)
        if rest is not None and rest.holds(now, Mark.of(control, counts)):
            return Look(control, rest=rest)
        if (bar := self._bar(run, control, now)) is not None:
            return Look(control, bar=bar)
        return Look(control, due=self._due(run, counts, now))

    def _bar(self, run: Run, control: RunControl, now: datetime) -> Bar | None:
        settings = self.project.config.delivery
        approvals = self._store.controls.approvals(run.digest) if settings.approval else []
        return find_bar(
            run,
            control,
            settings=settings,
            zone=ZoneInfo(self.project.publication.timezone),
            now=now,
            approved=not settings.approval or second_person(approvals, control.terms.confirmed_by) is not None,
            by_hand=False,
        )

    def _due(self, run: Run, counts: Mapping[DeliveryState, int], now: datetime) -> datetime:
        if counts[DeliveryState.PENDING] or counts[DeliveryState.CLAIMED] or not counts[DeliveryState.DEFERRED]:
            return now
        due = self._store.controls.first_due(run.id) or now
        # Later than anybody is deferred: by a clock that was wrong then. The worker counts such as due, too.
        far = timedelta(seconds=self.project.config.delivery.longest_wait)
        return now if due - now > far else due

    # -- turns

    def begins(self, run: Run) -> None:
        """It has its turn."""
        self._turns += 1
        self._served[run.id] = self._turns

    def leave_alone(self, run: Run, until: datetime | None, times: int = 0) -> datetime:
        """Not before `until`, unless somebody acts; None = nobody knows. When it is looked at again."""
        now = self.project.clock.now()
        until = until or now + timedelta(seconds=LONGEST_REST)
        until = max(until, now + timedelta(seconds=SHORTEST_REST))
        mark = Mark.of(self._store.controls.of(run.id), self._store.counts(run.id))
        self._rests[run.id] = Rest(now, until, mark, times)
        return until

    def absences(self, run: Run) -> int:
        """How often in a row its relay could not be reached."""
        return self._rests[run.id].times if run.id in self._rests else 0

    def relay_is_there(self) -> None:
        """Those that it could not be reached for are tried at once."""
        for name in [name for name, rest in self._rests.items() if rest.times]:
            del self._rests[name]

    def wake(self, run: Run | None = None) -> None:
        """Leave it alone no longer, or none of them."""
        if run is None:
            self._rests.clear()
        else:
            self._rests.pop(run.id, None)
