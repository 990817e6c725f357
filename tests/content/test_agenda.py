"""The open sessions of May 2021, session by session, against the agenda of the captures."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from newsletter.corpus import load_corpus

ROOT = Path(__file__).resolve().parents[2]
AGENDA = load_corpus(ROOT / "corpus", ROOT)[0].articles["datajam-2021-open-sessions"]


@dataclass(frozen=True)
class AgendaEntry:
    """One session as a capture lists it."""

    start: datetime
    end: datetime
    languages: frozenset[str]
    speakers: tuple[tuple[str, str], ...]


_HEAD = re.compile(r"Saturday, May (\d), 2021, (.+) \(EST\) – Session in (.+)")
_CLOCK = re.compile(r"(\d+):(\d\d)")


def _instant(day: int, text: str) -> datetime:
    """Sessions run from 10:30 in the morning: an hour below 8 is in the afternoon."""
    match = _CLOCK.search(text)
    assert match
    hour = int(match[1])
    return datetime(2021, 5, day, hour + 12 if hour < 8 else hour, int(match[2]))  # noqa: DTZ001 local time


def agenda(text: str) -> list[AgendaEntry]:
    entries: list[AgendaEntry] = []
    for block in re.split(r"(?=^Saturday, May)", text, flags=re.MULTILINE)[1:]:
        head = _HEAD.match(block)
        assert head, block[:80]
        first, last = re.split("[-–]", head[2])
        spoken = frozenset(
            {"French": "fr", "English": "en"}[word] for word in re.findall("French|English", head[3])
        )
        people = re.findall(
            r"^\s*• (?!Speaker:)([^,]+), (.+?)\.?$", block.replace("• Speaker:\n", ""), re.MULTILINE
        )
        entries.append(
            AgendaEntry(_instant(int(head[1]), first), _instant(int(head[1]), last), spoken, tuple(people))
        )
    return entries


@pytest.mark.parametrize("name", AGENDA.data.source.captures)
def test_open_sessions_are_those_of_the_agenda(captures, name):
    """Day, hour, languages, speakers and roles of every session, in the order of the capture."""
    text = captures.windows(AGENDA)[AGENDA.data.source.captures.index(name)]
    expected = agenda(text)
    assert len(expected) == 9
    ours = [
        AgendaEntry(
            session.start,
            session.end,
            frozenset(session.languages),
            tuple((speaker.name, (speaker.role or {})["en"]) for speaker in session.speakers),
        )
        for session in AGENDA.data.event.sessions
    ]
    assert ours == expected


def test_weekdays_are_those_of_the_calendar():
    """The source calls May 9, 2021 a Saturday; what we print is computed from the date."""
    weekdays = {session.start.strftime("%A") for session in AGENDA.data.event.sessions}
    assert weekdays == {"Saturday", "Sunday"}
    assert AGENDA.data.event.timezone == "America/Toronto"
