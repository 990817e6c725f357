"""How one locale writes dates and times: what CLDR has for every language, and our own for French and English.

A language that CLDR has no months for (Ojibwe, Mohawk) gets dates in figures, ``2021-05-08``: English words
in a text of another language would be worse than none.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from newsletter.locale.languages import NBSP, find_locale, in_digits, locale_for, only_nbsp

if TYPE_CHECKING:
    from babel import Locale

    from newsletter.models.period import PartialDate


class Conventions:
    """Any language, as CLDR writes it. Subclasses replace what CLDR gets wrong for a language we know.

    Times given to a method are already in the zone they are shown in. `after_first` and `after_last` are text
    (the zone's name) put right behind the first and the last time.
    """

    def __init__(self, locale: Locale, tag: str) -> None:
        self.locale = locale
        self.tag = tag

    def day(self, day: date, *, weekday: bool, year: bool) -> str:
        """One day."""
        if year:
            return self._cldr_date(day, "full" if weekday else "long")
        return self._skeleton(day, "MMMMEEEEd" if weekday else "MMMMd")

    def date_range(self, first: date, last: date, *, weekday: bool, year: bool) -> str:
        """Two different days, in order."""
        year = year or first.year != last.year
        if weekday:
            return self.between(*(self.day(day, weekday=True, year=year) for day in (first, last)))
        return self._interval(first, last, "yMMMMd" if year else "MMMMd")

    def month(self, day: date, *, year: bool) -> str:
        """A month."""
        return self._skeleton(day, "yMMMM") if year else self.month_name(day)

    def year(self, day: date) -> str:
        """A year."""
        return self._skeleton(day, "y")

    def time(self, moment: datetime) -> str:
        """A time of day."""
        from babel.dates import format_time

        return self._written(format_time(moment.time(), "short", locale=self.locale))

    def time_range(self, first: datetime, last: datetime, after_first: str, after_last: str) -> str:
        """Two different times of one day."""
        return self.between(self.time(first) + after_first, self.time(last) + after_last)

    def moment(self, day: str, time: str) -> str:
        """A day and a time, both in words already."""
        pattern = str(self.locale.datetime_formats["long"])
        return only_nbsp(pattern.replace("'", "").replace("{1}", day).replace("{0}", time))

    def moment_range(
        self, first: datetime, last: datetime, after_first: str, after_last: str, *, year: bool
    ) -> str:
        """Two times on different days."""
        return self.between(
            self.moment(self.day(first.date(), weekday=False, year=year), self.time(first)) + after_first,
            self.moment(self.day(last.date(), weekday=False, year=year), self.time(last)) + after_last,
        )

    def join_day(self, day: str, times: str) -> str:
        """A day and a range of times, both in words already."""
        return Conventions.moment(self, day, times)

    def between(self, first: str, last: str) -> str:
        """From one to the other."""
        return f"{first}{NBSP}– {last}"

    def partial(self, when: PartialDate) -> str:
        """A date as precise as it is known."""
        if when.precision == "year":
            return self.year(when.first)
        if when.precision == "month":
            return self.month(when.first, year=True)
        return self.day(when.first, weekday=False, year=True)

    def since(self, when: PartialDate) -> str:
        """From then on."""
        return f"{self.partial(when)}{NBSP}–"

    def until(self, when: PartialDate) -> str:
        """Up to then."""
        return f"–{NBSP}{self.partial(when)}"

    def month_name(self, day: date) -> str:
        """The month alone, as it is written when it stands alone."""
        return str(self.locale.months["stand-alone"]["wide"][day.month])

    def weekday_name(self, day: date) -> str:
        """The day of the week."""
        return str(self.locale.days["format"]["wide"][day.weekday()])

    def _written(self, text: str) -> str:
        return in_digits(only_nbsp(text), self.tag)

    def _cldr_date(self, day: date, form: str) -> str:
        from babel.dates import parse_pattern

        pattern = _widened(self.locale.date_formats[form].pattern, "MMMM")
        return self._written(parse_pattern(pattern).apply(day, self.locale))

    def _skeleton(self, day: date, skeleton: str) -> str:
        from babel.dates import match_skeleton, parse_pattern

        found = match_skeleton(skeleton, self.locale.datetime_skeletons)
        if found is None:  # a few small locales lack the skeleton and anything near it
            return self._cldr_date(day, "long")
        pattern = _widened(self.locale.datetime_skeletons[found].pattern, skeleton)
        return self._written(parse_pattern(pattern).apply(day, self.locale))

    def _interval(self, first: date, last: date, skeleton: str) -> str:
        """Two days, what they share said once where the language does so: ``7 – 17 de maio de 2021``."""
        from babel.dates import match_skeleton, parse_pattern

        formats = self.locale.interval_formats
        found = match_skeleton(skeleton, [name for name in formats if isinstance(name, str)])
        field = "y" if first.year != last.year else "M" if first.month != last.month else "d"
        halves = formats[found].get(field) if found else None
        if not halves or len(halves) != 2:  # CLDR has no pattern for this pair
            year = "y" in skeleton
            return self.between(*(self.day(one, weekday=False, year=year) for one in (first, last)))
        written = (
            parse_pattern(_widened(str(half), skeleton)).apply(one, self.locale)
            for half, one in zip(halves, (first, last), strict=True)
        )
        return self._written("".join(written))


def _widened(pattern: str, skeleton: str) -> str:
    """A pattern that stands in for `skeleton`, its fields as wide as asked for (UTS 35 part 4, 2.6.2.2).

    Babel leaves them narrow: ``mai.`` where ``maio`` was asked for, ``M05`` where CLDR has no short names.
    """
    pieces = pattern.split("'")
    for at in range(0, len(pieces), 2):  # what is between quotes is text
        if "MMMM" in skeleton:
            pieces[at] = re.sub(r"(?<![ML])([ML])\1{2}(?![ML])", r"\1\1\1\1", pieces[at])
        if "EEEE" in skeleton:
            pieces[at] = re.sub(r"(?<!E)E{1,3}(?!E)", "EEEE", pieces[at])
    return "'".join(pieces)


class Figures(Conventions):
    """A language without names of months in CLDR: ISO 8601, as CAN/CSA-Z234.4-89 has it for all of Canada."""

    def day(self, day: date, *, weekday: bool, year: bool) -> str:  # noqa: ARG002 (figures have one form)
        """``2021-05-08``: always with its year, without which the rest would be a riddle."""
        return day.isoformat()

    def date_range(self, first: date, last: date, *, weekday: bool, year: bool) -> str:
        """``2021-05-07 – 2021-05-17``."""
        return self.between(*(self.day(one, weekday=weekday, year=year) for one in (first, last)))

    def month(self, day: date, *, year: bool) -> str:  # noqa: ARG002
        """``2021-05``."""
        return f"{day.year:04}-{day.month:02}"

    def year(self, day: date) -> str:
        """``2021``."""
        return f"{day.year:04}"

    def time(self, moment: datetime) -> str:
        """``13:30``."""
        return f"{moment.hour:02}:{moment.minute:02}"

    def moment(self, day: str, time: str) -> str:
        """``2021-05-08 13:30``."""
        return f"{day}{NBSP}{time}"

    def join_day(self, day: str, times: str) -> str:
        """``2021-05-08 13:30 – 15:00``."""
        return self.moment(day, times)


def _two_days_running(first: date, last: date) -> bool:
    """Nobody says "from the 8th to the 9th" of a weekend. Both days of one month, so that it is named once."""
    return (last - first).days == 1 and first.month == last.month


class French(Conventions):
    """OQLF, Banque de dépannage linguistique: écriture des dates et des heures."""

    def day(self, day: date, *, weekday: bool, year: bool) -> str:
        """``samedi 8 mai 2021``; a no-break space keeps the day with its month."""
        return self._day(day, weekday=weekday, month=True, year=year)

    def _day(self, day: date, *, weekday: bool, month: bool, year: bool) -> str:
        number = "1er" if day.day == 1 else str(day.day)
        text = f"{number}{NBSP}{self.month_name(day)}" if month else number
        text += f" {day.year}" if year else ""
        return f"{self.weekday_name(day)} {text}" if weekday else text

    def date_range(self, first: date, last: date, *, weekday: bool, year: bool) -> str:
        """``du 7 au 17 mai 2021``, ``du 28 décembre 2021 au 3 janvier 2022``, ``les 8 et 9 mai 2021``."""
        if not weekday and _two_days_running(first, last):
            start = self._day(first, weekday=False, month=False, year=False)
            return f"les {start} et {self._day(last, weekday=False, month=True, year=year)}"
        across_years = first.year != last.year
        across_months = across_years or first.month != last.month
        start = self._day(first, weekday=weekday, month=across_months, year=across_years)
        return f"du {start} au {self._day(last, weekday=weekday, month=True, year=year or across_years)}"

    def month(self, day: date, *, year: bool) -> str:
        """``mai 2021``."""
        return f"{self.month_name(day)} {day.year}" if year else self.month_name(day)

    def year(self, day: date) -> str:
        """``2021``."""
        return str(day.year)

    def time(self, moment: datetime) -> str:
        """``13 h``, ``9 h 05``; noon and midnight by name, since ``0 h`` and ``24 h`` are misread."""
        if moment.minute == 0 and moment.hour in (0, 12):
            return "minuit" if moment.hour == 0 else "midi"
        return f"{moment.hour}{NBSP}h" + (f"{NBSP}{moment.minute:02}" if moment.minute else "")

    def moment(self, day: str, time: str) -> str:
        """``8 mai 2021 à 13 h``."""
        return f"{day} à {time}"

    def moment_range(
        self, first: datetime, last: datetime, after_first: str, after_last: str, *, year: bool
    ) -> str:
        """``du 7 mai à 22 h au 8 mai à 2 h``."""
        start = self.moment(self.day(first.date(), weekday=False, year=year), self.time(first)) + after_first
        end = self.moment(self.day(last.date(), weekday=False, year=year), self.time(last)) + after_last
        return f"du {start} au {end}"

    def between(self, first: str, last: str) -> str:
        """``de 2019 à 2022``, ``d’avril à juin``."""
        return f"{'d’' if first[:1] in 'aeiouyéèêâîôû' else 'de '}{first} à {last}"

    def since(self, when: PartialDate) -> str:
        """``depuis 2019``, ``depuis le 3 mai 2021``."""
        return f"depuis {'le ' if when.precision == 'day' else ''}{self.partial(when)}"

    def until(self, when: PartialDate) -> str:
        """``jusqu’en 2022``, ``jusqu’au 3 mai 2021``."""
        return f"jusqu’{'au' if when.precision == 'day' else 'en'} {self.partial(when)}"


class English(Conventions):
    """The Canadian Style (Public Services and Procurement Canada), 5.12 to 5.14."""

    def day(self, day: date, *, weekday: bool, year: bool) -> str:
        """``Saturday, May 8, 2021``."""
        text = f"{self.month_name(day)} {day.day}" + (f", {day.year}" if year else "")
        return f"{self.weekday_name(day)}, {text}" if weekday else text

    def date_range(self, first: date, last: date, *, weekday: bool, year: bool) -> str:
        """``May 7 to 17, 2021``, ``December 28, 2021, to January 3, 2022``, ``May 8 and 9, 2021``."""
        if first.year != last.year:
            start = self.day(first, weekday=weekday, year=True)
            return f"{start}, to {self.day(last, weekday=weekday, year=True)}"
        start = self.day(first, weekday=weekday, year=False)
        if weekday or first.month != last.month:
            return f"{start} to {self.day(last, weekday=weekday, year=year)}"
        joined = "and" if _two_days_running(first, last) else "to"
        return f"{start} {joined} {last.day}" + (f", {last.year}" if year else "")

    def month(self, day: date, *, year: bool) -> str:
        """``May 2021``."""
        return f"{self.month_name(day)} {day.year}" if year else self.month_name(day)

    def year(self, day: date) -> str:
        """``2021``."""
        return str(day.year)

    def time(self, moment: datetime) -> str:
        """``1 p.m.``, ``1:30 p.m.``; noon and midnight by name, since ``12 p.m.`` is misread."""
        number, half = self._clock(moment)
        return f"{number}{NBSP}{half}" if half else number

    def time_range(self, first: datetime, last: datetime, after_first: str, after_last: str) -> str:
        """``10:30 to 11:15 a.m.``, ``10:30 a.m. to 1 p.m.``, ``11 a.m. to noon``."""
        number, half = self._clock(first)
        shared = half and not after_first and half == self._clock(last)[1] and first.date() == last.date()
        start = number if shared else self.time(first)
        return f"{start}{after_first} to {self.time(last)}{after_last}"

    def moment(self, day: str, time: str) -> str:
        """``May 8, 2021 at 1 p.m.``."""
        return f"{day} at {time}"

    def between(self, first: str, last: str) -> str:
        """``2019 to 2022``."""
        return f"{first} to {last}"

    def since(self, when: PartialDate) -> str:
        """``since 2019``."""
        return f"since {self.partial(when)}"

    def until(self, when: PartialDate) -> str:
        """``until 2022``."""
        return f"until {self.partial(when)}"

    @staticmethod
    def _clock(moment: datetime) -> tuple[str, str]:
        if moment.minute == 0 and moment.hour in (0, 12):
            return ("midnight" if moment.hour == 0 else "noon"), ""
        number = str(moment.hour % 12 or 12) + (f":{moment.minute:02}" if moment.minute else "")
        return number, "a.m." if moment.hour < 12 else "p.m."


_OURS: dict[str, type[Conventions]] = {"fr": French, "en-CA": English, "en-US": English}
"""Whose conventions we wrote, by tag or by language alone. British English, day first, is right in CLDR."""


@lru_cache(maxsize=64)
def conventions_for(tag: str) -> Conventions:
    """The conventions of a locale tag (``fr-CA``); of its language when its region is not known."""
    locale = find_locale(tag)
    if locale is None or locale.months["format"]["wide"].get(5, "M05") == "M05":
        return Figures(locale or locale_for(tag), tag)
    region = f"{locale.language}-{locale.territory}"
    return _OURS.get(region, _OURS.get(locale.language, Conventions))(locale, tag)
