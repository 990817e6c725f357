"""What people wrote, passage by passage, as readers see it: what the rules about wording read.

A passage is a paragraph of Markdown or a text of YAML, with its typography corrected as the renderer does it. It
knows where each of its characters stands in the author's file.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import accumulate
from typing import TYPE_CHECKING

from newsletter.check.markdown import MarkdownPiece, read_paragraphs
from newsletter.check.places import Place, SourceText
from newsletter.locale.inline import OBJECT, Alignment, typography_across
from newsletter.models.issue import LANGUAGE_SEPARATOR
from newsletter.models.text import languages_of

if TYPE_CHECKING:
    from newsletter.check.subject import CheckSubject

_NOT_READ = frozenset({"url", "web", "website", "privacy", "locales", "translated_from", "digest", "waive"})
"""Keys of texts that are addresses or settings."""


@dataclass(frozen=True, slots=True)
class Passage:
    """One stretch of words in one language. text: as it is printed. about: the day its dates are near to.

    markdown: paragraph of a body or an introduction. body: its lines and columns are known.
    """

    text: str
    language: str
    locale: str
    about: date
    source: SourceText
    markdown: bool = False
    _pieces: Sequence[MarkdownPiece] = field(default=(), repr=False)

    def place_of(self, offset: int) -> Place:
        """Where the character at an offset of `text` stands in the author's file."""
        if not self.source.is_body or not self._pieces or self.source.place.line is None:
            return self.source.place
        written = "".join(_shown(piece) for piece in self._pieces)
        at = Alignment(written, self.text).to_written(offset)
        starts = [0, *accumulate(len(_shown(piece)) for piece in self._pieces)][:-1]
        number = bisect_right(starts, at) - 1
        piece = self._pieces[number]
        column = self._column_of(number) + at - starts[number]
        return Place(self.source.place.file, self.source.place.line + piece.line, column + 1)

    def _column_of(self, number: int) -> int:
        """0-based column of a piece: it is searched behind those before it on its line."""
        wanted = self._pieces[number]
        line = self.source.text.splitlines()[wanted.line]
        column = 0
        for piece in self._pieces[: number + 1]:
            if piece.line == wanted.line and piece.kind in ("text", "code_inline"):
                found = line.find(piece.text, column)
                if found < 0:  # written with an escape or an entity
                    return 0
                column = found if piece is wanted else found + len(piece.text)
        return column


def read_passages(subject: CheckSubject) -> Iterator[Passage]:
    """Every passage of the articles, of the issue and of the publication, in the order of their files."""
    published = {article.slug: article.data.published for article in subject.articles}
    for text in subject.sources:
        if text.language is None or _NOT_READ.intersection(step for step in text.loc if isinstance(step, str)):
            continue
        about = published.get(text.slug or "", subject.issue.data.date)
        languages = languages_of(text.language)
        halves = text.text.split(LANGUAGE_SEPARATOR) if len(languages) > 1 else [text.text]
        if len(halves) != len(languages):
            continue
        for language, half in zip(languages, halves, strict=True):
            if language in subject.publication.languages:
                locale = subject.publication.locale(language)
                yield from _of_text(text, half, language, locale, about)


def _of_text(text: SourceText, half: str, language: str, locale: str, about: date) -> Iterator[Passage]:
    if text.is_body or text.loc[:1] == ("intro",):
        for pieces in read_paragraphs(half):
            printed = "".join(typography_across([_shown(piece) for piece in pieces], locale))
            yield Passage(printed, language, locale, about, text, markdown=True, _pieces=pieces)
    else:
        yield Passage(typography_across([half], locale)[0], language, locale, about, text)


def _shown(piece: MarkdownPiece) -> str:
    return OBJECT if piece.kind == "code_inline" else piece.text
