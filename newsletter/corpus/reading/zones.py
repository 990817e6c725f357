"""Time zones as texts name them, and whether the name fits the day.

Abbreviations in French are those of the National Research Council of Canada and of CLDR (``HNE``, ``HAE``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from newsletter.corpus.reading.records import DateSpan, Doubt, DoubtKind, Found, TimeSpan
from newsletter.corpus.reading.tokens import Tokens
from newsletter.corpus.reading.words import word_set


@dataclass(frozen=True, slots=True)
class Zone:
    """The words of a zone, its IANA name, and the index of the token behind them."""

    text: str
    timezone: str
    behind: int


_AMERICA = {
    "America/St_Johns": ("NST NDT NT HNT HAT", "newfoundland", "terre-neuve"),
    "America/Halifax": ("AST ADT AT HNA HAA", "atlantic", "atlantique"),
    "America/Toronto": ("EST EDT ET HNE HAE HE", "eastern", "est"),
    "America/Winnipeg": ("CST CDT CT HNC HAC HC", "central", "centre"),
    "America/Edmonton": ("MST MDT MT HNR HAR HR", "mountain", "rocheuses"),
    "America/Vancouver": ("PST PDT PT HNP HAP HP", "pacific", "pacifique"),
}
_ELSEWHERE = {
    "GMT": "Etc/GMT", "UTC": "Etc/UTC", "TUC": "Etc/UTC", "BST": "Europe/London",
    "WET": "Europe/Lisbon", "WEST": "Europe/Lisbon", "CET": "Europe/Paris", "CEST": "Europe/Paris",
    "HNEC": "Europe/Paris", "HAEC": "Europe/Paris", "EET": "Europe/Athens", "EEST": "Europe/Athens",
    "SAST": "Africa/Johannesburg", "WAT": "Africa/Lagos", "CAT": "Africa/Maputo", "EAT": "Africa/Nairobi",
    "IST": "Asia/Kolkata", "JST": "Asia/Tokyo", "AEST": "Australia/Sydney", "AEDT": "Australia/Sydney",
}  # fmt: skip
_CODES = {code: zone for zone, (codes, *_) in _AMERICA.items() for code in codes.split()} | _ELSEWHERE
_REGIONS = {
    word: zone for zone, (_, *names) in _AMERICA.items() for name in names for word in [name.split("-")[-1]]
}
_CITIES = {
    "montreal": "America/Toronto", "toronto": "America/Toronto", "ottawa": "America/Toronto",
    "quebec": "America/Toronto", "washington": "America/New_York", "york": "America/New_York",
    "halifax": "America/Halifax", "moncton": "America/Moncton", "winnipeg": "America/Winnipeg",
    "regina": "America/Regina", "edmonton": "America/Edmonton", "calgary": "America/Edmonton",
    "vancouver": "America/Vancouver", "paris": "Europe/Paris", "bruxelles": "Europe/Brussels",
    "brussels": "Europe/Brussels", "london": "Europe/London", "londres": "Europe/London",
    "geneve": "Europe/Zurich", "geneva": "Europe/Zurich", "vienna": "Europe/Vienna", "vienne": "Europe/Vienna",
    "bogota": "America/Bogota", "mexico": "America/Mexico_City", "dakar": "Africa/Dakar",
    "tunis": "Africa/Tunis", "nairobi": "Africa/Nairobi", "abidjan": "Africa/Abidjan",
}  # fmt: skip

_WINTER = word_set("NST AST EST CST MST PST HNT HNA HNE HNC HNR HNP WET CET HNEC EET AEST")
_SUMMER = word_set("NDT ADT EDT CDT MDT PDT HAT HAA HAE HAC HAR HAP BST WEST CEST HAEC EEST AEDT")
_ALIKE = {"normale": "HN", "standard": "HN", "avancee": "HA", "daylight": "HA", "ete": "HA"}


def zone_at(tokens: Tokens, index: int) -> Zone | None:
    """The zone named at `index`: ``(EST)``, ``heure de Montréal``, ``Eastern Time``, ``UTC-4``."""
    bracket = tokens[index].text in ("(", "[", ",")
    place = index + bracket
    found = _code(tokens, place) or _in_words(tokens, place)
    if found is None:
        return None
    timezone, behind = found
    _, text = tokens.slice(place, behind)
    behind += tokens[behind].text in (")", "]") and tokens[index].text in ("(", "[")
    return Zone(text, timezone, behind)


def _code(tokens: Tokens, index: int) -> tuple[str, int] | None:
    token = tokens[index]
    timezone = _CODES.get(token.text)
    if timezone is None:
        return None
    sign, hours = tokens[index + 1], tokens[index + 2]
    if token.text in ("UTC", "GMT", "TUC") and sign.text in ("+", "-", "−", "–") and hours.digits in (1, 2):
        if not 0 <= hours.number <= 12 or hours.spaced:
            return timezone, index + 1
        minutes = tokens[index + 3].text == ":" and tokens[index + 4].number == 0
        offset = f"Etc/GMT{'-' if sign.text == '+' else '+'}{hours.number}"  # POSIX turns the sign around
        return offset if hours.number else "Etc/UTC", index + 3 + 2 * minutes
    if tokens[index + 1].text == "/" and tokens[index + 2].text in _CODES:
        return timezone, index + 3
    return timezone, index + 1


def _in_words(tokens: Tokens, index: int) -> tuple[str, int] | None:
    token = tokens[index]
    if token.key in ("heure", "heures"):
        return _heure(tokens, index + 1)
    for place in (index, index + 1):  # "New York time"
        region = _REGIONS.get(tokens[place].key) or _CITIES.get(tokens[place].key)
        if region is None or tokens[place].kind != "word":
            continue
        behind = place + 1
        behind += tokens[behind].key in ("standard", "daylight")
        behind += tokens[behind].key in ("savings", "saving")
        return (region, behind + 1) if tokens[behind].key == "time" else None
    return None


def _heure(tokens: Tokens, place: int) -> tuple[str, int] | None:
    """``heure de l’Est``, ``heure avancée de l’Est``, ``heure d’été de Paris``, ``heure locale de Montréal``."""
    for _ in range(8):
        token = tokens[place]
        region = _REGIONS.get(token.key) or _CITIES.get(token.key)
        if region is not None:
            return region, place + 1
        if token.key not in ("de", "d", "l", "du", "des", "'", "’", "locale", "la", "-", "new", "terre", *_ALIKE):
            return None
        place += 1
    return None


@lru_cache(maxsize=64)
def zone_named(name: str) -> ZoneInfo | None:
    """The zone's rules, or None when this machine has none for it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return None


