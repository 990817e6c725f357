"""Whether a run may go on now, and if not, why and until when. Pure, but for the one that watches the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum

from newsletter.clock import Clock
from newsletter.delivery.settings import DeliverySettings
from newsletter.models.control import RunControl, Wish, second_person
from newsletter.models.delivery import Run
from newsletter.store import Controls

LOOK_SECONDS = 0.25
"""How often a run that is sent looks for what people want of it."""


class BarKind(StrEnum):
    """What keeps a run from going on."""

    CANCELLED = "cancelled"
    PAUSED = "paused"
    LATE = "late"
    SCHEDULED = "scheduled"
    HELD = "held"
    APPROVAL = "approval"
    QUIET = "quiet hours"
    WARM_UP = "warm-up"


@dataclass(frozen=True, slots=True)
class Bar:
    """A run does not go on. words: why. until: None = until a person acts."""

    kind: BarKind
    words: str
    until: datetime | None = None


def find_bar(
    run: Run,
    control: RunControl,
    *,
    settings: DeliverySettings,
    zone: tzinfo,
    now: datetime,
    approved: bool,
    by_hand: bool,
) -> Bar | None:
    """The first thing that keeps `run` from going on at `now`.

    approved: a second person has approved it, or nobody has to. by_hand: a person asked for it just now, so a run
    that nobody gave a time is never late.
    """
    if (wished := _wished(control, by_hand)) is not None:
        return wished
    if control.begun_at is None:
        return _before_it_begins(run, control, settings, zone, now, approved, by_hand) or _quiet(
            control, settings, zone, now
        )
    last = control.begun_at + timedelta(seconds=settings.deadline + settings.late_limit)
    if not by_hand and now > last and not control.late:
        return Bar(BarKind.LATE, f"it began {_shown(control.begun_at, zone)}, too long ago to go on by itself")
    return _quiet(control, settings, zone, now)


def _wished(control: RunControl, by_hand: bool) -> Bar | None:
    why = f": {control.reason}" if control.reason else ""
    if control.wish is Wish.CANCEL:
        return Bar(BarKind.CANCELLED, f"given up by {control.wished_by}{why}")
    if control.wish is Wish.PAUSE:
        return Bar(BarKind.PAUSED, f"paused by {control.wished_by}{why}")
    if control.wish is Wish.STOP and not by_hand:
        return Bar(BarKind.PAUSED, f"stopped by {control.wished_by}{why}")
    return None


def _before_it_begins(
    run: Run,
    control: RunControl,
    settings: DeliverySettings,
    zone: tzinfo,
    now: datetime,
    approved: bool,
    by_hand: bool,
) -> Bar | None:
    planned = _planned(control, None if by_hand else run.created_at, settings, zone)
    if planned is not None and not control.late and (now - planned).total_seconds() > settings.late_limit:
        return Bar(BarKind.LATE, f"it was to begin {_shown(planned, zone)}, and nobody was there to do it")
    if control.terms.at is not None and now < control.terms.at:
        return Bar(BarKind.SCHEDULED, f"scheduled for {_shown(control.terms.at, zone)}", control.terms.at)
    if control.terms.hold_until is not None and now < control.terms.hold_until:
        return Bar(BarKind.HELD, f"held until {_shown(control.terms.hold_until, zone)}", control.terms.hold_until)
    if not approved:
        return Bar(BarKind.APPROVAL, f"a second person has to approve it: newsletter approve {run.digest[:16]}")
    return None


def _planned(
    control: RunControl, confirmed: datetime | None, settings: DeliverySettings, zone: tzinfo
) -> datetime | None:
    """When it was to begin: not in quiet hours, nor before somebody lifted a pause. None = whenever it may."""
    planned = control.planned or confirmed
    if planned is None:
        return None
    if control.wish is Wish.GO and control.wished_at is not None:
        planned = max(planned, control.wished_at)
    quiet = _quiet(control, settings, zone, planned)
    return planned if quiet is None else quiet.until


def _quiet(control: RunControl, settings: DeliverySettings, zone: tzinfo, now: datetime) -> Bar | None:
    if settings.quiet is None or control.terms.ignore_quiet:
        return None
    until = settings.quiet.until(now, zone)
    return None if until is None else Bar(BarKind.QUIET, f"quiet hours ({settings.quiet_hours})", until)


def _shown(moment: datetime, zone: tzinfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M %Z")


class Watch:
    """Follows what people want of a run, while it is sent. Usable from several threads."""

    def __init__(
        self,
        run: Run,
        controls: Controls,
        settings: DeliverySettings,
        zone: tzinfo,
        clock: Clock,
        *,
        by_hand: bool,
    ) -> None:
        self._run = run
        self._controls = controls
        self._settings = settings
        self._zone = zone
        self._clock = clock
        self._by_hand = by_hand
        self._looked = clock.monotonic()
        self._version = controls.version()
        self._control = controls.of(run.id)
        self._approved = self._find_approved()
        self._bar = self._find()

    @property
    def control(self) -> RunControl:
        """As last seen."""
        return self._control

    def bar(self) -> Bar | None:
        """What keeps the run from going on, as it was a quarter of a second ago at most: this is asked for every
        message."""
        moment = self._clock.monotonic()
        if moment - self._looked >= LOOK_SECONDS:
            self._looked = moment
            if (version := self._controls.version()) != self._version:
                self._version = version
                self.look()
            self._bar = self._find()
        return self._bar

    def _find(self) -> Bar | None:
        return find_bar(
            self._run,
            self._control,
            settings=self._settings,
            zone=self._zone,
            now=self._clock.now(),
            approved=self._approved,
            by_hand=self._by_hand,
        )

    def look(self) -> None:
        """Read what the ledger says now."""
        self._control = self._controls.of(self._run.id)
        if not self._approved:
            self._approved = self._find_approved()
        self._bar = self._find()

    def _find_approved(self) -> bool:
        if not self._settings.approval:
            return True
        confirmed_by = self._control.terms.confirmed_by
        return second_person(self._controls.approvals(self._run.digest), confirmed_by) is not None
