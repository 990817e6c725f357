"""Organisations and their acronyms, either way round."""

from __future__ import annotations

import pytest

from newsletter.corpus.reading import read_fields
from newsletter.corpus.reading.organisations import find_organisations

# (text, [(name, acronym), ...])
CASES = [
    ("We met the International Centre for Example Studies (ICES) in May.", [("International Centre for Example Studies", "ICES")]),
    ("We met the ICES (International Centre for Example Studies) in May.", [("International Centre for Example Studies", "ICES")]),
    ("Le Centre international pour la recherche exemplaire (CIRE) publie.", [("Centre international pour la recherche exemplaire", "CIRE")]),
    ("Le CIRE (Centre international pour la recherche exemplaire) publie.", [("Centre international pour la recherche exemplaire", "CIRE")]),
    ("the ERA network (Example Research and Action), made here", [("Example Research and Action", "ERA")]),
    ("the Example Book Association (Société du livre exemplaire, SLE)", [("Example Book Association", ""), ("Société du livre exemplaire", "SLE")]),
    ("le École de musique de la Ville de Saint-Exemple (EMVSE)", [("École de musique de la Ville de Saint-Exemple", "EMVSE")]),
    ("with the United Example Office on Books and Crafts (UEOBC), and others", [("United Example Office on Books and Crafts", "UEOBC")]),
    ("the Office of Example and Samples (OFES)", [("Office of Example and Samples", "OFES")]),
    ("the National Institute of Samples (NIS-ONDX), France", [("National Institute of Samples", "NIS-ONDX")]),
    ("organized by the Department of Samples of the Organization of Example States (DSP/OES)", [("Department of Samples of the Organization of Example States", "DSP/OES")]),
    ("She studied at the University of Example and at Example University.", [("University of Example", ""), ("Example University", "")]),
    ("Elle a étudié à l’Université de Saint-Exemple.", [("Université de Saint-Exemple", "")]),
    ("l’Institut national de santé publique le dit", [("Institut national de santé publique", "")]),
    ("Director of the Example Network of Samples, she wrote", [("Example Network of Samples", "")]),
    ("Through the Ministry of Public Samples, we", [("Ministry of Public Samples", "")]),
]  # fmt: skip
NONE = [
    "", "COVID-19 (COVID)", "the workshop (WS)", "Montréal (QC)", "In Canada (2019)", "Centre", "the centre of town", "He said (a lot) more", "Given the Centre we know",
    "We (the people) met", "Jane Roe (EXO)", "ICES (Canada)", "Assembly met twice to hear Xylophones (AX)", "The Director", "Example (ABC",
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[case[0] for case in CASES])
def test_organisations(text: str, expected: list[tuple[str, str]]) -> None:
    found = find_organisations(text)
    assert [(item.value.name, item.value.acronym) for item in found] == expected
    assert all(text[item.start : item.end] == item.text for item in found)


@pytest.mark.parametrize("text", NONE)
def test_no_organisation(text: str) -> None:
    assert find_organisations(text) == ()


def test_each_once_in_an_article_with_the_acronym_any_place_gives() -> None:
    paragraphs = [
        "At Example University we met.",
        "Later we met Example University (EU).",
        "The Example University too.",
    ]
    found = read_fields("Title", paragraphs, "en").organisations
    assert [(item.value.name, item.value.acronym) for item in found] == [("Example University", "EU")]
