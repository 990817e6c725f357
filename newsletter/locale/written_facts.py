"""Facts that a sentence names and that are the same in every language: days, sums, telephone numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from newsletter.locale import english_habits, french_habits
from newsletter.locale.languages import locale_for

_S = french_habits.S
_FRENCH_MONTHS = french_habits.MONTHS.split("|")
_ENGLISH_MONTHS = english_habits.MONTHS.split("|")
_NUMBER = r"(?:1er|\d{1,2})(?![\d:])"
_FRENCH_NEXT = (
    rf"(?:,{_S}(?:et{_S})?|{_S}(?:et|ou|au|à){_S}|{_S}?[–-]{_S}?)(?:le{_S}|du{_S})?"
    rf"(?:(?:{french_habits.DAYS}){_S})?"
)
_FRENCH_DAYS = re.compile(
    rf"(?<![\w.,])(?P<days>{_NUMBER}(?:{_FRENCH_NEXT}{_NUMBER})*){_S}(?P<month>{french_habits.MONTHS})(?!\w)",
    re.IGNORECASE,
)
_ENGLISH_NEXT = rf"(?:,{_S}(?:and{_S})?|{_S}(?:and|or|to){_S}|{_S}?[–-]{_S}?)"
_ENGLISH_DAYS = re.compile(
    rf"(?<!\w)(?P<month>{english_habits.MONTHS}){_S}(?P<days>{_NUMBER}(?:{_ENGLISH_NEXT}{_NUMBER}(?!{_S}(?!(?:and|or|to|at)\b)[a-z]))*)(?!\d)"
)
_FRENCH_SUM = re.compile(
    rf"(?<![\w.,])(?P<number>\d{{1,3}}(?:{_S}\d{{3}})+(?:,\d+)?|\d+(?:,\d+)?){_S}?"
    rf"(?:(?P<many>millions?|milliards?){_S}(?:de{_S})?)?(?:\$|dollars)(?!\w)"
)
_ENGLISH_SUM = re.compile(rf"\$(?P<number>\d[\d,]*(?:\.\d+)?)(?:{_S}(?P<many>million|billion))?(?!\w)")
_PHONE = re.compile(r"(?<![\w.-])(?:1[ -])?\(?([2-9]\d\d)\)?[ \u00a0-]([2-9]\d\d)-(\d{4})(?![\w-])")
_MANY = {"million": 10**6, "milliard": 10**9, "billion": 10**9}


@dataclass(frozen=True, slots=True)
class WrittenFact:
    """One fact. value: the same in every language that names it. start, end: where it stands."""

    kind: str
    value: tuple[int, int] | Decimal | str
    start: int
    end: int


def written_facts(text: str, locale: str) -> Iterator[WrittenFact]:
    """What a French or English text names; nothing of other languages but telephone numbers.

    A day is (month, day): ``les 8 et 9 mai`` names two, ``du 7 au 17 mai`` the first and the last.
    """
    language = locale_for(locale).language
    if language in ("fr", "en"):
        french = language == "fr"
        for found in (_FRENCH_DAYS if french else _ENGLISH_DAYS).finditer(text):
            months = _FRENCH_MONTHS if french else _ENGLISH_MONTHS
            month = months.index(found["month"].lower() if french else found["month"]) + 1
            for day in re.finditer(r"\d+", found["days"]):
                yield WrittenFact("day", (month, int(day[0])), found.start(), found.end())
        for found in (_FRENCH_SUM if french else _ENGLISH_SUM).finditer(text):
            yield WrittenFact("sum", _sum(found, french=french), found.start(), found.end())
    for found in _PHONE.finditer(text):
        yield WrittenFact("telephone number", "".join(found.groups()), found.start(), found.end())


def _sum(found: re.Match[str], *, french: bool) -> Decimal:
    number = re.sub(_S, "", found["number"]).replace(",", "." if french else "")
    return (Decimal(number) * _MANY.get((found["many"] or "").rstrip("s"), 1)).normalize()
