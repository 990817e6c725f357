"""What importing hands from step to step: documents, paragraphs, articles as they were found."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What a paragraph is by its mark-up or its shape."""

    TEXT = "text"
    HEADING = "heading"
    ITEM = "item"
    NUMBERED = "numbered"
    RULE = "rule"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph, heading or list item of a document.

    text: plain words, white space folded. markdown: the same with links and emphasis, when the document had
    any. line: 1-based line of the file it starts on; last_line: the one it ends on. level: of a heading, 1 to 6.
    gap: blank lines before it. alone: nothing else stands in its block of lines. lines: its lines as they stood,
    when there are several.
    """

    text: str
    line: int
    last_line: int = 0
    role: Role = Role.TEXT
    level: int = 0
    gap: int = 1
    alone: bool = True
    markdown: str | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One file, decoded. notes: what was repaired or left out, in plain words."""

    file: str
    name: str
    digest: str
    text: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class FoundArticle:
    """One article as it stands in one file, before anything is compared or read into fields.

    title_found: False when the file gives no title and the first words stand in for it. sure: False when the
    splitter was in doubt. url, published and language are what a feed, a front matter or a page's head says.
    """

    file: str
    name: str
    line: int
    last_line: int
    title: str
    body: tuple[Paragraph, ...]
    title_found: bool = True
    doubts: tuple[str, ...] = ()
    url: str | None = None
    published: str | None = None
    language: str | None = None
    notes: tuple[str, ...] = field(default=())

    @property
    def text(self) -> str:
        """Title and paragraphs, one per line, as compared and digested."""
        return "\n".join([self.title, *(paragraph.text for paragraph in self.body)])
