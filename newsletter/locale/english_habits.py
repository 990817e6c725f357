"""How English Canada writes hours, dates, zones, money and signs.

Source: The Canadian Style (Public Services and Procurement Canada), 5.12 to 5.14 and chapter 8.
"""

from __future__ import annotations

import re

from newsletter.locale.habits import Habit, habit
from newsletter.locale.languages import NBSP
from newsletter.locale.zone_names import ENGLISH_ZONES

S = r"[ \t\n\u00a0]"
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
DAYS = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"


def _half(hour: int, minute: str) -> str:
    shown = str(hour % 12 or 12) + (f":{minute}" if minute and int(minute) else "")
    return f"{shown}{NBSP}{'a.m.' if hour < 12 else 'p.m.'}"


def _hour(found: re.Match[str]) -> str | None:
    """``13:30`` or ``13 h 30`` -> ``1:30 p.m.``."""
    hour = int(found[1])
    return _half(hour, found[2] or "") if hour < 24 else None


def _marked(found: re.Match[str]) -> str | None:
    """``1PM`` -> ``1 p.m.``; right as it is when it is already so."""
    if not 1 <= int(found[1]) <= 12:
        return None
    half = "p.m." if found[3].lower().startswith("p") else "a.m."
    return f"{found[1]}{':' + found[2] if found[2] else ''}{NBSP}{half}"


def _date(found: re.Match[str]) -> str:
    year = found.groupdict().get("year")
    return f"{found['month']} {int(found['day'])}" + (f", {year}" if year else "")


def _sum(found: re.Match[str]) -> str:
    """``1 234,50 $`` -> ``$1,234.50``."""
    digits = re.sub(S, "", found["amount"])
    whole, cents = digits, ""
    if decimals := re.search(r"[,.](\d\d?)\Z", digits):
        whole, cents = digits[: decimals.start()], decimals[1]
    number = f"{int(re.sub(r'[^0-9]', '', whole)):,}"
    return f"${number}" + (f".{cents}" if cents else "")


_MAYBE_YEAR = rf"(?:,?{S}(?P<year>(?:19|20)\d\d)(?!\w))?"
_HOUR = "an hour in English is written “1 p.m.”, “1:30 p.m.”"
_DATE = "a date in English is written “May 8, 2021”"
_MONEY = "a sum in English has its sign in front, a decimal point, and commas between thousands"

ENGLISH: tuple[Habit, ...] = (
    habit(
        "EN-HOUR",
        _HOUR,
        rf"(?<![\w.,:])(\d{{1,2}})(?::([0-5]\d))?{S}?([ap]\.m\.|[apAP]\.{S}?[mM]\.?|[apAP][mM](?!\w))",
        _marked,
    ),
    habit("EN-HOUR", _HOUR, rf"(?<![\w.,:/-])(1[3-9]|2[0-3]|0\d):([0-5]\d)(?![\w:/]|{S}?[apAP]\.?[mM])", _hour),
    habit("EN-HOUR", _HOUR, rf"(?<![\w.,])(1?\d|2[0-3]){S}?[hH]{S}?([0-5]\d)(?!\w)", _hour),
    habit("EN-HOUR", _HOUR, rf"(?<![\w.,])(?<=at )(1?\d|2[0-3]){S}?h()(?!\w)", _hour),
    habit(
        "EN-HOUR",
        "the French name of a time zone",
        rf"(?:(?<=[\dntmM.][ \u00a0])|(?<=[\dntmM.][ \u00a0]\())(?:{'|'.join(ENGLISH_ZONES)})(?!\w)",
        lambda found: ENGLISH_ZONES[found[0]],
        needs="H",
    ),
    habit(
        "EN-DATE",
        "the day of a date is a plain number",
        rf"(?<!\w)(?P<month>{MONTHS}){S}(?P<day>\d{{1,2}})(?:st|nd|rd|th)(?!\w){_MAYBE_YEAR}",
        _date,
    ),
    habit(
        "EN-DATE",
        _DATE,
        rf"(?<!\w)(?:the{S})?(?P<day>\d{{1,2}})(?:st|nd|rd|th)(?:{S}of)?{S}(?P<month>{MONTHS})(?!\w){_MAYBE_YEAR}",
        _date,
    ),
    habit(
        "EN-DATE",
        _DATE,
        rf"(?<![\w,–-])(?<!and{S})(?<!to{S})(?P<day>\d{{1,2}}){S}(?P<month>{MONTHS}),?{S}(?P<year>(?:19|20)\d\d)(?!\w)",
        _date,
    ),
    habit(
        "EN-DATE",
        "a comma stands between day and year",
        rf"(?<!\w)(?P<month>{MONTHS}){S}(?P<day>\d{{1,2}}){S}(?P<year>(?:19|20)\d\d)(?!\w)",
        _date,
    ),
    habit(
        "EN-DATE",
        "a comma stands between the day of the week and the date",
        rf"(?<!\w)({DAYS}){S}(?=(?:{MONTHS}){S}\d)",
        r"\1, ",
    ),
    habit(
        "EN-DATE",
        "a date in figures is read in two ways",
        r"(?<![\w/.,-])\d{1,2}([/-])\d{1,2}\1(?:\d{4}|(?<=/)\d\d)(?![\w/-])",
        "May 8, 2021, or 2021-05-08",
    ),
    habit(
        "EN-MONEY", _MONEY, rf"(?<![\w.,$])(?P<amount>\d[\d.,]*(?:{S}\d{{3}})*(?:,\d\d)?){S}?\$(?![\w\d])", _sum
    ),
    habit("EN-MONEY", _MONEY, rf"\$(?P<amount>\d{{1,3}}(?:{NBSP}\d{{3}})+(?:,\d\d)?)(?!\w)", _sum),
    habit("EN-MONEY", _MONEY, r"\$(?P<amount>\d+,\d\d)(?![\w,])", _sum),
    habit("EN-MONEY", _MONEY, rf"\${S}(?P<amount>\d[\d,]*(?:\.\d\d)?)(?!\w)", _sum),
    habit(
        "EN-QUOTES",
        "a straight quotation mark",
        r'(?<![\d"])"(?!")',
        lambda found: "“" if re.match(r"\w", found.string[found.end() :]) else "”",
        signs=True,
        needs='"',
    ),
    habit("EN-QUOTES", "a straight apostrophe", r"(?<=[^\W\d_])'(?=[^\W\d_])", "’", signs=True, needs="'"),
    habit("EN-QUOTES", "a French quotation mark", r"«[ \t\u00a0]?", "“", signs=True, needs="«"),
    habit("EN-QUOTES", "a French quotation mark", r"[ \t\u00a0]?»", "”", signs=True, needs="»"),
    habit(
        "EN-QUOTES",
        "no space stands before “:”, “;”, “!” and “?” in English",
        rf"(?<=[^\W\d])[ \t{NBSP}]+((?:[;:](?=\s|\Z)|[!?])(?![\w=]))",
        r"\1",
        signs=True,
        needs=":;!?",
    ),
)
