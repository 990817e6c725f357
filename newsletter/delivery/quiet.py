"""Hours of the day in which nothing is sent, by the clocks on the wall of the publication's zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo

_HOURS = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})")


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `begin` up to, not including, `end`; over midnight when `end` is the earlier one."""

    begin: time
    end: time

    @classmethod
    def parse(cls, text: str) -> QuietHours:
        """Read ``21:00-08:00``. Raises ValueError in plain words."""
        found = _HOURS.fullmatch(text.strip())
        try:
            if found is None:
                raise ValueError
            begin, end = (
                time(int(hour), int(minute)) for hour, minute in (found.groups()[:2], found.groups()[2:])
            )
        except ValueError as error:
            raise ValueError(f"'{text}' names no hours; write them as 21:00-08:00") from error
        if begin == end:
            raise ValueError(f"'{text}' is the whole day or nothing; write them as 21:00-08:00")
        return cls(begin, end)

    def until(self, now: datetime, zone: tzinfo) -> datetime | None:
        """When the quiet hours that `now` lies in end (UTC); None when it lies in none.

        In the night a clock is set back, an hour is quiet both times it comes; where it is set forward over the
        end, that is the moment after the gap.
        """
        local = now.astimezone(zone)
        if not self._hold(local.time()):
            return None
        day = local.date() if local.time() < self.end else local.date() + timedelta(days=1)
        ends = sorted(
            datetime.combine(day, self.end, tzinfo=zone).replace(fold=fold).astimezone(UTC) for fold in (0, 1)
        )
        for end in ends:
            if end > now and end.astimezone(zone).time() == self.end:
                return end
        # The end lies in a gap, or its second coming has passed: the first minute that is not quiet.
        moment = now.astimezone(UTC).replace(second=0, microsecond=0)
        while self._hold(moment.astimezone(zone).time()):
            moment += timedelta(minutes=1)
        return moment

    def _hold(self, at: time) -> bool:
        if self.begin < self.end:
            return self.begin <= at < self.end
        return at >= self.begin or at < self.end

    def __str__(self) -> str:
        return f"{self.begin:%H:%M}-{self.end:%H:%M}"
