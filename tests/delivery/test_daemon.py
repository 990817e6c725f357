"""`newsletter run`: several runs of one ledger over a real connection, with a clock that moves when somebody waits."""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from ledger_parts import addressed, plan, recipient

from newsletter.commands import daemon
from newsletter.commands.control import pause, unpause
from newsletter.commands.daemon import TRY_AGAIN, Heard, Left, look_after, run_daemon
from newsletter.commands.project import Project, open_project
from newsletter.commands.send import resume
from newsletter.commands.turns import TURN_SECONDS, Turn
from newsletter.delivery import DeliveryEvent, EventKind
from newsletter.errors import Refusal, StoreBusy, StoreTrouble
from newsletter.inbox import Fault, Inbox
from newsletter.models.control import Person, Terms, Wish
from newsletter.models.delivery import DeliveryState, Run, RunState
from newsletter.models.message import Links
from newsletter.store import SqliteStore, open_store

STORE = "sqlite:///var/daemon.sqlite3"
MAIL: Any = {"links": Links("https://www.example.org/u/{token}"), "segments": (b"\r\nBonjour\r\n",), "slots": ()}
MARIE = Person("Marie", "comm@office")
Clock = Any


@dataclass
class Office:
    """A project, its relay, and somebody who looks after its ledger."""

    root: Path
    clock: Clock
    inbox: Inbox
    store: SqliteStore
    stop: threading.Event = field(default_factory=threading.Event)
    begun: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    arrived: list[tuple[str, datetime]] = field(default_factory=list)
    on_event: Callable[[DeliveryEvent], None] | None = None
    environ: dict[str, str] = field(default_factory=dict)
    later: list[tuple[datetime, Callable[[], None]]] = field(default_factory=list)

    def plan(self, issue: str, who: int | list[str], terms: Terms | None = None) -> Run:
        names = who if isinstance(who, list) else [f"{issue}.{number}" for number in range(who)]
        people = [recipient(name if "@" in name else f"{name}@example.com") for name in names]
        planned = plan(people, issue)
        messages = {code: replace(each, **MAIL) for code, each in planned.messages.items()}
        planned = replace(planned, messages=messages)
        return self.store.create_run(planned, addressed(planned), terms)

    def reopen(self) -> Project:
        settings = {
            "NEWSLETTER_STORE": STORE,
            "NEWSLETTER_DELIVERY__CONNECTIONS": "1",
            "NEWSLETTER_TRANSPORT": self.inbox.url,
        }
        return open_project(self.root, settings | self.environ, clock=self.clock)

    def set(self, **settings: object) -> None:
        self.environ |= {f"NEWSLETTER_DELIVERY__{name.upper()}": str(value) for name, value in settings.items()}

    def write(self, more: str) -> None:
        """Add lines to newsletter.yaml, in place of those added before."""
        file = self.root / "newsletter.yaml"
        text = file.read_text(encoding="utf-8").split("\n# added\n")[0]
        file.write_text(f"{text}\n# added\n{more}\n", encoding="utf-8")

    def at(self, moment: datetime | float, act: Callable[[], object]) -> None:
        """Do this when the clock shows `moment`, or so many seconds from now."""
        if isinstance(moment, float):
            moment = self.clock.time + timedelta(seconds=moment)
        self.later.append((moment, lambda: (act(), None)[1]))
        self.later.sort(key=lambda each: each[0])

    def run(self, *, hours: float = 24.0, once: bool = False, until: Callable[[], bool] | None = None) -> Left:
        """Be `newsletter run` until every run is finished, `until` says so, or so many hours have passed."""
        end = self.clock.time + timedelta(hours=hours)
        over = until or (lambda: all(run.state is RunState.FINISHED for run in self.store.runs()))
        looked = [self.clock.time]

        def on_wait() -> None:
            now = self.clock.time
            while self.later and self.later[0][0] <= now:
                self.later.pop(0)[1]()
            if now - looked[0] >= timedelta(seconds=3):
                looked[0] = now
                if now >= end or over():
                    self.stop.set()

        self.clock.on_wait = on_wait
        try:
            return run_daemon(self.reopen(), once=once, stop=self.stop, heard=self.heard, reopen=self.reopen)
        finally:
            self.clock.on_wait = None
            self.stop.clear()

    @property
    def heard(self) -> Heard:
        return Heard(lambda run: self.begun.append(run.id), self._note, self.words.append)

    def _note(self, event: DeliveryEvent) -> None:
        if event.kind is EventKind.RESULT and event.delivery and event.delivery.state is DeliveryState.ACCEPTED:
            self.arrived.append((event.delivery.run, self.clock.time))
        if self.on_event is not None:
            self.on_event(event)

    def got_it(self) -> list[str]:
        return [message.rcpt_to[0].split("@")[0] for message in self.inbox.messages]

    def times(self, run: Run) -> list[datetime]:
        return [at for name, at in self.arrived if name == run.id]

    def state(self, run: Run) -> RunState:
        return self.store.run(run.id).state

    def said(self, words: str) -> int:
        return sum(words in each for each in self.words)


