"""Paces, quiet hours, warm-up, complaints: no thread, no socket, no time of their own."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.delivery.caps import REST_SECONDS, Complaint, DomainCap, Lanes, complaint
from newsletter.delivery.mx import MailHosts
from newsletter.delivery.quiet import QuietHours
from newsletter.delivery.ratelimit import FORGET_SECONDS, OwnPaces, RateLimit
from newsletter.delivery.warmup import WarmUpPlan
from newsletter.models.control import Pace
from newsletter.models.message import Outcome, SendResult
from newsletter.store import SqliteStore, open_store

MONTREAL = ZoneInfo("America/Toronto")


class Clock:
    def now(self) -> datetime:
        return datetime(2024, 2, 1, tzinfo=UTC)

    def monotonic(self) -> float:
        return 0.0

    def wait(self, seconds: float, stop: object) -> bool:
        raise AssertionError("nothing waits here")


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    return open_store("sqlite:///n.sqlite3", root=tmp_path, clock=Clock())


# -- one pace for all processes


@given(
    st.floats(0.05, 500),
    st.lists(st.tuples(st.integers(0, 2), st.floats(0, 3), st.booleans()), min_size=2, max_size=80),
)
def test_never_above_the_rate_whoever_sends(rate: float, steps: list[tuple[int, float, bool]]) -> None:
    """Three processes share a pace; some end, giving back what they did not use, and begin anew."""
    paces = OwnPaces()
    limits = [RateLimit(rate, "relay", paces) for _ in range(3)]
    now, moments = 1000.0, []
    for who, pause, ends in steps:
        now += pause
        moments.append(now + limits[who].reserve(now))
        if ends:
            limits[who].close()
            limits[who] = RateLimit(rate, "relay", paces)
    gaps = [later - earlier for earlier, later in pairwise(sorted(moments))]
    assert all(gap >= 1 / rate - 1e-6 for gap in gaps)


@given(st.floats(0.5, 200), st.integers(2, 60), st.integers(1, 20))
def test_no_moment_is_lost_to_a_process_that_ends(rate: float, messages: int, each: int) -> None:
    paces = OwnPaces()
    now, moments = 1000.0, []
    limit = RateLimit(rate, "relay", paces)
    for number in range(messages):
        if number % each == 0:
            limit.close()
            limit = RateLimit(rate, "relay", paces)
        wait = limit.reserve(now)
        now += wait
        moments.append(now)
    assert moments[-1] - moments[0] == pytest.approx((messages - 1) / rate, rel=1e-6)


def test_the_pace_survives_a_restart_in_the_ledger(store: SqliteStore) -> None:
    first = RateLimit(10, "relay", store.controls)
    first.slow_down(1000.0)
    assert [first.reserve(1000.0) for _ in range(2)] == pytest.approx([0, 0.2])
    second = RateLimit(10, "relay", store.controls)
    assert second.rate == 5
    # The process before died without a word: the stretch it had taken is not used twice.
    assert second.reserve(1000.0) >= 0.2
    assert RateLimit(10, "other relay", store.controls).reserve(1000.0) == 0


def test_another_figure_in_the_configuration_counts_at_once() -> None:
    paces = OwnPaces()
    RateLimit(10, "relay", paces).reserve(1000.0)
    assert RateLimit(2, "relay", paces).rate == 2
    slowed = RateLimit(10, "relay", paces)
    slowed.slow_down(2000.0)
    assert RateLimit(20, "relay", paces).rate == 5


def test_a_clock_set_back_does_not_stop_everything() -> None:
    paces = OwnPaces()
    paces.change_pace("relay", lambda pace: Pace(10, 10, next_at=1_000_000.0))
    assert RateLimit(10, "relay", paces).reserve(1000.0) == 0
    paces.change_pace("relay", lambda pace: Pace(10, 10, next_at=1010.0))
    assert RateLimit(10, "relay", paces).reserve(1000.0) == pytest.approx(10)


def test_without_a_configured_rate_a_complaint_halves_what_was_measured_for_an_hour() -> None:
    limit = RateLimit(None)
    for number in range(100):
        limit.accepted(1000.0 + number / 20)
    limit.slow_down(1005.0)
    assert limit.rate == pytest.approx(10, rel=0.1)
    assert limit.reserve(1005.0) == 0
    assert limit.reserve(1005.0) == pytest.approx(0.1, rel=0.1)
    for number in range(5000):
        limit.accepted(1006.0 + number)
    assert limit.rate == pytest.approx(40, rel=0.1), "it feels its way up to twice what was measured"
    assert [limit.reserve(1005.0 + FORGET_SECONDS + 1) for _ in range(2)] == [0, 0]


# -- quiet hours


@given(
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.datetimes(datetime(2024, 1, 1), datetime(2025, 1, 1)),  # noqa: DTZ001 (hypothesis wants them so)
    st.sampled_from(["America/Toronto", "Europe/Paris", "Australia/Lord_Howe", "UTC"]),
)
def test_quiet_hours_end_when_they_should(begin: time, end: time, moment: datetime, name: str) -> None:
    zone = ZoneInfo(name)
    now = moment.replace(tzinfo=UTC)
    if begin == end:
        with pytest.raises(ValueError, match="whole day"):
            QuietHours.parse(f"{begin:%H:%M}-{end:%H:%M}")
        return
    hours = QuietHours.parse(f"{begin:%H:%M}-{end:%H:%M}")
    until = hours.until(now, zone)
    local = now.astimezone(zone).time()
    inside = begin <= local < end if begin < end else local >= begin or local < end
    assert (until is not None) == inside
    if until is not None:
        assert now < until <= now + timedelta(hours=25)
        assert hours.until(until, zone) is None
        assert hours.until(until - timedelta(seconds=1), zone) is not None


@pytest.mark.parametrize(
    ("hours", "now", "until"),
    [
        ("21:00-08:00", "2024-02-06T02:00+00:00", "2024-02-06T13:00+00:00"),  # 21:00 EST -> 8:00 EST
        ("21:00-08:00", "2024-03-10T03:00+00:00", "2024-03-10T12:00+00:00"),  # over the night of summer time
        ("21:00-08:00", "2024-11-03T02:00+00:00", "2024-11-03T13:00+00:00"),
        ("01:00-02:30", "2024-03-10T06:30+00:00", "2024-03-10T07:00+00:00"),  # 2:30 does not exist: 3:00 EDT
        ("00:30-01:30", "2024-11-03T06:10+00:00", "2024-11-03T06:30+00:00"),  # 1:10 for the second time
        ("12:00-13:00", "2024-02-06T18:00+00:00", None),
    ],
)  # fmt: skip
def test_quiet_hours_by_the_clocks_on_the_wall(hours: str, now: str, until: str | None) -> None:
    found = QuietHours.parse(hours).until(datetime.fromisoformat(now), MONTREAL)
    assert found == (datetime.fromisoformat(until) if until else None)


@pytest.mark.parametrize("text", ["21-8", "25:00-08:00", "21:00", "08:00-08:00", ""])
def test_hours_that_are_none(text: str) -> None:
    with pytest.raises(ValueError, match="21:00-08:00"):
        QuietHours.parse(text)


# -- warm-up


def test_the_plan_of_a_warm_up() -> None:
    plan = WarmUpPlan(date(2024, 2, 1), (50, 100))
    days = [date(2024, 1, 30), date(2024, 2, 1), date(2024, 2, 2), date(2024, 2, 3)]
    assert [plan.most_on(day) for day in days] == [50, 50, 100, None]


def test_a_days_allowance_is_shared_and_given_back(store: SqliteStore) -> None:
    take = store.controls.take_of_day
    assert [take("relay", "2024-02-01", 2) for _ in range(3)] == [True, True, False]
    store.controls.give_back_to_day("relay", "2024-02-01")
    assert [take("relay", "2024-02-01", 2) for _ in range(2)] == [True, False]
    assert take("relay", "2024-02-02", 2)
    assert take("another", "2024-02-01", 2)


# -- complaints and lanes


@pytest.mark.parametrize(
    ("stage", "code", "enhanced", "reply", "who"),
    [
        ("rcpt", 421, "4.7.28", "Our system has detected an unusual rate of mail", Complaint.DOMAIN),
        ("dot", 450, "4.7.28", "whatever", Complaint.DOMAIN),
        ("rcpt", 451, "4.7.1", "Too many messages from your IP, slow down", Complaint.DOMAIN),
        ("rcpt", 451, "4.7.1", "Greylisted, try again later: rate", None),
        ("rcpt", 450, "4.7.1", "Client host rejected: cannot find your hostname", None),
        ("rcpt", 452, "4.2.2", "mailbox over its limit", None),
        ("mail", 451, "4.3.2", "busy", Complaint.RELAY),
        ("dot", 454, "", "Throttling failure: Maximum sending rate exceeded.", Complaint.RELAY),
        ("rcpt", 454, "4.7.0", "TLS not available", None),
    ],
)
def test_whose_complaint_it_is(stage: str, code: int, enhanced: str, reply: str, who: Complaint | None) -> None:
    assert complaint(SendResult(Outcome.DEFERRED, code, enhanced, reply, stage)) is who


def test_a_resting_domain_begins_again_with_one_at_a_time() -> None:
    lanes = Lanes({}, None, "relay", OwnPaces(), 1000.0)
    assert not lanes.any
    name, until = lanes.rest("gmail.example", 1000.0)
    assert (name, until) == ("gmail.example", 1000.0 + REST_SECONDS)
    assert lanes.any
    lane = lanes.lane_of("gmail.example")
    assert lane is not None
    assert not lanes.take(lane, 1, until - 1)
    assert lanes.take(lane, 1, until)
    assert not lanes.take(lane, 2, until)
    lanes.done("gmail.example", 1, accepted=True, now=until)
    assert lanes.take(lane, 2, until)
    assert lanes.lane_of("other.example") is None


def test_a_rest_is_known_to_the_next_process(store: SqliteStore) -> None:
    Lanes({}, None, "relay", store.controls, 1000.0).rest("gmail.example", 1000.0)
    later = Lanes({}, None, "relay", store.controls, 1100.0)
    lane = later.lane_of("gmail.example")
    assert lane is not None
    assert later.ready_in(lane, 1100.0) == pytest.approx(REST_SECONDS - 100)
    assert not Lanes({}, None, "relay", store.controls, 2000.0).any


def test_caps_by_name_by_star_and_by_mail_host() -> None:
    hosts = MailHosts()
    hosts._known = {"ngo.example": ("aspmx.l.google.example",), "far.example": ()}
    caps = {"Google.example": DomainCap(connections=1), "one.example": DomainCap(connections=2)}
    lanes = Lanes(caps, hosts, "relay", OwnPaces(), 0.0)
    assert lanes.must_ask("new.example")
    assert not lanes.must_ask("ngo.example")
    names = [lanes.lane_of(domain) for domain in ("ngo.example", "google.example", "one.example", "far.example")]
    assert [lane and lane.name for lane in names] == ["google.example", "google.example", "one.example", None]
    star = Lanes({"*": DomainCap(connections=1)}, None, "relay", OwnPaces(), 0.0)
    assert star.lane_of("a.example") is not star.lane_of("b.example")
