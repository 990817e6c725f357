"""Calendar files, read back by another reader: times, text, identity; whatever people write."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Event

from newsletter.calendar import event_calendar
from newsletter.commands.project import Project
from newsletter.corpus import load_article
from newsletter.models.article import Article, ArticleData, Translation, TranslationData
from newsletter.models.finding import SourceMap
from newsletter.models.publication import Publication

EXPECTED = Path(__file__).parent / "expected"
MONTREAL = ZoneInfo("America/Toronto")
NOWHERE = SourceMap("corpus/a/article.yaml", {})
PUBLICATION = Publication.model_validate(
    {
        "name": {"fr": "En amont", "en": "Upstream"},
        "organisation": {"fr": "Le Centre", "en": "The Centre"},
        "sender": {"name": {"fr": "En amont", "en": "Upstream"}, "address": "infolettre@example.org"},
        "reply_to": "communications@example.org",
        "mailing_address": {"fr": "1, rue Une", "en": "1 One Street"},
        "contact": {"email": "a@example.org"},
        "website": {"fr": "https://www.example.org/fr/", "en": "https://www.example.org/en/"},
        "reason": {"fr": "Parce que.", "en": "Because."},
        "list_id": "infolettre.example.org",
        "unsubscribe": {"url": "https://www.example.org/u/{token}"},
    }
)


def article(title: str = "Atelier", summary: str = "Un après-midi.", **event: Any) -> Article:
    data = {
        "kind": "event",
        "published": "2024-05-02",
        "links": {
            "register": {"url": {"fr": "https://www.example.org/fr/i", "en": "https://www.example.org/en/i"}}
        },
        "source": {"name": "Le Centre"},
        "event": {"timezone": "America/Toronto", "online": True, "registration": "register", **event},
    }
    words = TranslationData.model_validate({"title": title, "summary": summary})
    translations = {code: Translation(code, words, "", 1, "", NOWHERE) for code in ("fr", "en")}
    return Article("summer-workshop", ArticleData.model_validate(data), translations, NOWHERE)


def events(one: Article, language: str = "fr", **options: Any) -> list[Event]:
    return list(Calendar.from_ical(event_calendar(one, language, PUBLICATION, **options)).walk("VEVENT"))


def the_event(one: Article, language: str = "fr", **options: Any) -> Event:
    (found,) = events(one, language, **options)
    return found


# Golden files ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_sample_agenda(sample: Project, language: str) -> None:
    one, _ = load_article(sample.corpus / "datajam-2021-open-sessions", sample.root)
    assert one is not None
    online = {"fr": "En ligne", "en": "Online"}[language]
    made = event_calendar(one, language, sample.publication, online=online)
    path = EXPECTED / f"datajam-2021-open-sessions.{language}.ics"
    if os.environ.get("NEWSLETTER_TEST_GOLDEN") == "write":
        path.write_bytes(made)
    assert made == path.read_bytes()


def test_every_session_of_the_sample_is_told_at_its_hour(sample: Project) -> None:
    one, _ = load_article(sample.corpus / "datajam-2021-open-sessions", sample.root)
    assert one is not None
    assert one.data.event is not None
    found = events(one)
    assert [entry.start.astimezone(MONTREAL).replace(tzinfo=None) for entry in found] == [
        session.start for session in one.data.event.sessions
    ]
    assert found[0].start == datetime(2021, 5, 8, 14, 30, tzinfo=UTC)
    assert len({entry["UID"] for entry in found}) == 9
    french, english = ([entry["UID"] for entry in events(one, language)] for language in ("fr", "en"))
    assert french == english


# Times -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        # In 2024 Montréal went to daylight time on March 10 at 2:00 and back on November 3 at 2:00.
        ("2024-03-09T13:00", "2024-03-09T18:00"),
        ("2024-03-10T01:30", "2024-03-10T06:30"),
        ("2024-03-10T03:00", "2024-03-10T07:00"),
        ("2024-03-10T13:00", "2024-03-10T17:00"),
        ("2024-11-02T13:00", "2024-11-02T17:00"),
        ("2024-11-03T00:59", "2024-11-03T04:59"),
        ("2024-11-03T02:00", "2024-11-03T07:00"),
        ("2024-11-03T13:00", "2024-11-03T18:00"),
        # A time with its own offset is taken as it stands.
        ("2024-06-08T13:00+02:00", "2024-06-08T11:00"),
        ("2024-06-08T13:00Z", "2024-06-08T13:00"),
    ],
)
def test_hours_of_montreal_on_the_days_the_clocks_change(written: str, utc: str) -> None:
    entry = the_event(article(start=written))
    assert entry.start == datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert entry["DTSTART"].to_ical().endswith(b"Z")


def test_an_event_over_the_night_of_the_change_lasts_an_hour_less() -> None:
    entry = the_event(article(start="2024-03-09T20:00", end="2024-03-10T08:00"))
    assert (entry.end - entry.start).total_seconds() == 11 * 3600


ZONES = ["America/Toronto", "Asia/Kolkata", "Pacific/Auckland"]


@given(st.datetimes(*map(datetime.fromisoformat, ("2000-01-01", "2040-01-01"))), st.sampled_from(ZONES))
def test_every_hour_reads_back_as_the_hour_of_its_place(moment: datetime, zone: str) -> None:
    moment = moment.replace(microsecond=0)
    entry = the_event(article(start=moment.isoformat(), timezone=zone))
    there = moment.replace(tzinfo=ZoneInfo(zone))
    assert entry.start == there.astimezone(UTC)


def test_an_end_that_nobody_knows_is_not_made_up() -> None:
    entry = the_event(article(start="2024-06-08T13:00"))
    assert "DTEND" not in entry
    assert "DURATION" not in entry


@pytest.mark.parametrize(("end", "day_after"), [(None, 9), ("2024-06-08", 9), ("2024-06-10", 11)])
def test_whole_days_have_no_zone_and_end_the_day_after(end: str | None, day_after: int) -> None:
    one = article(start="2024-06-08", **({"end": end} if end else {}))
    entry = the_event(one)
    assert b"DTSTART;VALUE=DATE:20240608\r\n" in event_calendar(one, "fr", PUBLICATION)
    assert (entry.start, entry.end) == (date(2024, 6, 8), date(2024, 6, day_after))
    assert entry["TRANSP"] == "TRANSPARENT"


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ({"start": "2024-06-08", "end": "2024-06-09T12:00"}, "no times"),
        ({"start": "2024-06-08T13:00", "all_day": "true"}, "no times"),
        ({"start": "2024-06-08", "end": "2024-06-07"}, "end after it starts"),
        ({"start": "2024-06-08T13:00", "end": "2024-06-08T13:00"}, "end after it starts"),
    ],
)
def test_days_and_hours_are_not_mixed(event: dict[str, str], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        article(**event)


# Identity ----------------------------------------------------------------------------------------------------------


def session(hour: int, **more: Any) -> dict[str, Any]:
    start, end = f"2024-06-08T{hour:02}:00", f"2024-06-08T{hour + 1:02}:00"
    return {"start": start, "end": end, "languages": ["fr"], "title": {"fr": f"Séance {hour}"}, **more}


def test_identity_is_of_the_article_not_of_what_may_change() -> None:
    one = the_event(article(start="2024-06-08T13:00"))
    moved = the_event(article("Autre titre", start="2024-06-09T15:00", sequence=1), "en")
    assert one["UID"] == moved["UID"] == "summer-workshop@infolettre.example.org"
    assert (one["SEQUENCE"], moved["SEQUENCE"]) == (0, 1)
    assert moved["DTSTAMP"].dt > one["DTSTAMP"].dt


def test_sessions_are_numbered_or_named() -> None:
    sessions = [session(9), session(10, id="keynote"), session(11, id="1")]
    uids = [
        entry["UID"].partition("@")[0] for entry in events(article(start="2024-06-08T09:00", sessions=sessions))
    ]
    assert uids == ["summer-workshop.1-0", "summer-workshop.keynote", "summer-workshop.1"]


def test_the_stamp_is_of_the_article_not_of_today() -> None:
    assert the_event(article(start="2024-06-08T13:00"))["DTSTAMP"].dt == datetime(2024, 5, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(("cancelled", "status"), [(True, "CANCELLED"), (False, "CONFIRMED")])
def test_a_cancelled_event_says_so(cancelled: bool, status: str) -> None:
    sessions = [session(9), session(10)]
    found = events(article(start="2024-06-08T09:00", sessions=sessions, cancelled=cancelled))
    assert [entry["STATUS"] for entry in found] == [status, status]


# Words -------------------------------------------------------------------------------------------------------------


def test_what_an_entry_says() -> None:
    one = article("Atelier : les données", start="2024-06-08T13:00", languages=["fr", "en"])
    entry = the_event(one, online="En ligne")
    assert entry["SUMMARY"] == "Atelier\u00a0: les données"
    assert entry["SUMMARY"].params["LANGUAGE"] == "fr-CA"
    assert entry["DESCRIPTION"] == "Un après-midi.\n\nFrançais et anglais\n\nhttps://www.example.org/fr/i"
    assert entry["LOCATION"] == "En ligne"
    assert entry["URL"] == "https://www.example.org/fr/i"
    assert str(entry["ORGANIZER"]) == "mailto:communications@example.org"
    assert entry["ORGANIZER"].params["CN"] == "Le Centre"
    english = the_event(one, "en", online="Online")
    assert english["SUMMARY"].params["LANGUAGE"] == "en-CA"
    assert english["URL"] == "https://www.example.org/en/i"
    assert english["ORGANIZER"].params["CN"] == "The Centre"


@pytest.mark.parametrize(
    ("event", "place"),
    [
        ({"online": False, "place": {"fr": "Salle 2", "en": "Room 2"}}, "Salle 2"),
        ({"online": True, "place": {"fr": "Salle 2", "en": "Room 2"}}, "Salle 2 – En ligne"),
        ({"online": True}, "En ligne"),
    ],
)
def test_where(event: dict[str, Any], place: str) -> None:
    assert the_event(article(start="2024-06-08T13:00", **event), online="En ligne")["LOCATION"] == place


def test_the_file_as_a_whole() -> None:
    made = event_calendar(article(start="2024-06-08T13:00"), "fr", PUBLICATION)
    calendar = Calendar.from_ical(made)
    assert (calendar["VERSION"], calendar["METHOD"], calendar["CALSCALE"]) == ("2.0", "PUBLISH", "GREGORIAN")
    assert calendar["PRODID"] == "-//infolettre.example.org//newsletter//FR"
    assert made.startswith(b"BEGIN:VCALENDAR\r\n")
    assert made.endswith(b"END:VCALENDAR\r\n")


def _sound(made: bytes) -> list[str]:
    """Its unfolded lines; fails when one is too long, ends wrongly, or splits a character."""
    assert made.count(b"\n") == made.count(b"\r\n") == made.count(b"\r")
    for line in made.split(b"\r\n"):
        assert len(line) <= 75
        line.decode("utf-8")
    return made.decode("utf-8").replace("\r\n ", "").split("\r\n")


HOSTILE = [
    "a, b; c \\ d",
    "ligne\r\nDTSTART:19700101T000000Z\r\nEND:VEVENT",
    "ligne\nATTACH:file:///etc/passwd",
    "fin\u2028BEGIN:VALARM\u0085X:1\x0bY:2\x0cZ:3",
    'Le "Centre": un; deux, trois',
    "😀" * 60,
    "e\u0301" * 80,
    "👩‍👩‍👧‍👦" * 20,
    "\u202egnidaer",
    "\x00\x07\x1b[31m",
]


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_hostile_text_stays_text(text: str) -> None:
    place = {"fr": text, "en": text}
    sessions = [session(13, title=place, summary=place, speakers=[{"name": text, "role": place}])]
    for more in ({}, {"sessions": sessions}):
        one = article(text, text, start="2024-06-08T13:00", place=place, **more)
        publication = PUBLICATION.model_copy(update={"organisation": place})
        lines = _sound(event_calendar(one, "fr", publication, online=text))
        names = [re.split("[:;]", line, maxsplit=1)[0] for line in lines if line]
        assert names.count("BEGIN") == 2
        assert names.count("DTSTART") == 1
        assert not {"ATTACH", "X", "Y", "Z", "VALARM"} & set(names)


def test_an_address_with_a_line_break_ends_there() -> None:
    one = article(start="2024-06-08T13:00")
    links = {"register": {"url": "https://www.example.org/i\r\nX-EVIL:1"}}
    data = ArticleData.model_validate({**one.data.model_dump(), "links": links})
    made = event_calendar(replace(one, data=data), "fr", PUBLICATION)
    assert not [line for line in _sound(made) if line.startswith("X-EVIL")]
    assert b"URL:https://www.example.org/i\r\n" in made


@given(
    title=st.text(min_size=1, max_size=300), summary=st.text(min_size=1, max_size=600), place=st.text(max_size=100)
)
def test_any_text_reads_back_and_is_folded_between_characters(title: str, summary: str, place: str) -> None:
    if not title.strip() or not summary.strip():
        return
    where = {"place": {"fr": place}} if place.strip() else {}
    made = event_calendar(article(title, summary, start="2024-06-08T13:00", **where), "fr", PUBLICATION)
    lines = _sound(made)
    assert [line for line in lines if line.startswith(("BEGIN:", "END:"))] == [
        "BEGIN:VCALENDAR",
        "BEGIN:VEVENT",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    (entry,) = Calendar.from_ical(made).walk("VEVENT")
    kept = "".join(re.findall(r"[a-zA-Z0-9;,\\]", title))
    assert "".join(re.findall(r"[a-zA-Z0-9;,\\]", entry["SUMMARY"])) == kept
