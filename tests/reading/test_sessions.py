"""Agendas: lines with date and time, and what belongs to them."""

from __future__ import annotations

import pytest

from newsletter.corpus.reading import DoubtKind, read_fields
from newsletter.corpus.reading.speakers import find_speaker, speaker_label

ENGLISH = """\
Here is the programme:

Saturday, May 8, 2021, 9:00-10:15 a.m. (EDT) – Session in French and English

OPENING: WHAT WE LEARNED

Two words of welcome by the hosts of the day.

Speakers:

  • Jane Roe, Director of Research, Example Institute
  • John Q. Public, Ph.D., Analyst, EXO
  • Marie-Ève de la Tour, Co-founder, Fondation Exemple

To register

Saturday, May 8, 2021, 10:30 a.m. – 12:00 p.m. (EDT) – Session in English

Workshop: reading maps

  • Speaker:
  • Ana Núñez, Cartographer, Map House Inc.

To register

Sunday, May 9, 2021, 1:00-2:00 p.m. (EDT) – Session in French

This session explains nothing in particular.

To register"""

FRENCH = """\
Le samedi 8 mai 2021, de 9 h à 10 h 15 (HAE) – Séance en français et en anglais

Ouverture : ce que nous avons appris

Conférencières :

- Jeanne Roy, directrice de la recherche, Institut Exemple
- Marie-Ève de la Tour, cofondatrice, Fondation Exemple

Le samedi 8 mai 2021, de 10 h 30 à midi (HAE) – Séance en anglais

Atelier : lire des cartes

Animation : Ana Núñez, cartographe, Maison des cartes

Pour s’inscrire"""


def _paragraphs(text: str) -> list[str]:
    return text.split("\n\n")


def test_english_agenda() -> None:
    sessions = [found.value for found in read_fields("Programme", _paragraphs(ENGLISH), "en").sessions]
    assert [session.start.isoformat() for session in sessions] == [
        "2021-05-08T09:00:00-04:00", "2021-05-08T10:30:00-04:00", "2021-05-09T13:00:00-04:00",
    ]  # fmt: skip
    assert [session.end.strftime("%H:%M") for session in sessions] == ["10:15", "12:00", "14:00"]
    assert [session.languages for session in sessions] == [("fr", "en"), ("en",), ("fr",)]
    assert [session.title for session in sessions] == ["OPENING: WHAT WE LEARNED", "Workshop: reading maps", ""]
    assert [session.summary for session in sessions] == [
        "Two words of welcome by the hosts of the day.", "", "This session explains nothing in particular.",
    ]  # fmt: skip
    speakers = [[person.value for person in session.speakers] for session in sessions]
    assert [[person.name for person in listed] for listed in speakers] == [
        ["Jane Roe", "John Q. Public", "Marie-Ève de la Tour"], ["Ana Núñez"], [],
    ]  # fmt: skip
    assert (speakers[0][0].role, speakers[0][0].organisation) == ("Director of Research", "Example Institute")
    assert (speakers[0][1].role, speakers[0][1].organisation) == ("Ph.D., Analyst", "EXO")


def test_french_agenda() -> None:
    sessions = [found.value for found in read_fields("Programme", _paragraphs(FRENCH), "fr").sessions]
    assert [session.start.isoformat() for session in sessions] == [
        "2021-05-08T09:00:00-04:00",
        "2021-05-08T10:30:00-04:00",
    ]
    assert [session.end.strftime("%H:%M") for session in sessions] == ["10:15", "12:00"]
    assert [session.languages for session in sessions] == [("fr", "en"), ("en",)]
    assert [session.title for session in sessions] == [
        "Ouverture : ce que nous avons appris",
        "Atelier : lire des cartes",
    ]
    assert [[person.value.name for person in session.speakers] for session in sessions] == [
        ["Jeanne Roy", "Marie-Ève de la Tour"], ["Ana Núñez"],
    ]  # fmt: skip


