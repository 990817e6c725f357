"""Retry, rate limit, breaker and settings: no thread, no socket, no time of its own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from newsletter.delivery import DeliverySettings
from newsletter.delivery.breaker import Breaker
from newsletter.delivery.ratelimit import SLOWEST, RateLimit
from newsletter.delivery.retry import MAX_RECONNECT_SECONDS, next_step, reconnect_wait
from newsletter.errors import RelayRefused
from newsletter.models.delivery import FINAL_STATES, DeliveryState
from newsletter.models.message import Outcome, SendResult

NOW = datetime(2024, 2, 1, tzinfo=UTC)


def result(outcome: Outcome) -> SendResult:
    return SendResult(outcome, 0, "", "", "rcpt")


# -- retry


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Outcome.ACCEPTED, DeliveryState.ACCEPTED),
        (Outcome.REJECTED, DeliveryState.REJECTED),
        (Outcome.UNKNOWN, DeliveryState.UNKNOWN),
    ],
)
def test_final_outcomes_are_final(outcome: Outcome, state: DeliveryState) -> None:
    step = next_step(
        result(outcome), deferrals=2, losses=9, now=NOW, settings=DeliverySettings(), random=lambda: 0.5
    )
    assert (step.state, step.deferrals, step.next_at, step.gave_up) == (state, 2, None, False)


def test_waits_grow_and_the_last_repeats_until_it_gives_up() -> None:
    settings = DeliverySettings(retry_waits=(60, 300), max_deferrals=4)
    waits = []
    for deferrals in range(4):
        step = next_step(
            result(Outcome.DEFERRED), deferrals=deferrals, losses=0, now=NOW, settings=settings, random=lambda: 0.5
        )
        assert step.state is DeliveryState.DEFERRED
        assert step.deferrals == deferrals + 1
        assert step.next_at is not None
        waits.append((step.next_at - NOW).total_seconds())
    assert waits == [60, 300, 300, 300]
    last = next_step(
        result(Outcome.DEFERRED), deferrals=4, losses=0, now=NOW, settings=settings, random=lambda: 0.5
    )
    assert (last.state, last.gave_up) == (DeliveryState.REJECTED, True)


def test_what_was_not_sent_goes_again_at_once_and_the_third_time_waits() -> None:
    steps = [
        next_step(
            result(Outcome.NOT_SENT), deferrals=0, losses=losses, now=NOW, settings=DeliverySettings(), random=lambda: 0.5
        )
        for losses in (1, 2, 3)
    ]  # fmt: skip
    assert [step.state for step in steps] == ["pending", "pending", "deferred"]
    assert [step.deferrals for step in steps] == [0, 0, 1]


@given(
    st.sampled_from(Outcome), st.integers(0, 12), st.integers(0, 5), st.floats(0, 1, exclude_max=True),
    st.lists(st.floats(1, 10000), min_size=1, max_size=5),
)  # fmt: skip
def test_every_result_leads_somewhere(
    outcome: Outcome, deferrals: int, losses: int, chance: float, waits: list[float]
) -> None:
    settings = DeliverySettings(retry_waits=tuple(waits))
    step = next_step(
        result(outcome), deferrals=deferrals, losses=losses, now=NOW, settings=settings, random=lambda: chance
    )
    assert (step.next_at is not None) is (step.state is DeliveryState.DEFERRED)
    if step.next_at is not None:
        # Rounded to microseconds.
        assert (
            NOW + timedelta(seconds=min(waits) * 0.9 - 1)
            <= step.next_at
            <= NOW + timedelta(seconds=max(waits) * 1.1 + 1)
        )
    assert step.state in FINAL_STATES or outcome in (Outcome.DEFERRED, Outcome.NOT_SENT)
    assert (step.state is DeliveryState.ACCEPTED) is (outcome is Outcome.ACCEPTED)


def test_reconnecting_backs_off() -> None:
    assert [reconnect_wait(failures, lambda: 0.0) for failures in range(7)] == [0, 0, 1, 2, 4, 8, 16]
    assert reconnect_wait(500, lambda: 0.0) == MAX_RECONNECT_SECONDS
    assert reconnect_wait(3, lambda: 0.999) == pytest.approx(1.5, abs=0.01)


# -- rate limit


def test_messages_are_spaced_evenly_without_a_burst() -> None:
    limit = RateLimit(10)
    assert [limit.reserve(100.0) for _ in range(4)] == pytest.approx([0, 0.1, 0.2, 0.3])
    # After a pause there is no credit to burn.
    assert [limit.reserve(200.0) for _ in range(3)] == pytest.approx([0, 0.1, 0.2])


def test_without_limit_nothing_waits() -> None:
    limit = RateLimit(None)
    limit.slow_down(0.0)
    limit.accepted(0.0)
    assert [limit.reserve(0.0) for _ in range(3)] == [0, 0, 0]


def test_the_rate_halves_and_recovers() -> None:
    limit = RateLimit(8)
    for moment in (1000, 1001, 1004.9, 1005, 1006):
        # What ten connections hear within five seconds is one complaint.
        limit.slow_down(moment)
    assert limit.rate == 2
    for _ in range(100):
        limit.accepted(1010)
    assert limit.rate == pytest.approx(2.8)
    for _ in range(1000):
        limit.accepted(1011)
    assert limit.rate == 8
    for moment in range(2000, 3000, 5):
        limit.slow_down(moment)
    assert limit.rate == SLOWEST


@given(st.floats(0.01, 1000), st.lists(st.floats(0, 5), min_size=2, max_size=50))
def test_the_rate_is_never_exceeded(rate: float, pauses: list[float]) -> None:
    limit = RateLimit(rate)
    now, moments = 0.0, []
    for pause in pauses:
        now += pause
        moments.append(now + limit.reserve(now))
    gaps = [later - earlier for earlier, later in pairwise(moments)]
    assert all(gap >= 1 / rate - 1e-6 for gap in gaps)


# -- breaker


def feed(breaker: Breaker, outcomes: str) -> int:
    """How many answers were taken before it broke; all when it did not."""
    meaning = {"a": Outcome.ACCEPTED, "r": Outcome.REJECTED, "d": Outcome.DEFERRED, "n": Outcome.NOT_SENT}
    for number, letter in enumerate(outcomes, start=1):
        try:
            breaker.note(result(meaning[letter]))
        except RelayRefused:
            return number
    return len(outcomes)


@pytest.mark.parametrize(
    ("outcomes", "broke_at"),
    [
        ("rrrrr", 4),
        ("arrr", 4),
        ("aarrrrrr", 8),
        ("ddnnrrdrr", 9),
        ("aaaarrrrrrrrrr", 14),
    ],
)
def test_it_breaks_when_most_of_the_first_are_refused(outcomes: str, broke_at: int) -> None:
    assert feed(Breaker(4, 0.5), outcomes) == broke_at


def test_zero_never_breaks() -> None:
    assert feed(Breaker(0, 0.5), "r" * 100) == 100


# -- settings


@pytest.mark.parametrize(
    "values",
    [
        {"connections": 0}, {"connections": 101}, {"seconds_per_connection": 0}, {"per_second": 0}, {"messages_per_connection": 0}, {"retry_waits": ()},
        {"retry_waits": (0,)}, {"max_deferrals": 0}, {"connect_attempts": 0}, {"patience": -1}, {"stop_after": -1},
        {"stop_share": 0}, {"stop_share": 1.5},
    ],
)  # fmt: skip
def test_settings_that_cannot_work(values: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        DeliverySettings(**values)  # type: ignore[arg-type]


def test_settings_are_read_from_a_file_with_unknown_keys_refused() -> None:
    """Plain dataclass here, so that sending starts fast; pydantic reads it all the same."""
    adapter = TypeAdapter(DeliverySettings)
    read = adapter.validate_python({"connections": 2, "retry_waits": [1, 2]})
    assert read == DeliverySettings(connections=2, retry_waits=(1.0, 2.0))
    with pytest.raises(ValidationError):
        adapter.validate_python({"conections": 2})
    with pytest.raises(ValidationError, match="between 1 and 100"):
        adapter.validate_python({"connections": 999})
    schema = adapter.json_schema()
    assert schema["additionalProperties"] is False
    assert all(field["description"] for field in schema["properties"].values())
