"""Versions of an article told from articles about the same thing; French and English versions put together."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from import_parts import read_capture

from newsletter.corpus.importing.duplicates import Index, are_versions, differences, fingerprints, similarity
from newsletter.corpus.importing.pairing import Candidate, pair
from newsletter.corpus.importing.slugs import slug_of

WORDS = [
    "harbour",
    "council",
    "wool",
    "lamp",
    "winter",
    "ferry",
    "road",
    "bread",
    "river",
    "school",
    "letter",
    "garden",
    "stone",
    "music",
    "bridge",
    "market",
    "paper",
    "window",
    "island",
    "storm",
    "captain",
    "teacher",
    "apple",
    "forest",
    "silver",
    "morning",
    "story",
    "kitchen",
    "summer",
    "village",
    "engine",
]


def text_of(seed: int, length: int = 120) -> str:
    picker = random.Random(seed)
    return " ".join(picker.choice(WORDS) for _ in range(length))


@settings(deadline=None)
@given(st.integers(0, 200), st.lists(st.integers(0, 119), max_size=12), st.integers(60, 120))
def test_a_few_changed_words_make_a_version(seed: int, places: list[int], kept: int) -> None:
    words = text_of(seed).split()
    changed = [f"changed{i}" if i in places else word for i, word in enumerate(words)]
    assert are_versions("A title", " ".join(words), "Another", " ".join(changed))
    assert are_versions("A title", " ".join(words), "Another", " ".join(words[:kept]))


@settings(deadline=None)
@given(st.integers(0, 100), st.integers(101, 200))
def test_other_words_make_another_article(one: int, other: int) -> None:
    assert not are_versions("A title", text_of(one), "Another title", text_of(other))


def test_a_shared_ending_makes_no_version() -> None:
    ending = text_of(999, 20)
    assert not are_versions("One", f"{text_of(1)} {ending}", "Two", f"{text_of(2)} {ending}")
    assert similarity("", "") == (1.0, 1.0)


def test_the_index_finds_a_version_among_many_and_passes_over_boilerplate() -> None:
    boilerplate = text_of(77, 60)
    index = Index()
    texts = [f"{text_of(seed)} {boilerplate}" for seed in range(300)]
    for key, text in enumerate(texts):
        index.add(key, f"Title {key}", fingerprints(text))
    words = texts[123].split()
    words[10] = words[50] = "changed"
    assert index.near("Other", fingerprints(" ".join(words)))[0] == 123
    assert index.near("Other", fingerprints(f"{text_of(5000)} {boilerplate}")) == []


@pytest.mark.parametrize("text", ["", "one", "one two three four", "one two three four five"])
def test_short_texts_have_fingerprints(text: str) -> None:
    assert fingerprints(text) == fingerprints(text.upper())
    assert bool(fingerprints(text)) == bool(text)


def test_differing_words_are_shown_with_what_stands_before() -> None:
    ours, theirs = "The hall opens on March 3 at nine", "The hall opens on April 3 at nine, rain or shine"
    assert [(d.before, d.ours, d.theirs) for d in differences(ours, theirs)] == [
        ("hall opens on", "March", "April"),
        ("March 3 at", "nine", "nine, rain or shine"),
    ]
    assert differences("l’eau “vive”", 'l\'eau "vive"') == []


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=30), st.lists(st.sampled_from(WORDS), max_size=30))
def test_differences_hold_every_word_that_differs(ours: list[str], theirs: list[str]) -> None:
    places = differences(" ".join(ours), " ".join(theirs), limit=100)
    removed = sum(len(place.ours.split()) for place in places)
    added = sum(len(place.theirs.split()) for place in places)
    assert len(ours) - removed == len(theirs) - added
    assert bool(places) == (ours != theirs)


PAIRS = [
    (
        "Un prix pour les bibliothèques de prison",
        "La Fondation Lumina crée un prix de 15 000 $ remis à Halifax le 22 septembre 2022. Écrivez à prix@lumina.example.",
        "A prize for prison libraries",
        "The Lumina Foundation is creating a prize of $15,000, given in Halifax on September 22, 2022. Write to prix@lumina.example.",
    ),
    (
        "Philippa Nakashima-Roy se joint à l’équipe",
        "La Fondation accueille Philippa Nakashima-Roy, analyste des programmes, formée à l’Université de Corbeil.",
        "Philippa Nakashima-Roy joins the team",
        "The Foundation welcomes Philippa Nakashima-Roy, program analyst, trained at the University of Corbeil.",
    ),
    (
        "Rapport sur la prévention de la violence dans les transports",
        "Le rapport analyse 340 incidents survenus entre 2015 et 2019 et propose une stratégie de prévention municipale.",
        "Report on the prevention of violence in transport",
        "The report analyses 340 incidents between 2015 and 2019 and proposes a municipal prevention strategy.",
    ),
    (
        "Journée portes ouvertes",
        "Venez visiter la caserne le 8 mai 2021 de 10 h à 16 h, avec le chef Ouellette et le camion de 1932.",
        "Open house",
        "Come and visit the fire hall on May 8, 2021 from 10 a.m. to 4 p.m., with Chief Ouellette and the 1932 truck.",
    ),
]


@settings(max_examples=60, deadline=None)
@given(
    st.permutations(range(len(PAIRS))), st.permutations(range(len(PAIRS))), st.sets(st.integers(0, 7), max_size=3)
)
def test_versions_are_paired_in_any_order_and_with_some_missing(
    french: list[int], english: list[int], missing: set[int]
) -> None:
    ours = [
        Candidate(n, PAIRS[n][0], PAIRS[n][1], i, "", "fr.txt") for i, n in enumerate(french) if n not in missing
    ]
    theirs = [
        Candidate(n + 4, PAIRS[n][2], PAIRS[n][3], i, "", "en.txt")
        for i, n in enumerate(english)
        if n + 4 not in missing
    ]
    found = {(one, other) for one, other, _ in pair(ours, theirs)}
    assert found == {(n, n + 4) for n in range(4) if not {n, n + 4} & missing}


def test_order_pairs_what_has_little_in_common() -> None:
    """Between two sure pairs stands one article on each side: they belong together, though their words say little."""
    ours = (
        [*PAIRS[0][:2]],
        [
            "Un bon voisin",
            "Le vieux moulin a retrouvé ses ailes, refaites en chêne par deux charpentiers du village et une municipalité patiente.",
        ],
        [*PAIRS[1][:2]],
    )
    theirs = (
        [*PAIRS[0][2:]],
        [
            "A good neighbour",
            "Wind drives the mill once more: its sails, cut from oak by two carpenters, took a patient municipality three winters.",
        ],
        [*PAIRS[1][2:]],
    )
    french = [Candidate(i, *one, i, "", "fr.txt") for i, one in enumerate(ours)]
    english = [Candidate(i + 10, *one, i + 10, "", "en.txt") for i, one in enumerate(theirs)]
    assert {(one, other) for one, other, _ in pair(french, english)} == {(0, 10), (1, 11), (2, 12)}
    elsewhere = [english[1], english[0], english[2]]
    assert {(one, other) for one, other, _ in pair(french, elsewhere)} == {(0, 10), (2, 12)}


def test_short_versions_are_paired_by_a_date_that_each_language_writes_its_way() -> None:
    ours = Candidate(
        0,
        "Potagers municipaux : places à prendre",
        "Les places aux potagers municipaux se prennent jusqu’au 15 avril 2021. Il y a 84 lopins, à 15\u00a0000 pas du quai.",
        0,
        "",
        "both.txt",
    )
    theirs = Candidate(
        1,
        "Town allotments: spots to take",
        "Spots in the town allotments can be taken until April 15, 2021. There are 84 plots, 15,000 steps from the pier.",
        1,
        "",
        "both.txt",
    )
    assert [(one, other) for one, other, _ in pair([ours], [theirs])] == [(0, 1)]


def test_articles_of_other_captures_are_not_paired() -> None:
    from import_parts import document

    from newsletter.corpus.importing.lines import read_paragraphs
    from newsletter.corpus.importing.splitting import split

    def candidates(name: str, first: int) -> list[Candidate]:
        text = read_capture(name).text
        found = split(document(text), read_paragraphs(text)).articles
        return [Candidate(first + i, a.title, a.text, i, "", name) for i, a in enumerate(found)]

    assert pair(candidates("fr-nouvelles.txt", 0), candidates("en-network.txt", 100)) == []


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("L’Été à Montréal : « déjà vu »", "ete-montreal-deja-vu"),
        ("The and of", "the-and-of"),
        ("…", "article"),
        ("日本", "article"),
        ("A" * 200, "a" * 48),
        (
            "One very long title that goes on and on until nobody can remember its beginning",
            "one-very-long-title-that-goes-until-nobody-can",
        ),
    ],
)
def test_slugs(title: str, slug: str) -> None:
    assert slug_of(title, lambda _: False) == slug
    assert slug_of(title, lambda name: name == slug) == f"{slug}-2"


@settings(deadline=None)
@given(st.text(max_size=80))
def test_any_title_gives_a_slug(title: str) -> None:
    import re

    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug_of(title, lambda _: False))
