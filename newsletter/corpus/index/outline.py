"""Articles made from the index alone, for those who choose articles and do not read them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from newsletter.corpus.index.entries import ArticleEntry, TranslationEntry
from newsletter.models.article import Article, ArticleData, Corpus, Kind, Source, Translation, TranslationData
from newsletter.models.finding import SourceMap


def outline(entries: Mapping[str, ArticleEntry], broken: Iterable[str]) -> Corpus:
    """A corpus of articles that have kind, day, tags, per language title, summary and digest, and nothing else.

    No body, link, picture or data of the kind is in them: enough for `choose_articles`, not for composing.
    """
    return Corpus(_Outlines(entries), frozenset(broken))


class _Outlines(Mapping[str, Article]):
    """Makes each article when it is asked for: most callers look at a few of 10,000."""

    def __init__(self, entries: Mapping[str, ArticleEntry]) -> None:
        self._entries = entries
        self._made: dict[str, Article] = {}

    def __getitem__(self, slug: str) -> Article:
        if slug not in self._made:
            self._made[slug] = _article(self._entries[slug])
        return self._made[slug]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


class _Texts(Mapping[str, Translation]):
    """The languages of an article; most callers only ask which there are."""

    def __init__(self, entries: Mapping[str, TranslationEntry]) -> None:
        self._entries = entries

    def __getitem__(self, language: str) -> Translation:
        one = self._entries[language]
        data = _WORDS.model_copy(update={"title": one.title, "summary": one.summary})
        return Translation(language, data, "", 1, one.digest, _NOWHERE)

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


def _article(entry: ArticleEntry) -> Article:
    data = _DATA.model_copy(update={"kind": entry.kind, "published": entry.published, "tags": entry.tags})
    texts = {file.rpartition("/")[2].removesuffix(".md") for file in entry.files if file.endswith(".md")}
    faulty = frozenset(texts - entry.translations.keys())
    place = SourceMap(entry.files[0], {})
    return Article(entry.slug, data, _Texts(entry.translations), place, entry.files, faulty)


# Copied, not made: what is kept was validated when it was read, and validating again costs as much as reading.
_DATA = ArticleData(kind=Kind.NEWS, published=date.min, source=Source(name="?"))
_WORDS = TranslationData(title="?", summary="?")
_NOWHERE = SourceMap("", {})
