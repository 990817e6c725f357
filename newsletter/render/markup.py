"""Markup to tokens with offsets, for the MJML validator and the census of slots.

Written for what the MJML compiler accepts: XML-like, every tag closed, attributes in quotes. The parser of the
standard library is no use here: it lower-cases, repairs in silence, and changes between patch releases.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

_NAME = r"[A-Za-z][\w:.-]*+"
_ATTRIBUTE = r"""[^\s=<>"'/]++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'=<>`]++))?+"""
_TOKEN = re.compile(
    rf"""<!--(?P<comment>.*?)-->
       | <!(?P<declaration>[A-Za-z\[][^>]*+)>
       | </(?P<close>{_NAME})\s*+>
       | <(?P<open>{_NAME})(?P<attributes>(?:\s++{_ATTRIBUTE})*+)\s*+(?P<void>/?)>""",
    re.VERBOSE | re.DOTALL,
)
_ATTRIBUTE_PARTS = re.compile(
    r"""(?P<name>[^\s=<>"'/]++)(?P<equals>\s*+=\s*+(?:"(?P<double>[^"]*+)"|'(?P<single>[^']*+)'|(?P<bare>[^\s"'=<>`]++)))?+"""
)

RAW_TEXT = frozenset({"style", "script", "mj-style"})
"""Elements whose content is text up to their closing tag, whatever it looks like."""

VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
"""HTML elements that have no closing tag."""


class TokenKind(StrEnum):
    """What a token is. `broken` is a ``<`` that starts nothing."""

    OPEN = "open"
    CLOSE = "close"
    TEXT = "text"
    COMMENT = "comment"
    DECLARATION = "declaration"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute as written. `value` is None when there is no ``=``; `start` is the offset of its name."""

    name: str
    value: str | None
    start: int


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of markup: ``source[start:end]``. `empty`: written ``<br/>``."""

    kind: TokenKind
    start: int
    end: int
    name: str = ""
    attributes: tuple[Attribute, ...] = ()
    empty: bool = False


def tokens(source: str) -> Iterator[Token]:
    """Every token of `source` in order; together they cover it without gap or overlap."""
    position, end, raw_until = 0, len(source), ""
    while position < end:
        if raw_until:
            close = source.lower().find(raw_until, position)
            stop, raw_until = (end if close < 0 else close), ""
            if stop > position:
                yield Token(TokenKind.TEXT, position, stop)
                position = stop
                continue
        if source[position] != "<":
            stop = source.find("<", position)
            stop = end if stop < 0 else stop
            yield Token(TokenKind.TEXT, position, stop)
            position = stop
            continue
        token = _tag(source, position)
        yield token
        position = token.end
        if token.kind is TokenKind.OPEN and token.name.lower() in RAW_TEXT and not token.empty:
            raw_until = f"</{token.name.lower()}"


def _tag(source: str, position: int) -> Token:
    match = _TOKEN.match(source, position)
    if match is None:
        return Token(TokenKind.BROKEN, position, position + 1)
    end = match.end()
    if (name := match["open"]) is not None:
        attributes = tuple(_attributes(source, match.start("attributes"), match.end("attributes")))
        return Token(TokenKind.OPEN, position, end, name, attributes, bool(match["void"]))
    if (name := match["close"]) is not None:
        return Token(TokenKind.CLOSE, position, end, name)
    kind = TokenKind.COMMENT if match["comment"] is not None else TokenKind.DECLARATION
    return Token(kind, position, end)


def _attributes(source: str, start: int, end: int) -> Iterator[Attribute]:
    for match in _ATTRIBUTE_PARTS.finditer(source, start, end):
        value = None
        if match["equals"] is not None:
            value = next(v for v in (match["double"], match["single"], match["bare"]) if v is not None)
        yield Attribute(match["name"], value, match.start())