def test_lines_of_one_paragraph_and_lines_of_many_say_the_same() -> None:
    many = read_fields("Programme", _paragraphs(ENGLISH), "en").sessions
    one = read_fields("Programme", ["\n".join(_paragraphs(ENGLISH))], "en").sessions
    assert [(found.value.start, found.value.title, found.value.languages) for found in one] == [
        (found.value.start, found.value.title, found.value.languages) for found in many
    ]


def test_doubts_of_a_session() -> None:
    text = "Friday, May 8, 2021, 9:00-10:15 a.m. (EST)\n\nSaturday, May 8, 2021, 1 p.m. – Session in French\n\nA title here"
    first, second = read_fields("Programme", text.split("\n\n"), "en").sessions
    assert {doubt.kind for doubt in first.doubts} == {
        DoubtKind.WEEKDAY, DoubtKind.ZONE, DoubtKind.TITLE_MISSING, DoubtKind.LANGUAGE_MISSING,
    }  # fmt: skip
    assert {doubt.kind for doubt in second.doubts} == {DoubtKind.END_MISSING}
    assert second.value.timezone == "America/Toronto"  # the one zone of the agenda


@pytest.mark.parametrize(
    ("heading", "lines"),
    [
        ("May 8, 2021", ["9:00 a.m. – 9:30 a.m. (EDT): Welcome and coffee", "9:30 a.m. – 11:00 a.m. (EDT): Reading maps together"]),
        ("Le samedi 8 mai 2021", ["9 h – 9 h 30 : Accueil et café", "De 9 h 30 à 11 h : Lire des cartes ensemble"]),
    ],
)  # fmt: skip
def test_times_under_a_day(heading: str, lines: list[str]) -> None:
    sessions = [found.value for found in read_fields("Programme", [heading, *lines], "fr").sessions]
    assert [session.start.strftime("%d %H:%M") for session in sessions] == ["08 09:00", "08 09:30"]
    assert [session.title.split()[0] for session in sessions] in (["Welcome", "Reading"], ["Accueil", "Lire"])


def test_a_long_sentence_is_no_line_of_an_agenda() -> None:
    text = "Join us on May 8, 2021 from 1 to 2 p.m. for a workshop on maps, plans and charts, led by two people who have drawn many of them."
    assert read_fields("Maps", [text], "en").sessions == ()


def test_a_language_in_brackets_goes_from_the_title() -> None:
    text = "9 h – 10 h : Les cartes (en français, avec traduction)\n10 h – 11 h : Les plans (en anglais)"
    sessions = [found.value for found in read_fields("Le 8 mai 2021", [text], "fr").sessions]
    assert [(session.title, session.languages) for session in sessions] == [
        ("Les cartes", ("fr",)),
        ("Les plans", ("en",)),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Date: May 8, 2021\nTime: 1 p.m. to 2 p.m. (EDT)\nPlace: here", "May 8, 2021, 1 p.m.", "On May 8, 2021 at 1 p.m. we met. On May 9, 2021 at 2 p.m. we met again, and "
        + "talked " * 40, "", "No agenda at all.",
    ],
)  # fmt: skip
def test_no_agenda(text: str) -> None:
    assert read_fields("Title", [text], "en").sessions == ()


