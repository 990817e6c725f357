"""Goes on with every unfinished run when its time comes: `newsletter run`."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from newsletter.commands.project import Project
from newsletter.commands.send import DAEMON, OnEvent, go_on
from newsletter.commands.status import OPEN_STATES, open_project_store
from newsletter.commands.turns import Agenda, Turn
from newsletter.delivery import Bar, BarKind, DeliveryEvent, Ending, EventKind, Progress
from newsletter.errors import (
    FileTrouble,
    NewsletterError,
    NothingToResume,
    ProjectMistake,
    Refusal,
    RelayUnreachable,
    RunDamaged,
    RunLocked,
    StoreBusy,
    StoreTrouble,
    UnknownName,
)
from newsletter.models.control import RunControl, Wish
from newsletter.models.delivery import DeliveryState, Run, RunState
from newsletter.models.finding import errors
from newsletter.store import Store

LOOK_SECONDS = 0.5
"""How often it looks whether anybody has written to the ledger; a look costs next to nothing."""
SURE_SECONDS = 60.0
"""How often it goes through all runs though nobody has written."""
SOON_SECONDS = 5.0
"""How soon it looks again when the configuration has mistakes."""
TRY_AGAIN = (60.0, 300.0, 900.0, 1800.0, 3600.0)
"""Waits, in seconds, after the first, second, ... time that a relay could not be reached; the last one repeats."""


@dataclass(frozen=True)
class Heard:
    """What whoever runs this is told. run: a run begins or goes on. words: a line about one, or about none."""

    run: Callable[[Run], None]
    event: OnEvent
    words: Callable[[str], None]


@dataclass(frozen=True)
class Left:
    """How things stand at the end.

    people: still to be reached. failed: something of the world kept a run from going on, in the last look at it.
    person: somebody has to say what becomes of a run, or of people in doubt.
    """

    people: int
    failed: bool
    person: bool


@dataclass
class _Tale:
    """Tells of one turn of a run, from the first thing that happens: a relay that is away has nothing to tell."""

    run: Run
    heard: Heard
    begun: bool = False
    last: Progress | None = None
    ending: Ending | None = None

    def on_event(self, event: DeliveryEvent) -> None:
        """Called by one thread at a time."""
        self.last = event.progress
        if event.kind is EventKind.CLOSED:
            self.ending = Ending(event.detail)
        elif event.kind is not EventKind.OPENED and not self.begun:
            self.begun = True
            self.heard.run(self.run)
        if self.begun:
            self.heard.event(event)


class Daemon:
    """One process's work on all runs of a ledger. reopen: the project as its files are now."""

    def __init__(
        self,
        project: Project,
        store: Store,
        *,
        stop: threading.Event,
        heard: Heard,
        reopen: Callable[[], Project],
    ) -> None:
        self.agenda = Agenda(project, store)
        self.store = store
        self.stop = stop
        self.failed: set[str] = set()
        """Runs that something of the world kept from going on; empty: all of them."""
        self.for_a_person: set[str] = set()
        self._heard = heard
        self._reopen = reopen
        self._told: dict[str, str] = {}
        self._trouble = ""

    @property
    def project(self) -> Project:
        """As its files were when they were last in order."""
        return self.agenda.project

    def work(self) -> datetime | None:
        """Go once through all unfinished runs; when the next one is due, None = unknown.

        Raises StoreTrouble; Refusal when the configuration names another ledger by now.
        """
        if not self._read_again():
            return self.project.clock.now() + timedelta(seconds=SOON_SECONDS)
        moments: list[datetime] = []
        due: list[Run] = []
        # What others wait for is said, and given up, before one of them takes its time.
        for run in self.agenda.unfinished():
            if self.stop.is_set():
                return None
            moment = self._attend(run)
            if moment is not None and moment <= self.project.clock.now():
                due.append(run)
            elif moment is not None:
                moments.append(moment)
        for run in due:
            moment = self._deliver(run)
            if moment is not None:
                moments.append(moment)
            if self.stop.is_set() or (moment is not None and moment <= self.project.clock.now()):
                # It made way for another one, which may be newer than this list.
                break
        if self._trouble:
            self._trouble = ""
            self._heard.words("newsletter run goes on")
        return min(moments, default=None)

    def tell_of_all(self, words: str) -> None:
        """What keeps every run back; once, until it is over."""
        if self._trouble != words:
            self._trouble = words
            self._heard.words(words)

    def _read_again(self) -> bool:
        """Take the configuration as it is now; False when it has mistakes: then nothing is sent."""
        try:
            project = self._reopen()
        except (ProjectMistake, FileTrouble, UnknownName) as trouble:
            self.failed.add("")
            self.tell_of_all(f"nothing is sent until this is put right: {_in_full(trouble)}")
            return False
        self.failed.discard("")
        if project.config.store != self.project.config.store:
            raise Refusal("the configuration names another ledger now", hint="start newsletter run again")
        if project.config != self.project.config:
            self.agenda.project = project
            # What a run waited for may be what was put right.
            self.agenda.wake()
        return True

    # -- one run

    def _attend(self, run: Run) -> datetime | None:
        """When there is something to do for it, None = when somebody has acted; what it waits for until then."""
        if self.store.is_held(run.issue):
            return None
        look = self.agenda.look(run)
        if look.control.wish is Wish.CANCEL:
            self._give_up(run, look.control)
            return None
        if look.rest is not None:
            return look.rest.until
        self.for_a_person.discard(run.id)
        if look.bar is not None:
            return self._barred(run, look.control, look.bar)
        if look.due is not None and look.due > self.project.clock.now():
            self.store.controls.waits(run.id, "some to be tried again", look.due)
        return look.due

    def _give_up(self, run: Run, control: RunControl) -> None:
        """The process that was told so died before it did it, or is about to."""
        try:
            self.store.abandon(run.id, control.reason or "given up")
        except (RunLocked, NothingToResume):
            return
        self._heard.words(f"run {run.id}: given up by {control.wished_by}")

    def _barred(self, run: Run, control: RunControl, bar: Bar) -> datetime | None:
        words = _words(run, bar)
        if self._is_news(run, control, words):
            self._tell(run, words)
        if bar.kind is BarKind.LATE or _set_aside_by_us(control):
            self.for_a_person.add(run.id)
        if bar.kind is not BarKind.PAUSED:
            self.store.controls.waits(run.id, words, bar.until)
        return bar.until

    def _is_news(self, run: Run, control: RunControl, words: str) -> bool:
        # Of one that was set aside it was said in full why.
        said = _set_aside_by_us(control) and run.id in self.failed
        return not said and self._told.get(run.id) != words

    # -- its turn

    def _deliver(self, run: Run) -> datetime | None:
        """Its turn; when the next one is."""
        self.agenda.begins(run)
        tale = _Tale(run, self._heard)
        turn = Turn(self.stop, self.project.clock, lambda: self._makes_way(run, tale))
        try:
            go_on(self.project, self.store, run, stop=turn, on_start=lambda _: None, on_event=tale.on_event)
        except (RunLocked, NothingToResume):
            return None
        except RelayUnreachable as trouble:
            return self._unreachable(run, trouble)
        except NewsletterError as trouble:
            if isinstance(trouble, StoreTrouble) and not isinstance(trouble, RunDamaged):
                raise
            return self._set_aside(run, trouble)
        self._told.pop(run.id, None)
        self.failed.discard(run.id)
        self.agenda.wake(run)
        self.agenda.relay_is_there()
        return self._after(run, tale)

    def _makes_way(self, run: Run, tale: _Tale) -> bool:
        """Whether there is something to do for another run, or to say of it."""
        if tale.last is not None and tale.last.accepted_now:
            self.agenda.relay_is_there()
        return any(self._calls(other) for other in self.agenda.unfinished() if other.id != run.id)

    def _calls(self, run: Run) -> bool:
        look = self.agenda.look(run)
        if look.bar is not None:
            calls = self._is_news(run, look.control, _words(run, look.bar))
        else:
            calls = look.due is not None and look.due <= self.project.clock.now()
        return calls and not self.store.is_held(run.issue)

    def _after(self, run: Run, tale: _Tale) -> datetime | None:
        """When it goes on, and words about how it stands."""
        counts = self.store.counts(run.id)
        stands = ", ".join(f"{count:,} {state.value}" for state, count in counts.items() if count)
        if counts[DeliveryState.UNKNOWN]:
            self.for_a_person.add(run.id)
            stands += f"; whoever is in doubt: newsletter resolve {run.id}"
        if tale.ending is Ending.STOPPED:
            if self.stop.is_set():
                return None
            self._heard.words(f"run {run.id} makes way for another one: {stands}")
            return self.project.clock.now()
        if tale.ending is not Ending.PATIENCE:
            self._heard.words(f"run {run.id} is {tale.ending}: {stands}")
            return None
        # It has deferred some, or used up a day's allowance: its own words say until when.
        control = self.store.controls.of(run.id)
        if tale.begun:
            self._heard.words(f"run {run.id} waits, {control.waiting}: {stands}")
            self._told[run.id] = control.waiting
        return self.agenda.leave_alone(run, control.waiting_until)

    # -- trouble

    def _unreachable(self, run: Run, trouble: RelayUnreachable) -> datetime:
        """Told once; tried again after a while, and then less and less often."""
        self.failed.add(run.id)
        times = self.agenda.absences(run)
        until = self.project.clock.now() + timedelta(seconds=TRY_AGAIN[min(times, len(TRY_AGAIN) - 1)])
        self.store.controls.waits(run.id, f"the relay cannot be reached ({trouble.what})", until)
        self._tell(run, f"{trouble}\n  -> newsletter run tries again, after a minute, then less and less often")
        return self.agenda.leave_alone(run, until, times + 1)

    def _set_aside(self, run: Run, trouble: NewsletterError) -> datetime | None:
        """What a person has to put right first is not tried again and again."""
        self._told.pop(run.id, None)
        if isinstance(trouble, Refusal):
            self.for_a_person.add(run.id)
            self._tell(run, str(trouble))
            return self.agenda.leave_alone(run, None)
        self.failed.add(run.id)
        if self.store.controls.of(run.id).wish is Wish.GO:
            self.store.controls.wish(run.id, Wish.STOP, DAEMON, trouble.what)
        self._tell(run, f"{_in_full(trouble)}\n  -> the run has stopped; then: newsletter unpause {run.id}")
        return None

    def _tell(self, run: Run, words: str) -> None:
        """Once, until something else is to be said of that run."""
        if self._told.get(run.id) != words:
            self._told[run.id] = words
            self._heard.words(f"run {run.id}: {words}")


