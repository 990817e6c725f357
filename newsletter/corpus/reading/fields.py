"""All readers together: an article's title and paragraphs in, its fields out."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

from newsletter.corpus.reading.contacts import find_emails, find_links, find_phones
from newsletter.corpus.reading.dates import scan_dates
from newsletter.corpus.reading.deadlines import find_deadlines
from newsletter.corpus.reading.kinds import guess_kind
from newsletter.corpus.reading.languages import find_languages
from newsletter.corpus.reading.occasions import agenda_dates, event_dates, published_on
from newsletter.corpus.reading.organisations import find_organisations
from newsletter.corpus.reading.records import TITLE, DateSpan, Fields, Found, Organisation, TimeSpan
from newsletter.corpus.reading.sessions import find_sessions, find_speakers
from newsletter.corpus.reading.settling import settle
from newsletter.corpus.reading.times import find_times
from newsletter.corpus.reading.zones import zone_doubts

T = TypeVar("T")
_NEAR = 80
"""Most characters between a time and the date it is of."""


def read_fields(title: str, paragraphs: Sequence[str], language: str, *, today: date | None = None) -> Fields:
    """Everything that can be told of an article from its title and paragraphs.

    language: ``fr`` or ``en``; dates of the other language are read too. today: the day the text was captured, for
    dates without a year; None leaves those open that the text itself does not settle.
    """
    texts = [(TITLE, title), *enumerate(paragraphs)]
    raws = [scan_dates(text, language) for _, text in texts]
    dates, yearless = settle(raws, [text for _, text in texts], today=today, first_paragraph=TITLE)
    times = _with_zone_doubts(_everywhere(texts, find_times), dates)
    deadlines = find_deadlines(texts, dates, times)
    sessions = find_sessions(texts, dates, times)
    in_sessions = {(person.paragraph, person.start) for session in sessions for person in session.value.speakers}
    speakers = [item for item in find_speakers(texts) if (item.paragraph, item.start) not in in_sessions]
    kind = guess_kind(
        title, paragraphs, agenda=bool(sessions), deadlines=bool(deadlines), to_come=bool(times and dates)
    )
    published = published_on(texts, dates)
    return Fields(
        language="fr" if language.startswith("fr") else "en",
        kind=kind,
        published=published,
        when=agenda_dates(sessions, dates) or event_dates(texts, dates, deadlines, times, published),
        dates=dates,
        yearless=yearless,
        deadlines=deadlines,
        times=times,
        sessions=sessions,
        speakers=tuple(speakers),
        links=_everywhere(texts, find_links),
        emails=_once(_everywhere(texts, find_emails)),
        phones=_once(_everywhere(texts, find_phones)),
        organisations=_distinct(_everywhere(texts, find_organisations)),
        languages=_everywhere(texts, find_languages),
    )


def _everywhere(
    texts: Sequence[tuple[int, str]], reader: Callable[[str], tuple[Found[T], ...]]
) -> tuple[Found[T], ...]:
    return tuple(replace(found, paragraph=number) for number, text in texts for found in reader(text))


def _once(found: tuple[Found[str], ...]) -> tuple[Found[str], ...]:
    """The first of those that say the same."""
    kept: dict[str, Found[str]] = {}
    for item in found:
        kept.setdefault(item.value.casefold(), item)
    return tuple(kept.values())


def _distinct(found: tuple[Found[Organisation], ...]) -> tuple[Found[Organisation], ...]:
    """Each organisation once, with the acronym if one place gives it."""
    kept: dict[str, Found[Organisation]] = {}
    for item in found:
        key = re.sub(r"\W+", " ", item.value.name.casefold())
        if key not in kept or (item.value.acronym and not kept[key].value.acronym):
            kept[key] = item
    return tuple(kept.values())


def _with_zone_doubts(
    times: tuple[Found[TimeSpan], ...], dates: tuple[Found[DateSpan], ...]
) -> tuple[Found[TimeSpan], ...]:
    """Times whose zone's word does not fit the date they stand beside, marked."""
    days = [day for day in dates if day.value.precision == "day"]
    found, position = [], 0
    for clock in times:
        while position < len(days) and _place(days[position]) <= _place(clock):
            position += 1
        beside = [day for day in days[max(0, position - 1) : position + 1] if _beside(day, clock)]
        doubts = zone_doubts(clock.value, beside[0].value.first) if beside else ()
        found.append(replace(clock, doubts=clock.doubts + doubts))
    return tuple(found)


def _place(found: Found[T]) -> tuple[int, int]:
    return found.paragraph, found.start


def _beside(day: Found[DateSpan], clock: Found[TimeSpan]) -> bool:
    if day.paragraph != clock.paragraph:
        return abs(day.paragraph - clock.paragraph) == 1 and day.paragraph < clock.paragraph
    return -_NEAR <= clock.start - day.end <= _NEAR
