"""Markdown of articles and introductions to HTML for a mail, and to plain text, from the same tokens.

CommonMark without raw HTML, pictures, code blocks and rules: pictures belong to the article's data, where they
have alt texts. Raw HTML is shown as it was written. nh3 cleans what comes out before a template sees it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from newsletter.locale.inline import OBJECT, typography_across
from newsletter.render.plaintext import blocks_to_text

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token
    from nh3 import Cleaner

_TAGS = frozenset({"p", "a", "ul", "ol", "li", "strong", "em", "br", "blockquote", "code"})
_SCHEMES = ("https:", "mailto:")
_SHOWN = {"text": "", "code_inline": OBJECT, "softbreak": " ", "hardbreak": "\n"}
"""What a reader sees of a paragraph, and what stands for it while its typography is corrected."""


@dataclass(frozen=True, slots=True)
class MarkdownFault:
    """A mistake in Markdown; `line` counts from 1 within the text given."""

    rule: str
    message: str
    line: int
    hint: str


@dataclass(frozen=True, slots=True)
class Converted:
    """A text as HTML and as plain text, and what was wrong in it."""

    html: str
    text: str
    faults: tuple[MarkdownFault, ...]


@lru_cache(maxsize=1024)
def convert(source: str, locale: str) -> Converted:
    """Convert Markdown written in the language of `locale`, whose typography is applied to the text nodes."""
    parser = _parser()
    tokens = parser.parse(source)
    faults = _tame(tokens, locale)
    html = parser.renderer.render(tokens, parser.options, {})
    clean = _cleaner().clean(html)
    return Converted(clean.strip(), blocks_to_text(tokens), tuple(faults))


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False})
    parser.disable(["code", "fence", "hr", "html_block", "html_inline"])
    # Every address is let through here, and judged in _tame, where a mistake has a line.
    parser.validateLink = _any_link  # type: ignore[method-assign]
    return parser


@cache
def _cleaner() -> Cleaner:
    from nh3 import Cleaner

    return Cleaner(
        tags=_TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes={"https", "mailto"},
        link_rel=None,
    )


def _any_link(url: str) -> bool:  # noqa: ARG001
    return True


def _tame(tokens: Sequence[Token], locale: str) -> list[MarkdownFault]:
    """Take out of the tokens what a mail may not hold, and correct their typography. Returns what was wrong."""
    faults: list[MarkdownFault] = []
    line = 1
    for token in tokens:
        if token.map:
            line = token.map[0] + 1
        if token.type in ("heading_open", "heading_close"):
            # The levels of headings belong to the template: in a body they would break the outline.
            token.tag = "p"
        elif token.type == "inline" and token.children is not None:
            faults += _tame_inline(token.children, locale, line)
    for before, token in pairwise(tokens):
        if before.type == "heading_open" and token.children is not None:
            token.children = [
                _make("strong_open", "strong", 1),
                *token.children,
                _make("strong_close", "strong", -1),
            ]
    return faults


def _tame_inline(children: list[Token], locale: str, first_line: int) -> list[MarkdownFault]:
    faults: list[MarkdownFault] = []
    refused: list[bool] = []
    line = first_line
    for child in children:
        if child.type in ("softbreak", "hardbreak"):
            line += 1
        elif child.type == "link_open":
            address = str(child.attrs.get("href", ""))
            refused.append(not address.lower().startswith(_SCHEMES))
            if refused[-1]:
                hint = "Write the whole address, starting with https:// (or mailto:)"
                faults.append(MarkdownFault("MD-LINK", f"a link to “{address[:80]}”", line, hint))
                _blank(child)
        elif child.type == "link_close":
            if refused.pop():
                _blank(child)
        elif child.type == "image":
            hint = "Put it under images: in article.yaml, with its alt text in each translation"
            faults.append(MarkdownFault("MD-IMAGE", "a picture in the text", line, hint))
            _blank(child)
    _typeset(children, locale)
    return faults


def _typeset(children: Sequence[Token], locale: str) -> None:
    """The typography of a paragraph, across what parts its text: emphasis, links, the ends of its lines."""
    shown = [child for child in children if child.type in _SHOWN]
    pieces = [child.content if child.type == "text" else _SHOWN[child.type] for child in shown]
    for child, piece, printed in zip(shown, pieces, typography_across(pieces, locale), strict=True):
        if child.type == "text":
            child.content = printed
        elif printed != piece:  # a line ended where no line may end: 10 / 000, 8 / mai
            child.type, child.tag, child.content = "text", "", printed


def _blank(token: Token) -> None:
    token.type, token.tag, token.content, token.nesting, token.attrs = "text", "", "", 0, {}
    token.children = None


def _make(kind: str, tag: str, nesting: int) -> Token:
    from markdown_it.token import Token

    return Token(kind, tag, nesting)  # type: ignore[arg-type]
