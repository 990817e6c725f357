"""What the corpus holds: listed, searched, one article shown with everything known about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from newsletter.commands.project import Project
from newsletter.commands.usage import ran_in
from newsletter.corpus import load_article
from newsletter.corpus.health import article_problems
from newsletter.corpus.index import ArticleEntry, CorpusIndex, Excerpt, find_line, open_index, search_words
from newsletter.corpus.index.index import Progress
from newsletter.errors import FileTrouble, ProjectMistake, UnknownName
from newsletter.models.article import Article, Kind
from newsletter.models.finding import Finding, did_you_mean
from newsletter.yamlfile import relative_name


@dataclass(frozen=True)
class Wanted:
    """Which articles: all that fit everything that is given.

    tags: it carries all of them. language: it has a text in it. missing: it has none. since: made known on that
    day or later. before: earlier than that day. used: True for what an issue runs, False for what none does.
    link: one of its links has this in its address.
    """

    kinds: tuple[Kind, ...] = ()
    tags: tuple[str, ...] = ()
    language: str | None = None
    missing: str | None = None
    since: date | None = None
    before: date | None = None
    used: bool | None = None
    link: str | None = None


@dataclass(frozen=True)
class ArticleLine:
    """One article of a list. ran_in: the issues that run it, the oldest first. match: where a search found it."""

    entry: ArticleEntry
    ran_in: tuple[str, ...]
    language: str | None = None
    field: str | None = None
    match: Excerpt | None = None


@dataclass(frozen=True)
class Found:
    """What a search found: the best of it, and how many there are altogether."""

    lines: tuple[ArticleLine, ...]
    total: int


@dataclass(frozen=True)
class TranslationState:
    """One language of an article. state: `missing`, `mistakes`, `stale`, `translation` or `original`."""

    language: str
    state: str
    file: str
    title: str | None = None
    summary: str | None = None
    body: str | None = None
    words: int | None = None
    digest: str | None = None
    made_from: str | None = None


@dataclass(frozen=True)
class LinkElsewhere:
    """An address that other articles link to as well. articles: their slugs. issues: those that ran them."""

    url: str
    articles: tuple[str, ...]
    issues: tuple[str, ...]


@dataclass(frozen=True)
class ShownArticle:
    """Everything about one article."""

    article: Article
    translations: tuple[TranslationState, ...]
    ran_in: tuple[str, ...]
    links_elsewhere: tuple[LinkElsewhere, ...]
    problems: tuple[Finding, ...]


class OpenCorpus:
    """The corpus of a project by its index, and what the issues made of it."""

    def __init__(self, project: Project, *, progress: Progress | None = None) -> None:
        """Raises FileTrouble when the corpus cannot be read."""
        self.project = project
        self.index: CorpusIndex = open_index(
            project.corpus, project.root, project.var / "cache" / "corpus.index", progress=progress
        )

    @cached_property
    def ran_in(self) -> Mapping[str, tuple[str, ...]]:
        """Slug -> the issues that run the article, the oldest first. Raises FileTrouble."""
        return ran_in(self.project, self.index.outline)

    def filter(self, wanted: Wanted) -> list[ArticleEntry]:
        """The articles wanted, the newest first. Raises UnknownName for a tag or a language that nothing has."""
        entries = list(self.index.entries.values())
        self._require_known(wanted, entries)
        found = [entry for entry in entries if _fits(entry, wanted)]
        if wanted.used is not None:
            found = [entry for entry in found if (entry.slug in self.ran_in) is wanted.used]
        found.sort(key=lambda entry: (-entry.published.toordinal(), entry.slug))
        return found

    def _require_known(self, wanted: Wanted, entries: Sequence[ArticleEntry]) -> None:
        if wanted.tags:
            tags = {tag for entry in entries for tag in entry.tags}
            for tag in wanted.tags:
                if tag not in tags:
                    hint = did_you_mean(tag, tags) or f"Tags in use: {', '.join(sorted(tags))}."
                    raise UnknownName(f"no article carries the tag '{tag}'", hint=hint)
        languages = {*self.project.publication.languages, *(code for one in entries for code in one.translations)}
        for language in filter(None, (wanted.language, wanted.missing)):
            if language not in languages:
                hint = f"Languages: {', '.join(sorted(languages))}."
                raise UnknownName(f"no article is in '{language}'", hint=hint)

    def line(self, entry: ArticleEntry) -> ArticleLine:
        """The article as a list shows it."""
        return ArticleLine(entry, self.ran_in.get(entry.slug, ()))


def list_articles(corpus: OpenCorpus, wanted: Wanted) -> tuple[ArticleLine, ...]:
    """The articles wanted, the newest first. Raises UnknownName, FileTrouble."""
    return tuple(corpus.line(entry) for entry in corpus.filter(wanted))


def search_articles(corpus: OpenCorpus, query: str, wanted: Wanted, *, limit: int | None) -> Found:
    """The articles that hold every word of `query`, or words that begin with it, in one language; the best first.

    Accents and case do not matter. A word in the title counts most, then one in the summary. limit: how many
    lines to look up; None for all. Raises UnknownName when `query` has no word in it; FileTrouble.
    """
    words = search_words(query)
    if not words:
        raise UnknownName(f"'{query}' has no word to search for", hint="Give letters or digits.")
    among = {entry.slug for entry in corpus.filter(wanted)}
    hits = corpus.index.search(words, language=wanted.language, among=among)
    lines: list[ArticleLine] = []
    for hit in hits[:limit]:
        entry = corpus.index.entries[hit.slug]
        files = (text_file(entry.files[0], hit.language), entry.files[0])
        match = find_line(files, corpus.project.root, words)
        ran = corpus.ran_in.get(hit.slug, ())
        lines.append(ArticleLine(entry, ran, hit.language, hit.field, match))
    return Found(tuple(lines), len(hits))


def show_article(corpus: OpenCorpus, slug: str) -> ShownArticle:
    """Everything about one article.

    Raises UnknownName, FileTrouble; ProjectMistake when its article.yaml has mistakes.
    """
    article, findings = load_known(corpus, slug)
    slug = article.slug
    languages = dict.fromkeys((*corpus.project.publication.languages, *article.translations))
    return ShownArticle(
        article,
        tuple(_state(article, language, corpus.index.entries[slug]) for language in languages),
        corpus.ran_in.get(slug, ()),
        tuple(_elsewhere(corpus, slug)),
        tuple(sorted(article_problems(article, findings), key=Finding.sort_key)),
    )


def load_known(corpus: OpenCorpus, slug: str) -> tuple[Article, list[Finding]]:
    """The article called `slug` and what is wrong with its texts.

    slug: also as a path, corpus/<slug>/ or a file in it. Raises UnknownName, ProjectMistake, FileTrouble.
    """
    parts = [part for part in slug.replace("\\", "/").split("/") if part]
    name = parts[parts.index("corpus") + 1] if "corpus" in parts[:-1] else slug.strip("/")
    known = [*corpus.index.entries, *corpus.index.broken]
    if name not in known:
        hint = did_you_mean(name, known) or "See them all: newsletter corpus list"
        if name in drafts(corpus.project):
            hint = f"It is a draft; take it in: newsletter corpus accept {name}"
        raise UnknownName(f"no article '{name}'", hint=hint)
    article, findings = load_article(corpus.project.corpus / name, corpus.project.root)
    if article is None:
        raise ProjectMistake(f"the article '{name}' has mistakes; correct them first", findings)
    return article, findings


def drafts(project: Project) -> tuple[str, ...]:
    """Names of the drafts that wait in `corpus/_drafts/`. Raises FileTrouble when it cannot be read."""
    folder = project.corpus / "_drafts"
    try:
        return tuple(sorted(one.name for one in folder.iterdir() if (one / "article.yaml").is_file()))
    except FileNotFoundError:
        return ()
    except OSError as error:
        where = relative_name(folder, project.root)
        hint = "Check the permissions of the folder."
        raise FileTrouble(f"the drafts cannot be read: {error.strerror}", where=where, hint=hint) from error


def text_file(article_file: str, language: str) -> str:
    """The file of a translation, beside the article.yaml called `article_file`."""
    return f"{article_file.removesuffix('article.yaml')}{language}.md"


def _fits(entry: ArticleEntry, wanted: Wanted) -> bool:
    return (
        (not wanted.kinds or entry.kind in wanted.kinds)
        and all(tag in entry.tags for tag in wanted.tags)
        and (wanted.language is None or wanted.language in entry.translations)
        and (wanted.missing is None or wanted.missing not in entry.translations)
        and (wanted.since is None or entry.published >= wanted.since)
        and (wanted.before is None or entry.published < wanted.before)
        and (wanted.link is None or any(wanted.link.casefold() in url.casefold() for url in entry.urls))
    )


def _state(article: Article, language: str, entry: ArticleEntry) -> TranslationState:
    file = text_file(article.files[0], language)
    one = article.translations.get(language)
    if one is None:
        return TranslationState(language, "mistakes" if file in article.files else "missing", file)
    made_from = one.data.translated_from.language if one.data.translated_from else None
    state = "stale" if language in entry.stale else "translation" if made_from else "original"
    return TranslationState(
        language,
        state,
        file,
        title=one.data.title,
        summary=one.data.summary,
        body=one.body,
        words=entry.translations[language].words,
        digest=one.digest,
        made_from=made_from,
    )


def _elsewhere(corpus: OpenCorpus, slug: str) -> Iterator[LinkElsewhere]:
    for url in corpus.index.entries[slug].urls:
        others = tuple(
            entry.slug for entry in corpus.index.entries.values() if entry.slug != slug and url in entry.urls
        )
        if others:
            issues = {issue: None for other in others for issue in corpus.ran_in.get(other, ())}
            yield LinkElsewhere(url, others, tuple(issues))
