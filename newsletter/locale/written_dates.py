"""Dates that people wrote in a sentence: day, month, day of the week, year where it is said, and a zone's name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from newsletter.locale import english_habits, french_habits
from newsletter.locale.languages import locale_for
from newsletter.locale.zone_names import ENGLISH_ZONES, FRENCH_ZONES

_FRENCH_MONTHS = french_habits.MONTHS.split("|")
_ENGLISH_MONTHS = english_habits.MONTHS.lower().split("|")
_DAYS = {
    name: number
    for days in (french_habits.DAYS, english_habits.DAYS.lower())
    for number, name in enumerate(days.split("|"))
}
_S = french_habits.S
_FRENCH = re.compile(
    rf"(?<!\w)(?:(?P<weekday>{french_habits.DAYS}),?{_S}(?:le{_S})?)?(?<![\d.,])(?P<day>\d{{1,2}})(?:er)?{_S}"
    rf"(?P<month>{french_habits.MONTHS})(?!\w)(?:{_S}(?P<year>(?:19|20)\d\d)(?![\w\u00a0]))?",
    re.IGNORECASE,
)
_ENGLISH = re.compile(
    rf"(?<!\w)(?:(?P<weekday>{english_habits.DAYS}),?{_S})?(?P<month>{english_habits.MONTHS}){_S}(?P<day>\d{{1,2}})"
    rf"(?:st|nd|rd|th)?(?!\w)(?:,?{_S}(?P<year>(?:19|20)\d\d)(?!\w))?"
)
_ZONES = re.compile(rf"(?<![\w-])({'|'.join([*FRENCH_ZONES, *ENGLISH_ZONES])})(?![\w-])")


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """One date in a text. weekday: 0 for Monday, None when none is written; year: None when none is written."""

    start: int
    end: int
    day: int
    month: int
    year: int | None
    weekday: int | None

    def in_year(self, year: int) -> date | None:
        """The date in a year; None when there is no such day (``30 février``)."""
        try:
            return date(year, self.month, self.day)
        except ValueError:
            return None

    def near(self, day: date) -> date | None:
        """The date, in the year that is written or else in the one that brings it nearest to `day`."""
        if self.year is not None:
            return self.in_year(self.year)
        near = [found for year in (day.year - 1, day.year, day.year + 1) if (found := self.in_year(year))]
        return min(near, key=lambda found: abs(found - day), default=None)


@dataclass(frozen=True, slots=True)
class WrittenZone:
    """The short name of a zone in a text: ``HAE``, ``EST``."""

    start: int
    end: int
    name: str


def written_dates(text: str, locale: str) -> Iterator[WrittenDate]:
    """The dates of a French or English text; none in other languages."""
    language = locale_for(locale).language
    if language not in ("fr", "en"):
        return
    pattern, months = (_FRENCH, _FRENCH_MONTHS) if language == "fr" else (_ENGLISH, _ENGLISH_MONTHS)
    for found in pattern.finditer(text):
        yield WrittenDate(
            found.start(),
            found.end(),
            int(found["day"]),
            months.index(found["month"].lower()) + 1,
            int(found["year"]) if found["year"] else None,
            _DAYS[found["weekday"].lower()] if found["weekday"] else None,
        )


def written_zones(text: str) -> Iterator[WrittenZone]:
    """Short names of zones that stand behind a time or a bracket."""
    for found in _ZONES.finditer(text):
        before = text[: found.start()].rstrip(" (\u00a0")
        if re.search(r"(?:\d|\bh|m\.|noon|midnight|midi|minuit)\Z", before):
            yield WrittenZone(found.start(), found.end(), found[1])


def zone_of_season(name: str, day: date, timezone: str) -> str | None:
    """What the zone called `name` is called on that day, when the clocks of `timezone` say it is another name.

    None when the name is right, or of a zone with other hours than `timezone`. ``HNE`` on 8 May -> ``HAE``.
    """
    english = ENGLISH_ZONES.get(name, name)
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(timezone))
    right = noon.tzname()
    if right is None or right == english or {right, english} not in _PAIRS:
        return None
    return FRENCH_ZONES[right] if name in ENGLISH_ZONES else right


_PAIRS = [{f"{letter}ST", f"{letter}DT"} for letter in "ECMPAN"]
