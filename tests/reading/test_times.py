"""Times of day and zones as people write them."""

from __future__ import annotations

from datetime import date, time

import pytest

from newsletter.corpus.reading import DateSpan, DoubtKind, read_fields
from newsletter.corpus.reading.times import find_times
from newsletter.corpus.reading.zones import moments

# (text, start, end, IANA name)
TIMES = [
    ("1:00 pm to 2:00 pm (EST)", "13:00", "14:00", "America/Toronto"),
    ("10:30-11:15 a.m.", "10:30", "11:15", None),
    ("12:00-1:00 p.m.", "12:00", "13:00", None),
    ("11:15 a.m. – 12:00 p.m. (EST)", "11:15", "12:00", "America/Toronto"),
    ("11:00-1:00 p.m.", "11:00", "13:00", None),
    ("11:30 - 12:30 PM ET", "11:30", "12:30", "America/Toronto"),
    ("2:00-3:00 p.m. (EDT)", "14:00", "15:00", "America/Toronto"),
    ("1 p.m.", "13:00", None, None),
    ("12 a.m.", "00:00", None, None),
    ("12:30 AM", "00:30", None, None),
    ("12 p.m.", "12:00", None, None),
    ("10am", "10:00", None, None),
    ("9-10 am", "09:00", "10:00", None),
    ("9 to 11 a.m. Eastern Time", "09:00", "11:00", "America/Toronto"),
    ("from 10 to 11:30 a.m.", "10:00", "11:30", None),
    ("between 1 and 2 p.m.", "13:00", "14:00", None),
    ("8:30 AM to 5 PM PST", "08:30", "17:00", "America/Vancouver"),
    ("10:30 a.m. to noon", "10:30", "12:00", None),
    ("noon to 1 p.m.", "12:00", "13:00", None),
    ("at noon", "12:00", None, None),
    ("by midnight (NDT)", "00:00", None, "America/St_Johns"),
    ("13:30", "13:30", None, None),
    ("13:30-15:00 UTC", "13:30", "15:00", "Etc/UTC"),
    ("09:00 to 17:00 GMT+1", "09:00", "17:00", "Etc/GMT-1"),
    ("14:00 UTC−4", "14:00", None, "Etc/GMT+4"),
    ("3 p.m. Pacific Daylight Time", "15:00", None, "America/Vancouver"),
    ("3 p.m. New York time", "15:00", None, "America/New_York"),
    ("3 p.m., Montréal time", "15:00", None, "America/Toronto"),
    ("2021-05-08T10:30", "10:30", None, None),
    ("13 h 30", "13:30", None, None),
    ("13\u00a0h\u00a030", "13:30", None, None),
    ("13h30", "13:30", None, None),
    ("13H30", "13:30", None, None),
    ("9 h 05", "09:05", None, None),
    ("13 h", "13:00", None, None),
    ("13 h 30 HNE", "13:30", None, "America/Toronto"),
    ("de 10 h à 11 h 15 (HAE)", "10:00", "11:15", "America/Toronto"),
    ("de 10 h 30 à midi", "10:30", "12:00", None),
    ("de midi à 13 h", "12:00", "13:00", None),
    ("de 9 à 11 h", "09:00", "11:00", None),
    ("de 14 à 16 heures", "14:00", "16:00", None),
    ("9 h-11 h", "09:00", "11:00", None),
    ("9h00 – 10h30", "09:00", "10:30", None),
    ("à partir de 13 h", "13:00", None, None),
    ("entre 9 h et 11 h", "09:00", "11:00", None),
    ("à 9 heures", "09:00", None, None),
    ("à 9 heures 30", "09:30", None, None),
    ("à midi", "12:00", None, None),
    ("à minuit", "00:00", None, None),
    ("14 h (heure de l’Est)", "14:00", None, "America/Toronto"),
    ("14 h, heure avancée de l'Est", "14:00", None, "America/Toronto"),
    ("14 h, heure de Montréal", "14:00", None, "America/Toronto"),
    ("20 h heure d’été de Paris", "20:00", None, "Europe/Paris"),
    ("20 h (HAEC)", "20:00", None, "Europe/Paris"),
]  # fmt: skip
NO_TIMES = [
    "", "7 to 17 people", "May 7-17, 2021", "a 2-hour meeting", "une rencontre de 2 heures", "pendant 2 h", "une durée de 2 h", "24 h/24",
    "ouvert 24 heures sur 24", "ratio 2:1", "John 3:165", "25:00", "10:75", "room 12", "at 5", "in two hours", "un atelier de 3 h", "midi et demi", "le midi", "afternoon",
    "section 12 of", "1,000 p.m.", "le 8 mai 2021", "3 personnes", "art. 12 a", "https://example.org/10:30",
]  # fmt: skip


