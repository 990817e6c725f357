"""Which date is the day of publication, and which are the days of the event."""

from __future__ import annotations

import pytest

from newsletter.corpus.reading import DoubtKind, read_fields


@pytest.mark.parametrize(
    ("paragraphs", "expected"),
    [
        (["Montréal, May 8, 2021", "Text."], "2021-05-08"), (["Montréal, le 8 mai 2021 – Le réseau annonce"], "2021-05-08"), (["May 8, 2021", "Text."], "2021-05-08"),
        (["Published on May 8, 2021"], "2021-05-08"), (["Publié le 8 mai 2021 par EXO"], "2021-05-08"), (["Mis en ligne le 8 mai 2021"], "2021-05-08"), (["Posted: 2021-05-08"], "2021-05-08"),
        (["Text.", "Text.", "Text.", "Published May 8, 2021"], "2021-05-08"), (["On May 8, 2021, we met."], None), (["Saturday, May 8, 2021", "9 a.m. to 10 a.m. Coffee"], None),
        (["We read “Maps” (published May 8, 2021, by EXO) with great pleasure and for a long time."], None), (["Text"] * 5 + ["May 8, 2021"], None), ([], None), (["May 2021"], None),
    ],
)  # fmt: skip
def test_published(paragraphs: list[str], expected: str | None) -> None:
    found = read_fields("Title", paragraphs, "en").published
    assert (found.value.iso() if found else None) == expected


@pytest.mark.parametrize(
    ("title", "paragraphs", "expected"),
    [
        ("Workshop", ["Date: May 8, 2021\nTime: 1 p.m.", "On May 3, 2021 we had another one."], "2021-05-08"),
        ("Atelier", ["Quand : 8 mai 2021", "Le 3 mai 2021, nous en avions un autre."], "2021-05-08"),
        ("May 7-9, 2021: workshop", ["The last one was held on May 3, 2020."], "2021-05-07/2021-05-09"),
        ("Workshop", ["Since our meeting of May 3, 2020, all has changed. It will be held from May 7 to 9, 2021."], "2021-05-07/2021-05-09"),
        ("Colloque", ["Fondé le 3 mai 2001, EXO tient un colloque. Il se tiendra du 7 au 9 mai 2021."], "2021-05-07/2021-05-09"),
        ("Webinar", ["Montréal, April 1, 2021", "Join us on May 8, 2021 at 1 p.m. Register by May 3, 2021."], "2021-05-08"),
        ("Avis", ["La conférence du 16 mars 2020 est reportée au 22 septembre 2020."], "2020-09-22"),
        ("Notice", ["The workshop of March 16, 2020 has been postponed to September 22, 2020."], "2020-09-22"),
        ("Job", ["Send your CV by May 8, 2021."], None), ("Title", ["In May 2021."], None),
        ("Agenda", ["May 8, 2021, 9 a.m. – 10 a.m. (EDT)\nCoffee", "May 9, 2021, 9 a.m. – 10 a.m. (EDT)\nTea"], "2021-05-08/2021-05-09"),
    ],
)  # fmt: skip
def test_when(title: str, paragraphs: list[str], expected: str | None) -> None:
    found = read_fields(title, paragraphs, "en").when
    assert (found.value.iso() if found else None) == expected


def test_another_date_makes_it_doubtful() -> None:
    found = read_fields(
        "Workshop", ["It will be held on May 8, 2021. The last one was on May 3, 2020."], "en"
    ).when
    assert [doubt.kind for doubt in found.doubts] == [DoubtKind.AMBIGUOUS]


def test_doubts_of_an_article_come_once_and_in_reading_order() -> None:
    fields = read_fields("Monday, May 8, 2021", ["1 p.m. (EST)", "In June"], "en")
    assert [doubt.kind for _, doubt in fields.doubts] == [
        DoubtKind.WEEKDAY,
        DoubtKind.ZONE,
        DoubtKind.YEAR_FROM_CONTEXT,
    ]
