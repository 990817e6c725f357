"""Which of an article's dates is the day it was published, and which are those of the event it is about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from newsletter.corpus.reading.records import (
    TITLE,
    DateSpan,
    Deadline,
    Doubt,
    DoubtKind,
    Found,
    Session,
    TimeSpan,
)
from newsletter.corpus.reading.tokens import Tokens
from newsletter.corpus.reading.words import weekday_of

_PUBLISHED = re.compile(
    r"(?:published|posted|updated|publiée?|mise? en ligne|paru|parue)(?: on| le)?[ \u00a0:]*\Z", re.IGNORECASE
)
_OPENS_WITH_PUBLISHED = re.compile(rf"(?:\A|[.!?|•–—]\s)[ \t*_]*{_PUBLISHED.pattern}", re.IGNORECASE)
_DATELINE = re.compile(r"(?:[^\W\d_][\w'’.-]*[, ]{0,2}){0,4}(?:le )?\Z")
_HELD = re.compile(
    r"(?:\b(?:held|takes? place|taking place|scheduled|on|from|date|when|lieu|tiendra|tiendront|tenue?|"
    r"déroulera|déroulée?|du|le|les|quand|event|webinar)[ \u00a0]*:?[ \u00a0]*"
    r"(?:the|le|on|online from|online|in|in \w+ from)?[ \u00a0]*)\Z",
    re.IGNORECASE,
)
_PUT_OFF_TO = re.compile(
    r"\b(?:reportée?s?|postponed|rescheduled|moved|déplacée?s?|repoussée?s?)\b[^.\n]{0,20}"
    r"(?:\bau|\bto|\bfor|\buntil)[ \u00a0](?:le[ \u00a0])?\Z",
    re.IGNORECASE,
)
_LABEL = re.compile(r"\A[ \t\u00a0*•-]*(?:date|dates|when|quand)[ \u00a0]*:[ \u00a0]*\Z", re.IGNORECASE)
_WINDOW = 40
_REACH = 60
"""Most characters of a line looked at on each side of a date: more than `_WINDOW`, so that a long line shows."""
_FIRST_PARAGRAPHS = 3
_LEAST = 1.0
"""What must speak for a date: one that is only mentioned is no event's."""


def published_on(texts: Sequence[tuple[int, str]], dates: Sequence[Found[DateSpan]]) -> Found[DateSpan] | None:
    """The day of "Published on ..." at a line's start, or of a dateline in the first paragraphs.

    A dateline is a day alone on its line, or with a place before it; with a place, a dash and the text may follow.
    A day that begins with its weekday is the heading of an agenda.
    """
    by_number = dict(texts)
    for day in dates:
        if day.value.precision != "day" or day.paragraph == TITLE:
            continue
        before, after = _line_around(by_number[day.paragraph], day)
        if len(before) > _WINDOW:
            continue
        if _OPENS_WITH_PUBLISHED.search(before) or (
            day.paragraph < _FIRST_PARAGRAPHS and _is_dateline(before, day.text, after)
        ):
            return day
    return None


def _is_dateline(before: str, text: str, after: str) -> bool:
    if not _DATELINE.fullmatch(before):
        return False
    place = "," in before
    if weekday_of(Tokens(text)[0]) is not None and not place:
        return False
    return not after.strip(" .:–—-") or (place and after.strip()[:1] in ("–", "—", "-"))


def _line_around(text: str, day: Found[DateSpan]) -> tuple[str, str]:
    """What stands before and behind a date on its line, as far as anybody looks."""
    before = text[max(0, day.start - _REACH) : day.start].rpartition("\n")[2]
    after = text[day.end : day.end + _REACH].partition("\n")[0]
    return before, after


def agenda_dates(sessions: Sequence[Found[Session]], dates: Sequence[Found[DateSpan]]) -> Found[DateSpan] | None:
    """From the day of the first session to that of the last, with the words of the earliest one."""
    if not sessions:
        return None
    days = [session.value.start.date() for session in sessions]
    first, last = min(days), max(days)
    span = DateSpan(first, last, "day" if first == last else "range")
    words = next(day for day in dates if day.value.precision == "day" and day.value.first == first)
    return replace(words, value=span)


def event_dates(
    texts: Sequence[tuple[int, str]],
    dates: Sequence[Found[DateSpan]],
    deadlines: Sequence[Found[Deadline]],
    times: Sequence[Found[TimeSpan]],
    published: Found[DateSpan] | None,
) -> Found[DateSpan] | None:
    """The days something takes place, if the text is about something that does; the likeliest of several.

    A labelled date counts most, then one in the title, one with a time of day, one behind "held", a span of days.
    """
    by_number = dict(texts)
    taken = {(found.paragraph, found.start) for found in deadlines}
    if published is not None:
        taken.add((published.paragraph, published.start))
    first_times = {clock.paragraph: clock for clock in reversed(times)}
    scored = []
    for place, day in enumerate(dates):
        if day.value.precision in ("day", "range") and (day.paragraph, day.start) not in taken:
            score = _speaks_for(day, by_number[day.paragraph], first_times.get(day.paragraph))
            if score >= _LEAST:
                scored.append((score - 0.01 * min(place, 100), day))
    if not scored:
        return None
    best = max(scored, key=lambda pair: pair[0])[1]
    others = {day.value for _, day in scored if not _overlap(day.value, best.value)}
    if not others:
        return best
    doubt = Doubt(DoubtKind.AMBIGUOUS, f"{len(others)} other dates could be those of the event")
    return replace(best, doubts=(*best.doubts, doubt))


def _speaks_for(day: Found[DateSpan], text: str, clock: Found[TimeSpan] | None) -> float:
    """How much speaks for a date being that of the event."""
    line, _ = _line_around(text, day)
    if _PUBLISHED.search(line):
        return 0.0
    before = text[max(0, day.start - _WINDOW) : day.start]
    score = 8.0 * bool(_LABEL.match(line)) + 6.0 * bool(_PUT_OFF_TO.search(before))
    score += 4.0 * (day.paragraph == TITLE) + 3.0 * bool(_HELD.search(before))
    score += 2.0 * (clock is not None and abs(clock.start - day.end) <= _WINDOW)
    score += 1.5 * (day.value.precision == "range")
    return score + 2.0 * (not line.strip(" \t\u00a0*•–—-"))


def _overlap(one: DateSpan, two: DateSpan) -> bool:
    return one.first <= two.last and two.first <= one.last
