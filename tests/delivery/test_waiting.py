"""What keeps a run from going on, and what people want of it, over a real connection."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import dns.message
import dns.rrset
import pytest
from ledger_parts import addressed, plan, recipient

from newsletter.delivery import Ending, EventKind
from newsletter.delivery.caps import REST_SECONDS, DomainCap
from newsletter.delivery.mx import MailHosts
from newsletter.delivery.warmup import WarmUpPlan
from newsletter.errors import Refusal, RelayRefused
from newsletter.inbox import Fault
from newsletter.models.control import Approval, Person, Terms, Wish
from newsletter.models.delivery import Run, RunState

Desk = Any
MONTREAL = ZoneInfo("America/Toronto")
MARIE, PAUL = Person("Marie", "comm@office"), Person("Paul", "comm@office")


def confirmed(desk: Desk, who: list[str], terms: Terms) -> Run:
    planned = plan([recipient(each if "@" in each else f"{each}@example.com") for each in who])
    run: Run = desk.store.create_run(planned, addressed(planned), terms)
    return run


def words(desk: Desk) -> list[str]:
    return [event.detail for event in desk.events if event.kind is EventKind.WAITING]


# -- its time


def test_a_run_waits_for_its_time_and_is_counted_down(desk: Desk) -> None:
    at = desk.clock.now() + timedelta(minutes=30)
    run = confirmed(desk, ["a", "b"], Terms(at=at))
    arrived: list[datetime] = []
    desk.on_event = lambda event: arrived.append(desk.clock.now()) if event.kind is EventKind.RESULT else None
    assert desk.send(run, zone=MONTREAL).ending is Ending.FINISHED
    assert min(arrived) >= at
    assert words(desk) == ["scheduled for 2024-02-01 09:30 EST"]
    countdown = [event.seconds for event in desk.events if event.kind is EventKind.COUNTDOWN]
    assert len(countdown) > 1000
    assert countdown == sorted(countdown, reverse=True)
    control = desk.store.controls.of(run.id)
    assert control.begun_at is not None
    assert (control.waiting, control.waiting_until) == ("", None)


def test_a_machine_that_slept_over_the_time_does_not_send(desk: Desk) -> None:
    run = confirmed(desk, ["a", "b"], Terms(at=desk.clock.now() + timedelta(minutes=30)))

    def sleep_and_wake() -> None:
        desk.clock.on_wait = None
        desk.clock.time += timedelta(hours=3)

    desk.clock.on_wait = sleep_and_wake
    with pytest.raises(
        Refusal, match=r"was to begin 2024-02-01 14:30 UTC.* 2 of 2 people have not got it"
    ) as refused:
        desk.send(run)
    assert f"--resume {run.id} --late" in str(refused.value)
    assert desk.got_it() == []
    assert "a person has to say" in desk.store.controls.of(run.id).waiting
    with pytest.raises(Refusal):
        desk.send(run)
    desk.store.controls.permit(run.id, late=True)
    assert desk.send(run).complete


def test_a_hold_can_be_used_to_cancel(desk: Desk) -> None:
    run = confirmed(desk, ["a", "b"], Terms(hold_until=desk.clock.now() + timedelta(minutes=10)))

    def cancel() -> None:
        desk.clock.on_wait = None
        desk.store.controls.wish(run.id, Wish.CANCEL, "Marie", "the wrong picture")

    desk.clock.on_wait = cancel
    summary = desk.send(run)
    assert (summary.ending, summary.run.state) == (Ending.CANCELLED, RunState.FINISHED)
    assert desk.got_it() == []
    assert set(desk.states(run).values()) == {"cancelled"}
    assert {delivery.reply for delivery in desk.store.deliveries(run.id)} == {"the wrong picture"}
    assert desk.clock.waited <= 1, "within a second"


# -- pause


def test_a_pause_stops_a_run_and_its_end_lets_it_go_on(desk: Desk) -> None:
    run = desk.plan(f"r{number}" for number in range(20))
    paused_for: list[int] = []

    def on_event(event: Any) -> None:
        if event.kind is EventKind.RESULT and event.progress.accepted_now == 5:
            desk.store.controls.wish(run.id, Wish.PAUSE, "Marie", "a mistake in the title")
        if event.kind is EventKind.COUNTDOWN:
            paused_for.append(event.progress.accepted_now)
            if len(paused_for) == 3:
                desk.store.controls.wish(run.id, Wish.GO, "Marie")

    desk.on_event = on_event
    assert desk.send(run, per_second=10).complete
    assert words(desk) == ["paused by Marie: a mistake in the title"]
    # Within a second: at ten a second no more than ten after the wish.
    assert 5 <= paused_for[0] <= 15
    assert paused_for == [paused_for[0]] * 3
    assert len(desk.got_it()) == len(set(desk.got_it())) == 20


def test_a_pause_survives_the_process(desk: Desk) -> None:
    run = desk.plan("ab")
    desk.store.controls.wish(run.id, Wish.PAUSE, "Marie")

    def stop() -> None:
        desk.stop.set()

    desk.clock.on_wait = stop
    assert desk.send(run).ending is Ending.STOPPED
    assert desk.got_it() == []
    assert desk.store.controls.of(run.id).wish is Wish.PAUSE


# -- quiet hours, warm-up, approval


def test_quiet_hours_in_the_middle_of_a_run(desk: Desk) -> None:
    # 14:00 UTC is 9:00 in Montréal.
    run = desk.plan(f"r{number}" for number in range(10))
    summary = desk.send(run, zone=MONTREAL, per_second=1, quiet_hours="09:00-09:01", patience=900)
    assert summary.complete
    assert words(desk) == ["quiet hours (09:00-09:01)"]
    desk.clock.time = datetime(2024, 2, 1, 14, 0, tzinfo=UTC)
    night = desk.plan(["x"])
    summary = desk.send(night, zone=MONTREAL, quiet_hours="08:00-22:00")
    assert (summary.ending, summary.open) == (Ending.PATIENCE, 1)
    control = desk.store.controls.of(night.id)
    assert (control.waiting, control.waiting_until) == (
        "quiet hours (08:00-22:00)", datetime(2024, 2, 2, 3, 0, tzinfo=UTC),
    )  # fmt: skip
    desk.store.controls.permit(night.id, ignore_quiet=True)
    assert desk.send(night, zone=MONTREAL, quiet_hours="08:00-22:00").complete


def test_a_warm_up_lets_so_many_through_a_day(desk: Desk) -> None:
    desk.inbox.script.add(Fault("rcpt", reply="550 5.1.1 no such user", recipient="r1@example.com"))
    run = desk.plan(f"r{number}" for number in range(8))
    settings = {"warm_up": WarmUpPlan(date(2024, 2, 1), (3, 4)), "stop_after": 0, "connections": 3}
    summary = desk.send(run, zone=MONTREAL, **settings)
    assert summary.ending is Ending.PATIENCE
    # The one who was refused is not one of the three.
    assert sorted(desk.states(run).values()) == ["accepted"] * 3 + ["pending"] * 4 + ["rejected"]
    control = desk.store.controls.of(run.id)
    assert control.waiting == "warm-up: 3 messages were allowed on 2024-02-01"
    assert control.waiting_until == datetime(2024, 2, 2, 5, 0, tzinfo=UTC)
    assert desk.send(run, zone=MONTREAL, **settings).ending is Ending.PATIENCE
    assert len(desk.got_it()) == 3
    desk.clock.time = control.waiting_until
    assert desk.send(run, zone=MONTREAL, **settings).complete
    assert len(set(desk.got_it())) == len(desk.got_it()) == 7


def test_a_second_person_approves(desk: Desk) -> None:
    run = confirmed(desk, ["a"], Terms(confirmed_by=MARIE))
    seen: list[str] = []

    def approve() -> None:
        person = MARIE if not seen else PAUL
        seen.append(person.name)
        desk.store.controls.approve(Approval(run.digest, run.issue, person, desk.clock.now(), 1))
        if person is PAUL:
            desk.clock.on_wait = None

    desk.clock.on_wait = approve
    assert desk.send(run, approval=True).complete
    assert seen == ["Marie", "Paul"], "her own approval is not enough"


@pytest.mark.parametrize(
    ("one", "other", "may_be"),
    [
        (MARIE, PAUL, False),
        (MARIE, Person("marie", "else@where"), True),
        (MARIE, Person("comm@office", "comm@office"), True),
        (Person("a@x", "a@x"), Person("b@x", "b@x"), False),
        (Person("a@x", "a@x"), Person("a@x", "a@x"), True),
    ],
)
def test_who_may_be_the_same_person(one: Person, other: Person, may_be: bool) -> None:
    assert one.may_be(other) is may_be
    assert other.may_be(one) is may_be


# -- seeds


def test_seeds_come_first_and_a_refused_one_stops_the_run(desk: Desk) -> None:
    desk.inbox.script.add(Fault("rcpt", reply="550 5.7.1 looks like spam", recipient="b@example.com"))
    run = confirmed(desk, ["a", "b", "c", "d"], Terms(seeds=2))
    with pytest.raises(RelayRefused, match=r"b@example.com, one of the seeds.*looks like spam"):
        desk.send(run, connections=4)
    assert desk.states(run) == {"a": "accepted", "b": "rejected", "c": "pending", "d": "pending"}
    assert desk.send(run).open == 0
    assert sorted(desk.got_it()) == ["a", "c", "d"]


def test_nobody_goes_before_a_seed_that_is_put_off(desk: Desk) -> None:
    desk.inbox.script.add(Fault("rcpt", reply="450 4.2.0 greylisted", times=1, recipient="a@example.com"))
    run = confirmed(desk, ["a", "b", "c"], Terms(seeds=1))
    assert desk.send(run, connections=3).complete
    assert desk.got_it()[0] == "a"


# -- domains


def test_a_domain_that_complains_rests_while_the_others_go_on(desk: Desk) -> None:
    desk.inbox.script.add(
        Fault("rcpt", reply="421 4.7.28 unusual rate of mail", times=1, recipient="g0@gmail.example")
    )
    run = confirmed(desk, [f"g{n}@gmail.example" for n in range(5)] + ["a", "b", "c"], Terms())
    begun = desk.clock.now()
    assert desk.send(run).complete
    assert desk.got_it()[:3] == ["a", "b", "c"]
    assert (desk.clock.now() - begun).total_seconds() >= REST_SECONDS
    (resting,) = [event for event in desk.events if event.kind is EventKind.RESTING]
    assert (resting.detail, resting.seconds) == ("gmail.example", pytest.approx(REST_SECONDS, abs=1))
    first = next(desk.store.deliveries(run.id))
    assert (first.deferrals, first.attempts) == (0, 2), "no fault of theirs"


def test_a_capped_domain_does_not_hold_up_the_others(desk: Desk) -> None:
    people = [f"g{n}@gmail.example" for n in range(30)] + [f"r{n}" for n in range(10)]
    run = confirmed(desk, people, Terms())
    sent: list[tuple[str, float]] = []

    def on_event(event: Any) -> None:
        if event.kind is EventKind.RESULT:
            sent.append((event.delivery.address, desk.clock.now().timestamp()))

    desk.on_event = on_event
    assert desk.send(run, domains={"gmail.example": DomainCap(per_second=2)}).complete
    moments = [moment for address, moment in sent if "gmail" in address]
    assert moments[-1] - moments[0] == pytest.approx(29 / 2, abs=1.5)
    others = [place for place, (address, _) in enumerate(sent) if "gmail" not in address]
    assert max(others) < 12, "they went out while the domain had its fill"
    assert [address for address, _ in sent if "gmail" in address] == people[:30], "in plan order"


def test_so_many_connections_to_a_domain_at_most(desk: Desk) -> None:
    run = confirmed(desk, [f"g{n}@gmail.example" for n in range(12)], Terms())
    under_way, most, lock = 0, 0, threading.Lock()
    merge = desk.envelope_for

    def envelope_for(delivery: Any) -> Any:
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        return merge(delivery)

    def on_event(event: Any) -> None:
        nonlocal under_way
        if event.kind is EventKind.RESULT:
            with lock:
                under_way -= 1

    desk.envelope_for, desk.on_event = envelope_for, on_event
    assert desk.send(run, connections=6, domains={"*": DomainCap(connections=2)}).complete
    assert most <= 2
    assert len(set(desk.got_it())) == 12


@contextmanager
def name_server(answers: dict[str, str]) -> Iterator[tuple[int, list[str]]]:
    """Answers MX questions on a port of this machine; says nothing of names it does not know."""
    import socket

    asked: list[str] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))

        def serve() -> None:
            while True:
                try:
                    data, who = server.recvfrom(4096)
                except OSError:
                    return
                if not data:
                    return
                question = dns.message.from_wire(data)
                name = question.question[0].name.to_text(omit_final_dot=True)
                asked.append(name)
                if name in answers:
                    reply = dns.message.make_response(question)
                    reply.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", "MX", f"10 {answers[name]}."))
                    server.sendto(reply.to_wire(), who)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1], asked
        server.sendto(b"", server.getsockname())
        thread.join(5)


def test_domains_behind_one_mail_host_share_its_cap(desk: Desk) -> None:
    people = [f"a{n}@ngo{n}.example" for n in range(4)] + ["z@slow.example"]
    run = confirmed(desk, people, Terms())
    with name_server({f"ngo{n}.example": "MX1.big.example" for n in range(4)}) as (port, asked):
        hosts = MailHosts(["127.0.0.1"], port, limit=0.3)
        settings = {"domains": {"big.example": DomainCap(per_second=1)}, "by_mx": True}
        begun = desk.clock.now()
        desk.mail_hosts = hosts
        assert desk.send(run, **settings).complete
        assert (desk.clock.now() - begun).total_seconds() == pytest.approx(3, abs=1)
        assert hosts.known("ngo0.example") == ("mx1.big.example",)
        assert hosts.known("slow.example") == (), "nobody answered in time: it goes by its own name"
        assert sorted({name for name in asked if name.startswith("ngo")}) == [f"ngo{n}.example" for n in range(4)]
        assert asked.count("ngo0.example") == 1


# -- deadline


def test_who_is_put_off_for_two_days_is_given_up(desk: Desk) -> None:
    desk.inbox.script.add(Fault("rcpt", reply="450 4.2.0 busy", times=None, recipient="b@example.com"))
    run = desk.plan("ab")
    begun = desk.clock.now()
    desk.send(run, retry_waits=(3600,), patience=3700)
    assert desk.states(run) == {"a": "accepted", "b": "rejected"}
    hours = (desk.clock.now() - begun).total_seconds() / 3600
    assert 48 <= hours <= 49.5
    (refused,) = [delivery for delivery in desk.store.deliveries(run.id) if delivery.code == 450]
    assert refused.reply.startswith("gave up after ")


# -- two processes


def test_two_runs_share_the_rate_of_one_relay(desk: Desk, tmp_path: Path) -> None:
    """The second begins where the first left off, in the pace the ledger keeps."""
    first, second = desk.plan(f"a{n}" for n in range(5)), desk.plan([f"b{n}" for n in range(5)], "2024-03")
    begun = desk.clock.now()
    assert desk.send(first, per_second=1).complete
    assert desk.send(second, per_second=1).complete
    assert (desk.clock.now() - begun).total_seconds() == pytest.approx(9, abs=0.5)


def test_an_address_gets_an_issue_once_over_all_its_runs(desk: Desk) -> None:
    first, second = desk.plan("ab"), desk.plan("bc")
    assert desk.send(first).complete
    assert desk.send(second).complete
    assert sorted(desk.got_it()) == ["a", "b", "c"]
    assert desk.states(second) == {"b": "cancelled", "c": "accepted"}


def test_terms_are_kept(desk: Desk) -> None:
    terms = Terms(MARIE, desk.clock.now(), None, ignore_quiet=True, seeds=3)
    run = confirmed(desk, ["a"], terms)
    assert desk.store.controls.of(run.id).terms == terms
