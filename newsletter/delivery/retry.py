"""What becomes of a delivery after an attempt, and how long to wait. Pure: the caller brings time and chance."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from newsletter.delivery.settings import DeliverySettings
from newsletter.models.delivery import DeliveryState
from newsletter.models.message import Outcome, SendResult

MAX_LOSSES = 3
"""Connections lost over one message before it waits like a deferred one: it may be the message that kills them."""

MAX_RECONNECT_SECONDS = 60.0

_FINAL = {
    Outcome.ACCEPTED: DeliveryState.ACCEPTED,
    Outcome.REJECTED: DeliveryState.REJECTED,
    Outcome.UNKNOWN: DeliveryState.UNKNOWN,
}


class Step(NamedTuple):
    """The next state. deferrals: how many there are now. next_at: not before this instant, None = at once."""

    state: DeliveryState
    deferrals: int
    next_at: datetime | None = None
    gave_up: bool = False


def next_step(
    result: SendResult,
    *,
    deferrals: int,
    losses: int,
    now: datetime,
    settings: DeliverySettings,
    random: Callable[[], float],
    since: Callable[[], datetime | None] = lambda: None,
    rest: float | None = None,
) -> Step:
    """What the result of an attempt means.

    deferrals: before this attempt. losses: connections lost over this message in this process, this one
    included. random: a number in [0, 1); it spreads waits by a tenth either way, so that retries do not come in
    waves. since: when this recipient was first put off, asked only when they are put off again. rest:
    the answer complains of our rate, which is no fault of this recipient; they are tried again after so many
    seconds.
    """
    if result.outcome in _FINAL:
        return Step(_FINAL[result.outcome], deferrals)
    if result.outcome is Outcome.NOT_SENT and losses < MAX_LOSSES:
        return Step(DeliveryState.PENDING, deferrals)
    first = since()
    too_late = first is not None and (now - first).total_seconds() > settings.deadline
    if rest is not None and not too_late:
        return Step(DeliveryState.DEFERRED, deferrals, now + timedelta(seconds=rest * (1 + 0.1 * random())))
    deferrals += 1
    if too_late or deferrals > settings.max_deferrals:
        return Step(DeliveryState.REJECTED, deferrals, gave_up=True)
    wait = settings.retry_waits[min(deferrals, len(settings.retry_waits)) - 1]
    return Step(DeliveryState.DEFERRED, deferrals, now + timedelta(seconds=wait * (0.9 + 0.2 * random())))


def reconnect_wait(failures: int, random: Callable[[], float]) -> float:
    """Seconds to wait before connecting again after so many failures in a row.

    The first costs nothing: relays close connections that served long enough. Then 1, 2, 4 ... up to a minute,
    less up to a quarter.
    """
    if failures < 2:
        return 0.0
    return float(min(2.0 ** (failures - 2), MAX_RECONNECT_SECONDS) * (1 - 0.25 * random()))