@pytest.mark.parametrize(("text", "start", "end", "zone"), TIMES, ids=[case[0] for case in TIMES])
@pytest.mark.parametrize("frame", ["{}", "May 8, 2021, {}: session", "Le 8 mai 2021, {}."])
def test_times(text: str, start: str, end: str | None, zone: str | None, frame: str) -> None:
    sentence = frame.format(text)
    (found,) = find_times(sentence)
    assert (found.value.start, found.value.end) == (
        time.fromisoformat(start),
        time.fromisoformat(end) if end else None,
    )
    assert found.value.timezone == zone
    assert found.doubts == ()
    assert sentence[found.start : found.end] == found.text


@pytest.mark.parametrize("text", NO_TIMES)
def test_no_time(text: str) -> None:
    assert find_times(text) == ()


@pytest.mark.parametrize("text", ["10:30", "1:00 to 2:00", "9:15 - 11:45"])
def test_morning_or_evening_is_doubted(text: str) -> None:
    (found,) = find_times(text)
    assert [doubt.kind for doubt in found.doubts] == [DoubtKind.HALF_MISSING]


@pytest.mark.parametrize(
    ("text", "day", "offset", "doubted"),
    [
        ("1 p.m. (EST)", date(2021, 5, 8), -4, True), ("1 p.m. (EDT)", date(2021, 5, 8), -4, False), ("1 p.m. (ET)", date(2021, 5, 8), -4, False),
        ("1 p.m. (EST)", date(2021, 1, 8), -5, False), ("1 p.m. (EDT)", date(2021, 1, 8), -5, True), ("13 h (HNE)", date(2021, 7, 8), -4, True),
        ("13 h (HAE)", date(2021, 7, 8), -4, False), ("13 h, heure normale de l’Est", date(2021, 7, 8), -4, True), ("1 p.m. Eastern Standard Time", date(2021, 7, 8), -4, True),
        ("13 h (HAP)", date(2021, 7, 8), -7, False), ("1 p.m. CET", date(2021, 7, 8), 2, True), ("1 p.m. CST", date(2021, 12, 8), -6, False),
    ],
)  # fmt: skip
def test_zone_word_against_the_calendar(text: str, day: date, offset: int, doubted: bool) -> None:
    (found,) = find_times(text)
    start, _, doubts = moments(DateSpan(day, day, "day"), found)
    assert start.time() == time(13)  # the clock time is kept
    assert start.utcoffset().total_seconds() == offset * 3600
    assert [doubt.kind for doubt in doubts] == [DoubtKind.ZONE] * doubted


def test_a_day_before_a_dash_is_no_hour() -> None:
    (found,) = find_times("May 8 - 10 a.m.")
    assert (found.value.start, found.value.end) == (time(10), None)


def test_an_end_before_the_start_is_on_the_next_day() -> None:
    (found,) = find_times("10 p.m. to 2 a.m.")
    start, end, _ = moments(DateSpan(date(2021, 12, 31), date(2021, 12, 31), "day"), found)
    assert (end - start).total_seconds() == 4 * 3600
    assert end.date() == date(2022, 1, 1)


@pytest.mark.parametrize(
    "paragraph",
    ["On May 8, 2021 at 1 p.m. (EST)", "At 1 p.m. (EST) on May 8, 2021", "Date: May 8, 2021\nTime: 1 p.m. (EST)"],
)
def test_zone_is_compared_with_the_date_beside_it(paragraph: str) -> None:
    (clock,) = read_fields("Title", [paragraph], "en").times
    assert [doubt.kind for doubt in clock.doubts] == [DoubtKind.ZONE]
    (later,) = read_fields("Title", ["1 p.m. (EST)", "x " * 200 + "May 8, 2021"], "en").times
    assert later.doubts == ()
