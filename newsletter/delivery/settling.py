"""What the result of an attempt changes: the ledger, the rate, what the domain gets, and what is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from newsletter.delivery.caps import Complaint, Lanes, complaint, domain_of
from newsletter.delivery.progress import Reporter
from newsletter.delivery.ratelimit import RateLimit
from newsletter.delivery.retry import next_step
from newsletter.delivery.settings import DeliverySettings
from newsletter.errors import RelayRefused
from newsletter.models.delivery import Delivery
from newsletter.models.message import Outcome, SendResult
from newsletter.store import Controls, Ledger


class Settlement:
    """Usable from several threads."""

    def __init__(
        self,
        ledger: Ledger,
        controls: Controls,
        *,
        limit: RateLimit,
        lanes: Lanes,
        report: Reporter,
        settings: DeliverySettings,
        random: Callable[[], float],
    ) -> None:
        self._ledger = ledger
        self._controls = controls
        self._limit = limit
        self._lanes = lanes
        self._report = report
        self._settings = settings
        self._random = random
        self._losses: dict[int, int] = {}

    def heed(self, delivery: Delivery, result: SendResult, at: datetime) -> float | None:
        """What an answer says of our rate: seconds that this recipient waits because of it, or None."""
        now = at.timestamp()
        if result.outcome is Outcome.ACCEPTED:
            self._limit.accepted(now)
            return None
        who = complaint(result)
        if who is Complaint.RELAY:
            self._limit.slow_down(now)
            return self._settings.retry_waits[0]
        if who is Complaint.DOMAIN:
            name, until = self._lanes.rest(domain_of(delivery.address), now)
            self._report.resting(name, until - now)
            return until - now
        return None

    def write_down(
        self,
        delivery: Delivery,
        started_at: datetime,
        result: SendResult,
        ended_at: datetime,
        rest: float | None = None,
    ) -> Delivery:
        """The ledger's line for this attempt; the delivery as it is now."""
        if result.outcome is Outcome.NOT_SENT:
            self._losses[delivery.seq] = self._losses.get(delivery.seq, 0) + 1
        step = next_step(
            result,
            deferrals=delivery.deferrals,
            losses=self._losses.get(delivery.seq, 0),
            now=ended_at,
            settings=self._settings,
            random=self._random,
            since=lambda: self._controls.first_deferral(delivery.run, delivery.seq) if delivery.attempts else None,
            rest=rest,
        )
        number = delivery.attempts + 1
        if step.gave_up:
            result = result._replace(reply=f"gave up after {number} tries: {result.reply}")
        self._ledger.record(
            delivery,
            number,
            result,
            state=step.state,
            deferrals=step.deferrals,
            next_at=step.next_at,
            started_at=started_at,
        )
        after = delivery.after(
            result, state=step.state, attempts=number, deferrals=step.deferrals, next_at=step.next_at
        )
        self._report.result(after, delivery.state, result)
        return after


def seed_failed(seed: Delivery) -> RelayRefused:
    """One of our own people did not get it: nobody else is sent anything."""
    words = " ".join(str(part) for part in (seed.code or "", seed.enhanced, seed.reply) if part)
    return RelayRefused(
        f"{seed.address}, one of the seeds, did not get it ({words or seed.state}); "
        "nobody after the seeds was sent anything",
        hint=f"put right what is wrong, then: newsletter send --resume {seed.run} --retry-rejected; "
        "a plain --resume goes on without that seed",
    )
