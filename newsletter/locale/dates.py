"""Dates and times in words, per locale.

CLDR alone is not enough (Babel 2.18): fr-CA gives ``13 h 00`` with breakable spaces and ``1 mai``, en-CA puts
U+202F before ``p.m.``. French follows the Office québécois de la langue française (``13 h``, ``9 h 05``,
``1er mai``), English The Canadian Style (``1 p.m.``, ``May 8, 2021``). Every other language gets what CLDR has.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from newsletter.locale.conventions import conventions_for
from newsletter.locale.languages import find_locale, only_nbsp
from newsletter.models.period import parse_period

Zone = str | tzinfo | None
"""A time zone as people name it (``America/Toronto``), as Python holds it, or none."""


def format_date(day: date, locale: str, *, weekday: bool = False, year: bool = True, tz: Zone = None) -> str:
    """``samedi 8 mai 2021``, ``1er mai 2021``; ``Saturday, May 8, 2021``. No article before the day.

    A datetime is read in `tz` first, since an instant has another date elsewhere.
    """
    return conventions_for(locale).day(_day(day, tz), weekday=weekday, year=year)


def format_date_range(
    start: date, end: date, locale: str, *, weekday: bool = False, year: bool = True, tz: Zone = None
) -> str:
    """``du 7 au 17 mai 2021``, ``May 7 to 17, 2021``; one day alone when both are the same.

    Years are always written when they differ. Raises ValueError when `end` is before `start`.
    """
    first, last = _day(start, tz), _day(end, tz)
    if last < first:
        raise ValueError(f"the range ends ({last}) before it starts ({first})")
    words = conventions_for(locale)
    if first == last:
        return words.day(first, weekday=weekday, year=year)
    return words.date_range(first, last, weekday=weekday, year=year)


def format_month(day: date, locale: str, *, year: bool = True) -> str:
    """``mai 2021``, ``May 2021``."""
    return conventions_for(locale).month(day, year=year)


def format_time(moment: datetime, locale: str, *, zone: bool = False, tz: Zone = None) -> str:
    """``13 h``, ``13 h 30``, ``midi``, ``minuit``; ``1 p.m.``, ``1:30 p.m.``, ``noon``, ``midnight``.

    tz: the zone to read `moment` in: a naive one is taken as being there, an aware one is converted.
    zone: add the zone's short name at that instant: ``13 h (HAE)``. Raises ValueError when there is no zone.
    """
    local = _local(moment, tz)
    return conventions_for(locale).time(local) + (_bracketed(local, locale) if zone else "")


def format_time_range(start: datetime, end: datetime, locale: str, *, zone: bool = False, tz: Zone = None) -> str:
    """``de 10 h 30 à 11 h 15 (HAE)``, ``10:30 to 11:15 a.m. (EDT)``.

    The days are added when the range runs into another day (beyond its midnight); both zone names are written
    when the clocks change in between. Raises ValueError when `end` is before `start`.
    """
    first, last = _span(start, end, tz)
    words = conventions_for(locale)
    if _same_moment(first, last):
        return format_time(first, locale, zone=zone)
    after_first, after_last = _zone_marks(first, last, locale) if zone else ("", "")
    if _same_day(first, last):
        return words.time_range(first, last, after_first, after_last)
    return words.moment_range(first, last, after_first, after_last, year=first.year != last.year)


def format_datetime(
    moment: datetime,
    locale: str,
    *,
    weekday: bool = False,
    year: bool = True,
    zone: bool = False,
    tz: Zone = None,
) -> str:
    """``samedi 8 mai 2021 à 13 h (HAE)``, ``Saturday, May 8, 2021 at 1 p.m. (EDT)``."""
    local = _local(moment, tz)
    words = conventions_for(locale)
    text = words.moment(words.day(local.date(), weekday=weekday, year=year), words.time(local))
    return text + (_bracketed(local, locale) if zone else "")


def format_when(
    start: datetime,
    end: datetime,
    locale: str,
    *,
    weekday: bool = True,
    year: bool = True,
    zone: bool = True,
    tz: Zone = None,
) -> str:
    """Day and times of something that lasts: ``samedi 8 mai 2021, de 13 h à 15 h (HAE)``.

    Over several days: ``du 7 mai 2021 à 22 h au 8 mai 2021 à 2 h (HAE)``.
    """
    first, last = _span(start, end, tz)
    words = conventions_for(locale)
    if _same_moment(first, last):
        return format_datetime(first, locale, weekday=weekday, year=year, zone=zone)
    after_first, after_last = _zone_marks(first, last, locale) if zone else ("", "")
    if not _same_day(first, last):
        return words.moment_range(first, last, after_first, after_last, year=year)
    day = words.day(first.date(), weekday=weekday, year=year)
    return words.join_day(day, words.time_range(first, last, after_first, after_last))


def format_period(text: str, locale: str) -> str:
    """An ISO year, month, day or interval in words.

    ``2022-01`` -> ``janvier 2022``; ``2019/2022`` -> ``de 2019 à 2022``, ``2019 to 2022``; ``2019/..`` ->
    ``depuis 2019``; ``../2022-06`` -> ``jusqu’en juin 2022``. Raises ValueError when it is none of these.
    """
    start, end = parse_period(text)
    words = conventions_for(locale)
    if start is None or end is None:
        if end is not None:
            return words.until(end)
        assert start is not None, "parse_period gives a start or an end"
        return words.since(start)
    if start == end:
        return words.partial(start)
    if start.precision == end.precision == "day":
        return words.date_range(start.first, end.first, weekday=False, year=True)
    if start.precision == end.precision == "month" and start.first.year == end.first.year:
        return words.between(words.month(start.first, year=False), words.partial(end))
    return words.between(words.partial(start), words.partial(end))


@lru_cache(maxsize=16)
def _zone_named(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _local(moment: datetime, tz: Zone) -> datetime:
    if tz is None:
        return moment
    zone = _zone_named(tz) if isinstance(tz, str) else tz
    return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)


def _day(day: date, tz: Zone) -> date:
    return _local(day, tz).date() if isinstance(day, datetime) else day


def _span(start: datetime, end: datetime, tz: Zone) -> tuple[datetime, datetime]:
    first, last = _local(start, tz), _local(end, tz)
    if first.tzinfo is not None and last.tzinfo is not None:
        # As instants: two times of one zone compare by the wall clock, wrongly in the hour that comes twice.
        if last.astimezone(UTC) < first.astimezone(UTC):
            raise ValueError(f"the range ends ({last}) before it starts ({first})")
        return first, last.astimezone(first.tzinfo)
    if last < first:
        raise ValueError(f"the range ends ({last}) before it starts ({first})")
    return first, last


def _same_moment(first: datetime, last: datetime) -> bool:
    """Equality within one zone ignores which of two hours is meant; the offset tells."""
    return first == last and first.utcoffset() == last.utcoffset()


def _same_day(first: datetime, last: datetime) -> bool:
    """Whether times alone say it all; midnight at the end still belongs to the first day."""
    ends_at_midnight = (last.hour, last.minute) == (0, 0) and last.date() - first.date() == timedelta(days=1)
    return first.date() == last.date() or ends_at_midnight


def _zone_marks(first: datetime, last: datetime, locale: str) -> tuple[str, str]:
    before, after = _bracketed(first, locale), _bracketed(last, locale)
    return ("", after) if before == after else (before, after)


def _bracketed(local: datetime, locale: str) -> str:
    return f" ({zone_name(local, locale)})"


def zone_name(moment: datetime, locale: str, *, tz: Zone = None) -> str:
    """Short name of the zone at that instant: ``HAE``/``HNE``, ``EDT``/``EST``; else ``UTC+2``, ``UTC−3:30``.

    Raises ValueError for a datetime without zone.
    """
    from babel.dates import get_timezone_name

    local = _local(moment, tz)
    offset = local.utcoffset()
    if offset is None:
        raise ValueError("a time without zone has no zone name; give tz=")
    data = find_locale(locale)
    name = only_nbsp(get_timezone_name(local, width="short", locale=data)) if data else "+0000"
    if not re.fullmatch(r"[+-][0-9]{4}", name):
        return name
    minutes = int(offset.total_seconds() // 60)
    hours, rest = divmod(abs(minutes), 60)
    sign = "+" if minutes >= 0 else "\u2212"
    return f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "")
