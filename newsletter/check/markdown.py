"""What a Markdown text holds, counted and placed: headings, links, images, lists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token


@dataclass(frozen=True, slots=True)
class MarkdownItem:
    """One heading, link or image. line: 0-based line of the block it stands in. text: label or alt text."""

    kind: str
    line: int
    text: str
    target: str = ""
    level: int = 0


@dataclass(frozen=True, slots=True)
class MarkdownFacts:
    """Everything a rule asks of a Markdown text."""

    items: tuple[MarkdownItem, ...]
    paragraphs: int
    list_items: int

    def of(self, kind: str) -> tuple[MarkdownItem, ...]:
        """The items of one kind: ``heading``, ``link`` or ``image``."""
        return tuple(item for item in self.items if item.kind == kind)


@lru_cache(maxsize=512)
def read_markdown(text: str) -> MarkdownFacts:
    """Parse `text` as CommonMark, the form article bodies and intros are written in."""
    tokens = MarkdownIt("commonmark").parse(text)
    items: list[MarkdownItem] = []
    level, line = 0, 0
    for token in tokens:
        if token.map:
            line = token.map[0]
        if token.type == "heading_open":
            level = int(token.tag[1:])
        elif token.type == "inline":
            if level:
                items.append(MarkdownItem("heading", line, token.content, level=level))
                level = 0
            items.extend(_inline(token.children or [], line))
    return MarkdownFacts(
        tuple(items),
        sum(token.type == "paragraph_open" for token in tokens),
        sum(token.type == "list_item_open" for token in tokens),
    )


def _inline(children: Sequence[Token], line: int) -> Iterator[MarkdownItem]:
    target: str | None = None
    label: list[str] = []
    for child in children:
        if child.type == "link_open":
            target, label = str(child.attrs.get("href", "")), []
        elif child.type == "link_close" and target is not None:
            yield MarkdownItem("link", line, "".join(label), target)
            target = None
        elif child.type == "image":
            yield MarkdownItem("image", line, child.content, str(child.attrs.get("src", "")))
            label.append(child.content)
        else:
            label.append(child.content)


@dataclass(frozen=True, slots=True)
class MarkdownPiece:
    """A stretch of a paragraph. text: as readers see it. line: 0-based. kind: as markdown-it names it."""

    text: str
    line: int
    kind: str


@lru_cache(maxsize=512)
def read_paragraphs(text: str) -> tuple[tuple[MarkdownPiece, ...], ...]:
    """The words of a Markdown text, paragraph by paragraph (headings and list entries too), cut where emphasis,
    links, code and the ends of lines cut them.
    """
    line = 0
    found: list[tuple[MarkdownPiece, ...]] = []
    for token in MarkdownIt("commonmark").parse(text):
        if token.map:
            line = token.map[0]
        if token.type == "inline":
            found.append(tuple(_pieces(token.children or [], line)))
    return tuple(found)


def _pieces(children: Sequence[Token], line: int) -> Iterator[MarkdownPiece]:
    for child in children:
        if child.type in ("text", "code_inline"):
            yield MarkdownPiece(child.content, line, child.type)
        elif child.type in ("softbreak", "hardbreak"):
            yield MarkdownPiece(" " if child.type == "softbreak" else "\n", line, child.type)
            line += 1
