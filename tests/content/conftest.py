"""The captures the corpus was written from lie beside the checkout, not in it; this is how tests read them.

They are looked for in ``../shared/seeds`` beside the checkout, or in ``NEWSLETTER_SEEDS``. Which lines of them are
titles was counted by hand and stands in `title_lines.yaml`. Without captures there is nothing to compare with: what
asks for them is deselected, and the report counts it.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path

import pytest

from newsletter.models.article import Article
from newsletter.yamlfile import read_yaml

ROOT = Path(__file__).resolve().parents[2]
SEEDS = Path(os.environ.get("NEWSLETTER_SEEDS") or ROOT.parent / "shared" / "seeds")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if SEEDS.is_dir():
        return
    here = Path(__file__).parent
    compared = [
        item for item in items if item.path.parent == here and "captures" in getattr(item, "fixturenames", ())
    ]
    config.hook.pytest_deselected(items=compared)
    items[:] = [item for item in items if item not in compared]


def _plain(text: str) -> str:
    """For comparing: no accents, straight quotes, single spaces, lower case, one spelling of what varies."""
    text = unicodedata.normalize("NFKD", text)
    text = "".join(char for char in text if not unicodedata.combining(char))
    text = re.sub("[’‘]", "'", text).casefold()
    text = re.sub(r"[\s\u00a0]+", " ", text)
    return re.sub("[“”]", '"', text).replace("neighborhood", "neighbourhood").strip()


def _title_key(text: str) -> str:
    """Captures of one article differ in "The ICPC ..." and "ICPC ..."."""
    return _plain(text).removeprefix("the ").replace(" the icpc ", " icpc ")


@cache
def _nearly_equal(one: str, other: str) -> bool:
    comparison = SequenceMatcher(None, one, other, autojunk=False)
    return comparison.real_quick_ratio() > 0.9 and comparison.ratio() > 0.9


@dataclass(frozen=True)
class Captured:
    """One article as it stands in one capture: its title line and everything up to the next title."""

    file: str
    line: int
    title: str
    text: str

    def is_titled(self, title: str) -> bool:
        """Captures of one article spell its title a little differently; titles of two articles are far apart."""
        return _nearly_equal(_title_key(self.title), _title_key(title))


class Captures:
    """The five files, cut into articles at the title lines that a person counted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.parts = tuple(self._parts())

    def file(self, name: str) -> str:
        text = (self.folder / name).read_text(encoding="utf-8")
        return text.replace("articleHomicides", "article “Homicides")  # a quotation mark lost in the capture

    def _parts(self) -> Iterator[Captured]:
        document, findings = read_yaml(Path(__file__).with_name("title_lines.yaml"), ROOT)
        assert document is not None, findings
        for name, titles in document.data.items():
            lines = self.file(name).splitlines()
            starts = [int(line) for line in titles]
            for start, end in zip(starts, [*starts[1:], len(lines) + 1], strict=True):
                yield Captured(name, start, lines[start - 1], "\n".join(lines[start - 1 : end - 1]))

    def claimed_by(self, article: Article) -> list[Captured]:
        """What an article of the corpus says it was written from: `source.title` in each of `source.captures`."""
        title, files = article.data.source.title, article.data.source.captures
        return [part for part in self.parts if title and part.file in files and part.is_titled(title)]

    def windows(self, article: Article) -> list[str]:
        """The part of each capture that is about the article, in the order of `source.captures`."""
        found = {part.file: part.text for part in self.claimed_by(article)}
        for name in article.data.source.captures:
            assert name in found, f"{article.slug}: {name} has no article titled {article.data.source.title!r}"
        return [found[name] for name in article.data.source.captures]

    def window(self, article: Article) -> str:
        return "\n".join(self.windows(article))


@pytest.fixture(scope="session")
def captures() -> Captures:
    return Captures(SEEDS)


@pytest.fixture(scope="session")
def plain() -> Callable[[str], str]:
    return _plain


def _texts(article: Article, language: str) -> str:
    translation = article.translations[language]
    pieces = [translation.data.title, translation.data.summary, translation.body]
    for session in article.data.event.sessions if article.data.event else ():
        pieces += [session.title[language], session.summary[language] if session.summary else ""]
    return "\n".join(pieces)


@pytest.fixture(scope="session")
def prose() -> Callable[[Article, str], str]:
    """What an article says in sentences, in one language: a function of the article and the language."""
    return _texts
