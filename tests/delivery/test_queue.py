"""Who is next: pending and deferred ones, seeds first, lanes that have their fill. And what an answer changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ledger_parts import addressed, envelope, plan, recipient

from newsletter.delivery import DeliverySettings, Ending, EventKind
from newsletter.delivery.caps import DomainCap, Lanes
from newsletter.delivery.mx import MailHosts
from newsletter.delivery.queue import BATCH, RELOAD, DueQueue
from newsletter.delivery.ratelimit import OwnPaces
from newsletter.delivery.retry import next_step, reconnect_wait
from newsletter.errors import RelayRefused
from newsletter.inbox import Fault, Inbox
from newsletter.models.control import Terms, Wish
from newsletter.models.delivery import Delivery, DeliveryState, Run
from newsletter.models.message import Outcome, SendResult
from newsletter.store import Ledger

Desk = Any
NOW = datetime(2024, 2, 1, 14, 0, tzinfo=UTC)
LATER = SendResult(Outcome.DEFERRED, 450, "4.2.0", "busy", "rcpt")
SLOW = {"slow.example": DomainCap(connections=1)}


def lanes(caps: dict[str, DomainCap] | None = None) -> Lanes:
    return Lanes(caps or {}, None, "relay", OwnPaces(), NOW.timestamp())


def new_run(desk: Desk, people: Sequence[str]) -> Run:
    planned = plan([recipient(each if "@" in each else f"{each}@example.com") for each in people])
    run: Run = desk.store.create_run(planned, addressed(planned))
    return run


@contextmanager
def opened(desk: Desk, people: Sequence[str], deferred: dict[int, float] | None = None) -> Iterator[Ledger]:
    """A ledger in which some, by their number, are deferred for so many seconds."""
    run = new_run(desk, people)
    with desk.store.open_ledger(run.id) as ledger:
        for one in ledger.pending(0, 10_000):
            if one.seq in (deferred or {}):
                at = NOW + timedelta(seconds=(deferred or {})[one.seq])
                ledger.record(one, 1, LATER, state=DeliveryState.DEFERRED, deferrals=1, next_at=at, started_at=NOW)
        ledger.flush()
        yield ledger


def drained(queue: DueQueue, now: datetime = NOW) -> list[int]:
    found: list[int] = []
    while (delivery := queue.take(now)) is not None:
        found.append(delivery.seq)
    return found


def late(delivery: Delivery, seconds: float) -> Delivery:
    return delivery._replace(attempts=1, deferrals=1, next_at=NOW + timedelta(seconds=seconds))


# -- without lanes


def test_pending_in_order_then_what_came_back_then_what_is_due(desk: Desk) -> None:
    with opened(desk, ["a", "b", "c", "d", "e"], {2: 30, 4: 10, 5: 100}) as ledger:
        queue = DueQueue(ledger, lanes())
        assert queue.ready()
        first = queue.take(NOW)
        assert first is not None
        queue.again(first)
        assert drained(queue) == [3, 1]
        assert not queue.ready()
        assert (queue.waiting(), queue.next_due(NOW)) == (3, NOW + timedelta(seconds=10))
        assert drained(queue, NOW + timedelta(seconds=9.999)) == []
        assert drained(queue, NOW + timedelta(seconds=30)) == [4, 2]
        assert (queue.waiting(), queue.next_due(NOW)) == (1, NOW + timedelta(seconds=100))
        queue.again(first)
        assert queue.ready()
        assert drained(queue) == [1]
        queue.later(late(first, 5))
        assert queue.next_due(NOW) == NOW + timedelta(seconds=5)
        assert drained(queue, NOW + timedelta(seconds=100)) == [1, 5]
        assert (queue.waiting(), queue.next_due(NOW), queue.lane_opens_in(NOW)) == (0, None, None)


def test_it_is_ready_as_long_as_it_has_not_looked(desk: Desk) -> None:
    with opened(desk, ["a", "b"]) as ledger:
        queue = DueQueue(ledger, lanes())
        one = queue.take(NOW)
        assert one is not None
        assert queue.ready(), "b is in its hands"
        two = queue.take(NOW)
        assert two is not None
        assert queue.ready(), "nobody has looked whether there are more"
        assert queue.take(NOW) is None
        assert not queue.ready()


def test_more_than_a_batch_comes_out_once_and_in_order(desk: Desk) -> None:
    with opened(desk, [f"r{number}" for number in range(2 * BATCH + 3)]) as ledger:
        assert drained(DueQueue(ledger, lanes())) == list(range(1, 2 * BATCH + 4))


def test_seeds_alone_until_all_may_go(desk: Desk) -> None:
    """Pending and deferred ones beyond the seeds are held back, and nobody is forgotten or told twice."""
    with opened(desk, ["s", "t", "u", "a", "b", "c"], {2: 0, 3: 50, 4: 0, 6: 70}) as ledger:
        queue = DueQueue(ledger, lanes(), 3)
        assert drained(queue, NOW + timedelta(seconds=10)) == [1, 2]
        assert queue.next_due(NOW) == NOW + timedelta(seconds=50)
        assert drained(queue, NOW + timedelta(seconds=60)) == [3]
        assert (queue.next_due(NOW), queue.ready()) == (None, False)
        queue.open_all()
        assert queue.ready()
        assert drained(queue, NOW + timedelta(seconds=60)) == [5, 4]
        assert queue.next_due(NOW) == NOW + timedelta(seconds=70)
        queue.open_all()
        assert drained(queue, NOW + timedelta(seconds=80)) == [6]
        assert queue.waiting() == 0


def test_without_seeds_there_is_nothing_to_open(desk: Desk) -> None:
    with opened(desk, ["a", "b"], {1: 50, 2: 60}) as ledger:
        queue = DueQueue(ledger, lanes())
        queue.open_all()
        assert queue.waiting() == 2


def test_later_than_anybody_waits_is_by_a_wrong_clock(desk: Desk) -> None:
    with opened(desk, ["a", "b"], {1: 100, 2: 101}) as ledger:
        queue = DueQueue(ledger, lanes(), longest=100)
        assert queue.next_due(NOW) == NOW + timedelta(seconds=100)
        assert drained(queue) == []
        assert drained(queue, NOW + timedelta(seconds=100)) == [1]
        queue = DueQueue(ledger, lanes(), longest=99)
        assert queue.next_due(NOW) == NOW
        assert drained(queue) == [1, 2]


# -- with lanes


def test_a_lane_that_has_its_fill_lets_the_others_by_and_then_goes_first(desk: Desk) -> None:
    people = ["a@slow.example", "b@slow.example", "c@slow.example", "d", "e"]
    with opened(desk, people) as ledger:
        paths = lanes(SLOW)
        queue = DueQueue(ledger, paths)
        assert [one.seq for one in (queue.take(NOW), queue.take(NOW)) if one] == [1, 4]
        assert queue.waiting() == 2
        opens = queue.lane_opens_in(NOW)
        assert opens is not None
        assert opens > 0
        assert queue.next_due(NOW) == NOW + timedelta(seconds=opens)
        paths.done("slow.example", 1, accepted=True, now=NOW.timestamp())
        assert queue.lane_opens_in(NOW) == 0
        second = queue.take(NOW)
        assert second is not None
        assert second.seq == 2
        assert drained(queue) == [5]
        paths.done("slow.example", 2, accepted=True, now=NOW.timestamp())
        assert drained(queue) == [3]
        assert (queue.waiting(), queue.lane_opens_in(NOW)) == (0, None)


def test_whoever_was_put_aside_comes_out_once_whatever_they_were(desk: Desk) -> None:
    """More than are read again at a time; among them some that were tried before, and some that come back."""
    people = [f"r{number}@slow.example" for number in range(2 * RELOAD + 20)]
    with opened(desk, people, {3: 0, 70: 0, len(people): 0}) as ledger:
        paths = lanes(SLOW)
        queue = DueQueue(ledger, paths)
        order: list[int] = []
        came_back: set[int] = set()
        moment = NOW + timedelta(seconds=1)
        while (one := queue.take(moment)) is not None:
            assert drained(queue, moment) == [], "one at a time"
            paths.done("slow.example", one.seq, accepted=True, now=moment.timestamp())
            if one.seq in (1, 40, 90) and one.seq not in came_back:
                # The line broke: certainly not sent, to be tried again.
                came_back.add(one.seq)
                queue.again(one._replace(attempts=1))
                continue
            order.append(one.seq)
        assert sorted(order) == list(range(1, len(people) + 1))
        assert queue.waiting() == 0
        never_tried = [seq for seq in order if seq not in (1, 3, 40, 70, 90, len(people))]
        assert never_tried == sorted(never_tried)


def test_two_lanes_take_turns(desk: Desk) -> None:
    people = [f"{name}@{domain}.example" for name in "abc" for domain in ("slow", "other")]
    with opened(desk, people) as ledger:
        paths = lanes({**SLOW, "other.example": DomainCap(connections=1)})
        queue = DueQueue(ledger, paths)
        assert drained(queue) == [1, 2]
        for seq in (1, 2):
            paths.done(people[seq - 1].split("@")[1], seq, accepted=True, now=NOW.timestamp())
        assert drained(queue) == [3, 4]


def test_a_lane_that_is_busy_keeps_no_other_lane_back(desk: Desk) -> None:
    people = ["a@slow.example", "b@slow.example", "c@other.example", "d@other.example"]
    with opened(desk, people) as ledger:
        paths = lanes({**SLOW, "other.example": DomainCap(connections=1)})
        queue = DueQueue(ledger, paths)
        assert drained(queue) == [1, 3]
        paths.done("other.example", 3, accepted=True, now=NOW.timestamp())
        assert drained(queue) == [4]


def test_a_lane_at_its_rate_says_when_it_opens(desk: Desk) -> None:
    with opened(desk, ["a@slow.example", "b@slow.example", "c"]) as ledger:
        paths = lanes({"slow.example": DomainCap(per_second=0.5)})
        queue = DueQueue(ledger, paths)
        assert drained(queue) == [1, 3]
        paths.done("slow.example", 1, accepted=True, now=NOW.timestamp())
        assert queue.lane_opens_in(NOW) == pytest.approx(2, abs=1e-6)
        assert queue.next_due(NOW) == NOW + timedelta(seconds=2)
        assert drained(queue, NOW + timedelta(seconds=1.9)) == []
        assert drained(queue, NOW + timedelta(seconds=2.001)) == [2]


@pytest.mark.parametrize("values", [{"per_second": 0}, {"per_second": -1}, {"connections": 0}])
def test_a_cap_that_lets_nobody_by_is_none(values: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="or left out for no limit"):
        DomainCap(**values)


def test_a_cap_of_three_lets_three_by(desk: Desk) -> None:
    with opened(desk, [f"{name}@slow.example" for name in "abcde"]) as ledger:
        paths = lanes({"slow.example": DomainCap(connections=3)})
        queue = DueQueue(ledger, paths)
        assert drained(queue) == [1, 2, 3]
        paths.done("slow.example", 2, accepted=False, now=NOW.timestamp())
        assert drained(queue) == [4]


def test_a_rest_that_another_process_began_holds_here_with_the_cap_of_its_domain() -> None:
    paces = OwnPaces()
    now = NOW.timestamp()
    Lanes(SLOW, None, "relay", paces, now).rest("slow.example", now)
    Lanes({}, None, "relay", paces, now).rest("other.example", now)
    again = Lanes({"slow.example": DomainCap(per_second=0.5)}, None, "relay", paces, now + 1)
    assert again.any
    assert Lanes({}, None, "relay", paces, now + 1).any, "without any cap of its own"
    assert not Lanes({}, None, "elsewhere", paces, now + 1).any
    slow, other = again.lane_of("slow.example"), again.lane_of("other.example")
    assert slow is not None
    assert other is not None
    assert again.ready_in(slow, now + 1) == pytest.approx(599)
    later = now + 601
    assert again.take(slow, 1, later)
    again.done("slow.example", 1, accepted=True, now=later)
    assert again.ready_in(slow, later) == pytest.approx(2, abs=0.01), "its own rate, after the rest"


def test_what_has_ended_is_counted_once(desk: Desk) -> None:
    with opened(desk, [f"{name}@slow.example" for name in "abc"]) as ledger:
        paths = lanes(SLOW)
        queue = DueQueue(ledger, paths)
        assert drained(queue) == [1]
        for _ in range(2):
            paths.done("slow.example", 1, accepted=True, now=NOW.timestamp())
        assert drained(queue) == [2], "still one at a time"


def taken(paths: Lanes, domain: str, seqs: range, now: float) -> int:
    """How many of them may be under way at the same time."""
    lane = paths.lane_of(domain)
    assert lane is not None
    return sum(paths.take(lane, seq, now) for seq in seqs)


def test_after_a_rest_one_at_a_time_until_ten_were_accepted_then_its_own_cap() -> None:
    now = NOW.timestamp()
    paths = lanes({"slow.example": DomainCap(connections=2)})
    name, until = paths.rest("slow.example", now)
    assert (name, until) == ("slow.example", now + 600)
    assert paths.rest("slow.example", now + 5) == ("slow.example", now + 600), "ten connections hear it, it is one"
    assert taken(paths, "slow.example", range(1, 4), until - 1) == 0
    for seq in range(10, 20):
        assert taken(paths, "slow.example", range(seq, seq + 2), until + 1) == 1
        paths.done("slow.example", seq, accepted=False, now=until + 1)
        assert taken(paths, "slow.example", range(seq, seq + 1), until + 1) == 1
        paths.done("slow.example", seq, accepted=True, now=until + 1)
    assert taken(paths, "slow.example", range(30, 40), until + 1) == 2
    assert paths.rest("slow.example", until + 2)[1] == until + 602, "a new complaint is a new rest"


def test_a_domain_that_complains_goes_at_half_its_rate() -> None:
    now = NOW.timestamp()
    paths = lanes({"slow.example": DomainCap(per_second=2)})
    _, until = paths.rest("slow.example", now)
    assert taken(paths, "slow.example", range(1, 2), until + 1) == 1
    paths.done("slow.example", 1, accepted=True, now=until + 1)
    lane = paths.lane_of("slow.example")
    assert lane is not None
    assert paths.ready_in(lane, until + 1) == pytest.approx(1, abs=0.01)


def test_the_mail_host_is_asked_for_only_where_the_name_does_not_decide() -> None:
    paths = Lanes(SLOW, MailHosts(), "relay", OwnPaces(), NOW.timestamp())
    assert not paths.must_ask("slow.example")
    assert paths.must_ask("unknown.example")
    assert not lanes(SLOW).must_ask("unknown.example")


# -- what an answer changes


def step(outcome: Outcome = Outcome.DEFERRED, **more: Any) -> Any:
    values: dict[str, Any] = {"deferrals": 0, "losses": 0, "now": NOW, "random": lambda: 0.5}
    settings = DeliverySettings(retry_waits=(60, 300), deadline=1000, max_deferrals=9)
    return next_step(SendResult(outcome, 0, "", "", "rcpt"), settings=settings, **{**values, **more})


def test_a_rest_is_no_deferral_and_spread_over_a_tenth() -> None:
    for chance, seconds in ((0.0, 600), (0.5, 630), (0.99, 659.4)):
        found = step(rest=600.0, random=lambda chance=chance: chance, deferrals=3)
        assert (found.state, found.deferrals) == (DeliveryState.DEFERRED, 3)
        assert (found.next_at - NOW).total_seconds() == pytest.approx(seconds)


@pytest.mark.parametrize("rest", [None, 600.0])
def test_the_deadline_ends_it_however_few_tries_there_were(rest: float | None) -> None:
    at = {"since": lambda: NOW - timedelta(seconds=1000), "rest": rest}
    assert step(**at).state is DeliveryState.DEFERRED, "the last moment counts"
    over = step(**{**at, "since": lambda: NOW - timedelta(seconds=1001)})
    assert (over.state, over.gave_up, over.deferrals) == (DeliveryState.REJECTED, True, 1)


def test_the_waits_before_a_new_connection() -> None:
    assert [reconnect_wait(failures, lambda: 0.0) for failures in range(10)] == [0, 0, 1, 2, 4, 8, 16, 32, 60, 60]


def test_a_relay_that_complains_of_our_rate_gets_half_of_it_and_nobody_suffers(desk: Desk) -> None:
    desk.inbox.script.add(Fault("mail", reply="450 4.7.1 too many messages"))
    run = new_run(desk, ["a", "b"])
    desk.send(run, per_second=10, patience=0, retry_waits=(60.0, 300.0))
    (waiting,) = desk.store.deliveries(run.id, [DeliveryState.DEFERRED])
    assert (waiting.attempts, waiting.deferrals) == (1, 0)
    assert 60 <= (waiting.next_at - desk.clock.time).total_seconds() + 1 <= 67
    name = f"smtp://127.0.0.1:{desk.inbox.port}"
    assert desk.store.controls.pace(name).rate == 5
    assert desk.send(run, per_second=10).complete


def test_a_slowed_rate_recovers_as_messages_are_accepted(desk: Desk) -> None:
    desk.inbox.script.add(Fault("mail", reply="450 4.7.1 too many messages"))
    run = new_run(desk, [f"r{number}" for number in range(120)])
    assert desk.send(run, per_second=10).complete
    assert desk.store.controls.pace(f"smtp://127.0.0.1:{desk.inbox.port}").rate == 6, "one step of a tenth"


def test_a_message_over_which_three_connections_are_lost_waits(desk: Desk) -> None:
    """It may be the message that kills them. Other losses in between are not counted against it."""
    desk.inbox.script.add(
        Fault("rcpt", drop=True, recipient="a@example.com", times=3),
        Fault("rcpt", drop=True, recipient="b@example.com", times=2),
    )
    run = new_run(desk, ["a", "b", "c"])
    summary = desk.send(run, patience=0, connect_attempts=20)
    assert desk.states(run) == {"a": "deferred", "b": "accepted", "c": "accepted"}
    assert summary.open == 1
    assert [one.number for one in desk.store.attempts(run.id, 1)] == [1, 2, 3]
    assert [one.outcome for one in desk.store.attempts(run.id, 2)] == ["not_sent", "not_sent", "accepted"]
    (waiting,) = desk.store.deliveries(run.id, [DeliveryState.DEFERRED])
    assert waiting.deferrals == 1
    assert desk.send(run).complete


def test_the_deadline_counts_from_the_first_time_they_were_put_off(desk: Desk) -> None:
    desk.inbox.script.add(Fault("rcpt", reply="450 4.2.0 busy", recipient="a@example.com", times=None))
    run = new_run(desk, ["a", "b"])
    settings = {"retry_waits": (60.0,), "deadline": 250.0, "patience": 900}
    begun = desk.clock.time
    summary = desk.send(run, **settings)
    assert summary.complete
    assert desk.states(run) == {"a": "rejected", "b": "accepted"}
    assert timedelta(seconds=250) < desk.clock.time - begun < timedelta(seconds=330)
    (refused,) = desk.store.deliveries(run.id, [DeliveryState.REJECTED])
    assert refused.reply.startswith(f"gave up after {refused.attempts} tries: busy")


def test_a_resting_domain_says_for_how_long(desk: Desk) -> None:
    desk.inbox.script.add(Fault("rcpt", reply="450 4.7.28 unusual rate", recipient="a@example.com"))
    run = new_run(desk, ["a", "b@example.net"])
    desk.send(run, patience=0)
    (resting,) = [event for event in desk.events if event.kind is EventKind.RESTING]
    assert (resting.detail, resting.seconds) == ("example.com", pytest.approx(600, abs=1))
    (waiting,) = desk.store.deliveries(run.id, [DeliveryState.DEFERRED])
    assert 600 <= (waiting.next_at - desk.clock.time).total_seconds() + 1 <= 661


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault("rcpt", reply="550 5.1.1 no such user"), r"\(550 5\.1\.1 no such user\)"),
        (Fault("rcpt", reply="550 gone"), r"\(550 gone\)"),
        (Fault("dot", drop=True, keep=True), r"\(the relay closed the connection\)"),
    ],
)
def test_what_a_seed_met_is_told(desk: Desk, fault: Fault, words: str) -> None:
    desk.inbox.script.add(fault)
    planned = plan([recipient("seed@example.org"), recipient("a@example.com")])
    run = desk.store.create_run(planned, addressed(planned), Terms(seeds=1))
    with pytest.raises(RelayRefused, match=rf"seed@example\.org, one of the seeds, did not get it {words}"):
        desk.send(run)
    assert desk.states(run)["a"] == "pending"


# -- how a process leaves a run


def test_a_process_that_leaves_says_what_the_rest_waits_for(desk: Desk) -> None:
    desk.inbox.script.add(Fault("rcpt", reply="450 4.2.0 busy", recipient="a@example.com"))
    run = new_run(desk, ["a", "b"])
    desk.send(run, patience=0, retry_waits=(600.0,))
    control = desk.store.controls.of(run.id)
    assert control.waiting == "1 to be tried again"
    (waiting,) = desk.store.deliveries(run.id, [DeliveryState.DEFERRED])
    assert control.waiting_until == waiting.next_at


@pytest.mark.parametrize("how", ["stop", "pause"])
def test_what_comes_while_it_waits_for_its_rate_begins_nothing_more(desk: Desk, how: str) -> None:
    run = new_run(desk, ["a", "b", "c"])

    def act() -> None:
        if len(desk.got_it()) == 1 and desk.clock.time > NOW + timedelta(seconds=3):
            if how == "stop":
                desk.stop.set()
            elif desk.store.controls.of(run.id).wish is Wish.GO:
                desk.store.controls.wish(run.id, Wish.PAUSE, "Marie")
            elif desk.clock.time > NOW + timedelta(seconds=60):
                desk.stop.set()

    desk.clock.on_wait = act
    assert desk.send(run, per_second=0.1).ending is Ending.STOPPED
    assert desk.got_it() == ["a"]
    assert list(desk.states(run).values()) == ["accepted", "pending", "pending"]


def test_the_intent_bears_the_number_of_its_attempt(desk: Desk) -> None:
    """What a crash would leave: that number is what the attempt in doubt is known by."""
    seen: list[tuple[str, int]] = []

    def note(stage: str, who: str) -> None:
        if stage == "dot":
            found = {one.address: (one.state.value, one.attempts) for one in desk.store.deliveries(run.id)}
            seen.append(found[who])

    with Inbox(faults=[Fault("dot", reply="450 4.2.0 busy")], on_stage=note) as inbox:
        desk.inbox = inbox
        run = new_run(desk, ["a"])
        assert desk.send(run, retry_waits=(60.0,)).complete
    assert seen == [("claimed", 1), ("claimed", 2)]


def test_whoever_leaves_while_their_mail_is_on_its_way_frees_the_lane(desk: Desk) -> None:
    run = new_run(desk, ["a", "b", "c"])

    def leave(delivery: Delivery) -> Any:
        if delivery.seq == 1:
            desk.store.suppress(delivery.address, "left", "web")
        return envelope(delivery)

    desk.envelope_for = leave
    assert desk.send(run, domains={"example.com": DomainCap(connections=1)}).complete
    assert desk.states(run) == {"a": "cancelled", "b": "accepted", "c": "accepted"}