def run_daemon(
    project: Project,
    *,
    once: bool,
    stop: threading.Event,
    heard: Heard,
    reopen: Callable[[], Project] | None = None,
) -> Left:
    """Go on with unfinished runs when their time comes, until `stop` is set; with `once`, go through them once.

    reopen: reads the project's files again, so that a changed configuration counts from the next turn on; None =
    it is as it was. Raises Refusal when another process does this for the same ledger, or the configuration names
    another ledger by now; StoreTrouble, which without `once` a ledger that is only busy is not.
    """
    with open_project_store(project) as store:
        return look_after(store, project, once=once, stop=stop, heard=heard, reopen=reopen or (lambda: project))


def look_after(
    store: Store,
    project: Project,
    *,
    once: bool,
    stop: threading.Event,
    heard: Heard,
    reopen: Callable[[], Project],
) -> Left:
    """As `run_daemon`, with a store that is open."""
    with _alone(store):
        daemon = Daemon(project, store, stop=stop, heard=heard, reopen=reopen)
        while not stop.is_set():
            # Taken before the look: who writes while it goes on is not missed.
            seen = store.controls.version()
            due = _pass(daemon, once)
            if once and (due is None or due > daemon.project.clock.now()):
                break
            _wait(daemon, seen, due)
        people = sum(_open(store, run) for run in store.runs() if run.state is not RunState.FINISHED)
        return Left(people, bool(daemon.failed), bool(daemon.for_a_person))


