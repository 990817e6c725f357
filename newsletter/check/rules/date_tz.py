"""The hours of an event exist in its time zone, and the name of a zone is that of the season.

Why: "1 p.m. EST" in May is an hour off for whoever takes it at its word; between the two Sundays in spring and
autumn everybody gets it wrong.
Source: IANA time zone database; CLDR for the names.
Wrong: `le 8 mai à 13 h (HNE)`; `start: 2021-05-08T13:00-05:00` with `timezone: America/Toronto`
Right: `le 8 mai à 13 h (HAE)`; `start: 2021-05-08T13:00`
Fix: Write local times without an offset in `start:` and `end:`; the zone's name is then always the right one.
In a sentence, write the name the hint gives.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from newsletter.check.passages import Passage
from newsletter.check.places import place_at
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.locale.written_dates import written_dates, written_zones, zone_of_season
from newsletter.models.article import Article, EventData
from newsletter.models.finding import Finding, Loc, Severity

ID = "DATE-TZ"
ALIAS = "wrong-zone"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.ARTICLE


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Times that are data, then names of zones in sentences."""
    events = {one.slug: one.data.event for one in subject.articles if one.data.event is not None}
    for article in subject.articles:
        if article.slug in events:
            yield from _times(article, events[article.slug])
    for passage in subject.passages:
        event = events.get(passage.source.slug or "")
        yield from _names(passage, event, event.timezone if event else subject.publication.timezone)


def _times(article: Article, event: EventData) -> Iterator[Finding]:
    if event.all_day:
        return
    zone = ZoneInfo(event.timezone)
    moments: list[tuple[Loc, datetime | None]] = [(("event", "start"), event.start), (("event", "end"), event.end)]
    for index, session in enumerate(event.sessions):
        moments += [(("event", "sessions", index, name), getattr(session, name)) for name in ("start", "end")]
    for loc, moment in moments:
        if moment is not None and (message := _wrong(moment, zone)) is not None:
            hint = f"Write the local time in {event.timezone}, without an offset."
            yield place_at(article.source, *loc).finding(ID, SEVERITY, message, hint=hint)


def _wrong(moment: datetime, zone: ZoneInfo) -> str | None:
    if moment.tzinfo is None:
        local = moment.replace(tzinfo=zone)
        back = local.astimezone(UTC).astimezone(zone)
        if back.replace(tzinfo=None) != moment:
            return f"{moment:%Y-%m-%d %H:%M} does not exist in {zone.key}: the clocks go forward then"
        return None
    local = moment.astimezone(zone)
    if moment.utcoffset() in (timedelta(0), local.utcoffset()):
        return None
    return f"{moment:%Y-%m-%d %H:%M%z} is {local:%H:%M} in {zone.key}, where the offset is {local:%z} then"


def _names(passage: Passage, event: EventData | None, timezone: str) -> Iterator[Finding]:
    dates = list(written_dates(passage.text, passage.locale))
    for zone in written_zones(passage.text):
        before = [one for one in dates if one.start < zone.start]
        day: date | None = event.start.date() if event is not None else None
        if before:
            day = before[-1].near(passage.about)
        right = zone_of_season(zone.name, day, timezone) if day is not None else None
        if right is not None and day is not None:
            message = f"“{zone.name}” is not the time in {timezone} on {day.isoformat()}"
            place = passage.place_of(zone.start)
            yield place.finding(ID, SEVERITY, message, hint=f"Write “{right}”.", edition=passage.language)
