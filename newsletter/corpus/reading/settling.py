"""What the words of a date come to: years that are missing, weekdays that disagree, days that do not exist."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from newsletter.corpus.reading.records import (
    TITLE,
    DateSpan,
    Doubt,
    DoubtKind,
    Found,
    Precision,
    YearlessDate,
)
from newsletter.corpus.reading.words import SEASON_MONTHS, WEEKDAY_NAMES

_YEARS_BACK, _YEARS_AHEAD = 4, 1
"""How far from the capture a weekday may settle the year: it comes back on a date after 5, 6 or 11 years."""

_YEAR = re.compile(r"(?<![\w$.,-])(?:19|20)[0-9]{2}(?![\w%$]|[.,][0-9])")


@dataclass(frozen=True, slots=True)
class Side:
    """One end of a date as written; None where the text says nothing. weekday: 0 is Monday."""

    day: int | None
    month: int | None
    year: int | None
    weekday: int | None = None
    season: str = ""


@dataclass(frozen=True, slots=True)
class RawDate:
    """Words of a date. ranged: two sides are the ends of a range, else each side is a date of its own.

    first, behind: the tokens it is made of. precision: `day` for ranges of days too.
    """

    text: str
    start: int
    sides: tuple[Side, ...]
    ranged: bool
    precision: Precision
    ambiguous: bool
    first: int
    behind: int
    relative: int = 0
    """1 when the text says it is the next one after today, -1 for the last one before."""


@dataclass(frozen=True)
class _Context:
    """Years that the text itself gives, and the day it was captured.

    beside: of the dates in the same paragraph. dated: of all dates. named: of the title and the same paragraph,
    without a day or month. mentioned: anywhere.
    """

    beside: frozenset[int]
    dated: frozenset[int]
    named: frozenset[int]
    mentioned: frozenset[int]
    today: date | None
    guessed: int | None = None
    """The year of the dates that the day of the capture settles, if they agree."""


Settled = tuple[tuple[Found[DateSpan], ...], tuple[Found[YearlessDate], ...]]


def settle(
    raws: Sequence[Sequence[RawDate]], texts: Sequence[str], *, today: date | None, first_paragraph: int = 0
) -> Settled:
    """The dates of an article, and those that no day of the calendar can be told for.

    raws: the dates of each text. first_paragraph: the number of the first text; `TITLE` when it is the title.
    """
    dated = frozenset(year for group in raws for year in _years_of(group))
    named = [frozenset(int(year) for year in _YEAR.findall(text)) for text in texts]
    mentioned = frozenset().union(*named)
    title = named[0] if first_paragraph == TITLE else frozenset()
    contexts = [
        _Context(_years_of(group), dated, named[place] | title, mentioned, today)
        for place, group in enumerate(raws)
    ]
    guessed = _guessed_years(raws, contexts) if today is not None else set()
    dates: list[Found[DateSpan]] = []
    yearless: list[Found[YearlessDate]] = []
    for place, group in enumerate(raws):
        context = replace(contexts[place], guessed=min(guessed) if len(guessed) == 1 else None)
        for raw in group:
            for sides in [raw.sides] if raw.ranged else _runs(raw.sides):
                value, doubts = _value(raw, sides, context)
                number = first_paragraph + place
                if isinstance(value, DateSpan):
                    dates.append(Found(value, raw.text, raw.start, number, doubts))
                else:
                    yearless.append(Found(value, raw.text, raw.start, number, doubts))
    return tuple(dates), tuple(yearless)


def _guessed_years(raws: Sequence[Sequence[RawDate]], contexts: Sequence[_Context]) -> set[int]:
    """The years that weekdays, and words such as "next", settle."""
    guesses = (
        _missing_year(raw, raw.sides, context)
        for group, context in zip(raws, contexts, strict=True)
        for raw in group
        if raw.sides[-1].year is None
    )
    return {year for year, doubt in guesses if year is not None and doubt.kind is DoubtKind.YEAR_GUESSED}


def _years_of(group: Sequence[RawDate]) -> frozenset[int]:
    return frozenset(
        side.year for raw in group if raw.precision in ("day", "month") for side in raw.sides if side.year
    )


def _runs(sides: tuple[Side, ...]) -> Iterable[tuple[Side, ...]]:
    """Days listed one after the other ("7, 8 and 9 May") are a span; others are dates of their own."""
    if len(sides) > 1 and all(one.day is not None and two.day == one.day + 1 for one, two in pairwise(sides)):
        return [(sides[0], sides[-1])]
    return [(side,) for side in sides]


def _value(
    raw: RawDate, sides: tuple[Side, ...], context: _Context
) -> tuple[DateSpan | YearlessDate, tuple[Doubt, ...]]:
    sides = _inherit(sides)
    doubts: list[Doubt] = []
    if raw.ambiguous:
        doubts.append(Doubt(DoubtKind.AMBIGUOUS, f"“{raw.text}” can be read day first or month first"))
    if sides[-1].year is None:
        year, doubt = _missing_year(raw, sides, context)
        doubts.append(doubt)
        if year is None:
            return _yearless(sides), tuple(doubts)
        sides = _inherit((*sides[:-1], replace(sides[-1], year=year)))
    try:
        first, last = _first_day(sides[0]), _last_day(sides[-1])
    except ValueError:
        doubts.append(Doubt(DoubtKind.NOT_IN_CALENDAR, f"“{raw.text}” is not in the calendar"))
        return _yearless(sides), tuple(doubts)
    if last < first:
        doubts.append(Doubt(DoubtKind.BACKWARDS, f"“{raw.text}” ends before it starts"))
        first, last = last, first
    doubts += _weekday_doubts(sides)
    precision: Precision = "range" if raw.precision == "day" and first != last else raw.precision
    return DateSpan(first, last, precision), tuple(doubts)


def _inherit(sides: tuple[Side, ...]) -> tuple[Side, ...]:
    """A year written once counts for both ends; the range runs over New Year when its months say so."""
    if len(sides) < 2:
        return sides
    one, two = sides[0], sides[-1]
    over = (one.month or 0, one.day or 0) > (two.month or 0, two.day or 0)
    if one.year is None and two.year is not None:
        one = replace(one, year=two.year - over)
    elif two.year is None and one.year is not None:
        two = replace(two, year=one.year + over)
    return (one, two)


def _missing_year(raw: RawDate, sides: tuple[Side, ...], context: _Context) -> tuple[int | None, Doubt]:
    if context.today is not None and raw.relative:
        near = _relative_year(sides, raw.relative, context.today)
        return near, Doubt(DoubtKind.YEAR_GUESSED, f"“{raw.text}” has no year; {near} follows from today's")
    year = _year_of_the_text(sides, context)
    if year is not None:
        message = f"“{raw.text}” has no year; {year} is taken from the text"
        return year, Doubt(DoubtKind.YEAR_FROM_CONTEXT, message)
    if context.today is not None and any(side.weekday is not None for side in sides):
        recent = range(context.today.year - _YEARS_BACK, context.today.year + _YEARS_AHEAD + 1)
        fitting = [year for year in recent if _fits(sides, year)]
        if len(fitting) == 1:
            return fitting[0], Doubt(
                DoubtKind.YEAR_GUESSED,
                f"“{raw.text}” has no year; {fitting[0]} is the only one of {recent[0]} to {recent[-1]} "
                "in which the weekday fits",
            )
    if context.guessed is not None and _fits(sides, context.guessed):
        message = f"“{raw.text}” has no year; {context.guessed} is that of the other dates"
        return context.guessed, Doubt(DoubtKind.YEAR_GUESSED, message)
    return None, Doubt(DoubtKind.YEAR_MISSING, f"“{raw.text}” has no year")


def _year_of_the_text(sides: tuple[Side, ...], context: _Context) -> int | None:
    """The one year that the text has for a date without: that of the nearest dates, of others, or a bare one."""
    weekday = any(side.weekday is not None for side in sides)
    for years in (context.beside, context.dated, context.named, context.mentioned if weekday else frozenset()):
        fitting = [year for year in years if _fits(sides, year)]
        if len(fitting) == 1 and (weekday or len(years) == 1):
            return fitting[0]
        if years and not weekday:
            return None
    return None


def _relative_year(sides: tuple[Side, ...], relative: int, today: date) -> int:
    """The year of the next such day after today, or of the last before."""
    here = (sides[-1].month or 1, sides[-1].day or 1)
    now = (today.month, today.day)
    if relative > 0:
        return today.year + (here < now)
    return today.year - (here > now)


def _fits(sides: tuple[Side, ...], year: int) -> bool:
    try:
        dated = _inherit((*sides[:-1], replace(sides[-1], year=year)))
        return all(side.weekday is None or _first_day(side).weekday() == side.weekday for side in dated)
    except ValueError:
        return False


def _yearless(sides: tuple[Side, ...]) -> YearlessDate:
    one, two = sides[0], sides[-1]
    return YearlessDate(one.month or 0, one.day, two.month or 0, two.day, one.weekday, two.year)


def _first_day(side: Side) -> date:
    assert side.year is not None, "settled before"
    if side.season:
        return date(side.year, SEASON_MONTHS[side.season][0], 1)
    return date(side.year, side.month or 1, side.day or 1)


def _last_day(side: Side) -> date:
    assert side.year is not None, "settled before"
    if side.day:
        return date(side.year, side.month or 1, side.day)
    month = SEASON_MONTHS[side.season][1] if side.season else side.month or 12
    if not 1 <= month <= 12:
        raise ValueError("no such month")
    return date(side.year, month, monthrange(side.year, month)[1])


def _weekday_doubts(sides: tuple[Side, ...]) -> list[Doubt]:
    doubts = []
    for side in sides:
        if side.weekday is None or side.day is None:
            continue
        day = _first_day(side)
        if day.weekday() != side.weekday:
            names = WEEKDAY_NAMES
            doubts.append(
                Doubt(
                    DoubtKind.WEEKDAY,
                    f"{day.isoformat()} is a {names[day.weekday()]}, the text says {names[side.weekday]}",
                )
            )
    return doubts
