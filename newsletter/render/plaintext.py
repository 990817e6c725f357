"""The tools of the text part: Markdown tokens to plain text, wrapping, headings."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.token import Token

WIDTH = 72
"""Columns of the text part (RFC 3676 section 4.2 advises at most 78). A line with a long address may be longer."""
_ODD = re.compile(r"\s(?:\s|\Z)|[\t\v\f\r]|\A\s")
"""White space that is more than one space, or one no-break space, between two words."""


def wrap(text: str, first: str = "", rest: str | None = None, width: int = WIDTH) -> str:
    """`text` in lines of at most `width` columns; `first` starts the first line, `rest` the others.

    Line breaks in `text` stay. U+00A0 is never broken at, nor is a word longer than a line.
    """
    rest = first if rest is None else rest
    lines: list[str] = []
    lead = first
    for line in text.split("\n"):
        lines += (
            _fold(line, lead, rest, width) if line and not _ODD.search(line) else _odd(line, lead, rest, width)
        )
        lead = rest
    return "\n".join(lines)


def _is_plain(line: str) -> bool:
    """Whether it consists of words with one space between them."""
    if line.isprintable():  # of all white space only the space is
        return "  " not in line and line[:1] not in ("", " ") and line[-1] != " "
    return not _ODD.search(line)


def _fold(line: str, lead: str, rest: str, width: int) -> Iterator[str]:
    """What textwrap does with words that have one space between them, ten times as fast."""
    room = max(width - len(lead), 0)
    while len(line) > room:
        cut = line.rfind(" ", 0, room + 1)
        if cut < 0 and (cut := line.find(" ")) < 0:
            break
        yield lead + line[:cut]
        line = line[cut + 1 :]
        lead, room = rest, max(width - len(rest), 0)
    yield lead + line


def _odd(line: str, lead: str, rest: str, width: int) -> list[str]:
    return textwrap.wrap(
        line, width, initial_indent=lead, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    ) or [lead.rstrip()]


def underline(text: str, mark: str = "-") -> str:
    """A heading: the text, wrapped, and a line of `mark` below it."""
    wrapped = wrap(text)
    longest = max(len(line) for line in wrapped.split("\n"))
    return f"{wrapped}\n{mark * longest}"


def blocks_to_text(tokens: Sequence[Token]) -> str:
    """Markdown tokens as plain text: blocks apart by an empty line, lists with hanging indents, links labelled."""
    return _Writer().write(tokens)


class _Writer:
    def __init__(self) -> None:
        self._blocks: list[str] = []
        self._leads: list[str] = []
        """One per open list item or quotation: what its next line starts with."""
        self._counters: list[int | None] = []
        self._tight = False

    def write(self, tokens: Sequence[Token]) -> str:
        for token in tokens:
            match token.type:
                case "bullet_list_open" | "ordered_list_open":
                    self._tight = bool(self._counters)
                    ordered = token.type == "ordered_list_open"
                    self._counters.append(int(token.attrs.get("start", 1)) if ordered else None)
                case "bullet_list_close" | "ordered_list_close":
                    self._counters.pop()
                    self._tight = bool(self._counters)
                case "list_item_open":
                    self._leads.append(self._bullet())
                case "list_item_close" | "blockquote_close":
                    self._leads.pop()
                    self._tight = token.type == "list_item_close"
                case "blockquote_open":
                    self._leads.append("> ")
                case "inline":
                    self._block(_inline(token.children or []))
        return "\n".join(self._blocks)

    def _bullet(self) -> str:
        number = self._counters[-1]
        if number is None:
            return "- "
        self._counters[-1] = number + 1
        return f"{number}. "

    def _block(self, text: str) -> None:
        first = "".join(self._leads)
        self._leads = [lead if lead == "> " else " " * len(lead) for lead in self._leads]
        if self._blocks and not self._tight:
            self._blocks.append("")
        self._tight = False
        self._blocks.append(wrap(text, first, "".join(self._leads)))


def _inline(children: Sequence[Token]) -> str:
    pieces: list[str] = []
    links: list[tuple[str, int]] = []
    for child in children:
        match child.type:
            case "text" | "code_inline":
                pieces.append(child.content)
            case "softbreak":
                pieces.append(" ")
            case "hardbreak":
                pieces.append("\n")
            case "link_open":
                links.append((str(child.attrs.get("href", "")), len(pieces)))
            case "link_close":
                address, start = links.pop()
                pieces.append(_target("".join(pieces[start:]), address))
    return "".join(pieces)


def _target(label: str, address: str) -> str:
    """What follows a link's label: nothing when the label says the address already."""
    bare = address.removeprefix("mailto:")
    return "" if label.strip() in (address, bare) else f" <{bare}>"
