"""Times of day in running text, and the zones they are in.

The forms read: ``1:00 pm to 2:00 pm (EST)``, ``10:30-11:15 a.m.``, ``11:15 a.m. – 12:00 p.m.``, ``noon to
1 p.m.``, ``13:30``, ``13 h 30``, ``13h30``, ``de 10 h à 11 h 15 (HAE)``, ``de midi à 13 h``, ``à 9 heures``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from newsletter.corpus.reading.records import Doubt, DoubtKind, Found, TimeSpan
from newsletter.corpus.reading.tokens import Tokens
from newsletter.corpus.reading.words import LIST_WORDS, RANGE_MARKS, RANGE_WORDS, month_of, word_set
from newsletter.corpus.reading.zones import zone_at

_NAMED = {"noon": time(12), "midday": time(12), "midi": time(12), "midnight": time(0), "minuit": time(0)}
_HOUR_WORDS = word_set("h heure heures hrs")
_AT = word_set(
    "at from by until till before after between to a des de vers avant apres entre jusqu partir around time"
)
_LASTING = word_set("pendant durant duree dure environ lasting for moins plus every chaque within 24")


@dataclass(frozen=True, slots=True)
class _Clock:
    """One time as written. half: "a", "p", "24" when the hour is of the whole day, "" when it is open."""

    hour: int
    minute: int
    half: str
    behind: int
    bare: bool = False
    """A number alone, which is a time only beside another one."""


def find_times(text: str) -> tuple[Found[TimeSpan], ...]:
    """Every time of `text`, in reading order."""
    tokens = Tokens(text)
    found: list[Found[TimeSpan]] = []
    index = 0
    while index < len(tokens):
        span = _span(tokens, index)
        if span is None:
            index += 1
            continue
        value, doubts, behind = span
        start, words = tokens.slice(index, behind)
        found.append(Found(value, words, start, 0, doubts))
        index = behind
    return tuple(found)


def _span(tokens: Tokens, index: int) -> tuple[TimeSpan, tuple[Doubt, ...], int] | None:
    first = _clock(tokens, index)
    if first is None:
        return None
    zone = zone_at(tokens, first.behind)
    place = zone.behind if zone else first.behind
    last = _second(tokens, index, place)
    if last is None:
        if first.bare:
            return None
        value = TimeSpan(_time(first), None, zone.text if zone else "", zone.timezone if zone else None)
        return value, _half_doubt(first, value), place
    if first.bare and last.bare:
        return None
    last_zone = zone_at(tokens, last.behind)
    behind = last_zone.behind if last_zone else last.behind
    zone = last_zone or zone
    first, last = _fill_halves(first, last)
    value = TimeSpan(_time(first), _time(last), zone.text if zone else "", zone.timezone if zone else None)
    return value, _half_doubt(first, value), behind


def _second(tokens: Tokens, index: int, place: int) -> _Clock | None:
    """The end of a range that starts at `index`, behind the mark at `place`."""
    mark = tokens[place]
    between = mark.key in LIST_WORDS and tokens[index - 1].key in ("between", "entre")
    if mark.text in RANGE_MARKS or mark.key in RANGE_WORDS or between:
        return _clock(tokens, place + 1, second=True)
    return None


def _clock(tokens: Tokens, index: int, *, second: bool = False) -> _Clock | None:
    token, before = tokens[index], tokens[index - 1]
    if token.key in _NAMED:
        named = _NAMED[token.key]
        return _Clock(named.hour, named.minute, "24", index + 1, bare=not second and before.key not in _AT)
    if token.kind != "number" or token.digits > 2 or token.ordinal or token.number > 24:
        return None
    after = tokens[index + 1]
    if after.text == ":" and not after.spaced:
        return _with_colon(tokens, index)
    half = _half(tokens, index + 1)
    if half is not None and 1 <= token.number <= 12:
        return _Clock(token.number, 0, *half)
    if after.key in _HOUR_WORDS:
        return _with_hour_word(tokens, index, second=second)
    cued = second or before.key in ("de", "from", "entre", "between")
    if token.glued or token.number > (23 if cued else 12) or month_of(before, ("en", "fr")):
        return None
    return _Clock(token.number, 0, "", index + 1, bare=True)


def _with_colon(tokens: Tokens, index: int) -> _Clock | None:
    hour, minute = tokens[index], tokens[index + 2]
    if minute.spaced or minute.digits != 2 or minute.number > 59 or hour.number > 23:
        return None
    if tokens[index - 1].text == ":" and not hour.spaced:
        return None  # the minutes of 10:30:15
    behind = index + 3
    if tokens[behind].text == ":" and tokens[behind + 1].digits == 2 and not tokens[behind + 1].spaced:
        behind += 2
    half = _half(tokens, behind)
    if half is not None and 1 <= hour.number <= 12:
        return _Clock(hour.number, minute.number, *half)
    whole_day = hour.number > 12 or hour.number == 0 or hour.text.startswith("0")
    if tokens[index - 1].key == "t" and not hour.spaced:
        whole_day = True  # ISO 8601
    if tokens[behind].key == "h":
        return _Clock(hour.number, minute.number, "24", behind + 1)
    return _Clock(hour.number, minute.number, "24" if whole_day else "", behind)


def _with_hour_word(tokens: Tokens, index: int, *, second: bool) -> _Clock | None:
    """``13 h``, ``13 h 30``; not the 2 h that something lasts."""
    token, behind = tokens[index], index + 2
    cue, before = tokens[index - 1].key, tokens[index - 2].key
    if token.number > 23 or tokens[behind].text == "/" or cue in _LASTING:
        return None
    spelled = tokens[index + 1].key != "h"
    if spelled and not second and cue not in _AT and cue != ":":
        return None
    minute = tokens[behind]
    if minute.digits == 2 and minute.number < 60 and (not minute.spaced or not minute.glued):
        behind += 1 + (tokens[behind + 1].key in ("min", "minutes"))
        return _Clock(token.number, minute.number, "24", behind)
    ranged = tokens[behind].key in RANGE_WORDS or tokens[behind].key in LIST_WORDS or tokens[behind].text == "("
    if cue == "de" and not ranged and before not in ("partir", "compter"):
        return None  # a meeting of 2 hours
    return _Clock(token.number, 0, "24", behind)


def _half(tokens: Tokens, index: int) -> tuple[str, int] | None:
    """``am``, ``a.m.``, ``AM``, ``p. m.`` at `index`: "a" or "p" and the index behind it."""
    key = tokens[index].key
    if key in ("am", "pm"):
        return key[0], index + 1
    if key in ("a", "p") and tokens[index + 1].text == "." and tokens[index + 2].key == "m":
        return key, index + 3 + (tokens[index + 3].text == ".")
    return None


def _fill_halves(first: _Clock, last: _Clock) -> tuple[_Clock, _Clock]:
    """In "10:30-11:15 a.m." the half counts for both ends, in "11:00-1:00 p.m." it cannot."""
    if first.half and not last.half:
        same = _Clock(last.hour, last.minute, first.half, last.behind)
        if first.half == "a" and last.hour <= 12 and _time(same) <= _time(first):
            same = _Clock(last.hour, last.minute, "p", last.behind)
        return first, same
    if first.half or not last.half:
        return first, last
    if last.half == "24":
        return _Clock(first.hour, first.minute, "24", first.behind), last
    same = _Clock(first.hour, first.minute, last.half, first.behind)
    if last.half == "p" and _time(same) >= _time(last):
        same = _Clock(first.hour, first.minute, "a", first.behind)
    return same, last


def _time(clock: _Clock) -> time:
    hour = clock.hour
    if clock.half in ("a", "p") and hour <= 12:
        hour = hour % 12 + (12 if clock.half == "p" else 0)
    return time(hour % 24, clock.minute)


def _half_doubt(first: _Clock, value: TimeSpan) -> tuple[Doubt, ...]:
    if first.half or (value.end is not None and value.end.hour > 12):
        return ()
    return (
        Doubt(DoubtKind.HALF_MISSING, f"{value.start:%H:%M} may be before or after noon: the text does not say"),
    )