def zone_doubts(span: TimeSpan, day: date) -> tuple[Doubt, ...]:
    """Whether the zone's word is the one in use on `day`: EST is not, in May."""
    zone = zone_named(span.timezone) if span.timezone else None
    if zone is None:
        return ()
    moment = datetime.combine(day, span.start, zone)
    summer = bool(moment.dst())
    said = _says_summer(span.zone)
    if said is None or said == summer:
        return ()
    season = "summer (daylight saving)" if summer else "winter (standard)"
    message = f"“{span.zone}” does not fit {day.isoformat()}: {span.timezone} is on {season} time, {moment:%Z}"
    return (Doubt(DoubtKind.ZONE, message),)


def _says_summer(words: str) -> bool | None:
    if words in _WINTER or words in _SUMMER:
        return words in _SUMMER
    lower = words.casefold()
    if any(word in lower for word in ("normale", "standard")):
        return False
    return True if any(word in lower for word in ("avancée", "avancee", "daylight", "d’été", "d'été")) else None


def moments(
    day: DateSpan, span: Found[TimeSpan], timezone: str | None = None
) -> tuple[datetime, datetime | None, tuple[Doubt, ...]]:
    """Start and end of something on a day at a time, with the zone when one is known, and what is doubtful.

    The clock time is kept when the zone's word does not fit the day: people mean the time their clock shows.
    timezone: the zone to take when the time names none. An end that is not after the start is on the next day.
    """
    name = span.value.timezone or timezone
    zone = zone_named(name) if name else None
    start = datetime.combine(day.first, span.value.start, zone)
    doubts = span.doubts + zone_doubts(span.value, day.first)
    if span.value.end is None:
        return start, None, doubts
    end = datetime.combine(day.first, span.value.end, zone)
    return start, end if end > start else end + timedelta(days=1), doubts
