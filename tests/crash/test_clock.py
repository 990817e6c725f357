"""A clock that jumps while a run is sent, and the days on which an hour is missing or comes twice."""

from __future__ import annotations

import random
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from crash_desk import CrashDesk, JumpingClock
from ledger_parts import recipient

from newsletter.delivery import DeliveryEvent, Ending, EventKind
from newsletter.inbox import Fault, Inbox

HOUR, YEAR = timedelta(hours=1), timedelta(days=365)


@pytest.mark.parametrize("by", [-HOUR, HOUR, -YEAR, YEAR], ids=["hour back", "hour on", "year back", "year on"])
@pytest.mark.parametrize("per_second", [None, 20.0], ids=["no limit", "limit"])
def test_a_jump_in_the_middle_loses_nobody(
    tmp_path: Path, by: timedelta, per_second: float | None, seed: int
) -> None:
    """Some are deferred before the jump, so that their next try lies in a time that never comes, or has passed."""
    later = [Fault("rcpt", reply="450 4.2.0 later", recipient=f"r{n:03d}@example.com") for n in range(0, 30, 5)]
    with Inbox(faults=later) as inbox:
        clock = JumpingClock()
        desk = CrashDesk(tmp_path, inbox, clock)
        run = desk.plan(30)
        left = random.Random(seed).randint(1, 30)

        def jump(event: DeliveryEvent) -> None:
            nonlocal left
            left -= event.kind is EventKind.RESULT
            if left == 0:
                left = -1
                clock.jump(by)

        ending = desk.send(run, jump, per_second=per_second).ending
        resumes = 0
        while ending is Ending.PATIENCE:
            # Back by a year, the next try would be a year away: who resumes two hours later need not wait for it.
            resumes += 1
            assert resumes < 4, f"CRASH_SEED={seed}: {desk.states(run)}"
            clock.jump(2 * HOUR)
            ending = desk.send(run, per_second=per_second).ending
        assert ending is Ending.FINISHED
        assert desk.account(run, 0) == {"accepted": 30}


class RoundingClock(JumpingClock):
    """Its time of day counts in microseconds, as `datetime` does; the first wait is rounded down by one."""

    def __init__(self) -> None:
        super().__init__()
        self._short = timedelta(microseconds=1)

    def wait(self, seconds: float, stop: threading.Event) -> bool:
        over = super().wait(seconds, stop)
        self.jump(-self._short)
        self._short = timedelta()
        return over


def test_the_last_microsecond_of_a_wait_is_waited_for_too(tmp_path: Path) -> None:
    """A wait that is skipped, because it is so short, would be asked for again for ever."""
    waits: list[float] = []

    def on_event(event: DeliveryEvent) -> None:
        if event.kind is EventKind.WAITING:
            waits.append(event.seconds)
            assert len(waits) < 4, f"the clock stands still: {waits}"

    with Inbox(faults=[Fault("rcpt", reply="450 4.2.0 later")]) as inbox:
        desk = CrashDesk(tmp_path, inbox, RoundingClock(), connections=1)
        run = desk.plan(1)
        assert desk.send(run, on_event).ending is Ending.FINISHED
        assert desk.account(run, 0) == {"accepted": 1}
    assert waits == [60.0, 1e-06]


@pytest.mark.parametrize(
    ("at", "sent"),
    [
        # 2024-03-10 in Montréal: 02:00 EST is 03:00 EDT; the day ends at 04:00 UTC.
        (datetime(2024, 3, 11, 3, 59, 59, tzinfo=UTC), True),
        (datetime(2024, 3, 11, 4, 0, tzinfo=UTC), False),
        (datetime(2024, 3, 10, 6, 59, tzinfo=UTC), True),
        (datetime(2024, 3, 10, 7, 1, tzinfo=UTC), True),
    ],
)
def test_a_consent_ends_with_a_day_of_23_hours(tmp_path: Path, at: datetime, sent: bool) -> None:
    consent_ends(tmp_path, date(2024, 3, 10), at, sent)


@pytest.mark.parametrize(
    ("at", "sent"),
    [
        # 2024-11-03 in Montréal: 01:30 comes twice, at 05:30 and 06:30 UTC; the day ends at 05:00 UTC.
        (datetime(2024, 11, 3, 5, 30, tzinfo=UTC), True),
        (datetime(2024, 11, 3, 6, 30, tzinfo=UTC), True),
        (datetime(2024, 11, 4, 4, 59, 59, tzinfo=UTC), True),
        (datetime(2024, 11, 4, 5, 0, tzinfo=UTC), False),
    ],
)
def test_a_consent_ends_with_a_day_of_25_hours(tmp_path: Path, at: datetime, sent: bool) -> None:
    consent_ends(tmp_path, date(2024, 11, 3), at, sent)


def consent_ends(folder: Path, last_day: date, at: datetime, sent: bool) -> None:
    with Inbox() as inbox:
        desk = CrashDesk(folder, inbox, JumpingClock(at), connections=1)
        run = desk.plan([recipient("a@example.com", expires=last_day)])
        desk.send(run, zone=ZoneInfo("America/Toronto"))
        assert desk.states(run) == {"a@example.com": "accepted" if sent else "cancelled"}
        assert len(inbox.messages) == sent
