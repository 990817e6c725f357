"""A new relay or domain earns its reputation: at most so many messages a day, more every day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, ClassVar

from newsletter.store import Controls


@dataclass(frozen=True)
class WarmUpPlan:
    """At most so many messages each day, counted in the publication's zone."""

    __pydantic_config__: ClassVar[Any] = {"extra": "forbid", "use_attribute_docstrings": True}

    start: date
    """The first day. Before it, the first day's figure holds."""

    days: tuple[int, ...]
    """Most messages on the first day, the second, ...; after the last one there is no limit."""

    def __post_init__(self) -> None:
        if not self.days or min(self.days) < 1:
            raise ValueError("days must hold at least one figure, each 1 or more")

    def most_on(self, day: date) -> int | None:
        """Messages allowed on `day`; None = no limit any more."""
        number = max(0, (day - self.start).days)
        return self.days[number] if number < len(self.days) else None


class WarmUp:
    """Takes messages from the day's allowance, which all processes share. Usable from several threads."""

    def __init__(self, plan: WarmUpPlan, relay: str, zone: tzinfo, controls: Controls) -> None:
        self._plan = plan
        self._relay = relay
        self._zone = zone
        self._controls = controls

    def take(self, now: datetime) -> date | None:
        """Take one of today's; the day it was taken of, None when there is none left today."""
        today = now.astimezone(self._zone).date()
        most = self._plan.most_on(today)
        if most is None or self._controls.take_of_day(self._relay, today.isoformat(), most):
            return today
        return None

    def give_back(self, day: date) -> None:
        """One that was taken was not accepted."""
        if self._plan.most_on(day) is not None:
            self._controls.give_back_to_day(self._relay, day.isoformat())

    def words(self, now: datetime) -> str:
        """Why it waits."""
        today = now.astimezone(self._zone).date()
        return f"warm-up: {self._plan.most_on(today):,} messages were allowed on {today.isoformat()}"

    def tomorrow(self, now: datetime) -> datetime:
        """When the next day begins in the zone (UTC)."""
        day = now.astimezone(self._zone).date() + timedelta(days=1)
        return datetime.combine(day, time(), tzinfo=self._zone).astimezone(UTC)
