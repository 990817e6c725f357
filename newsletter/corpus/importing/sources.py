"""Files to articles as they stand there: which files, which format, one clear message for each that is no use."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from newsletter.corpus.importing.decoding import NotText, decode, repair, undo_entities
from newsletter.corpus.importing.feed import FeedMistake, articles_of_feed
from newsletter.corpus.importing.htmlpage import articles_of_page
from newsletter.corpus.importing.lines import read_paragraphs
from newsletter.corpus.importing.markdownpage import articles_of_markdown, paragraphs_of_markdown
from newsletter.corpus.importing.records import Document, FoundArticle, Paragraph, Role
from newsletter.corpus.importing.shapes import words
from newsletter.corpus.importing.splitting import split_together
from newsletter.errors import FileTrouble
from newsletter.models.finding import Finding, Severity

MAX_BYTES = 10_000_000
"""Largest file read: the pages of a year are some hundred kilobytes, so more is not a capture."""

SUFFIXES = frozenset({".txt", ".text", ".md", ".markdown", ".html", ".htm", ".xhtml", ".xml", ".rss", ".atom"})
"""Files taken from a folder; a file that is named is read whatever its name."""

_HTML_START = re.compile(
    r"\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_FEED_START = re.compile(r"\s*(?:<\?xml|<!DOCTYPE|<rss\b|<feed\b|<rdf:RDF\b)", re.I)
_HTML_TAGS = re.compile(r"<(?:p|div|article|section|h[1-6]|ul|body|main)\b[^>]*>", re.I)


@dataclass(frozen=True)
class SourceReading:
    """What one file gave: articles, or a finding why not; notes on what was repaired or left out."""

    file: str
    name: str
    digest: str = ""
    articles: tuple[FoundArticle, ...] = ()
    notes: tuple[str, ...] = ()
    mistake: Finding | None = None


def list_files(paths: Iterable[Path]) -> tuple[list[Path], list[str]]:
    """The files named, and those in the folders named, in order, each once; with notes on files passed over.

    Raises FileTrouble when a folder cannot be read.
    """
    found: dict[Path, Path] = {}
    passed: list[str] = []
    for path in paths:
        if not path.is_dir():
            found.setdefault(path.resolve(), path)
            continue
        try:
            inside = sorted(p for p in path.rglob("*") if p.is_file() and not _hidden(p.relative_to(path)))
        except OSError as error:
            raise FileTrouble(f"cannot be read: {error.strerror}", where=str(path)) from error
        for file in inside:
            if file.suffix.lower() in SUFFIXES:
                found.setdefault(file.resolve(), file)
            else:
                passed.append(f"{file}: passed over, not a text, HTML, Markdown or feed file")
    return list(found.values()), passed


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def read_sources(paths: Sequence[Path], progress: Callable[[str], None] = lambda _: None) -> list[SourceReading]:
    """Every file to its articles. Captures are split together: what one shows helps with the others.

    Raises FileTrouble when a file cannot be opened.
    """
    readings: list[SourceReading | None] = []
    captures: list[tuple[int, Document, list[Paragraph]]] = []
    for path in paths:
        progress(f"reading {path.name}")
        document, mistake = _load(path)
        if document is None:
            readings.append(SourceReading(str(path), path.name, mistake=mistake))
            continue
        reading, paragraphs = _read(document, path.suffix.lower())
        if paragraphs is not None:
            captures.append((len(readings), document, paragraphs))
        readings.append(reading)
    if captures:
        progress("telling articles apart")
    for (position, document, _), found in zip(
        captures, split_together([(document, paragraphs) for _, document, paragraphs in captures]), strict=True
    ):
        notes = (*document.notes, *found.notes)
        reading = SourceReading(document.file, document.name, document.digest, found.articles, notes)
        readings[position] = reading if found.articles else _nothing(document)
    return [reading for reading in readings if reading is not None]


def _load(path: Path) -> tuple[Document | None, Finding | None]:
    shown = str(path)
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)  # no further: a device has no size, and no end
        if len(raw) > MAX_BYTES:
            size = path.stat().st_size or len(raw)
            hint = "Give the pages as smaller files: one per year, say."
            return None, _mistake(
                "IMPORT-SIZE",
                f"the file has {size / 1e6:.0f} MB; the most is {MAX_BYTES // 10**6} MB",
                shown,
                hint,
            )
    except OSError as error:
        raise FileTrouble(
            f"cannot be read: {error.strerror}", where=shown, hint="Check the file's name and its permissions."
        ) from error
    try:
        text, notes = decode(raw)
    except NotText as what:
        hint = "Save the page as text, HTML, Markdown or a feed (.txt, .html, .md, .xml)."
        return None, _mistake("IMPORT-BINARY", str(what), shown, hint)
    text, more = repair(text)
    if not text.strip():
        return None, _mistake("IMPORT-EMPTY", "the file is empty", shown, "Save the page again, with its text.")
    return Document(shown, path.name, hashlib.sha256(raw).hexdigest(), text, (*notes, *more)), None


def _mistake(rule: str, message: str, file: str, hint: str | None = None, line: int | None = None) -> Finding:
    return Finding(rule, Severity.ERROR, message, file, line, hint=hint)


def _read(document: Document, suffix: str) -> tuple[SourceReading, list[Paragraph] | None]:
    """The file's articles by its mark-up; or its paragraphs, when only their wording can tell."""
    kind = format_of(document.text, suffix)
    notes = list(document.notes)
    articles: Sequence[FoundArticle] = ()
    paragraphs: list[Paragraph] | None = None
    if kind == "feed":
        try:
            articles = articles_of_feed(document)
        except FeedMistake as error:
            hint = "Save the feed again from its address, unchanged."
            finding = _mistake("IMPORT-FEED", str(error), document.file, hint, error.line)
            return SourceReading(document.file, document.name, document.digest, mistake=finding), None
    elif kind == "html":
        articles, more = articles_of_page(document)
        notes += more
    elif kind == "markdown":
        articles = articles_of_markdown(document)
        if not articles:
            paragraphs = [
                replace(p, role=Role.TEXT) if p.role is Role.HEADING else p
                for p in paragraphs_of_markdown(document.text)
            ]
    else:
        text, more = undo_entities(document.text)
        document, paragraphs = replace(document, notes=(*notes, *more)), read_paragraphs(text)
    if paragraphs is not None:
        if sum(len(words(p.text)) for p in paragraphs) < 8:
            return _nothing(document), None
        return SourceReading(document.file, document.name, document.digest, notes=document.notes), paragraphs
    if not articles:
        return _nothing(document, "script" if any("script" in note for note in notes) else ""), None
    return SourceReading(document.file, document.name, document.digest, tuple(articles), tuple(notes)), None


def format_of(text: str, suffix: str) -> str:
    """``html``, ``feed``, ``markdown`` or ``text``: what it begins with decides, then its name."""
    if _HTML_START.match(text[:4000]):
        return "html"
    if _FEED_START.match(text[:1000]):
        return "feed"
    if suffix in (".html", ".htm", ".xhtml") or len(_HTML_TAGS.findall(text[:20000])) >= 5:
        return "html"
    if suffix in (".xml", ".rss", ".atom"):
        return "feed"
    return "markdown" if suffix in (".md", ".markdown") else "text"


def _nothing(document: Document, why: str = "") -> SourceReading:
    hint = "An article is a title on a line of its own with text below it. Is this the right page?"
    if why == "script":
        hint = "Its scripts draw the page, and are never run. Save it from the browser once it shows its text."
    finding = _mistake("IMPORT-NO-ARTICLE", "no article was found in this file", document.file, hint)
    return SourceReading(document.file, document.name, document.digest, notes=document.notes, mistake=finding)
