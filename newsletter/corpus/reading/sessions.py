"""Sessions of an event: a line with date and time, then title, summary, speakers; or a time alone."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from newsletter.corpus.reading.languages import named_languages
from newsletter.corpus.reading.records import (
    DateSpan,
    Doubt,
    DoubtKind,
    Found,
    Session,
    Speaker,
    TimeSpan,
)
from newsletter.corpus.reading.sentences import lines
from newsletter.corpus.reading.speakers import find_speakers_in, speaker_label
from newsletter.corpus.reading.tokens import Tokens, fold
from newsletter.corpus.reading.zones import moments

T = TypeVar("T")

_BULLET = re.compile(r"[ \t\u00a0]*(?:[•◦▪‣·*–—-]|\d{1,2}[.)])[ \t\u00a0]+")
_LEAD = 14
"""Most characters before the date of a session's line: "When: ", "Le ", a bullet."""
_LONGEST_LINE = 220
_LONGEST_TITLE = 200
_SESSION_WORDS = re.compile(
    r"\b(?:session|séance|workshop|atelier|panel|table ronde|round ?table|keynote|plenary|plénière)\b",
    re.IGNORECASE,
)
_REGISTER = re.compile(
    r"(?:(?:click |cliquez )?(?:here |ici )?(?:to |pour |online |s['’]|vous )?"
    r"(?:register|registration|sign up|rsvp|inscrire|inscription|inscrivez-vous|join)\b).{0,60}",
    re.IGNORECASE,
)
_CODES = re.compile(r"\s*[(\[](?P<codes>(?:EN|FR)(?:\s?[/,&+–-]\s?(?:EN|FR))?)[)\]]")
"""``(EN)``, ``[FR/EN]``: the languages of a session as agendas of two languages abbreviate them."""
_TAKEN = "\ue000"
_TAKEN_WITH_ITS_WORD = re.compile(
    rf"(?:\b(?:le|de|du|from|on|at|à|when|quand|date|time|heure)[ \u00a0]?:?[ \u00a0]?)?{_TAKEN}", re.IGNORECASE
)
"""A date or time, and the small word before it."""
_JOINING = " \t\u00a0,;:–—-|"


@dataclass(frozen=True, slots=True)
class _Line:
    paragraph: int
    start: int
    text: str
    bullet: bool


@dataclass
class _Opening:
    """A line that opens a session, and the lines that belong to it."""

    line: _Line
    day: Found[DateSpan]
    time: Found[TimeSpan]
    rest: str
    body: list[_Line] = field(default_factory=list)


def find_sessions(
    texts: Sequence[tuple[int, str]], dates: Sequence[Found[DateSpan]], times: Sequence[Found[TimeSpan]]
) -> tuple[Found[Session], ...]:
    """The sessions of an agenda. texts: paragraph number and text; dates and times: found in them.

    One line with a date and a time is the event itself, unless it calls itself a session: an agenda has two.
    """
    openings = _openings(list(_all_lines(texts)), _by_paragraph(dates), _by_paragraph(times))
    if len(openings) < 2 and not any(_SESSION_WORDS.search(opening.rest) for opening in openings):
        return ()
    named = [opening.time.value.timezone for opening in openings if opening.time.value.timezone]
    zone = named[0] if len(set(named)) == 1 else None
    return tuple(_session(opening, zone) for opening in openings)


def _all_lines(texts: Sequence[tuple[int, str]]) -> list[_Line]:
    found = []
    for number, text in texts:
        for start, line in lines(text):
            bullet = _BULLET.match(line)
            behind = bullet.end() if bullet else len(line) - len(line.lstrip())
            if line[behind:].strip():
                found.append(_Line(number, start + behind, line[behind:], bullet is not None))
    return found


def _by_paragraph(found: Sequence[Found[T]]) -> dict[int, list[Found[T]]]:
    grouped: dict[int, list[Found[T]]] = {}
    for item in found:
        grouped.setdefault(item.paragraph, []).append(item)
    return grouped


def _within(found: dict[int, list[Found[T]]], line: _Line) -> list[Found[T]]:
    """What was found in a line; `found` is in reading order."""
    items = found.get(line.paragraph, [])
    first = bisect_left(items, line.start, key=lambda item: item.start)
    behind = bisect_left(items, line.start + len(line.text), key=lambda item: item.start)
    return items[first:behind]


def _openings(
    everything: list[_Line], dates: dict[int, list[Found[DateSpan]]], times: dict[int, list[Found[TimeSpan]]]
) -> list[_Opening]:
    openings: list[_Opening] = []
    heading = _only_day(dates)
    for line in everything:
        days = [day for day in _within(dates, line) if day.value.precision == "day"]
        clocks = _within(times, line)
        short = len(line.text) <= _LONGEST_LINE and not _is_sentence(line.text)
        leading = bool(days) and days[0].start - line.start <= _LEAD
        if short and leading and clocks:
            openings.append(_Opening(line, days[0], clocks[0], _rest(line, [days[0], clocks[0]])))
        elif short and clocks and not days and heading and clocks[0].start - line.start <= 6:
            openings.append(_Opening(line, heading, clocks[0], _rest(line, [clocks[0]])))
        elif short and leading and len(_rest(line, [days[0]])) <= 40:
            heading = days[0]
        elif openings:
            openings[-1].body.append(line)
    return openings


