"""The whole of an import, worked out before anything is written: what was found, what it is, what to write."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from newsletter.corpus.importing.comparing import Compared, Known, Status, compare_all
from newsletter.corpus.importing.drafting import Draft, make_draft, version_of
from newsletter.corpus.importing.ledger import (
    DRAFTS,
    Imported,
    Ledger,
    draft_digest,
    draft_on_disk,
    holds_only,
    load_ledger,
    packed,
)
from newsletter.corpus.importing.pairing import Candidate, pair
from newsletter.corpus.importing.slugs import slug_of
from newsletter.corpus.importing.sources import SourceReading
from newsletter.corpus.reading import tell_language
from newsletter.models.article import Corpus
from newsletter.models.publication import Publication

_ENOUGH_TO_TELL = 2000
"""Characters from which the language of an article is told."""

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many are done, and of how many."""


@dataclass
class Entry:
    """One article found in one file, and what became of it.

    slug: the draft or article its words are in. duplicate_of: the draft or article it is a version of; None for
    a new one. paired: the same article in the other language. read: what its draft holds, by
    name of the field. written: a draft is made of it.
    """

    compared: Compared
    language: str | None
    kind: str = "news"
    slug: str = ""
    duplicate_of: str | None = None
    look: list[str] = field(default_factory=list)
    paired: Entry | None = None
    read: dict[str, list[str]] = field(default_factory=dict)
    written: bool = False


@dataclass(frozen=True)
class ImportPlan:
    """Everything an import would do. files: path -> text, in the order to write them, the ledger last."""

    entries: tuple[Entry, ...]
    files: dict[Path, str]
    readings: tuple[SourceReading, ...]
    drafts: int


