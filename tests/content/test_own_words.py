"""Sentences of the corpus and of the issues are our own, and no address of the captures is in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsletter.compose.issue_file import issue_ids
from newsletter.corpus import load_corpus
from newsletter.models.article import Article

ROOT = Path(__file__).resolve().parents[2]
ARTICLES = list(load_corpus(ROOT / "corpus", ROOT)[0].articles.values())

LONGEST_RUN = 12
"""Words in a row that no sentence of ours may share with a capture; names and titles are shorter."""


def by_slug(article: Article) -> str:
    return article.slug


def runs(text: str) -> Iterator[tuple[str, ...]]:
    words = re.findall(r"[^\W_]+(?:['-][^\W_]+)*", text)
    yield from (tuple(words[i : i + LONGEST_RUN]) for i in range(len(words) - LONGEST_RUN + 1))


@pytest.fixture(scope="session")
def copied(captures, plain):
    """What a text has copied from any capture: a function of the text."""
    theirs = {run for path in captures.folder.glob("*.txt") for run in runs(plain(path.read_text("utf-8")))}
    return lambda text: [" ".join(run) for run in runs(plain(text)) if run in theirs]


@pytest.mark.parametrize("article", ARTICLES, ids=by_slug)
def test_sentences_of_the_corpus_are_our_own(captures, copied, prose, article):
    for language in ("fr", "en"):
        assert copied(prose(article, language)) == []


@pytest.mark.parametrize("name", issue_ids(ROOT / "issues", ROOT))
def test_sentences_of_the_issues_are_our_own(captures, copied, name):
    assert copied((ROOT / "issues" / f"{name}.yaml").read_text(encoding="utf-8")) == []


def test_the_comparison_sees_a_copy(captures, copied):
    """A capture compared with itself is all copy: the tests above are not blind."""
    assert all(copied(part.text) for part in captures.parts)


def test_no_address_of_the_captures_is_ours(captures):
    real = {
        found
        for path in captures.folder.glob("*.txt")
        for found in re.findall(r"[\w.+-]+@[\w.-]+\w", path.read_text("utf-8"))
    }
    assert real
    for file in [*ROOT.glob("corpus/*/*.*"), *ROOT.glob("issues/*.yaml"), ROOT / "newsletter.yaml"]:
        text = file.read_text(encoding="utf-8")
        assert not any(address in text for address in real), file.name