def _is_sentence(text: str) -> bool:
    """Running text that happens to start with a date: it goes on for long and ends with a full stop."""
    return text.endswith(".") and len(text) > _LONGEST_LINE // 2 and not text.endswith((".m.", "Ph.D."))


def _only_day(dates: dict[int, list[Found[DateSpan]]]) -> Found[DateSpan] | None:
    days = [day for group in dates.values() for day in group if day.value.precision == "day"]
    return days[0] if len({day.value.first for day in days}) == 1 else None


def _rest(line: _Line, taken: Sequence[Found[DateSpan] | Found[TimeSpan]]) -> str:
    """The line without its date and time."""
    text = line.text
    for item in sorted(taken, key=lambda item: -item.start):
        text = text[: item.start - line.start] + _TAKEN + text[item.end - line.start :]
    return " ".join(_TAKEN_WITH_ITS_WORD.sub(" ", text).split()).strip(_JOINING)


def _session(opening: _Opening, zone: str | None) -> Found[Session]:
    rest, codes = opening.rest, _CODES.search(opening.rest)
    if codes:
        rest = rest[: codes.start()] + rest[codes.end() :]
    tokens = Tokens(rest)
    named = list(named_languages(tokens))
    abbreviated = re.findall("en|fr", codes["codes"].lower()) if codes else []
    languages = tuple(dict.fromkeys([*abbreviated, *(language for language, _, _ in named)]))
    title, summary, speakers = _body(opening, _title_in_line(rest, tokens, named))
    start, end, doubts = moments(opening.day.value, opening.time, zone)
    doubts = (*opening.day.doubts, *doubts, *_missing(opening, end is None, title, languages, zone))
    value = Session(start, end, opening.time.value.timezone or zone, languages, title, summary, speakers)
    line = opening.line
    return Found(value, line.text, line.start, line.paragraph, doubts)


def _missing(
    opening: _Opening, endless: bool, title: str, languages: tuple[str, ...], zone: str | None
) -> list[Doubt]:
    doubts = []
    if endless:
        doubts.append(Doubt(DoubtKind.END_MISSING, "the session has no end"))
    if not title:
        doubts.append(Doubt(DoubtKind.TITLE_MISSING, "the session has no title"))
    if not languages:
        doubts.append(Doubt(DoubtKind.LANGUAGE_MISSING, "the language of the session is not given"))
    if not (opening.time.value.timezone or zone):
        doubts.append(Doubt(DoubtKind.ZONE_MISSING, "the time zone of the session is not given"))
    return doubts


def _title_in_line(rest: str, tokens: Tokens, named: list[tuple[str, int, int]]) -> str:
    """A title on the line itself: what is left beside the language and the word "session"."""
    if named:
        start, words = tokens.slice(min(first for _, first, _ in named), max(behind for *_, behind in named))
        end = start + len(words)
        opening, closing = rest.rfind("(", 0, start), rest.find(")", end)
        if opening >= 0 and closing >= 0 and ")" not in rest[opening:start]:
            start, end = opening, closing + 1  # and all else that stands in the brackets
        rest = f"{rest[:start]} {rest[end:]}"
    rest = " ".join(rest.split()).strip(_JOINING)
    return "" if fold(rest) in ("session", "seance", "sessions", "seances", "") or len(rest) < 4 else rest


def _body(opening: _Opening, title: str) -> tuple[str, str, tuple[Found[Speaker], ...]]:
    summary: list[str] = []
    speakers: list[Found[Speaker]] = []
    listing = False
    for line in opening.body:
        if _REGISTER.fullmatch(line.text):
            if speakers or summary:
                break
            continue
        label = speaker_label(line.text)
        if label is not None:
            listing = True
            line = _Line(line.paragraph, line.start + len(label), line.text[len(label) :], True)
            if not line.text.strip():
                continue
        people = _people(line, listed=listing) if line.bullet or listing else []
        if people:
            speakers += people
            listing = True
        elif listing:
            break
        elif not title and not summary and _is_title(line):
            title = line.text.strip()
        elif title and not line.bullet and line.text.strip().isupper():
            break  # a heading: what follows belongs to the whole event
        elif len(summary) < 3:
            summary.append(line.text.strip())
    return title, "\n\n".join(summary), tuple(speakers)


def _people(line: _Line, *, listed: bool) -> list[Found[Speaker]]:
    lead = len(line.text) - len(line.text.lstrip())
    found = find_speakers_in(line.text[lead:], line.start + lead, listed=listed)
    return [replace(person, paragraph=line.paragraph) for person in found]


def _is_title(line: _Line) -> bool:
    text = line.text.strip()
    if line.bullet or len(text) > _LONGEST_TITLE or text[0].islower():
        return False
    return text.isupper() or not text.endswith((".", ":", ";"))


def find_speakers(texts: Sequence[tuple[int, str]]) -> tuple[Found[Speaker], ...]:
    """People listed under a label such as "Speakers:", wherever it stands."""
    found: list[Found[Speaker]] = []
    listing = False
    for line in _all_lines(texts):
        label = speaker_label(line.text)
        if label is not None:
            listing = True
            line = _Line(line.paragraph, line.start + len(label), line.text[len(label) :], True)
            if not line.text.strip():
                continue
        people = _people(line, listed=True) if listing else []
        listing = bool(people)
        found += people
    return tuple(found)