class _Importer:
    """Holds what the steps of one import share."""

    def __init__(self, corpus: Corpus, folder: Path, ledger: Ledger, publication: Publication, progress: Progress):
        self.corpus = corpus
        self.drafts = folder / DRAFTS
        self.ledger = ledger
        self.publication = publication
        self.progress = progress
        self.files: dict[Path, str] = {}
        self.made = 0
        self._slugs = set(corpus.articles) | {row.slug for row in ledger.articles} | set(ledger.drafts)

    def run(self, readings: Sequence[SourceReading]) -> list[Entry]:
        found = [article for reading in readings for article in reading.articles]
        self.progress("comparing articles", 0, len(found))
        compared = compare_all(found, Known(self.ledger, self.corpus))
        entries = [self._entry(one) for one in compared]
        self._pair(entries)
        fresh = [entry for entry in entries if entry.compared.status is Status.NEW and not self._follows(entry)]
        for position, entry in enumerate(fresh):
            self.progress("drafting articles", position, len(fresh))
            self._draft(entry)
        by_compared = {id(entry.compared): entry for entry in entries}
        for entry in entries:
            self._settle(entry, by_compared)
        self._remember(entries)
        return entries

    def _entry(self, one: Compared) -> Entry:
        article = one.found
        if one.row is not None:
            return Entry(one, one.row.language, one.row.kind)
        told = tell_language(article.text[:_ENOUGH_TO_TELL])
        look = [*article.doubts]
        if not article.title_found:
            look.append("title: the source gives none, its first words stand in")
        if told is None and article.language is None:
            look.append("language: could not be told")
        elif told is not None and article.language is not None and told != article.language:
            look.append(f"language: the page says {article.language}, its words say {told}")
        if "\ufffd" in article.text:
            look.append("characters were lost in the file")
        return Entry(one, told or article.language, look=look)

    def _pair(self, entries: Sequence[Entry]) -> None:
        """French and English versions among the new articles become one draft."""
        by_key = dict(enumerate(entries))
        sides: dict[str, list[Candidate]] = {"fr": [], "en": []}
        for key, entry in by_key.items():
            article = entry.compared.found
            if entry.compared.status is Status.NEW and entry.language in sides:
                group = _bare_name(article.name)
                sides[entry.language].append(Candidate(key, article.title, article.text, key, group, article.file))
        for ours, theirs, _ in pair(sides["fr"], sides["en"]):
            by_key[ours].paired, by_key[theirs].paired = by_key[theirs], by_key[ours]

    def _follows(self, entry: Entry) -> bool:
        """The version that does not lead its pair: languages lead in the publication's order."""
        order = [*self.publication.languages, "fr", "en"]
        return entry.paired is not None and order.index(entry.language or "") > order.index(
            entry.paired.language or ""
        )

    def _draft(self, entry: Entry, slug: str | None = None) -> None:
        language = entry.language or self.publication.languages[0]
        versions = [version_of(entry.compared.found, language)]
        captures = [*entry.compared.captures]
        if entry.paired is not None and entry.paired.language:
            versions.append(version_of(entry.paired.compared.found, entry.paired.language))
            captures += entry.paired.compared.captures
        titled = next((v for v in versions if v.language == "en"), versions[0])
        draft = make_draft(versions, list(dict.fromkeys(captures)), entry.look, self.publication)
        slug = slug or slug_of(titled.article.title, lambda name: self._taken(name, draft))
        self._slugs.add(slug)
        for name, text in draft.files.items():
            self.files[self.drafts / slug / name] = text
        self.ledger.drafts[slug] = draft_digest(draft.files.items())
        self.made += 1
        for one in filter(None, (entry, entry.paired)):
            one.slug, one.kind, one.read, one.written = slug, draft.kind.value, draft.read, True
            one.look = list(dict.fromkeys([*one.look, *draft.look]))

    def _taken(self, slug: str, draft: Draft) -> bool:
        if slug in self._slugs:
            return True
        # An import that was cut off before its ledger was written left the same files, or some of them.
        return not holds_only(self.drafts / slug, draft.files)

    def _settle(self, entry: Entry, by_compared: Mapping[int, Entry]) -> None:
        """What became of an article that is not new: which one it is a version of, and which version to keep."""
        one = entry.compared
        if one.status is Status.NEW:
            return
        if one.of is not None:
            kept = by_compared[id(one.of)]
            entry.slug, entry.kind = kept.slug, kept.kind
        else:
            entry.slug, entry.kind = one.of_slug or "", self._kind_of(entry)
        entry.duplicate_of = entry.slug
        if one.status is Status.KNOWN:
            return
        if one.text != one.other_text:
            entry.look.append(f"another version of {entry.slug}: {one.proposal or 'compare the two'}")
        if one.of is None and (one.status is Status.CHANGED or one.fuller):
            self._later_version(entry)

    def _later_version(self, entry: Entry) -> None:
        """A changed or fuller version replaces a draft nobody touched; otherwise it gets a draft of its own."""
        before = entry.slug
        rows = [row for row in self.ledger.articles if row.slug == before and row.status != Status.DUPLICATE]
        on_disk = draft_on_disk(self.drafts / before)
        if len(rows) <= 1 and on_disk is not None and on_disk == self.ledger.drafts.get(before):
            self._draft(entry, before)
        elif entry.compared.status is Status.CHANGED:
            entry.look.append(
                f"{before} was edited, accepted or paired since: the changed words are a draft beside it"
            )
            self._draft(entry, slug_of(f"{before} changed", lambda name: name in self._slugs))

    def _kind_of(self, entry: Entry) -> str:
        if entry.compared.row is not None:
            return entry.compared.row.kind
        article = self.corpus.articles.get(entry.slug)
        if article is not None:
            return article.data.kind.value
        language = entry.language or self.publication.languages[0]
        return version_of(entry.compared.found, language).fields.kind.kind.value

    def _remember(self, entries: Sequence[Entry]) -> None:
        """Write down every article seen for the first time, so that a second import changes nothing."""
        seen = {row.digest for row in self.ledger.articles}
        before = len(self.ledger.articles)
        for entry in entries:
            one, article = entry.compared, entry.compared.found
            if one.digest not in seen:
                seen.add(one.digest)
                row = Imported(
                    one.digest, article.title, entry.language, article.name, article.line, entry.slug,
                    one.status.value, entry.kind, packed(article.text),
                )  # fmt: skip
                self.ledger.add(row, article.text)
        if len(self.ledger.articles) > before:
            self.files.update(self.ledger.files())


def _bare_name(name: str) -> str:
    """``news.fr.html`` and ``news-en.html`` are versions of one page: ``news``."""
    stem = name.rsplit(".", 1)[0].lower()
    for mark in ("fr", "en", "fra", "eng", "francais", "english"):
        for joint in (".", "-", "_", " "):
            if stem.endswith(joint + mark):
                return stem[: -len(mark) - 1]
    return ""


def plan_import(
    readings: Sequence[SourceReading],
    corpus: Corpus,
    folder: Path,
    publication: Publication,
    *,
    root: Path,
    progress: Progress = lambda *_: None,
) -> ImportPlan:
    """What importing `readings` into the corpus at `folder` comes to. Writes nothing.

    Raises FileTrouble and ProjectMistake when the record of earlier imports cannot be read.
    """
    importer = _Importer(corpus, folder, load_ledger(folder, root), publication, progress)
    entries = importer.run(readings)
    return ImportPlan(tuple(entries), importer.files, tuple(readings), importer.made)
