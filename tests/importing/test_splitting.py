"""Every article of a capture is found, and nothing else, in captures of many shapes and both languages.

`captures/` was written for these tests, about organisations that do not exist: the first eleven files before the
weights were set, the others afterwards, to see what they would do with pages never seen. A title is marked there
with §§; a file may begin with an article that has none.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from import_parts import CAPTURES, document, read_capture

from newsletter.corpus.importing.decoding import fold_spaces, repair
from newsletter.corpus.importing.lines import read_paragraphs
from newsletter.corpus.importing.records import FoundArticle, Role
from newsletter.corpus.importing.splitting import split, split_together

NAMES = sorted(path.name for path in CAPTURES.glob("*.txt"))
UNTITLED_FIRST = {"en-lost-title.txt"}


def articles(text: str, name: str = "capture.txt") -> tuple[FoundArticle, ...]:
    return split(document(text, name), read_paragraphs(text)).articles


@pytest.mark.parametrize("name", NAMES)
def test_articles_of_a_capture(name: str) -> None:
    capture = read_capture(name)
    expected = (*((1,) if name in UNTITLED_FIRST else ()), *capture.starts)
    found = articles(capture.text, name)
    assert tuple(article.line for article in found) == expected
    lines = capture.text.split("\n")
    for article in found:
        if article.title_found:
            assert lines[article.line - 1].strip()
            assert article.title.startswith(lines[article.line - 1].strip())


@pytest.mark.parametrize("name", NAMES)
def test_no_line_of_text_is_lost(name: str) -> None:
    """What stands between the first title and the end is in some article, or a note says that it was left out."""
    capture = read_capture(name)
    paragraphs = read_paragraphs(capture.text)
    found = split(document(capture.text), paragraphs)
    kept = " ".join(" ".join(article.text for article in found.articles).split())
    left_out = " ".join(found.notes)
    for paragraph in paragraphs:
        if paragraph.line >= found.articles[0].line and paragraph.role is not Role.RULE:
            assert paragraph.text in kept or f"“{paragraph.text[:30]}" in left_out


def test_all_captures_together_are_split_as_each_alone() -> None:
    inputs = [read_capture(name) for name in NAMES]
    together = split_together([(document(c.text, c.name), read_paragraphs(c.text)) for c in inputs])
    for capture, found in zip(inputs, together, strict=True):
        assert [a.line for a in found.articles] == [a.line for a in articles(capture.text, capture.name)]


TITLES = (
    "The harbour council opens a reading room on the pier",
    "Seven schools join the seed library",
    "Job offer: coordinator of volunteer drivers",
    "March 25-26 2019: Workshop on flood maps, Lyon, France",
    "Une exposition de courtepointes à la gare de Sainte-Flavie",
    "Appel à projets : jardins de toit",
    "Le comité des riverains tient son assemblée annuelle",
    "What happened to the old ferry?",
    "« La marée » : un documentaire sur les pêcheuses",
    "A second bakery for the north shore!",
)
SENTENCES = (
    "The council has set aside money for shelves, lamps and a stove, and volunteers will keep the room open.",
    "More than forty people came to the meeting, and most of them stayed for the soup that followed it.",
    "A report on the first year is being written by two students of the college and will be read aloud in May.",
    "Les bénévoles ont recueilli quarante sacs de déchets sur les berges, puis ont partagé une soupe aux pois.",
    "Le comité remercie la Ville, qui a prêté deux camions et ouvert la halte nautique pendant toute la journée.",
    "Le projet se poursuivra l’an prochain dans trois autres municipalités de la côte, avec de nouveaux partenaires.",
)
PIECES = st.tuples(
    st.sampled_from(TITLES),
    st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=4, unique=True),
    st.lists(st.sampled_from(["wool and thread", "des pommes de terre", "rain barrels;"]), max_size=3),
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(PIECES, min_size=1, max_size=8, unique_by=lambda piece: piece[0]),
    st.integers(1, 3),
    st.sampled_from(["", "  ", " \t"]),
    st.sampled_from(["•", "-", "–", "*", "▪", "1."]),
    st.booleans(),
)
def test_articles_put_one_after_the_other_come_apart_again(
    pieces: list[tuple[str, list[str], list[str]]], gap: int, blank: str, bullet: str, twice: bool
) -> None:
    between = "\n" + (blank + "\n") * gap
    blocks, starts, line = [], [], 1
    for title, sentences, items in pieces:
        starts.append(line)
        block = between.join(
            [
                title,
                *([title] if twice else []),
                *sentences,
                *(["  " + "\n  ".join(f"{bullet} {i}" for i in items)] if items else []),
            ]
        )
        blocks.append(block)
        line += block.count("\n") + between.count("\n")
    found = articles(between.join(blocks))
    assert [(a.line, a.title) for a in found] == [(s, p[0]) for s, p in zip(starts, pieces, strict=True)]
    assert [[p.text for p in a.body] for a in found] == [[*sentences, *items] for _, sentences, items in pieces]


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.sampled_from("aA é.!?:•-*1\n\t\u00a0–«»#[]()<>"), max_size=600))
def test_any_text_is_read_without_harm(text: str) -> None:
    lines = text.count("\n") + 1
    paragraphs = read_paragraphs(text)
    found = split(document(text), paragraphs).articles
    starts = [article.line for article in found]
    assert starts == sorted(set(starts))
    assert all(1 <= article.line <= article.last_line <= lines for article in found)


def test_a_repeated_title_is_one_article_and_said() -> None:
    text = "Hall closed for repairs\n\nHall closed for repairs\n\nLyon, March 27th 2020\n\n" + SENTENCES[0]
    (article,) = articles(text)
    assert article.notes == ("the title stands twice",)
    assert [p.text for p in article.body] == ["Lyon, March 27th 2020", SENTENCES[0]]


def test_unmarked_headings_inside_an_article_are_at_worst_doubtful() -> None:
    """A short line above text may be a heading inside: nothing but its length tells, so a person is asked."""
    text = (
        f"Foundation pays for nineteen river groups\n\n{SENTENCES[0]}\n\nA long wait\n\n{SENTENCES[1]}\n\n"
        f"Town votes to keep its old clock tower\n\n{SENTENCES[2]}\n"
    )
    found = articles(text)
    assert {1, 9} <= {a.line for a in found}
    assert all(a.doubts for a in found if a.line not in (1, 9))


def test_another_file_settles_a_doubtful_title() -> None:
    """A line in capitals is a title here because it begins an article elsewhere, behind another text."""
    doubtful = "LIGHTS ON THE CANAL"
    one = f"Seven schools join the seed library\n\n{SENTENCES[0]}\n\n{doubtful}\n\n{SENTENCES[2]} {SENTENCES[1]}\n"
    other = f"{doubtful}\n\n{SENTENCES[2]} {SENTENCES[1]}\n\nA SECOND BAKERY\n\n{SENTENCES[0]}\n"
    assert [a.line for a in articles(one)] == [1]
    both = split_together(
        [(document(t, n), read_paragraphs(t)) for t, n in ((one, "one.txt"), (other, "other.txt"))]
    )
    assert [[a.line for a in found.articles] for found in both] == [[1, 5], [1, 5]]


def test_text_that_names_an_address_at_its_end_makes_an_article() -> None:
    found = articles(
        "Le vieux moulin tourne de nouveau\n"
        "Après trois hivers de travaux, le moulin tourne depuis le 9 avril 2022.\nLire la suite\n\n"
        "Appel à projets : contes de rivière\n"
        "Les conteurs ont jusqu’au 30 avril 2022 pour proposer une veillée. Écrivez à contes@example.org.\n"
    )
    assert [article.title for article in found] == [
        "Le vieux moulin tourne de nouveau",
        "Appel à projets : contes de rivière",
    ]


def test_a_title_may_begin_with_a_date_and_end_in_a_full_stop() -> None:
    found = articles(
        "8 mai 2021 : Fête des voisins\n\n"
        "Le comité du quartier vous attend au parc dès 14 h pour la Fête des voisins. Apportez un plat à partager.\n\n"
        "26 – 27 novembre 2018 : Colloque sur la sécurité des aînés.\n\n"
        "Le colloque réunira 200 personnes à Sherbrooke. Inscription : https://www.example.org/colloque\n\n"
        "Le conseil cherche des idées.\n\n"
        "Le conseil de quartier cherche des idées pour la place du marché. Écrivez-nous avant le 3 mars 2021.\n"
    )
    assert [article.line for article in found] == [1, 5, 9]


def test_prose_without_any_title_is_one_article_named_by_its_first_words() -> None:
    (article,) = articles(f"{SENTENCES[0]}\n\n{SENTENCES[1]}\n")
    assert not article.title_found
    assert article.title == "The council has set aside money for shelves, lamps and…"


def test_lines_without_text_are_no_article() -> None:
    assert articles("Home\nNews\nContact\n\nShare\n") == ()


def wrapped(text: str) -> str:
    return "\n".join(
        line if len(line) <= 72 else textwrap.fill(line, 72, break_on_hyphens=False) for line in text.split("\n")
    )


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda text: text.replace("\n", "\r\n"), id="CRLF"),
        pytest.param(lambda text: text.replace(" ", "\u00a0"), id="no-break spaces"),
        pytest.param(lambda text: text.replace("\n", "  \n\t"), id="indented"),
        pytest.param(lambda text: text.replace("\n\n", "\n\n\n\n"), id="doubled blank lines"),
        pytest.param(lambda text: text.replace("’", "'").replace("–", "-"), id="typewriter marks"),
        pytest.param(wrapped, id="wrapped at 72"),
    ],
)
def test_the_layout_of_the_file_does_not_matter(change: Callable[[str], str]) -> None:
    for name in NAMES:
        text = read_capture(name).text
        expected = [article.title for article in articles(text)]
        found = [article.title for article in articles(repair(change(text))[0])]
        assert found == [fold_spaces(change(title)) for title in expected], name
