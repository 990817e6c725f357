"""Every article of the captures stands in the corpus once, and every article of the corpus says where it is from."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from newsletter.corpus import load_corpus
from newsletter.models.article import Article

ROOT = Path(__file__).resolve().parents[2]
ARTICLES = list(load_corpus(ROOT / "corpus", ROOT)[0].articles.values())

SECOND_READINGS = {"datajam-2021-call": "datajam-2021-competition"}
"""One text, two articles: a presentation of the contest that also holds the call to enter it, with its deadline."""


def by_slug(article: Article) -> str:
    return article.slug


def test_captures_hold_as_many_articles_as_were_counted(captures):
    """The same article stands in several captures, in slightly different words, and never twice in one."""
    assert len(captures.parts) == 45
    distinct = []
    for part in captures.parts:
        assert part.title.strip()
        same = [other for other in distinct if other.is_titled(part.title)]
        assert len(same) <= 1
        assert all(other.file != part.file for other in same)
        distinct += [] if same else [part]
    assert len(distinct) == 37


def test_every_article_of_the_captures_stands_in_the_corpus_once(captures):
    for part in captures.parts:
        claims = [article.slug for article in ARTICLES if part in captures.claimed_by(article)]
        first = [slug for slug in claims if slug not in SECOND_READINGS]
        assert len(first) == 1, f"{part.file}:{part.line}: {part.title!r} is claimed by {claims}"
        assert all(SECOND_READINGS[slug] == first[0] for slug in set(claims) - set(first))


@pytest.mark.parametrize("article", ARTICLES, ids=by_slug)
def test_article_names_every_capture_it_stands_in(captures, article):
    assert article.data.source.title
    stands_in = [part.file for part in captures.parts if part.is_titled(article.data.source.title)]
    assert list(article.data.source.captures) == stands_in != []
    assert article.data.source.title in {part.title.strip() for part in captures.claimed_by(article)}


@pytest.mark.parametrize("article", ARTICLES, ids=by_slug)
def test_day_of_publication_is_given_or_accounted_for(article):
    """Captures are rarely dated: where the day is our choice, the note for editors says how it was made."""
    note = article.data.source.note or ""
    assert re.search(r"\b(published|chosen|dated|undated|the day is ours)\b", note, re.IGNORECASE), note
