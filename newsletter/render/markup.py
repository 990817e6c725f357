"""Markup to tokens with offsets, for the MJML validator and the census of slots.

Written for what the MJML compiler accepts: XML-like, every tag closed, attributes in quotes. The parser of the
standard library is no use here: it lower-cases, repairs in silence, and changes between patch releases.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from enum import StrEnum
from functools import lru_cache, wraps
from typing import NamedTuple, TypeVar

_NAME = r"[A-Za-z][\w:.-]*+"
_ATTRIBUTE = r"""[^\s=<>"'/]++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'=<>`]++))?+"""
_TOKEN = re.compile(
    rf"""(?P<text>[^<]++)
       | (?P<open><{_NAME}(?:\s++{_ATTRIBUTE})*+\s*+/?>)
       | </(?P<close>{_NAME})\s*+>
       | (?P<comment><!--)(?:.*?-->)
       | (?P<declaration><![A-Za-z\[])[^>]*+>
       | (?P<broken><)""",
    re.VERBOSE | re.DOTALL,
)
_TEXT, _OPEN, _CLOSE = (_TOKEN.groupindex[name] for name in ("text", "open", "close"))
_NOTHING_RAW = re.compile(
    rf"""(?: [^<]++
           | <(?!(?i:style|script|mj-style)){_NAME}(?:\s++{_ATTRIBUTE})*+\s*+/?>
           | </{_NAME}\s*+>
           | <!--.*?-->
           | <![A-Za-z\[][^>]*+> )*+""",
    re.VERBOSE | re.DOTALL,
)
"""As many whole tokens as there are before an element of RAW_TEXT."""
_TAG = re.compile(rf"<({_NAME})")
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


class Attribute(NamedTuple):
    """One attribute as written. `value` is None when there is no ``=``; `start`: of its name, within the tag."""

    name: str
    value: str | None
    start: int


class Tag(NamedTuple):
    """An opening tag by itself. `empty`: written ``<br/>``; `raw`: what follows is text up to the closing tag."""

    text: str
    name: str
    attributes: tuple[Attribute, ...]
    empty: bool
    raw: bool


_OTHERS: dict[int | None, TokenKind] = {
    _TOKEN.groupindex[kind.value]: kind for kind in (TokenKind.COMMENT, TokenKind.DECLARATION, TokenKind.BROKEN)
}
_LONG = 2_000
"""Characters. A longer tag holds something like a whole picture: it is not remembered."""
Made = TypeVar("Made")

_NO_TAG = Tag("", "", (), empty=False, raw=False)


class Token(NamedTuple):
    """One piece of markup: ``source[start:end]``. `name` is that of an opening or a closing tag."""

    kind: TokenKind
    start: int
    end: int
    name: str = ""
    tag: Tag = _NO_TAG

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """Of an opening tag."""
        return self.tag.attributes

    @property
    def empty(self) -> bool:
        """Whether it is an opening tag that closes itself."""
        return self.tag.empty


def tokens(source: str, position: int = 0) -> Iterator[Token]:
    """Every token of `source` from `position` on in order; together they cover it without gap or overlap."""
    end = len(source)
    make = tuple.__new__  # what Token(...) calls in the end; there are thousands of them
    while position < end:
        for found in _TOKEN.finditer(source, position):
            start, position = found.span()
            group = found.lastindex
            if group == _TEXT:
                yield make(Token, (TokenKind.TEXT, start, position, "", _NO_TAG))
            elif group == _OPEN:
                tag = tag_of(found[_OPEN])
                yield make(Token, (TokenKind.OPEN, start, position, tag.name, tag))
                if tag.raw:
                    if (stop := _end_of_raw(source, tag.name, position)) > position:
                        yield Token(TokenKind.TEXT, position, stop)
                    position = stop
                    break
            elif group == _CLOSE:
                yield make(Token, (TokenKind.CLOSE, start, position, found[_CLOSE], _NO_TAG))
            else:
                yield Token(_OTHERS[group], start, position)


def token_at(source: str, offset: int, position: int = 0) -> Token:
    """The token that `offset` is in. position: the start of a token before it, where to begin the search.

    As by going through `tokens`, but most of the source is passed over in one step. The text of a raw element
    comes with the name of that element.
    """
    while True:
        whole = _NOTHING_RAW.match(source, position, offset)
        position = position if whole is None else whole.end()
        if position == offset and source[offset] != "<":
            return Token(TokenKind.TEXT, offset, offset)
        following = tokens(source, position)
        token = next(following)
        if token.end <= offset and token.tag.raw:
            text = next(following)
            token = text._replace(name=token.name) if text.kind is TokenKind.TEXT else token
        if token.end > offset:
            return token
        position = token.end


def _end_of_raw(source: str, name: str, position: int) -> int:
    found = re.compile(f"</{name}", re.IGNORECASE).search(source, position)
    return len(source) if found is None else found.start()


def remembered(work: Callable[[str], Made]) -> Callable[[str], Made]:
    """What is made of the text of one tag, kept: a template writes the same tags for each of its articles."""
    kept = lru_cache(maxsize=4096)(work)

    @wraps(work)
    def look_up(text: str) -> Made:
        return kept(text) if len(text) < _LONG else work(text)

    return look_up


@remembered
def tag_of(text: str) -> Tag:
    """The parts of an opening tag."""
    name = _TAG.match(text)
    assert name is not None, "only what the tokenizer found to be a tag comes here"
    attributes = []
    done = name.end()
    for match in _ATTRIBUTE_PARTS.finditer(text, name.end()):
        value = None
        if match["equals"] is not None:
            value = next(v for v in (match["double"], match["single"], match["bare"]) if v is not None)
        attributes.append(Attribute(match["name"], value, match.start()))
        done = match.end()
    empty = "/" in text[done:]  # the slash of <a href=x/> is part of the address
    return Tag(text, name[1], tuple(attributes), empty, raw=name[1].lower() in RAW_TEXT and not empty)
