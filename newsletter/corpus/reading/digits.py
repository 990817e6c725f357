"""Dates in digits, and the marks and years that dates of words share with them."""

from __future__ import annotations

from dataclasses import dataclass

from newsletter.corpus.reading.records import Precision
from newsletter.corpus.reading.settling import Side
from newsletter.corpus.reading.tokens import Token, Tokens
from newsletter.corpus.reading.words import RANGE_MARKS, RANGE_WORDS

_FIRST_YEAR, _LAST_YEAR = 1900, 2099


@dataclass(frozen=True, slots=True)
class DigitDate:
    """One date, or the two ends of a span, and the index of the token behind."""

    sides: tuple[Side, ...]
    precision: Precision
    behind: int
    ambiguous: bool = False


def is_year(tokens: Tokens, index: int) -> bool:
    """Whether the token is a year: four digits that nothing touches."""
    token = tokens[index]
    return token.digits == 4 and not token.glued and _FIRST_YEAR <= token.number <= _LAST_YEAR


def range_mark(tokens: Tokens, index: int) -> int | None:
    """The index behind "to", "au", "jusqu’au" or a dash at `index`; a comma may stand before it."""
    index += tokens[index].text == ","
    token = tokens[index]
    if token.key == "jusqu":
        return index + 3 if tokens[index + 2].key in ("au", "a", "en") else None
    return index + 1 if token.key in RANGE_WORDS or token.text in RANGE_MARKS else None


def digit_date(tokens: Tokens, index: int, *, month_first: bool) -> DigitDate | None:
    """``2021-05-08``, ``2021-05``, ``2021-05-07/2021-05-17``, ``08/05/2021``, ``8.5.2021``.

    month_first: how a date with slashes is read that can be read both ways; it is marked in any case.
    """
    if tokens[index - 1].text in ("-", "/", ".") and not tokens[index].spaced and not tokens[index - 1].spaced:
        return None  # the middle of something longer
    first = _iso(tokens, index)
    return _iso_span(tokens, *first) if first is not None else _with_marks(tokens, index, month_first)


def _iso(tokens: Tokens, index: int) -> tuple[Side, int] | None:
    year, mark, month, second, day = (tokens[place] for place in range(index, index + 5))
    if year.digits != 4 or not _FIRST_YEAR <= year.number <= _LAST_YEAR:
        return None
    if mark.text not in ("-", "/") or mark.spaced or month.spaced or month.digits != 2:
        return None
    if second.text == mark.text and day.digits == 2 and not second.spaced and not day.spaced:
        return Side(day.number, month.number, year.number), index + 5
    if mark.text == "-" and 1 <= month.number <= 12 and not month.glued and second.text != "-":
        return Side(None, month.number, year.number), index + 3
    return None


def _iso_span(tokens: Tokens, side: Side, behind: int) -> DigitDate:
    mark = behind + 1 if tokens[behind].text == "/" else range_mark(tokens, behind)
    second = _iso(tokens, mark) if mark is not None else None
    precision: Precision = "day" if side.day else "month"
    if second is not None and bool(second[0].day) == bool(side.day):
        return DigitDate((side, second[0]), precision, second[1])
    return DigitDate((side,), precision, behind)


def _with_marks(tokens: Tokens, index: int, month_first: bool) -> DigitDate | None:
    one, mark, two, other, year = (tokens[place] for place in range(index, index + 5))
    if mark.text not in ("/", ".", "-") or other.text != mark.text:
        return None
    if any(token.spaced for token in (mark, two, other, year)) or _goes_on(tokens, index + 5, mark.text):
        return None
    if year.digits != 4 or not _FIRST_YEAR <= year.number <= _LAST_YEAR or not _short(one) or not _short(two):
        return None
    if min(one.number, two.number) > 12:
        return None
    ambiguous = max(one.number, two.number) <= 12 and one.number != two.number
    swapped = two.number > 12 or (ambiguous and month_first and mark.text == "/")
    day, month = (two, one) if swapped else (one, two)
    return DigitDate((Side(day.number, month.number, year.number),), "day", index + 5, ambiguous)


def _short(token: Token) -> bool:
    return token.digits in (1, 2) and 1 <= token.number <= 31


def _goes_on(tokens: Tokens, index: int, mark: str) -> bool:
    mark_token, after = tokens[index], tokens[index + 1]
    return mark_token.text == mark and not mark_token.spaced and after.kind == "number" and not after.spaced
