"""Documents with headings (HTML, Markdown) to articles: which headings are titles, and which stand inside.

A page with one title and sub-headings is one article; a page of news is many, below a heading like "News". The
levels decide, and whether text stands between the page's title and the next heading.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from newsletter.corpus.importing.records import Document, FoundArticle, Paragraph, Role
from newsletter.corpus.importing.shapes import Shape, ends_as_sentence, fold, is_listing, shape_of, words

_TITLE_LINK = re.compile(r"\]\(<?(https?://[^\s>]+?)>?\)")
"""A title that is a link leads to the article's own page."""
_SENTENCE_INSIDE = re.compile(r"\w{2}[.!?…][»”\"]?\s+[^\W\d]")
_LEAST_WORDS = 12
"""Words of text below a heading that make it a page's own text and not a caption."""


@dataclass(frozen=True)
class Section:
    """A heading with everything below it down to the next one of its level or above."""

    heading: Paragraph
    body: tuple[Paragraph, ...]

    def own_words(self) -> int:
        """Words of running text before the first heading inside."""
        count = 0
        for paragraph in self.body:
            if paragraph.role is Role.HEADING:
                break
            count += running_words(paragraph)
        return count

    def words(self) -> int:
        """Words of running text, headings inside included in the span but not counted."""
        return sum(running_words(paragraph) for paragraph in self.body)


def running_words(paragraph: Paragraph) -> int:
    """Words when the paragraph is running text or a list item, else 0."""
    if paragraph.role in (Role.HEADING, Role.RULE):
        return 0
    count = len(words(paragraph.text))
    if paragraph.role is not Role.TEXT:
        return count // 2
    shape = shape_of(paragraph)
    if shape in (Shape.PROSE, Shape.SENTENCE) or (count >= 6 and _has_sentence(paragraph.text)) or count >= 20:
        return count
    return 0


def _has_sentence(text: str) -> bool:
    """Whether a sentence ends in `text`, at its end or before the label of a link ("… on Monday. Read more")."""
    return ends_as_sentence(text) or _SENTENCE_INSIDE.search(text) is not None


def sections(paragraphs: Sequence[Paragraph], level: int) -> list[Section]:
    """The sections of `level`; a heading of a higher level ends one as well."""
    found: list[Section] = []
    start: int | None = None
    for index, paragraph in enumerate([*paragraphs, None]):
        ends = paragraph is None or (paragraph.role is Role.HEADING and paragraph.level <= level)
        if not ends:
            continue
        if start is not None:
            found.append(Section(paragraphs[start], tuple(paragraphs[start + 1 : index])))
        start = index if paragraph is not None and paragraph.level == level else None
    return found


def outlined(document: Document, paragraphs: Sequence[Paragraph]) -> list[FoundArticle]:
    """The articles of a document with headings; empty when it has none that begins an article."""
    return [_article(document, section) for section in _titled(paragraphs)]


def _titled(paragraphs: Sequence[Paragraph]) -> list[Section]:
    levels = sorted({p.level for p in paragraphs if p.role is Role.HEADING})
    for level in levels:
        found = [section for section in sections(paragraphs, level) if section.words() >= 6]
        if len(found) == 1 and _is_one_article(found[0]):
            return found
        if len(found) == 1:
            return _titled(found[0].body) or found
        if found:
            return [inner for section in found for inner in _one_or_many(section)]
    return []


def _is_one_article(section: Section) -> bool:
    """Whether the headings inside are parts of one article."""
    inside = _inner(section)
    if len(inside) < 2:
        return not inside or section.own_words() >= _LEAST_WORDS
    if is_listing(section.heading.text):
        return False
    linked = sum(part.heading.markdown is not None for part in inside)
    dated = sum(bool(part.body) and shape_of(part.body[0]) is Shape.META for part in inside)
    if 2 * max(linked, dated) >= len(inside) + 1:
        return False
    return section.own_words() >= _LEAST_WORDS


def _inner(section: Section) -> list[Section]:
    levels = [p.level for p in section.body if p.role is Role.HEADING]
    return [part for part in sections(section.body, min(levels)) if part.words() >= 6] if levels else []


def _one_or_many(section: Section) -> list[Section]:
    """A section among others is a group of articles only when its heading says so."""
    inside = _inner(section)
    if len(inside) >= 2 and section.own_words() == 0 and is_listing(section.heading.text):
        return inside
    return [section]


def _article(document: Document, section: Section) -> FoundArticle:
    title = section.heading
    body = tuple(
        p
        for position, p in enumerate(section.body)
        if p.role is not Role.RULE
        and shape_of(p) is not Shape.FURNITURE
        and not (position < 3 and fold(p.text) == fold(title.text))
    )
    last = max([title.last_line, *(p.last_line for p in body)])
    link = _TITLE_LINK.search(title.markdown or "")
    return FoundArticle(
        document.file, document.name, title.line, last, title.text, body, url=link[1] if link else None
    )
