"""What the index remembers of an article."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from newsletter.corpus.health import article_problems
from newsletter.corpus.index.words import search_words
from newsletter.models.article import Article, Kind, Translation
from newsletter.models.finding import Finding, Severity

FIELDS = ("title", "summary", "shared", "body")
"""The parts of a searched text, in the order they are kept in. shared: names, places, tags, labels."""


@dataclass(frozen=True, slots=True)
class TranslationEntry:
    """One language of an article.

    digest: of its words now. made_from, made_from_digest: what `translated_from` says, if anything.
    words: of title, summary and body together.
    """

    title: str
    summary: str
    digest: str
    made_from: str | None
    made_from_digest: str | None
    words: int


@dataclass(frozen=True, slots=True)
class ArticleEntry:
    """One article, as far as listing, choosing and counting need it.

    files: every file it was read from, relative to the project root; a language whose file has a mistake is among
    the files, not among the translations. urls: the addresses of its links. problems: what is wrong with it by
    itself, mistakes of its files among them.
    """

    slug: str
    kind: Kind
    published: date
    tags: tuple[str, ...]
    translations: Mapping[str, TranslationEntry]
    urls: tuple[str, ...]
    files: tuple[str, ...]
    problems: tuple[Finding, ...]

    @property
    def stale(self) -> tuple[str, ...]:
        """Languages whose text was made from an older text than the one there is now."""
        return tuple(
            language
            for language, one in self.translations.items()
            if one.made_from is not None
            and one.made_from in self.translations
            and self.translations[one.made_from].digest != one.made_from_digest
        )

    def title(self, language: str) -> str:
        """The title in `language`, else in any."""
        one = self.translations.get(language) or next(iter(self.translations.values()), None)
        return one.title if one else ""


def make_entry(article: Article, findings: list[Finding]) -> tuple[ArticleEntry, dict[str, bytes]]:
    """The entry of an article, and per language the words to search in. findings: the loader's."""
    texts = {language: searched_text(article, one) for language, one in sorted(article.translations.items())}
    translations = {
        language: TranslationEntry(
            one.data.title,
            one.data.summary,
            one.digest,
            one.data.translated_from.language if one.data.translated_from else None,
            one.data.translated_from.digest if one.data.translated_from else None,
            len(" ".join((one.data.title, one.data.summary, one.body)).split()),
        )
        for language, one in sorted(article.translations.items())
    }
    entry = ArticleEntry(
        article.slug,
        article.data.kind,
        article.data.published,
        article.data.tags,
        translations,
        tuple(dict.fromkeys(_urls(article))),
        article.files,
        article_problems(article, findings),
    )
    return entry, texts


def searched_text(article: Article, one: Translation) -> bytes:
    """The folded words of a translation, its fields apart: a word begins after a space and ends at one."""
    shared = " ".join((article.slug, *article.data.tags, *_names(article, one.language), *_labels(one)))
    fields = (one.data.title, one.data.summary, shared, one.body)
    return "\t".join(f" {' '.join(search_words(text))} " for text in fields).encode() + b"\n"


def _labels(one: Translation) -> Iterator[str]:
    yield from filter(None, (one.data.kicker, *one.data.links.values(), *one.data.alts.values()))


def _names(article: Article, language: str) -> Iterator[str]:
    """Words of article.yaml that a reader of `language` could look for: all but addresses and the source."""
    data = article.data.model_dump(
        mode="python", exclude={"links", "images", "kind", "published", "tags", "source"}, exclude_none=True
    )
    yield from _texts(data, language)


def _texts(value: object, language: str) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        if language in value and all(isinstance(text, str) for text in value.values()):
            yield value[language]
            return
        for inner in value.values():
            yield from _texts(inner, language)
    elif isinstance(value, tuple | list):
        for inner in value:
            yield from _texts(inner, language)


def _urls(article: Article) -> Iterator[str]:
    for link in article.data.links.values():
        yield from (link.url,) if isinstance(link.url, str) else link.url.values()


# As JSON: lists, because 10,000 articles are read at every start ---------------------------------------------


def pack(entry: ArticleEntry) -> list[Any]:
    """The entry as JSON can hold it."""
    translations = {
        language: [one.title, one.summary, one.digest, one.made_from, one.made_from_digest, one.words]
        for language, one in entry.translations.items()
    }
    return [
        entry.slug,
        entry.kind.value,
        entry.published.isoformat(),
        entry.tags,
        translations,
        entry.urls,
        entry.files,
        pack_findings(entry.problems),
    ]


def unpack(packed: list[Any]) -> ArticleEntry:
    """The entry that `pack` packed."""
    slug, kind, published, tags, translations, urls, files, problems = packed
    return ArticleEntry(
        slug,
        _KINDS[kind],
        date.fromisoformat(published),
        tuple(tags),
        {language: TranslationEntry(*one) for language, one in translations.items()},
        tuple(urls),
        tuple(files),
        unpack_findings(problems) if problems else (),
    )


_KINDS = {kind.value: kind for kind in Kind}


def pack_findings(findings: tuple[Finding, ...]) -> list[list[Any]]:
    """Findings as JSON can hold them."""
    return [
        [one.rule, one.severity.value, one.message, one.file, one.line, one.column, one.hint, one.edition]
        for one in findings
    ]


def unpack_findings(packed: list[list[Any]]) -> tuple[Finding, ...]:
    """The findings that `pack_findings` packed."""
    return tuple(Finding(rule, Severity(severity), *rest) for rule, severity, *rest in packed)