@pytest.fixture
def office(sample_root: Path, desk: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    # Hours pass in seconds; two tests hold it to its half a second.
    monkeypatch.setattr(daemon, "LOOK_SECONDS", 3.0)
    with open_store(STORE, root=sample_root, clock=desk.clock) as store:
        yield Office(sample_root, desk.clock, desk.inbox, store)


# -- nobody waits for another run


def test_a_run_that_is_due_does_not_wait_for_the_end_of_a_long_one(office: Office) -> None:
    """An hour of one run at its rate: another one, whose time comes meanwhile, would be late by then."""
    office.set(per_second=0.2, late_limit=600)
    at = office.clock.time + timedelta(minutes=10)
    long = office.plan("2024-01", 720)
    short = office.plan("2024-02", 6, Terms(at=at))
    left = office.run()
    assert (office.state(long), office.state(short), left) == (
        RunState.FINISHED,
        RunState.FINISHED,
        Left(0, False, False),
    )
    assert at <= office.times(short)[0] <= at + timedelta(seconds=15)
    assert office.times(short)[-1] <= at + timedelta(seconds=60)
    assert office.times(long)[-1] - office.times(long)[0] >= timedelta(minutes=59)
    received = office.got_it()
    assert len(received) == len(set(received)) == 726
    assert office.said("run 2024-01-1 makes way") == 1
    assert office.said("run 2024-01-1 is finished: 720 accepted") == 1


def test_runs_that_are_all_due_take_turns_of_a_minute(office: Office) -> None:
    office.set(per_second=1)
    runs = [office.plan(f"2024-0{number}", 150) for number in (1, 2, 3)]
    office.run()
    received = office.got_it()
    assert len(received) == len(set(received)) == 450
    order = [name for name, _ in office.arrived]
    turns = [name for number, name in enumerate(order) if number == 0 or order[number - 1] != name]
    assert turns == [run.id for run in runs] * 3
    # The rate holds over all of them: a turn does not begin anew.
    moments = [at for _, at in office.arrived]
    assert moments[-1] - moments[0] >= timedelta(seconds=440)


@pytest.mark.parametrize("why", ["deferred", "held", "quiet", "warm-up", "resting", "paused", "late"])
def test_a_run_that_waits_keeps_no_other_one_back(office: Office, why: str) -> None:
    begin = office.clock.time
    terms = {"held": Terms(hold_until=begin + timedelta(hours=2))}.get(why)
    # 14:00 UTC is 9:00 in Montréal.
    first = office.plan("2024-01", ["a", "b"], terms)
    second = Terms(at=begin + timedelta(minutes=30), ignore_quiet=True)
    if why == "deferred":
        office.set(retry_waits="[7200]")
        office.inbox.script.add(
            *[Fault("rcpt", reply="450 4.2.0 busy", recipient=f"{name}@example.com") for name in "ab"]
        )
    elif why == "quiet":
        office.set(quiet_hours="09:00-11:00")
    elif why == "warm-up":
        office.environ["NEWSLETTER_DELIVERY__WARM_UP"] = "{start: 2024-02-01, days: [1, 9]}"
        second = Terms(at=datetime.fromisoformat("2024-02-02T06:00+00:00"))
    elif why == "resting":
        office.inbox.script.add(Fault("rcpt", reply="450 4.7.28 unusual rate", recipient="a@example.com"))
    elif why == "paused":
        office.store.controls.wish(first.id, Wish.PAUSE, "Marie")
        office.at(7_200.0, lambda: office.store.controls.wish(first.id, Wish.GO, "Marie"))
    elif why == "late":
        office.clock.time += timedelta(hours=3)
        second = Terms(at=office.clock.time + timedelta(minutes=30))
        office.at(7_200.0, lambda: office.store.controls.permit(first.id, late=True))
    due = office.plan("2024-02", ["c@example.net", "d@example.net"] if why == "resting" else ["c", "d"], second)
    left = office.run(hours=40)
    assert left.people == 0
    assert second.at is not None
    assert second.at <= min(office.times(due)) <= max(office.times(due)) <= second.at + timedelta(seconds=4)
    assert sorted(name.split("@")[0] for name in office.got_it()) == ["a", "b", "c", "d"]
    if why not in ("warm-up", "resting"):
        # Deferred ones are spread by a tenth.
        assert min(office.times(first)) >= begin + timedelta(hours=1.8)


def test_what_waits_is_not_taken_up_again_at_every_look(office: Office) -> None:
    """Somebody else writes to the ledger all the time; a day's allowance is used up."""
    office.environ["NEWSLETTER_DELIVERY__WARM_UP"] = "{start: 2024-02-01, days: [2, 9]}"
    run = office.plan("2024-01", 4)
    for number in range(100):
        office.at(
            60.0 + number, lambda number=number: office.store.suppress(f"x{number}@example.org", "test", "test")
        )
    office.run(hours=30)
    assert office.begun == [run.id, run.id], "once a day"
    assert len(office.got_it()) == 4


def test_a_word_from_another_terminal_counts_within_a_second(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    run = office.plan("2024-01", 2)
    office.store.controls.wish(run.id, Wish.PAUSE, "Marie", "look again")
    moment = office.clock.time + timedelta(minutes=7, seconds=1)
    office.at(moment, lambda: unpause(office.reopen(), run.id, MARIE))
    office.run()
    assert moment <= office.times(run)[0] <= moment + timedelta(seconds=1)
    assert office.said(f"run {run.id}: paused by Marie: look again") == 1


def test_a_word_that_comes_while_another_run_is_sent_is_not_missed(office: Office) -> None:
    """It was looked at before the word came, and the sending writes to the ledger all the time as well."""
    paused, busy = office.plan("2024-01", 2), office.plan("2024-02", 30)
    office.store.controls.wish(paused.id, Wish.PAUSE, "Marie")
    office.set(per_second=1)
    office.at(10.0, lambda: unpause(office.reopen(), paused.id, MARIE))
    office.run()
    assert office.times(paused)[0] <= office.times(busy)[-1] + timedelta(seconds=4)


def test_a_run_is_given_up_though_somebody_else_was_faster(office: Office) -> None:
    """`newsletter cancel` says so and does it; whoever comes second finds it done."""
    run = office.plan("2024-01", 2)
    other = office.plan("2024-02", 2)
    office.store.controls.wish(run.id, Wish.CANCEL, "Marie", "the wrong picture")

    faster: list[Run] = []

    class Second(type(office.clock)):  # type: ignore[misc]
        def now(self) -> datetime:
            # Between the look and the deed.
            if not faster:
                faster.append(run)
                office.store.abandon(run.id, "the wrong picture")
            return super().now()

    office.clock.__class__ = Second
    left = office.run(once=True)
    assert (office.state(run), office.state(other), left.people) == (RunState.FINISHED, RunState.FINISHED, 0)
    assert sorted(office.got_it()) == ["2024-02.0", "2024-02.1"]


def test_what_a_dead_process_was_told_is_done(office: Office) -> None:
    run = office.plan("2024-01", 3)
    office.store.controls.wish(run.id, Wish.CANCEL, "Marie", "the wrong picture")
    office.run(once=True)
    assert office.state(run) is RunState.FINISHED
    assert {one.reply for one in office.store.deliveries(run.id)} == {"the wrong picture"}
    assert office.words == [f"run {run.id}: given up by Marie"]


def test_deferred_by_a_clock_that_was_wrong_is_due(office: Office) -> None:
    office.inbox.script.add(Fault("rcpt", reply="450 4.2.0 busy", recipient="a@example.com"))
    run = office.plan("2024-01", ["a", "b"])
    now = office.clock.time
    office.clock.time = now + timedelta(days=3000)
    office.store.controls.permit(run.id, late=True)
    office.run(once=True)
    assert office.state(run) is RunState.INTERRUPTED
    office.clock.time = now
    office.run(hours=1)
    assert office.state(run) is RunState.FINISHED


# -- the relay


def test_a_relay_that_is_away_is_tried_less_and_less_often_and_told_of_once(office: Office) -> None:
    with Inbox() as away:
        port = away.port
    office.environ["NEWSLETTER_TRANSPORT"] = f"smtp://127.0.0.1:{port}"
    begin = office.clock.time
    run = office.plan("2024-01", 3)
    tries: list[datetime] = []

    def note() -> bool:
        until = office.store.controls.of(run.id).waiting_until
        if until is not None and until not in tries:
            tries.append(until)
        return office.state(run) is RunState.FINISHED

    opened: list[Inbox] = []
    office.at(10_000.0, lambda: opened.append(Inbox(port=port).__enter__()))
    try:
        left = office.run(until=note)
        assert len(opened[0].messages) == 3
    finally:
        for inbox in opened:
            inbox.close()
    waits = [
        (tries[0] - begin).total_seconds(),
        *((b - a).total_seconds() for a, b in pairwise(tries)),
    ]
    assert [round(wait / 30) * 30 for wait in waits] == [*TRY_AGAIN, TRY_AGAIN[-1]]
    assert office.said("nothing answers at this address") == 1
    assert office.begun == [run.id], "what cannot be tried is no beginning"
    assert left == Left(0, False, False)


def test_a_relay_that_was_away_for_one_run_is_there_for_all(office: Office) -> None:
    """The second one finds it back; the first one does not wait for the end of its hour."""
    with Inbox() as away:
        port = away.port
    office.environ["NEWSLETTER_TRANSPORT"] = f"smtp://127.0.0.1:{port}"
    first = office.plan("2024-01", 2)
    at = office.clock.time + timedelta(minutes=30)
    second = office.plan("2024-02", 2, Terms(at=at))
    opened: list[Inbox] = []
    office.at(1_500.0, lambda: opened.append(Inbox(port=port).__enter__()))
    try:
        office.run()
    finally:
        for inbox in opened:
            inbox.close()
    assert office.times(second)[0] <= at + timedelta(seconds=4)
    assert office.times(first)[0] <= at + timedelta(seconds=5)


REFUSALS = {
    "sender": (
        Fault("mail", reply="550 5.7.1 sender not allowed", times=None),
        "the relay refuses our sender address: 550",
    ),
    "policy": (Fault("dot", reply="554 5.7.1 looks like spam", times=None), "looks like spam"),
    "login": (Fault("mail", reply="530 5.7.0 authentication required", times=None), "the relay demands a login"),
    "blocked": (Fault("connect", reply="554 5.7.1 your address is listed", times=None), "your address is listed"),
}


@pytest.mark.parametrize("kind", REFUSALS)
def test_a_relay_that_refuses_us_is_not_asked_again_and_again(office: Office, kind: str) -> None:
    fault, words = REFUSALS[kind]
    asked: list[str] = []
    with Inbox(faults=[fault], on_stage=lambda stage, _: asked.append(stage)) as relay:
        office.environ["NEWSLETTER_TRANSPORT"] = relay.url
        runs = [office.plan(f"2024-0{number}", 3) for number in (1, 2)]
        left = office.run(hours=6)
        assert asked.count(fault.stage) == 2, "once for each run"
        assert left == Left(6, True, True)
        for run in runs:
            assert office.said(f"run {run.id}: ") == 1
            assert words in "".join(each for each in office.words if run.id in each)
            assert office.said(f"newsletter unpause {run.id}") == 1
            control = office.store.controls.of(run.id)
            assert (control.wish, control.wished_by) == (Wish.STOP, "newsletter run")
            assert words in control.reason
            counts = office.store.counts(run.id)
            assert counts[DeliveryState.PENDING] == 3, "nobody was skipped, nobody is in doubt"
        # What is put right goes on by itself when somebody says so, or by their own --resume.
        relay.script.clear()
        unpause(office.reopen(), runs[0].id, MARIE)
        office.run(until=lambda: office.state(runs[0]) is RunState.FINISHED)
        assert office.state(runs[1]) is RunState.INTERRUPTED
        status = resume(
            office.reopen(), runs[1].id, stop=threading.Event(), on_start=lambda _: None, on_event=lambda _: None
        )
        assert status.run.state is RunState.FINISHED
        assert sorted(relay.per_recipient().values()) == [1] * 6


def test_only_the_run_that_is_refused_stops(office: Office) -> None:
    office.inbox.script.add(Fault("mail", reply="550 5.7.1 sender not allowed"))
    first, second = office.plan("2024-01", 3), office.plan("2024-02", 3)
    office.run(hours=1)
    assert (office.state(first), office.state(second)) == (RunState.INTERRUPTED, RunState.FINISHED)
    office.words.clear()
    # A new process says what it finds; this one is for a person.
    assert office.run(once=True) == Left(3, False, True)
    assert office.words[0].startswith(f"run {first.id}: stopped by newsletter run: the relay refuses our sender")


def test_somebody_who_paused_it_keeps_their_word(office: Office) -> None:
    """The pause comes while the run is being refused: it is not made less than that."""
    run = office.plan("2024-01", 3)
    office.inbox.script.add(
        Fault("rcpt", reply="450 4.2.0 busy"), Fault("mail", reply="550 5.7.1 sender not allowed")
    )
    office.on_event = lambda event: pause(office.reopen(), run.id, MARIE, "wait") and None
    office.set(per_second=100)
    office.run(hours=1)
    control = office.store.controls.of(run.id)
    assert (control.wish, control.reason) == (Wish.PAUSE, "wait")


def test_a_login_that_is_refused_and_put_right(office: Office) -> None:
    with Inbox(credentials={"us": "right"}) as relay:
        office.environ["NEWSLETTER_TRANSPORT"] = relay.url.replace("://", "://us@")
        password = office.root / "password"
        password.write_text("wrong")
        office.environ["NEWSLETTER_SMTP_PASSWORD_FILE"] = str(password)
        run = office.plan("2024-01", 2)
        office.at(600.0, lambda: password.write_text("right"))
        office.at(660.0, lambda: unpause(office.reopen(), run.id, MARIE))
        office.run()
        assert office.said("refused") == 1
        assert len(relay.messages) == 2, "the file is read again: a service need not be started anew"
        assert "wrong" not in "".join(office.words)


# -- the configuration


def test_a_configuration_that_became_wrong_holds_everything_back_until_it_is_put_right(office: Office) -> None:
    at = office.clock.time + timedelta(minutes=30)
    run = office.plan("2024-01", 2, Terms(at=at))
    office.at(600.0, lambda: office.write("delivery: {conections: 2}"))
    put_right = at + timedelta(minutes=20)
    office.at(put_right, lambda: office.write(""))
    office.run(hours=5)
    assert office.said("nothing is sent until this is put right") == 1
    assert re.search(r"newsletter\.yaml:\d+:\d+  error", "".join(office.words))
    assert office.said("newsletter run goes on") == 1
    assert put_right <= office.times(run)[0] <= put_right + timedelta(seconds=15)


def test_a_changed_configuration_counts_without_a_new_start(office: Office) -> None:
    """The relay has moved: nobody waits for the end of the back-off."""
    del_transport, office.environ["NEWSLETTER_DELIVERY__CONNECTIONS"] = office.inbox.url, "1"
    with Inbox() as away:
        port = away.port
    office.write(f"transport: smtp://127.0.0.1:{port}")

    def reopen() -> Project:
        return open_project(office.root, {"NEWSLETTER_STORE": STORE}, clock=office.clock)

    office.reopen = reopen  # type: ignore[method-assign]
    run = office.plan("2024-01", 2)
    moved = office.clock.time + timedelta(minutes=100)
    office.at(moved, lambda: office.write(f"transport: {del_transport}"))
    office.run()
    assert moved <= office.times(run)[0] <= moved + timedelta(seconds=61)


def test_another_ledger_needs_a_new_start(office: Office) -> None:
    office.plan("2024-01", 2, Terms(at=office.clock.time + timedelta(hours=2)))
    office.at(60.0, lambda: office.environ.update(NEWSLETTER_STORE="sqlite:///var/other.sqlite3"))
    with pytest.raises(Refusal, match="names another ledger now"):
        office.run()
    assert office.got_it() == []


# -- the ledger


def look_after_it(office: Office, store: SqliteStore, *, once: bool = False) -> Left:
    return look_after(
        store, office.reopen(), once=once, stop=office.stop, heard=office.heard, reopen=office.reopen
    )


def test_a_busy_ledger_is_waited_for(office: Office) -> None:
    run = office.plan("2024-01", 2, Terms(at=office.clock.time + timedelta(seconds=5)))
    file = office.root / "var/daemon.sqlite3"
    released = office.clock.time + timedelta(minutes=5)
    with (
        open_store(STORE, root=office.root, clock=office.clock, busy_seconds=0.02) as impatient,
        closing(sqlite3.connect(file, isolation_level=None)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusy, match="another process is writing"):
            look_after_it(office, impatient, once=True)
        office.words.clear()

        def on_wait() -> None:
            if office.clock.time >= released and other.in_transaction:
                other.execute("ROLLBACK")
            if office.state(run) is RunState.FINISHED:
                office.stop.set()

        office.clock.on_wait = on_wait
        assert look_after_it(office, impatient) == Left(0, False, False)
    assert office.said("another process is writing to the database; newsletter run waits for it") == 1
    assert office.words[-1] == "newsletter run goes on"
    assert released <= office.times(run)[0] <= released + timedelta(seconds=15)


def test_a_message_that_somebody_changed_stops_its_run_alone(office: Office) -> None:
    first, second = office.plan("2024-01", 2), office.plan("2024-02", 2)
    with closing(sqlite3.connect(office.root / "var/daemon.sqlite3")) as other, other:
        other.execute("UPDATE message SET subject = 'another' WHERE run = ?", (first.id,))
    left = office.run(once=True)
    assert left == Left(2, True, False)
    assert sorted(office.got_it()) == ["2024-02.0", "2024-02.1"]
    assert office.said("was changed since it was confirmed") == 1
    assert office.store.controls.of(first.id).wish is Wish.STOP
    assert office.state(second) is RunState.FINISHED


def test_a_damaged_ledger_ends_it(office: Office) -> None:
    office.plan("2024-01", 2)
    office.store.close()
    file = office.root / "var/daemon.sqlite3"
    with closing(sqlite3.connect(file)) as other:
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data = bytearray(file.read_bytes())
    for page in range(4096, len(data), 4096):
        data[page : page + 100] = b"\xff" * 100
    file.write_bytes(data)
    with pytest.raises(StoreTrouble, match="damaged") as caught:
        office.run(once=True)
    assert not isinstance(caught.value, StoreBusy)
    assert office.got_it() == []


def test_one_is_enough(office: Office) -> None:
    with office.store.hold("newsletter run"), pytest.raises(Refusal, match="at work already"):
        office.run(once=True)


# -- how it ends


def test_once_says_by_its_figures_what_is_left(office: Office) -> None:
    """What waits for its time is as it should be; what is late, or in doubt, is for a person."""
    office.inbox.script.add(Fault("rcpt", reply="450 4.2.0 busy", recipient="a@example.com"))
    office.plan("2024-01", ["a", "b"])
    assert office.run(once=True) == Left(1, False, False)
    office.inbox.script.add(Fault("dot", drop=True, keep=True, recipient="c@example.com"))
    office.plan("2024-02", ["c", "d"])
    assert office.run(once=True) == Left(1, False, True)
    assert office.said("whoever is in doubt: newsletter resolve 2024-02-1") == 1
    late = office.plan("2024-03", ["e"])
    office.clock.time += timedelta(hours=5)
    assert office.run(once=True) == Left(1, False, True)
    assert office.said(f"newsletter send --resume {late.id} --late") == 1


def test_a_stop_between_two_messages_leaves_nobody_in_doubt(office: Office) -> None:
    office.set(per_second=0.1)
    run = office.plan("2024-01", 20)
    office.at(62.0, office.stop.set)
    left = office.run(until=lambda: False)
    counts = office.store.counts(run.id)
    assert counts[DeliveryState.ACCEPTED] == 7
    assert counts[DeliveryState.PENDING] == 13 == left.people
    assert office.clock.time - office.times(run)[0] <= timedelta(seconds=63), "within a second"


# -- a turn


def test_a_turn_looks_at_the_others_when_it_has_lasted(office: Office) -> None:
    asked: list[bool] = []
    answer = [False]
    stop = threading.Event()

    def other_is_due() -> bool:
        asked.append(answer[0])
        return answer[0]

    turn = Turn(stop, office.clock, other_is_due)
    begin = office.clock.time
    answer[0] = True
    for seconds in (0.0, 1.0, TURN_SECONDS - 0.01):
        office.clock.time = begin + timedelta(seconds=seconds)
        assert not turn.is_set()
    assert asked == []
    answer[0] = False
    office.clock.time = begin + timedelta(seconds=TURN_SECONDS)
    assert [turn.is_set() for _ in range(100)] == [False] * 100
    assert asked == [False], "not for every message"
    answer[0] = True
    office.clock.time += timedelta(seconds=1)
    assert turn.is_set()
    answer[0] = False
    office.clock.time += timedelta(seconds=10)
    assert turn.is_set(), "over is over"


def test_a_turn_ends_with_the_process(office: Office) -> None:
    stop = threading.Event()
    turn = Turn(stop, office.clock, lambda: False)
    assert not turn.wait(0.01)
    stop.set()
    assert turn.is_set()
    assert turn.wait(60)