# (line, name, role, organisation, certain)
SPEAKERS = [
    ("Jane Roe, Director, Example Institute", "Jane Roe", "Director", "Example Institute", True),
    ("Jane Roe, Director General, EXO", "Jane Roe", "Director General", "EXO", True),
    ("Jane Roe, Team Leader, Technical Support, EXO", "Jane Roe", "Team Leader, Technical Support", "EXO", True),
    ("Jane A. Roe, Ph.D., Senior Analyst, EXO", "Jane A. Roe", "Ph.D., Senior Analyst", "EXO", True),
    ("Dr. Jane Roe, University of Example", "Dr. Jane Roe", "", "University of Example", True),
    ("Jane Roe (EXO)", "Jane Roe", "", "EXO", True),
    ("Jane Roe – coordinator, Example Network", "Jane Roe", "coordinator", "Example Network", True),
    ("Mme Jeanne Roy, directrice générale, Réseau Exemple", "Mme Jeanne Roy", "directrice générale", "Réseau Exemple", True),
    ("Jean d’Exemple, chercheur, UQX", "Jean d’Exemple", "chercheur", "UQX", True),
    ("María de los Ángeles Pérez, présidente, Fundación Ejemplo", "María de los Ángeles Pérez", "présidente", "Fundación Ejemplo", True),
    ("Jane Roe, student in geography, University of Example, and co-founder of Maps", "Jane Roe", "student in geography, University of Example, and co-founder of Maps", "", False),
    ("Jane Roe, Something unusual", "Jane Roe", "Something unusual", "", False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "name", "role", "organisation", "certain"), SPEAKERS, ids=[case[0] for case in SPEAKERS]
)
def test_speaker(line: str, name: str, role: str, organisation: str, certain: bool) -> None:
    found = find_speaker(line, 0)
    assert (found.value.name, found.value.role, found.value.organisation) == (name, role, organisation)
    assert [doubt.kind for doubt in found.doubts] == [DoubtKind.SPEAKER] * (not certain)


@pytest.mark.parametrize(
    "line", ["To register", "Violence among youth;", "the director, Jane Roe", "Montréal", "Access to services, health, housing", "Lire la suite", "Example Institute, Montréal", "", "12 people, all of them happy", "Jane, Director"]
)  # fmt: skip
def test_no_speaker(line: str) -> None:
    assert find_speaker(line, 0) is None


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ("Speakers:", "Speakers:"), ("Speaker: Jane Roe", "Speaker:"), ("Conférencières :", "Conférencières :"), ("Panelists:", "Panelists:"), ("Animation : Jeanne", "Animation :"),
        ("Conférencier·ères : A", "Conférencier·ères :"), ("Speakers", "Speakers"), ("Moderator and speakers:", "Moderator and speakers:"), ("With maps: more", None), ("Register here: x", None), ("", None),
    ],
)  # fmt: skip
def test_label(line: str, label: str | None) -> None:
    assert speaker_label(line) == label


def test_several_people_on_a_line() -> None:
    fields = read_fields(
        "Panel", ["Speakers: Jane Roe (EXO), John Q. Public (City of Example) and Ana Núñez (Map House)"], "en"
    )
    assert [(found.value.name, found.value.organisation) for found in fields.speakers] == [
        ("Jane Roe", "EXO"), ("John Q. Public", "City of Example"), ("Ana Núñez", "Map House"),
    ]  # fmt: skip
    assert fields.speakers[0].text == "Jane Roe (EXO)"


def test_speakers_outside_of_an_agenda() -> None:
    fields = read_fields(
        "Panel",
        [
            "On May 8, 2021.",
            "Speakers:",
            "Jane Roe, Director, EXO",
            "John Public, Analyst, EXO",
            "More to come, Soon, Here",
        ],
        "en",
    )
    assert [found.value.name for found in fields.speakers] == ["Jane Roe", "John Public"]


def test_a_heading_in_capitals_ends_the_last_session() -> None:
    fields = read_fields(
        "Seminar",
        [
            "On June 3, 2022.",
            "9:00 – 9:30 a.m. Words of welcome (EN)",
            "9:30 – 10:30 a.m. Rivers that breathe (FR/EN)",
            "LOCATION",
            "Central Library, 800 Third Street",
        ],
        "en",
    )
    first, last = (found.value for found in fields.sessions)
    assert (last.title, last.summary) == ("Rivers that breathe", "")
    assert (first.title, first.languages) == ("Words of welcome", ("en",))
    assert last.languages == ("fr", "en")
