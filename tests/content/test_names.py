"""Names, dates and addresses in the data and in our sentences: those of the source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from newsletter.corpus import load_corpus
from newsletter.models.article import Article

ROOT = Path(__file__).resolve().parents[2]
CORPUS, _ = load_corpus(ROOT / "corpus", ROOT)
ARTICLES = list(CORPUS.articles.values())

SPELLED_OUT = {"OSCE": "Organization for Security and Co-operation in Europe"}
"""What an abbreviation of a source stands for, where no capture says it."""

NOT_NAMES = {
    "ICPC",
    "ICPC’s",
    "Canada’s",
    "Quebec",
    "Quebec’s",
    "Franco-Quebec",
    "French",
    "English",
    "Montréal-Nord",
}
"""Capitals that are ours: the organisation, spellings, languages."""

FRENCH_NAMES = (
    "Nations Unies",
    "Jeunesse Canada au travail",
    "Protocole de Palerme",
    "Université Paris 1",
)
"""Official French names that no article has in its data; their English ones stand in the captures."""

FRENCH_FIRST_WORDS = re.compile(r"^(?:(?:Au|Aux|Du|La|Le|Les|Pour)[ \u00a0]|[DLdl]’)")


def by_slug(article: Article) -> str:
    return article.slug


@pytest.fixture
def stands_in(plain):
    def stands_in(source: str, name: str) -> bool:
        return re.search(rf"(?<!\w){re.escape(plain(name))}(?!\w)", source) is not None

    return stands_in


@pytest.fixture
def named_in_source(captures, plain):
    """The source of an article as plain text, with its abbreviations spelled out."""

    def named(article: Article) -> str:
        text = captures.window(article)
        known = [name for short, name in SPELLED_OUT.items() if re.search(rf"\b{short}\b", text)]
        return plain("\n".join([text, *known]))

    return named


def names(article: Article) -> Iterator[str]:
    """Every proper name in the shared data, as the source would have it: in English."""
    data = article.data
    for value in (*data.organisations, *data.places, *(data.project.partners if data.project else ())):
        yield value if isinstance(value, str) else value["en"]
    for session in data.event.sessions if data.event else ():
        for speaker in session.speakers:
            yield speaker.name
    if data.person:
        yield data.person.name
    if data.job and data.job.contact:
        yield data.job.contact
    if data.media:
        yield data.media.outlet
        yield data.media.title


@pytest.mark.parametrize("article", ARTICLES, ids=by_slug)
def test_names_in_the_data_come_from_the_source(captures, named_in_source, stands_in, article):
    source = named_in_source(article)
    for name in names(article):
        parts = [name] if stands_in(source, name) else re.split(r"[(),]", name)
        for part in parts:
            known = not part.strip() or part == "funding" or stands_in(source, part)
            assert known, f"{part!r} of {name!r} is not in the source"


@pytest.mark.parametrize("article", ARTICLES, ids=by_slug)
def test_names_in_english_sentences_come_from_the_source(captures, named_in_source, plain, prose, article):
    source = set(re.findall(r"[\w-]+", named_in_source(article)))
    for word in _capitalised_inside_sentences(prose(article, "en")):
        parts = re.findall(r"[\w-]+", re.sub(r"['’]s$", "", word))
        known = word in NOT_NAMES or all(plain(part) in source for part in parts)
        assert known, f"{word!r} is not in the source"


def _capitalised_inside_sentences(text: str) -> list[str]:
    start = r"(?:^|[.?!:]\s+|\n|- \*{0,2}|[“(])"
    without_first_words = re.sub(rf"({start})[^\W\d_][\w’'-]*", r"\1", text, flags=re.MULTILINE)
    return re.findall(r"(?<![\w’'-])[A-ZÀ-Þ][\w’'-]+", without_first_words)


@pytest.mark.parametrize("article", ARTICLES, ids=by_slug)
def test_names_in_french_sentences_come_from_the_source(
    captures, named_in_source, plain, prose, stands_in, article
):
    """Capitals in a row are people, programs and bodies: as the source has them, or the French data of the article."""
    data = article.data
    translated = [value["fr"] for value in (*data.organisations, *data.places) if not isinstance(value, str)]
    known = " ".join([named_in_source(article), *map(plain, (*translated, *FRENCH_NAMES))])
    for name in _capitals_in_a_row(prose(article, "fr")):
        assert stands_in(known, name), f"{name!r} is not in the source"


def _capitals_in_a_row(text: str) -> Iterator[str]:
    for row in re.findall(r"[A-ZÀ-Þ][\w’-]+(?:[ \u00a0](?:de )?[A-ZÀ-Þ][\w’-]+)+", text):
        name = FRENCH_FIRST_WORDS.sub("", row)
        if " " in name or "\u00a0" in name:
            yield name


def test_names_are_seen():
    assert list(_capitals_in_a_row("Pour Ève Tremblay, le Centre. Le Centre d’essai, avec Ann Roy")) == [
        "Ève Tremblay",
        "Ann Roy",
    ]
    assert _capitalised_inside_sentences("Here is Ann Roy. She knows Laval: Ask") == ["Ann", "Roy", "Laval"]


def dates(article: Article) -> Iterator[date]:
    data = article.data
    if data.job:
        yield data.job.deadline
    if data.call:
        yield data.call.deadline
    if data.media:
        yield data.media.published
    for session in data.event.sessions if data.event else ():
        yield session.start.date()


@pytest.mark.parametrize("article", [a for a in ARTICLES if any(dates(a))], ids=by_slug)
def test_dates_in_the_data_come_from_the_source(captures, article):
    for day in dates(article):
        assert f"{day:%B} {day.day}, {day.year}" in captures.window(article)


def test_first_deadline_was_extended(captures):
    article = CORPUS.articles["datajam-2021-call"]
    assert "extended to May 3, 2021" in captures.window(article)
    assert article.data.call.deadline == date(2021, 5, 3)


@pytest.mark.parametrize("article", [a for a in ARTICLES if a.data.publication], ids=by_slug)
def test_a_document_is_in_the_languages_the_source_gives(captures, plain, article):
    assert article.data.publication.languages == ("fr",)
    assert "available in french" in plain(captures.window(article))


@pytest.mark.parametrize("article", ARTICLES, ids=by_slug)
def test_addresses_elsewhere_come_from_the_source(captures, article):
    for link in article.data.links.values():
        for url in (link.url_for("fr"), link.url_for("en")):
            assert url.startswith("https://www.example.org/") or url in captures.window(article)
