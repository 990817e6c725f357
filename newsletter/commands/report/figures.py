"""What a report says, before it is a page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from newsletter.commands.project import Project
from newsletter.commands.status import RunStatus, run_status
from newsletter.models.delivery import Delivery, DeliveryState, Moment, Refusal, Resolution
from newsletter.models.message import Outcome
from newsletter.store import Store

MOST_BARS = 48
"""Bars a chart has at most."""
STEPS = (1, 5, 15, 30, 60, 300, 900, 1800, 3600, 10_800, 43_200, 86_400)
"""Seconds that a bar may stand for; longer runs take whole days."""
MOST_PEOPLE = 200
"""People named per state; `status --format csv` names all."""


@dataclass(frozen=True)
class Bar:
    """So many attempts that ended in the time from `start`, by outcome."""

    start: datetime
    counts: Mapping[Outcome, int]

    @property
    def total(self) -> int:
        """Attempts of any outcome."""
        return sum(self.counts.values())


@dataclass(frozen=True)
class Report:
    """One run, as a person wants to keep it. bars: of `step` each, in order and without a gap; times in `zone`.

    named: people not reached, by state, `MOST_PEOPLE` of each. settled: how deliveries in doubt were resolved,
    with the delivery each is about.
    """

    name: Mapping[str, str]
    subjects: Mapping[str, str]
    status: RunStatus
    excluded: Mapping[str, int]
    refusals: Sequence[Refusal]
    named: Mapping[DeliveryState, Sequence[Delivery]]
    settled: Sequence[tuple[Delivery, Resolution]]
    bars: Sequence[Bar]
    step: timedelta
    zone: ZoneInfo
    written_at: datetime

    @property
    def busy(self) -> timedelta:
        """From the first attempt to the last."""
        return self.bars[-1].start - self.bars[0].start + self.step if self.bars else timedelta()


def make_report(project: Project, store: Store, run_id: str | None) -> Report:
    """The report of a run (the newest when None). Raises UnknownName, StoreTrouble."""
    status = run_status(store, run_id)
    run = status.run
    zone = ZoneInfo(project.publication.timezone)
    bars, step = bars_of(store.timeline(run.id), zone)
    resolutions = store.resolutions(run.id)
    about = {resolution.seq for resolution in resolutions}
    deliveries = {one.seq: one for one in store.deliveries(run.id) if one.seq in about} if about else {}
    publication = project.publication
    return Report(
        name={code: publication.name[code] for code in publication.languages if code in publication.name},
        subjects={code: message.subject for code, message in store.load_messages(run.id).items()},
        status=status,
        excluded=dict(Counter(row.reason for row in status.exclusions).most_common()),
        refusals=store.refusals(run.id),
        named={state: _first(store, run.id, state) for state in _NAMED},
        settled=[(deliveries[resolution.seq], resolution) for resolution in resolutions],
        bars=bars,
        step=step,
        zone=zone,
        written_at=project.clock.now().astimezone(zone),
    )


_NAMED = (
    DeliveryState.UNKNOWN,
    DeliveryState.CLAIMED,
    DeliveryState.REJECTED,
    DeliveryState.DEFERRED,
    DeliveryState.CANCELLED,
)


def _first(store: Store, run: str, state: DeliveryState) -> Sequence[Delivery]:
    return [one for one, _ in zip(store.deliveries(run, [state]), range(MOST_PEOPLE), strict=False)]


def bars_of(moments: Sequence[Moment], zone: ZoneInfo) -> tuple[list[Bar], timedelta]:
    """Moments put together in equal steps, `MOST_BARS` at most; empty steps in between are there, with nothing."""
    if not moments:
        return [], timedelta(seconds=STEPS[0])
    first, last = moments[0].at, moments[-1].at
    span = (last - first).total_seconds() + 1
    seconds = next((step for step in STEPS if span / step <= MOST_BARS - 1), 0)
    seconds = seconds or -(-int(span) // (86_400 * (MOST_BARS - 1))) * 86_400
    start = datetime.fromtimestamp(first.timestamp() // seconds * seconds, UTC)
    counts: dict[int, Counter[Outcome]] = {}
    for moment in moments:
        at = int((moment.at - start).total_seconds() // seconds)
        counts.setdefault(at, Counter())[Outcome(moment.outcome)] += moment.count
    step = timedelta(seconds=seconds)
    return [
        Bar((start + at * step).astimezone(zone), dict(counts.get(at, {}))) for at in range(max(counts) + 1)
    ], step
