"""Searching: accents and case do not matter, every word counts, titles come first, the line is the one in the file."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from article_files import write_article, write_text
from hypothesis import example, given
from hypothesis import strategies as st

from newsletter.commands.corpus import OpenCorpus, Wanted, search_articles
from newsletter.corpus.index import search_words
from newsletter.corpus.index.excerpt import find_line
from newsletter.corpus.index.words import find_words, fold
from newsletter.errors import UnknownName
from newsletter.models.article import Kind

Opened = Callable[[], OpenCorpus]


def found(opened: Opened, query: str, limit: int | None = None, **wanted: object) -> list[str]:
    return [line.entry.slug for line in search_articles(opened(), query, Wanted(**wanted), limit=limit).lines]


@pytest.mark.parametrize(
    "query",
    [
        "sécurité",
        "SECURITE",
        "securite",
        "Secu",
        "se\u0301curite\u0301",
        "d'été",
        "œuvre",
        "oeuvre",
        "Saint-Henri henri",
    ],
)
def test_accents_case_and_endings_do_not_matter(root: Path, opened: Opened, query: str) -> None:
    write_article(root, "hit", fr="Sécurité d’été : l’Œuvre de Saint-Henri")
    write_article(root, "miss", fr="Autre chose")
    assert found(opened, query) == ["hit"]


@pytest.mark.parametrize("query", ["ecurite", "henri saint paul", "summary sécurité"])
def test_every_word_must_begin_a_word_of_one_language(root: Path, opened: Opened, query: str) -> None:
    write_article(root, "one", fr="Sécurité à Saint-Henri", en="Safety")
    assert found(opened, query) == []


def test_a_word_cannot_reach_over_the_end_of_a_field_or_article(root: Path, opened: Opened) -> None:
    write_article(root, "one", fr="Alpha", en=None)
    write_article(root, "two", fr="Bravo", en=None)
    assert found(opened, "alpha bravo") == []


def test_title_before_summary_before_body(root: Path, opened: Opened) -> None:
    for slug, title, summary, body in (
        ("in-body", "T", "S", "Un jardin, deux jardins, trois jardins."),
        ("in-summary", "T", "Un jardin.", ""),
        ("in-title", "Le jardin", "S", ""),
        ("begins-title", "Les jardins", "S", ""),
    ):
        folder = write_article(root, slug, fr=None, en=None)
        write_text(folder, "fr", title, summary, body)
    assert found(opened, "jardin") == ["in-title", "begins-title", "in-summary", "in-body"]


def test_the_language_that_says_it_best_counts(root: Path, opened: Opened) -> None:
    folder = write_article(root, "a", fr="Nunavik", en=None)
    write_text(folder, "en", "T", "S", "In Nunavik.")
    (line,) = search_articles(opened(), "nunavik", Wanted(), limit=None).lines
    assert (line.language, line.field) == ("fr", "title")
    (line,) = search_articles(opened(), "nunavik", Wanted(language="en"), limit=None).lines
    assert (line.language, line.field) == ("en", "body")


def test_equals_come_newest_first_then_by_slug(root: Path, opened: Opened) -> None:
    for slug, day in (("b", "2024-01-01"), ("a", "2024-01-01"), ("c", "2024-02-01")):
        write_article(root, slug, published=day, fr="Jardin")
    assert found(opened, "jardin") == ["c", "a", "b"]
    result = search_articles(opened(), "jardin", Wanted(), limit=2)
    assert (len(result.lines), result.total) == (2, 3)


def test_names_places_tags_and_labels_are_searched(root: Path, opened: Opened) -> None:
    more = (
        "organisations: [Chaire UNESCO]\nplaces: [{fr: Québec, en: Quebec City}]\n"
        'links:\n  more: {url: "https://www.example.org/hidden"}\n'
        "job: {deadline: 2024-02-05, contact: Zoé Roy}\n"
    )
    folder = write_article(root, "poste-2024", kind="job", tags="careers", more=more, fr=None)
    write_text(folder, "fr", "Emploi", more='kicker: "Affichage"\nlinks: {more: "Postuler"}\n')
    for query in ("unesco", "quebec", "zoe roy", "careers", "postuler", "affichage", "poste 2024"):
        assert found(opened, query) == ["poste-2024"], query
    assert found(opened, "city", language="fr") == []
    assert found(opened, "hidden") == []


def test_filters_hold_for_searches_too(root: Path, opened: Opened) -> None:
    write_article(root, "old", published="2023-01-01", fr="Jardin", en=None)
    write_article(root, "new", kind="call", published="2024-01-01", tags="youth", fr="Jardin", en="Garden",
                  more="links: {go: {url: 'https://www.example.org/go'}}\ncall: {deadline: 2024-02-05, link: go}\n")  # fmt: skip
    assert found(opened, "jardin", since=date(2024, 1, 1)) == ["new"]
    assert found(opened, "jardin", before=date(2024, 1, 1)) == ["old"]
    assert found(opened, "jardin", kinds=(Kind.CALL,)) == ["new"]
    assert found(opened, "jardin", tags=("youth", "montreal")) == []
    assert found(opened, "jardin", missing="en") == ["old"]
    assert found(opened, "jardin", language="en") == []
    assert found(opened, "jardin", used=True) == []
    assert found(opened, "jardin", link="EXAMPLE.org/go") == ["new"]


@pytest.mark.parametrize("query", ["", "  ", "«»!", "’"])
def test_nothing_to_search_for_is_said(root: Path, opened: Opened, query: str) -> None:
    with pytest.raises(UnknownName, match="no word to search for"):
        search_articles(opened(), query, Wanted(), limit=None)


def test_the_line_shown_stands_in_the_file(sample_corpus: OpenCorpus) -> None:
    root = sample_corpus.project.root
    result = search_articles(sample_corpus, "violence montréal", Wanted(), limit=None)
    assert result.total > 1
    for line in result.lines:
        assert line.match is not None
        written = (root / line.match.file).read_text(encoding="utf-8").splitlines()[line.match.line - 1]
        assert line.match.text.strip("…") in written
        assert line.match.marks
        for start, end in line.match.marks:
            assert fold(line.match.text[start:end]).startswith(("violence", "montreal"))


def test_the_line_with_most_of_the_words_is_shown_and_comments_are_not(tmp_path: Path) -> None:
    (tmp_path / "fr.md").write_text(
        "---\ntitle: Alpha\n# alpha bravo\nsummary: S\n---\nAlpha.\n# Alpha et bravo\nalpha bravo\n",
        encoding="utf-8",
    )
    match = find_line(["fr.md"], tmp_path, ["alpha", "bravo"])
    assert match is not None
    assert (match.line, match.text, match.marks) == (7, "# Alpha et bravo", ((2, 7), (11, 16)))
    assert find_line(["fr.md"], tmp_path, ["charlie"]) is None


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"]), max_size=400),
    st.integers(10, 120),
)
@example("0 0000000000", 10)
@example(f"voir https://www.example.org/{'0' * 300}", 100)
def test_an_excerpt_is_a_piece_of_its_line(
    tmp_path_factory: pytest.TempPathFactory, text: str, width: int
) -> None:
    root = tmp_path_factory.mktemp("excerpt")
    line = f"{text} Aiguille {text}"
    (root / "fr.md").write_text(f"---\n---\n{line}", encoding="utf-8", newline="\n")
    match = find_line(["fr.md"], root, ["aiguille"], width=width)
    assert match is not None
    assert match.text.removeprefix("…").removesuffix("…") in line
    start, end = match.marks[0]
    assert len(match.text) <= max(width, width // 3 + end - start) + 2
    assert any(fold(match.text[start:end]).startswith("aiguille") for start, end in match.marks)


@given(st.text(max_size=60))
def test_folding_is_stable_and_words_find_themselves(text: str) -> None:
    words = search_words(text)
    assert [fold(word) for word in words] == words
    assert all(re.fullmatch(r"[^\W_]+", word) for word in words)
    for word in words:
        assert search_words(word) == [word]


@given(st.text(st.sampled_from("aéàÔçœŒ ’'-xyZ"), max_size=40))
def test_composed_and_decomposed_are_the_same(text: str) -> None:
    assert search_words(unicodedata.normalize("NFD", text)) == search_words(unicodedata.normalize("NFC", text))
    composed = unicodedata.normalize("NFC", text)
    for start, end, word in find_words(composed, search_words(composed)):
        assert fold(composed[start:end]).startswith(word)


def test_no_combining_mark_is_left_of_any_alphabet() -> None:
    marks = [chr(code) for code in range(sys.maxunicode + 1) if unicodedata.combining(chr(code))]
    assert len(marks) > 800
    assert [mark for mark in marks if fold(f"a{mark}b") != "ab"] == []
