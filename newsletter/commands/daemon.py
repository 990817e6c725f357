"""Goes on with every unfinished run when its time comes: `newsletter run`."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from newsletter.commands.project import Project
from newsletter.commands.send import DAEMON, OnEvent, go_on
from newsletter.commands.status import open_project_store
from newsletter.delivery import Bar, BarKind, find_bar
from newsletter.errors import NewsletterError, NothingToResume, Refusal, RelayUnreachable, RunLocked, StoreTrouble
from newsletter.models.control import RunControl, Wish, second_person
from newsletter.models.delivery import DeliveryState, Run, RunState
from newsletter.store import Store

LOOK_SECONDS = 0.5
"""How often it looks whether anybody has written to the ledger; a look costs next to nothing."""
SURE_SECONDS = 60.0
"""How often it goes through all runs though nobody has written."""
TRY_AGAIN = (60.0, 300.0, 900.0, 1800.0, 3600.0)
"""Waits, in seconds, after the first, second, ... time that a relay could not be reached; the last one repeats."""


@dataclass(frozen=True)
class Heard:
    """What whoever runs this is told. run: a run begins or goes on. words: a line about one, or about none."""

    run: Callable[[Run], None]
    event: OnEvent
    words: Callable[[str], None]


@dataclass
class _Troubled:
    """A run whose relay could not be reached."""

    times: int
    until: datetime


@dataclass
class Daemon:
    """One process's work on all runs of a ledger."""

    project: Project
    store: Store
    stop: threading.Event
    heard: Heard
    troubled: dict[str, _Troubled] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)

    def work(self) -> datetime | None:
        """Go once through all unfinished runs, the first one first; when the next one is due, None = unknown."""
        moments: list[datetime] = []
        for run in reversed(self.store.runs()):
            if self.stop.is_set():
                break
            if run.state is RunState.FINISHED:
                continue
            moment = self._attend(run)
            if moment is not None:
                moments.append(moment)
        return min(moments, default=None)

    def _attend(self, run: Run) -> datetime | None:
        """Do what can be done for one run now; when to look at it again, None = when somebody has acted."""
        now = self.project.clock.now()
        control = self.store.controls.of(run.id)
        if self.store.is_held(run.issue):
            return None
        if control.wish is Wish.CANCEL:
            # The process that was told so died before it did it.
            self.store.abandon(run.id, control.reason)
            return None
        troubled = self.troubled.get(run.id)
        if troubled is not None and now < troubled.until:
            return troubled.until
        bar = self._bar(run, control, now)
        if bar is not None:
            return self._barred(run, bar)
        due = self._due(run, now)
        if due is not None and due > now:
            self.store.controls.waits(run.id, "some to be tried again", due)
            return due
        return self._deliver(run)

    def _bar(self, run: Run, control: RunControl, now: datetime) -> Bar | None:
        settings = self.project.config.delivery
        approvals = self.store.controls.approvals(run.digest) if settings.approval else []
        return find_bar(
            run,
            control,
            settings=settings,
            zone=ZoneInfo(self.project.publication.timezone),
            now=now,
            approved=not settings.approval or second_person(approvals, control.terms.confirmed_by) is not None,
            by_hand=False,
        )

    def _barred(self, run: Run, bar: Bar) -> datetime | None:
        words = bar.words
        if bar.kind is BarKind.LATE:
            words += (
                f"; say what becomes of it: newsletter send --resume {run.id} --late or newsletter cancel {run.id}"
            )
        self._tell(run, words)
        if bar.kind is not BarKind.PAUSED:
            self.store.controls.waits(run.id, words, bar.until)
        return bar.until

    def _due(self, run: Run, now: datetime) -> datetime | None:
        """When the first open delivery may be attempted; None when there is none."""
        counts = self.store.counts(run.id)
        if counts[DeliveryState.PENDING] or counts[DeliveryState.CLAIMED] or not counts[DeliveryState.DEFERRED]:
            return now
        return self.store.controls.first_due(run.id)

    def _deliver(self, run: Run) -> datetime | None:
        self.told.pop(run.id, None)
        try:
            go_on(
                *(self.project, self.store, run),
                stop=self.stop,
                on_start=self.heard.run,
                on_event=self.heard.event,
            )
        except (RunLocked, NothingToResume):
            return None
        except RelayUnreachable as trouble:
            return self._unreachable(run, trouble)
        except StoreTrouble:
            raise
        except NewsletterError as trouble:
            self._set_aside(run, trouble)
            return None
        self.troubled.pop(run.id, None)
        if self.stop.is_set():
            return None
        # It may have deferred some, or used up a day's allowance: its own words say until when.
        return self.store.controls.of(run.id).waiting_until

    def _unreachable(self, run: Run, trouble: RelayUnreachable) -> datetime:
        times = self.troubled[run.id].times if run.id in self.troubled else 0
        wait = TRY_AGAIN[min(times, len(TRY_AGAIN) - 1)]
        until = self.project.clock.now() + timedelta(seconds=wait)
        self.troubled[run.id] = _Troubled(times + 1, until)
        self.store.controls.waits(run.id, f"the relay cannot be reached ({trouble.what})", until)
        self._tell(run, f"{trouble.what}; next try in {wait:.0f} s")
        return until

    def _set_aside(self, run: Run, trouble: NewsletterError) -> None:
        """What a person has to put right first is not tried again and again."""
        if isinstance(trouble, Refusal):
            self.store.controls.waits(run.id, trouble.what, None)
        else:
            self.store.controls.wish(run.id, Wish.PAUSE, DAEMON, trouble.what)
        self._tell(run, f"{trouble}\n  -> then: newsletter unpause {run.id}")

    def _tell(self, run: Run, words: str) -> None:
        """Once, until something else is to be said of that run."""
        if self.told.get(run.id) != words:
            self.told[run.id] = words
            self.heard.words(f"run {run.id}: {words}")


def run_daemon(project: Project, *, once: bool, stop: threading.Event, heard: Heard) -> int:
    """Go on with unfinished runs when their time comes, until `stop` is set; with `once`, go through them once.

    How many people are still to be reached in runs that go on by themselves. Raises Refusal when another process
    does this for the same ledger, StoreTrouble, ProjectMistake.
    """
    with open_project_store(project) as store:
        try:
            with store.hold(DAEMON):
                daemon = Daemon(project, store, stop, heard)
                due = daemon.work()
                while not (once or stop.is_set()):
                    _wait(project, store, stop, due)
                    if not stop.is_set():
                        due = daemon.work()
        except RunLocked as locked:
            raise Refusal(
                "newsletter run is at work already, for the same ledger",
                hint="one is enough; newsletter status shows what each run waits for",
            ) from locked
        return sum(_open(store, run) for run in store.runs() if run.state is not RunState.FINISHED)


def _wait(project: Project, store: Store, stop: threading.Event, due: datetime | None) -> None:
    """Until a run is due, somebody has written to the ledger, or a minute has passed."""
    clock = project.clock
    version, end = store.controls.version(), clock.monotonic() + SURE_SECONDS
    while not stop.is_set() and clock.monotonic() < end:
        if due is not None and clock.now() >= due:
            return
        clock.wait(LOOK_SECONDS, stop)
        if store.controls.version() != version:
            return


def _open(store: Store, run: Run) -> int:
    counts = store.counts(run.id)
    return sum(counts[state] for state in (DeliveryState.PENDING, DeliveryState.CLAIMED, DeliveryState.DEFERRED))
