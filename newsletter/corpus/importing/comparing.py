"""Each article found against the others of the import, against earlier imports and against the corpus."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from newsletter.corpus.importing.duplicates import Index, are_versions, fingerprints, similarity
from newsletter.corpus.importing.ledger import Imported, Ledger, text_digest
from newsletter.corpus.importing.records import FoundArticle
from newsletter.corpus.importing.shapes import fold, words
from newsletter.models.article import Article, Corpus


class Status(StrEnum):
    """What an article found is to what is there already."""

    NEW = "new"
    DUPLICATE = "duplicate"
    CHANGED = "changed"
    KNOWN = "known"


@dataclass
class Compared:
    """An article found, and what it is a version of.

    of: the entry of this import it duplicates. of_slug: the draft or article of earlier. row: what the ledger
    knows of the same words. other_text: the words it was compared with. alike: shared part of the shorter text,
    0 to 1. proposal: which version to keep, and why.
    """

    found: FoundArticle
    digest: str
    status: Status = Status.NEW
    of: Compared | None = None
    of_slug: str | None = None
    row: Imported | None = None
    other_text: str | None = None
    alike: float = 0.0
    proposal: str | None = None
    fuller: bool = False
    captures: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The article's words."""
        return self.found.text


@dataclass(frozen=True)
class _Stored:
    slug: str
    title: str
    file: str | None
    text: str | None
    digest: str = ""


class Known:
    """Everything an import is compared with: the ledger's articles and those of the corpus."""

    def __init__(self, ledger: Ledger, corpus: Corpus) -> None:
        self._ledger = ledger
        self._stored: list[_Stored] = []
        self._index = Index()
        self._digests: dict[str, Imported] = {}
        self._sources: dict[tuple[str, str], str] = {}
        for row in ledger.articles:
            self._digests.setdefault(row.digest, row)
            self._add(_Stored(row.slug, row.title, row.file, None, row.digest), row.fingerprints())
        for article in corpus.articles.values():
            self._add_article(article)

    def _add(self, stored: _Stored, prints: Iterable[int]) -> None:
        self._index.add(len(self._stored), stored.title, prints)
        self._stored.append(stored)

    def _add_article(self, article: Article) -> None:
        source = article.data.source
        for capture in source.captures:
            if source.title:
                self._sources[capture, fold(source.title)] = article.slug
        for translation in article.translations.values():
            text = "\n".join([translation.data.title, translation.data.summary, translation.body])
            self._add(_Stored(article.slug, translation.data.title, None, text), fingerprints(text))
        if source.title:
            self._add(_Stored(article.slug, source.title, None, ""), ())

    def compare(self, one: Compared) -> None:
        """Set the status of `one` when it, or a version of it, is known."""
        if (row := self._digests.get(one.digest)) is not None:
            one.status, one.of_slug, one.row, one.alike = Status.KNOWN, row.slug, row, 1.0
            return
        near = [self._stored[key] for key in self._index.near(one.found.title, fingerprints(one.text))]
        near.sort(key=lambda stored: stored.file != one.found.name)  # an earlier state of the same file first
        slug = self._sources.get((one.found.name, fold(one.found.title)))
        for stored in near:
            if slug is not None and stored.file != one.found.name:
                break
            text = stored.text if stored.text is not None else self._ledger.text(stored.digest)
            if self._is_version(one, stored, text):
                self._set_version(one, stored, text)
                return
        if slug is not None:
            one.status, one.of_slug = Status.KNOWN, slug

    def _is_version(self, one: Compared, stored: _Stored, text: str) -> bool:
        if not text:  # an article of the corpus that names the title it was written from
            return (
                stored.file is None
                and len(words(stored.title)) >= 3
                and fold(stored.title) == fold(one.found.title)
            )
        return are_versions(one.found.title, one.text, stored.title, text)

    def _set_version(self, one: Compared, stored: _Stored, text: str) -> None:
        one.of_slug, one.other_text = stored.slug, text or None
        one.alike = similarity(one.text, text)[0] if text else 0.0
        one.status = Status.CHANGED if stored.file == one.found.name else Status.DUPLICATE
        ours, theirs = len(words(one.text)), len(words(text))
        one.fuller = bool(text) and ours > theirs
        if one.status is Status.CHANGED:
            one.proposal = f"take this version: the file changed since ({ours} words, {theirs} before)"
        elif text:
            one.proposal = _which(one.fuller, ours, theirs)


def _which(fuller: bool, ours: int, theirs: int) -> str:
    if fuller:
        return f"take this version: it is the fuller one ({ours} words against {theirs})"
    what = "as full" if ours == theirs else "fuller"
    return f"keep the version there: it is {what} ({theirs} words against {ours})"


def compare_all(found: Sequence[FoundArticle], known: Known) -> list[Compared]:
    """Every article with its status, in the order found."""
    compared = [Compared(article, text_digest(article.text), captures=[article.name]) for article in found]
    for one in compared:
        known.compare(one)
    _follow_known(compared)
    _compare_inside([one for one in compared if one.status is Status.NEW])
    return compared


def _follow_known(compared: Sequence[Compared]) -> None:
    """A version of an article that stands in this import too, and is known, is a version of what is known."""
    known = [one for one in compared if one.of_slug is not None]
    index = Index()
    for key, one in enumerate(known):
        index.add(key, one.found.title, fingerprints(one.text))
    for one in compared if known else ():
        if one.status is not Status.NEW:
            continue
        for near in index.near(one.found.title, fingerprints(one.text)):
            other = known[near]
            if are_versions(one.found.title, one.text, other.found.title, other.text):
                one.status, one.of_slug, one.other_text = Status.DUPLICATE, other.of_slug, other.text
                one.alike = similarity(one.text, other.text)[0]
                ours, theirs = len(words(one.text)), len(words(other.text))
                one.proposal = _which(ours > theirs, ours, theirs)
                break


def _compare_inside(fresh: Sequence[Compared]) -> None:
    """Versions of one article within the import: the fullest is proposed, the others point at it."""
    index = Index()
    group_of = list(range(len(fresh)))

    def top(key: int) -> int:
        while group_of[key] != key:
            key = group_of[key]
        return key

    for key, one in enumerate(fresh):
        prints = fingerprints(one.text)
        for near in index.near(one.found.title, prints):
            other = fresh[near]
            if top(near) != top(key) and (
                one.digest == other.digest
                or are_versions(one.found.title, one.text, other.found.title, other.text)
            ):
                group_of[top(key)] = top(near)
        index.add(key, one.found.title, prints)
    groups: dict[int, list[Compared]] = {}
    for key, one in enumerate(fresh):
        groups.setdefault(top(key), []).append(one)
    for group in groups.values():
        if len(group) > 1:
            _settle(group)


def _settle(group: Sequence[Compared]) -> None:
    """The fullest of a group stays new; of equally full ones the first, as pages print the newest first."""
    best = max(group, key=lambda one: len(words(one.text)))
    count = len(words(best.text))
    best.captures = list(dict.fromkeys(one.found.name for one in group))
    for one in group:
        if one is not best:
            one.status, one.of, one.other_text = Status.DUPLICATE, best, best.text
            one.alike = similarity(one.text, best.text)[0]
            own = len(words(one.text))
            same = one.digest == best.digest
            one.proposal = "the same words" if same else _which(False, own, count)
