"""Keeps a run back while it may not go on: paused, not its time yet, quiet hours, the day's allowance used up."""

from __future__ import annotations

import threading
from datetime import date, datetime, tzinfo

from newsletter.clock import Clock
from newsletter.delivery.events import Ending
from newsletter.delivery.progress import Reporter
from newsletter.delivery.schedule import Bar, BarKind, Watch
from newsletter.delivery.settings import DeliverySettings
from newsletter.delivery.warmup import WarmUp
from newsletter.errors import Refusal
from newsletter.models.delivery import FINAL_STATES, Run
from newsletter.store import Store

SLICE_SECONDS = 0.25
"""Waits are cut into slices, so that whoever waits sees what has changed."""

COUNTDOWN_SECONDS = 1.0
"""How often a wait that somebody may watch is told anew."""

_PATIENT = (BarKind.SCHEDULED, BarKind.HELD, BarKind.PAUSED, BarKind.APPROVAL)
"""What a person who started the run waits for however long it takes; Ctrl-C ends it."""


class Standby:
    """One process's view of whether its run may go on. `bar`, `take` and `give_back` may be called by any thread.

    by_hand: a person waits here. Otherwise whoever called comes again when it is time.
    """

    def __init__(
        self,
        run: Run,
        *,
        store: Store,
        relay: str,
        settings: DeliverySettings,
        zone: tzinfo,
        clock: Clock,
        stop: threading.Event,
        report: Reporter,
        by_hand: bool,
    ) -> None:
        self._run = run
        self._store = store
        self._controls = store.controls
        self._settings = settings
        self._clock = clock
        self._stop = stop
        self._report = report
        self._by_hand = by_hand
        self._watch = Watch(run, self._controls, settings, zone, clock, by_hand=by_hand)
        plan = settings.warm_up
        self._warm_up = None if plan is None else WarmUp(plan, relay, zone, self._controls)
        self._used_up: Bar | None = None

    @property
    def seeds(self) -> int:
        """How many of the first deliveries are to our own people."""
        return self._watch.control.terms.seeds

    def bar(self) -> Bar | None:
        """What keeps the run from going on now."""
        bar = self._watch.bar()
        used_up = self._used_up
        if bar is None and used_up is not None and used_up.until is not None:
            if self._clock.now() < used_up.until:
                return used_up
            self._used_up = None
        return bar

    def begin(self) -> None:
        """The run goes on: the first time, or again."""
        control = self._watch.control
        if control.begun_at is None:
            self._controls.begun(self._run.id)
        if control.waiting:
            self._controls.waits(self._run.id, "", None)
        if control.begun_at is None or control.waiting:
            self._watch.look()

    def leave(self, waiting: str, until: datetime | None) -> None:
        """This process ends before the run does: what the rest of it waits for."""
        self._controls.waits(self._run.id, waiting, until)

    def wait_out(self, bar: Bar) -> Ending | None:
        """Wait until `bar` is lifted or becomes another; the ending when this process does not wait for that.

        Raises Refusal when the run should have begun long ago.
        """
        if bar.kind is BarKind.CANCELLED:
            return Ending.CANCELLED
        if bar.kind is BarKind.LATE:
            raise self._too_late(bar)
        self._controls.waits(self._run.id, bar.words, bar.until)
        self._watch.look()
        seconds = self._seconds_to(bar)
        self._report.barred(bar.words, seconds)
        if not self._by_hand or (bar.kind not in _PATIENT and seconds > self._settings.patience):
            return Ending.PATIENCE
        told = self._clock.monotonic()
        while self.bar() == bar:
            # By the clock on the wall: a machine that slept does not count on from where it was.
            if self._clock.wait(min(SLICE_SECONDS, self._seconds_to(bar) or SLICE_SECONDS), self._stop):
                return Ending.STOPPED
            if self._clock.monotonic() - told >= COUNTDOWN_SECONDS:
                told = self._clock.monotonic()
                self._report.countdown(bar.words, self._seconds_to(bar))
        if self.bar() is None:
            self._report.going_on()
        return None

    # -- the day's allowance

    @property
    def counts(self) -> bool:
        """Whether each message is taken from an allowance."""
        return self._warm_up is not None

    def take(self) -> date | None:
        """Take a message from today's allowance: the day it is taken of; None when there is none left."""
        if self._warm_up is None:
            return date.min
        now = self._clock.now()
        day = self._warm_up.take(now)
        if day is None:
            self._used_up = Bar(BarKind.WARM_UP, self._warm_up.words(now), self._warm_up.tomorrow(now))
        return day

    def give_back(self, day: date) -> None:
        """A message that was taken was not accepted."""
        if self._warm_up is not None:
            self._warm_up.give_back(day)
            # Somebody else may have it now.
            self._used_up = None

    def _seconds_to(self, bar: Bar) -> float:
        return 0.0 if bar.until is None else max(0.0, (bar.until - self._clock.now()).total_seconds())

    def _too_late(self, bar: Bar) -> Refusal:
        run = self._run
        counts = self._store.counts(run.id)
        left = sum(count for state, count in counts.items() if state not in FINAL_STATES)
        self._controls.waits(run.id, f"{bar.words}; a person has to say what becomes of it", None)
        return Refusal(
            f"run {run.id} does not go on by itself: {bar.words}. "
            f"{left:,} of {run.total:,} people have not got it",
            hint=f"send it all the same: newsletter send --resume {run.id} --late, or give it up: "
            f"newsletter cancel {run.id}",
        )
