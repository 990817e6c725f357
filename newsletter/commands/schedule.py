"""When a run is to go out: what a person writes, as an instant."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from newsletter.commands.person import person
from newsletter.commands.project import Project
from newsletter.errors import Refusal, UnknownName
from newsletter.models.control import Terms

_DURATION = re.compile(r"(?:(\d+)\s*h)?\s*(?:(\d+)\s*m(?:in)?)?\s*(?:(\d+)\s*s)?", re.IGNORECASE)
_SHAPE = "write it as 2024-02-06T09:00, by the clocks of the publication's time zone"
LONGEST_HOLD = timedelta(days=7)


def read_at(text: str, zone: ZoneInfo, now: datetime) -> datetime:
    """The instant of ``2024-02-06T09:00`` on the clocks of `zone`, or of one with an offset of its own.

    Raises UnknownName when it is no time, Refusal when it is past, or when the clocks skip it or show it twice.
    """
    try:
        written = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise UnknownName(f"'{text}' is no date and time", hint=_SHAPE) from error
    if "T" not in text.upper() and " " not in text.strip():
        raise UnknownName(f"'{text}' lacks the time of day", hint=_SHAPE)
    moment = written if written.tzinfo else _on_the_clocks(written, zone)
    if moment <= now:
        raise Refusal(
            f"{text} is in the past: it is {now.astimezone(zone):%Y-%m-%d %H:%M %Z}",
            hint="give a later time, or leave --at out to send now",
        )
    return moment.astimezone(UTC)


def read_terms(
    project: Project, *, at: str | None, hold: str | None, name: str | None, ignore_quiet: bool
) -> Terms:
    """What a person says when they confirm a plan. Raises UnknownName, Refusal."""
    now = project.clock.now()
    return Terms(
        person(name),
        None if at is None else read_at(at, ZoneInfo(project.publication.timezone), now),
        ignore_quiet=ignore_quiet,
        hold=None if hold is None else read_hold(hold),
    )


def read_hold(text: str) -> timedelta:
    """``10m``, ``90s``, ``1h30m``. Raises UnknownName."""
    found = _DURATION.fullmatch(text.strip())
    hours, minutes, seconds = (int(part or 0) for part in (found.groups() if found else ("", "", "")))
    length = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    if not timedelta(0) < length <= LONGEST_HOLD:
        raise UnknownName(
            f"'{text}' is no length of time", hint="write it as 10m, 90s or 1h30m; a week is the longest"
        )
    return length


def _on_the_clocks(written: datetime, zone: ZoneInfo) -> datetime:
    """The one instant at which the clocks of `zone` show this."""
    first, second = (written.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != written:
        raise Refusal(
            f"{written:%Y-%m-%d %H:%M} does not exist in {zone.key}: the clocks are set forward then",
            hint="give a time before or after that hour",
        )
    if first.utcoffset() != second.utcoffset():
        raise Refusal(
            f"{written:%Y-%m-%d %H:%M} comes twice in {zone.key}: the clocks are set back then",
            hint=f"say which: {first.isoformat(timespec='minutes')} or {second.isoformat(timespec='minutes')}",
        )
    return first
