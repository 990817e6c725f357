"""Dates in running text: finding the words. What they come to, years missing and all, is settled in `settling`.

The forms read: ``May 8, 2021``, ``8 May``, ``May 7 to 17, 2021``, ``May 7th to May 17th, 2021``, ``26 – 27
November 2018``, ``le 1er mai``, ``du vendredi 7 au lundi 17 mai 2021``, ``les 7, 8 et 9 mai``, ``May to June
2021``, ``spring of 2019``, ``2019-2022``, ``since 2018``, ISO 8601 days, months and intervals, ``08/05/2021``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from newsletter.corpus.reading.digits import digit_date, is_year, range_mark
from newsletter.corpus.reading.records import DateSpan, Found, Language, Precision, YearlessDate
from newsletter.corpus.reading.settling import RawDate, Side, settle
from newsletter.corpus.reading.tokens import Token, Tokens
from newsletter.corpus.reading.words import (
    LIST_WORDS,
    RANGE_MARKS,
    RANGE_WORDS,
    SEASONS,
    month_of,
    weekday_of,
    word_set,
)

_MOST_DAYS = 7
"""Days in one list ("May 3, 4 and 5"); the bound keeps reading linear."""

_YEAR_CUES = word_set(
    "in since during until till by before after year early late mid for from throughout en depuis pendant "
    "avant  apres annee annees des debut fin mi jusqu courant durant exercice end beginning start half "
    "quarter trimestre cours course"
)
_MONTH_CUES = word_set(
    "in of during since by until till early late mid last next this throughout for end beginning en mois "
    "debut  fin courant des depuis mi jusqu"
)
_NOT_A_DAY = word_set("h hr hrs heures heure am pm a p % ans years personnes people")


def find_dates(
    text: str, language: str | None = None, *, today: date | None = None
) -> tuple[Found[DateSpan], ...]:
    """Every date of `text` whose year is written or clear from the rest, in reading order.

    language: ``fr`` or ``en`` when known; full dates of the other language are read too, None tries both alike.
    today: the day the text was captured; lets a weekday settle a missing year.
    """
    return settle([scan_dates(text, language)], [text], today=today)[0]


def find_yearless_dates(
    text: str, language: str | None = None, *, today: date | None = None
) -> tuple[Found[YearlessDate], ...]:
    """Every date of `text` that no day of the calendar can be told for, in reading order."""
    return settle([scan_dates(text, language)], [text], today=today)[1]


def scan_dates(text: str, language: str | None = None) -> list[RawDate]:
    """The dates of `text` as they are written, not yet settled."""
    languages: tuple[Language, ...] = ("fr", "en") if (language or "").startswith("fr") else ("en", "fr")
    scanner = _Scanner(Tokens(text), languages, known=language is not None)
    return list(_share_years(list(scanner.scan()), scanner.tokens))


@dataclass(frozen=True)
class _Part:
    """What was read: one or more sides of a date, and the index behind its last token."""

    sides: tuple[Side, ...]
    ranged: bool
    behind: int


class _Scanner:
    """Reads dates off tokens. Every method takes an index and looks at a bounded number of tokens behind it."""

    def __init__(self, tokens: Tokens, languages: tuple[Language, ...], *, known: bool) -> None:
        self.tokens = tokens
        self.languages = languages
        self.known = known

    def scan(self) -> Iterator[RawDate]:
        index = 0
        while index < len(self.tokens):
            found = self._read(index)
            if found is None:
                index += 1
                continue
            raw, behind = found
            yield raw
            index = max(behind, index + 1)

    def _read(self, index: int) -> tuple[RawDate, int] | None:
        token = self.tokens[index]
        if token.kind == "number":
            return self._digits(index) or self._days(index) or self._years(index)
        if token.kind == "word":
            if token.key in SEASONS:
                return self._season(index)
            return self._days(index) or self._months(index)
        return None

    def _raw(
        self, first: int, part: _Part, precision: Precision, *, ambiguous: bool = False
    ) -> tuple[RawDate, int]:
        start, text = self.tokens.slice(first, part.behind)
        raw = RawDate(
            text,
            start,
            part.sides,
            part.ranged,
            precision,
            ambiguous,
            first,
            part.behind,
            self._side_of_today(first, part),
        )
        return raw, part.behind

    def _side_of_today(self, first: int, part: _Part) -> int:
        """1 for "next June" and "le 30 juin prochain", -1 for "last June" and "juin dernier"."""
        before, after = self.tokens[first - 1].key, self.tokens[part.behind].key
        if before in ("next", "coming", "upcoming") or after in ("prochain", "prochaine"):
            return 1
        return -(before in ("last", "past") or after in ("dernier", "derniere"))

    # Days

    def _days(self, index: int) -> tuple[RawDate, int] | None:
        """A day, or several, with their month."""
        first = self._side(index)
        if first is None:
            return None
        between = self._after_between(index)
        if between and len(first.sides) == 2:
            first = replace(first, ranged=True)
        behind = range_mark(self.tokens, first.behind)
        if behind is None and between and self.tokens[first.behind].key in LIST_WORDS:
            behind = first.behind + 1
        second = self._side(self._skip_article(behind)) if behind and len(first.sides) == 1 else None
        if second is not None and len(second.sides) == 1 and second.sides[0].day:
            first = _Part((first.sides[0], second.sides[0]), True, second.behind)
        if not self._credible(first, index):
            return None
        return self._raw(index, first, "day")

    def _after_between(self, index: int) -> bool:
        """Whether "and" joins the ends of a span: "between May 3 and May 8"."""
        before = self.tokens[index - 1].key
        return (self.tokens[index - 2].key if before in ("the", "le", "les") else before) in ("between", "entre")

    def _credible(self, part: _Part, index: int) -> bool:
        """Words of the other language, and English months in lower case, count only in full dates."""
        full = all(side.day for side in part.sides) and part.sides[-1].year is not None
        if full:
            return True
        for token in (self.tokens[place] for place in range(index, part.behind)):
            name = month_of(token, self.languages)
            if name is None:
                continue
            if (self.known and name.language != self.languages[0]) or self._lower_english(token, name.language):
                return False
        return True

    @staticmethod
    def _lower_english(token: Token, language: Language) -> bool:
        return language == "en" and not token.text[0].isupper()

    def _side(self, index: int) -> _Part | None:
        weekday, index = self._weekday(index)
        if self.tokens[index].kind == "word":
            return self._month_first(index, weekday)
        return self._day_first(index, weekday)

    def _weekday(self, index: int) -> tuple[int | None, int]:
        name = weekday_of(self.tokens[index])
        if name is None:
            return None, index
        index += 1
        for _ in range(2):
            if self.tokens[index].text in (",", ".", "(", ")"):
                index += 1
        return name.number, self._skip_article(index)

    def _skip_article(self, index: int) -> int:
        return index + (self.tokens[index].key in ("the", "le", "les", "l"))

    def _month_first(self, index: int, weekday: int | None) -> _Part | None:
        month = month_of(self.tokens[index], self.languages)
        if month is None or month.language == "fr":
            return None
        index += 1 + (self.tokens[index + 1].text == "." and month.short)
        index = self._skip_article(index)
        if self._day(index) is None:
            return None
        days, ranged, behind = self._day_list(index, weekday)
        year, behind = self._year_behind(behind)
        sides = tuple(Side(day, month.number, year, on) for day, on in days)
        return _Part(sides, ranged, behind)

    def _day_first(self, index: int, weekday: int | None) -> _Part | None:
        if self._day(index) is None:
            return None
        days, ranged, behind = self._day_list(index, weekday)
        behind += self.tokens[behind].key in ("of", "de") or self.tokens[behind].text in RANGE_MARKS
        month = month_of(self.tokens[behind], self.languages)
        if month is None:
            return None
        behind += 1
        if self.tokens[behind].text in (".", "-") and (month.short or is_year(self.tokens, behind + 1)):
            behind += 1 if month.short or self.tokens[behind].text == "-" else 0
        year, behind = self._year_behind(behind)
        sides = tuple(Side(day, month.number, year, on) for day, on in days)
        return _Part(sides, ranged, behind)

    def _day(self, index: int) -> int | None:
        """The day of the month at `index`; None when the number counts something else."""
        token, after = self.tokens[index], self.tokens[index + 1]
        if token.kind != "number" or token.glued or token.digits > 2 or not 1 <= token.number <= 31:
            return None
        if after.text == ":" and self.tokens[index + 2].kind == "number" and not self.tokens[index + 2].spaced:
            return None
        return None if after.key in _NOT_A_DAY and not token.ordinal else token.number

    def _day_list(self, index: int, weekday: int | None) -> tuple[list[tuple[int, int | None]], bool, int]:
        """Days from `index` on, whether they are the ends of a range, and the index behind them."""
        first = self._day(index)
        assert first is not None, "called on a day"
        days, behind = [(first, weekday)], index + 1
        to = range_mark(self.tokens, behind)
        if to is not None and (end := self._further_day(to)) is not None:
            return [*days, end[0]], True, end[1]
        listed, place = list(days), behind
        for _ in range(_MOST_DAYS):
            comma = self.tokens[place].text == ","
            joined = self.tokens[place + comma].key in LIST_WORDS
            further = self._further_day(place + comma + joined) if comma or joined else None
            if further is None:
                break
            listed.append(further[0])
            place = further[1]
            if joined:
                return listed, False, place
        return days, False, behind

    def _further_day(self, index: int) -> tuple[tuple[int, int | None], int] | None:
        weekday, index = self._weekday(self._skip_article(index))
        day = self._day(index)
        return None if day is None else ((day, weekday), index + 1)

    # Years

    def _year_behind(self, index: int) -> tuple[int | None, int]:
        """A year at `index`, behind a comma or not."""
        place = index + (self.tokens[index].text == ",")
        place += self.tokens[place].key in ("of", "de")
        if is_year(self.tokens, place):
            return self.tokens[place].number, place + 1
        return None, index

    def _years(self, index: int) -> tuple[RawDate, int] | None:
        """A span of years, or one year that a word before it makes a date and not a count."""
        if not is_year(self.tokens, index) or self.tokens[index + 1].text in ("$", "€", "/"):
            return None
        year = self.tokens[index].number
        ranged = self._year_range(index)
        if ranged is not None:
            last, behind = ranged
            part = _Part((Side(None, None, year), Side(None, None, last)), True, behind)
            return self._raw(index, part, "year")
        if self._cue_before(index, _YEAR_CUES) or self._in_brackets(index):
            return self._raw(index, _Part((Side(None, None, year),), False, index + 1), "year")
        return None

    def _year_range(self, index: int) -> tuple[int, int] | None:
        year, mark = self.tokens[index].number, self.tokens[index + 1]
        dash = mark.text in RANGE_MARKS or mark.text == "/"
        between = self.tokens[index - 1].key in ("between", "entre") and mark.key in ("and", "et")
        if not (dash or between or mark.key in RANGE_WORDS):
            return None
        second = self.tokens[index + 2]
        if is_year(self.tokens, index + 2) and second.number >= year:
            return second.number, index + 3
        short = second.digits == 2 and not second.glued and second.number == (year + 1) % 100
        return (year + 1, index + 3) if dash and short and not second.spaced else None

    def _cue_before(self, index: int, cues: frozenset[str]) -> bool:
        place = index - 1
        for _ in range(3):  # "l’année", "mi-2021", "the year", "mois d’août"
            token = self.tokens[place]
            if token.key in cues:
                return True
            if token.text not in ("'", "’", "-", "‑") and token.key not in ("l", "the", "d", "de", "of", "en"):
                return False
            place -= 1
        return False

    def _in_brackets(self, index: int) -> bool:
        return self.tokens[index - 1].text == "(" and self.tokens[index + 1].text == ")"

    # Months and seasons

    def _months(self, index: int) -> tuple[RawDate, int] | None:
        first = self._month(index)
        if first is None:
            return None
        side, behind = first
        mark = range_mark(self.tokens, behind)
        listed = self.tokens[behind].key in LIST_WORDS and (side.year is None or self._after_between(index))
        if mark is None and (self.tokens[behind].text == "/" or listed):
            mark = behind + 1
        second = self._month(mark) if mark is not None else None
        if second is not None and second[0].year is not None:
            part = _Part((side, second[0]), True, second[1])
        elif side.year is not None or self._cue_before(index, _MONTH_CUES):
            part = _Part((side,), False, behind)
        else:
            return None
        if side.year is None and not self._credible(part, index):
            return None
        return self._raw(index, part, "month")

    def _month(self, index: int) -> tuple[Side, int] | None:
        name = month_of(self.tokens[index], self.languages)
        if name is None or self._lower_english(self.tokens[index], name.language):
            return None
        behind = index + 1
        dotted = self.tokens[behind].text == "." and name.short
        year, after = self._year_behind(behind + dotted)
        if year is None:
            return None if name.short else (Side(None, name.number, None), behind)
        if self.tokens[behind].text == "," and self.tokens[after].kind == "word":
            return Side(None, name.number, None), behind  # "In May, 2000 people"
        return Side(None, name.number, year), after

    def _season(self, index: int) -> tuple[RawDate, int] | None:
        season, place = SEASONS[self.tokens[index].key], index + 1
        year, behind = self._year_behind(place)
        if year is None:
            return None
        ranged = self._year_range(behind - 1)
        side = Side(None, None, year, season=season)
        if ranged is not None and season == "winter":
            start = replace(side, season="winter over new year")
            return self._raw(index, _Part((start, replace(side, year=ranged[0])), True, ranged[1]), "season")
        return self._raw(index, _Part((side,), False, behind), "season")

    def _digits(self, index: int) -> tuple[RawDate, int] | None:
        english = self.known and self.languages[0] == "en"
        found = digit_date(self.tokens, index, month_first=english)
        if found is None:
            return None
        part = _Part(found.sides, len(found.sides) > 1, found.behind)
        return self._raw(index, part, found.precision, ambiguous=found.ambiguous)


def _share_years(raws: list[RawDate], tokens: Tokens) -> Iterator[RawDate]:
    """In "May 28 and June 3, 2021" the year counts for both."""
    later: RawDate | None = None
    shared: list[RawDate] = []
    for raw in reversed(raws):
        if later is not None and raw.sides[-1].year is None and raw.precision == later.precision:
            between = [tokens[place] for place in range(raw.behind, min(later.first, raw.behind + 3))]
            close = later.first - raw.behind <= 3 and all(
                token.text == "," or token.key in LIST_WORDS or token.key in ("the", "le", "les")
                for token in between
            )
            year = later.sides[0].year
            if close and between and year is not None:
                raw = replace(raw, sides=tuple(replace(side, year=year) for side in raw.sides))
        shared.append(raw)
        later = raw
    return reversed(shared)