@contextmanager
def _alone(store: Store) -> Iterator[None]:
    """Be the one that looks after this ledger. Raises Refusal."""
    with ExitStack() as held:
        try:
            held.enter_context(store.hold(DAEMON))
        except RunLocked as locked:
            raise Refusal(
                "newsletter run is at work already, for the same ledger",
                hint="one is enough; newsletter status shows what each run waits for",
            ) from locked
        yield


def _pass(daemon: Daemon, once: bool) -> datetime | None:
    """Once through all runs; a ledger that another process keeps busy is no reason to end."""
    try:
        due = daemon.work()
    except StoreBusy as trouble:
        if once:
            raise
        daemon.tell_of_all(f"{trouble.what}; newsletter run waits for it")
        return daemon.project.clock.now() + timedelta(seconds=SOON_SECONDS)
    return due


def _wait(daemon: Daemon, seen: tuple[int, int], due: datetime | None) -> None:
    """Until a run is due, somebody has written to the ledger since it was `seen`, or a minute has passed."""
    clock, stop = daemon.project.clock, daemon.stop
    end = clock.monotonic() + SURE_SECONDS
    while not stop.is_set() and clock.monotonic() < end:
        if due is not None and clock.now() >= due:
            return
        clock.wait(LOOK_SECONDS, stop)
        if daemon.store.controls.version() != seen:
            return


def _open(store: Store, run: Run) -> int:
    counts = store.counts(run.id)
    return sum(counts[state] for state in OPEN_STATES)


def _set_aside_by_us(control: RunControl) -> bool:
    return control.wish is Wish.STOP and control.wished_by == DAEMON


def _words(run: Run, bar: Bar) -> str:
    if bar.kind is not BarKind.LATE:
        return bar.words
    said = f"newsletter send --resume {run.id} --late or newsletter cancel {run.id}"
    return f"{bar.words}; say what becomes of it: {said}"


def _in_full(trouble: NewsletterError) -> str:
    """With the mistakes of files that it carries."""
    if not isinstance(trouble, ProjectMistake):
        return str(trouble)
    from newsletter.check.report import as_list

    return f"{trouble}\n{as_list(errors(trouble.findings))}".rstrip()
