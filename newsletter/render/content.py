"""Mistakes in what people wrote, found while it is rendered: at the line of the article, not of the template."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from newsletter.models.finding import Finding, Severity
from newsletter.models.issue import Edition, EditionArticle, LanguagePart
from newsletter.models.publication import Publication
from newsletter.render.markdown import MarkdownFault, convert

FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What HTML cannot hold: control characters, halves of characters, and those Unicode keeps for itself."""

_HINT = "delete it; it often comes from a PDF or an old word processor"


def issue_file(edition: Edition) -> str | None:
    """The file the edition's issue was read from, when it is known."""
    return next((file for file in edition.files if Path(file).stem == edition.issue), None)


def content_findings(edition: Edition, publication: Publication) -> Iterator[Finding]:
    """Bad links, pictures in text and forbidden characters, in articles and in the issue itself."""
    file = issue_file(edition)
    for name, text in (("subject", edition.subject), ("preheader", edition.preheader)):
        yield from _characters(text, name, file, None)
    for part in edition.parts:
        locale = publication.locale(part.language)
        yield from _of_part(part, locale, file)
        for article in (article for section in part.sections for article in section.articles):
            yield from _of_article(article, locale, file)


def _of_part(part: LanguagePart, locale: str, file: str | None) -> Iterator[Finding]:
    if part.intro is None:
        return
    unshowable = list(_characters(part.intro, f"introduction ({part.language})", file, None))
    yield from unshowable
    for fault in () if unshowable else convert(part.intro, locale).faults:
        yield _markdown(fault, f"{fault.message} in the introduction ({part.language})", file, None)


def _of_article(article: EditionArticle, locale: str, issue: str | None) -> Iterator[Finding]:
    translation = article.translation
    source = translation.source
    for name, text in (("title", article.title), ("summary", article.summary)):
        overridden = text != getattr(translation.data, name)
        line = None if overridden else source.at(name)[0]
        yield from _characters(text, f"{name} of {article.slug}", issue if overridden else source.file, line)
    unshowable = list(_characters(translation.body, "text", source.file, translation.body_line))
    yield from unshowable
    for fault in () if unshowable else convert(translation.body, locale).faults:
        yield _markdown(fault, fault.message, source.file, translation.body_line + fault.line - 1)


def _characters(text: str, where: str, file: str | None, first_line: int | None) -> Iterator[Finding]:
    for match in FORBIDDEN.finditer(text):
        line = None if first_line is None else first_line + text.count("\n", 0, match.start())
        message = f"the {where} holds U+{ord(match[0]):04X}, which no mail can show"
        yield Finding("TXT-CONTROL", Severity.ERROR, message, file, line, None, _HINT)


def _markdown(fault: MarkdownFault, message: str, file: str | None, line: int | None) -> Finding:
    return Finding(fault.rule, Severity.ERROR, message, file, line, None, fault.hint)
