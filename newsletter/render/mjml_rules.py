"""Is this MJML what its author meant? Our own validator, since the compiler checks nothing.

mrml drops unknown tags, ignores unknown attributes and bad values, and does not match closing tags, all in silence
(measured with mjml-python 1.4.2). The table of elements is the reference implementation's own, dumped from npm
mjml-core 5.4.1 into ``mjml-elements.json``. Rules marked "mrml" are our compiler's own limits.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from newsletter.render.markup import VOID, Attribute, Tag, Token, TokenKind, remembered, tag_of, tokens

MAX_DEPTH = 100
"""Deepest nesting allowed. Mails stay below 20; past some 8 000 the compiler kills the process (SIGSEGV)."""

_GLOBAL_ATTRIBUTES = frozenset({"css-class", "mj-class"})
_COLOUR = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})|rgba?\([\d\s.,%/]+\)", re.IGNORECASE)
_NOT_IN_MRML = {
    "mj-include": "use {% include %} of Jinja2",
    "mj-html-attributes": "write the attribute in the HTML of mj-text or mj-raw",
    "mj-selector": "write the attribute in the HTML of mj-text or mj-raw",
}
_IGNORED_BY_MRML = {
    ("mj-button", "title"),
    ("mj-image", "border-top"),
    ("mj-image", "border-right"),
    ("mj-image", "border-bottom"),
    ("mj-image", "border-left"),
    ("mj-image", "sizes"),
    ("mj-section", "gutter"),
    ("mj-table", "role"),
    ("mj-body", "id"),
    ("mj-hero", "border-radius"),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake in generated MJML, at `offset`: in a tag, in its `attribute`, or in the text `text`."""

    rule: str
    message: str
    offset: int
    attribute: str | None = None
    hint: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class _Element:
    attributes: dict[str, str]
    children: frozenset[str]
    content: str | None


@cache
def _data(file: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(files("newsletter.render").joinpath(file).read_text(encoding="utf-8"))
    return loaded


@cache
def _table() -> dict[str, _Element]:
    raw = _data("mjml-elements.json")
    return {
        name: _Element(entry["attributes"], frozenset(entry["children"]), entry.get("content"))
        for name, entry in raw["elements"].items()
    }


@cache
def _html(which: str) -> frozenset[str]:
    return frozenset(_data("html-elements.json")[which].split())


@cache
def _colour_words() -> frozenset[str]:
    return frozenset(_data("mjml-elements.json")["colours"].split())


def faults(source: str, parsed: Iterable[Token] | None = None) -> list[Fault]:
    """Every mistake of `source`, in order of place. parsed: its tokens, when they are at hand."""
    return list(_Walk(source).run(tokens(source) if parsed is None else parsed))


class _Walk:
    """One pass over the tokens with the stack of open elements."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._stack: list[Token] = []
        self._roots = 0

    def run(self, parsed: Iterable[Token]) -> Iterator[Fault]:
        for token in parsed:
            match token.kind:
                case TokenKind.OPEN:
                    yield from self._open(token)
                case TokenKind.TEXT:
                    if not self._stack or not _takes_text(self._stack[-1].name):
                        yield from self._text(token)
                case TokenKind.CLOSE:
                    if self._stack and self._stack[-1].name == token.name:
                        self._stack.pop()
                    else:
                        yield from self._close(token)
                case TokenKind.BROKEN:
                    yield self._broken(token)
                case TokenKind.DECLARATION:
                    yield Fault("TPL-MJML", "a declaration (<! ...>) has no place in MJML", token.start)
                case TokenKind.COMMENT:
                    yield from self._comment(token)
        for token in self._stack:
            yield Fault("TPL-MJML", f"<{token.name}> is never closed", token.start, hint=f"Write </{token.name}>")
        if self._roots == 0:
            yield Fault("TPL-MJML", "the template makes no <mjml> element", 0)

    @property
    def _parent(self) -> str | None:
        return self._stack[-1].name if self._stack else None

    def _open(self, token: Token) -> Iterator[Fault]:
        parent, name = self._parent, token.name
        if parent is None and (name != "mjml" or self._roots):
            yield Fault("TPL-MJML", f"<{name}> stands outside of <mjml>", token.start)
        elif parent is not None and (misplaced := _misplaced(name, parent)) is not None:
            yield replace(misplaced, offset=token.start)
        text = token.tag.text
        for fault in _default_faults(text) if parent == "mj-attributes" else _attribute_faults(text):
            yield replace(fault, offset=token.start)
        if name == "mjml":
            self._roots += 1
        if token.tag.empty or name.lower() in VOID:
            return
        self._stack.append(token)
        if len(self._stack) == MAX_DEPTH + 1:
            yield Fault("TPL-DEPTH", f"elements are nested more than {MAX_DEPTH} deep", token.start)

    def _close(self, token: Token) -> Iterator[Fault]:
        if token.name.lower() in VOID:
            return
        if not self._stack:
            yield Fault("TPL-MJML", f"</{token.name}> closes nothing", token.start)
            return
        names = [open_token.name for open_token in self._stack]
        if token.name in names:
            while (left := self._stack.pop()).name != token.name:
                yield Fault("TPL-MJML", f"<{left.name}> is not closed before </{token.name}>", left.start)
            return
        yield Fault("TPL-MJML", f"</{token.name}> closes nothing; the open element is <{names[-1]}>", token.start)
        if get_close_matches(token.name, [names[-1]], cutoff=0.6):
            self._stack.pop()

    def _text(self, token: Token) -> Iterator[Fault]:
        parent = self._parent
        text = self._source[token.start : token.end]
        if text.strip():
            where = f"directly in <{parent}>" if parent else "outside of <mjml>"
            shown = " ".join(text.split())[:40]
            message = f"the text “{shown}” stands {where}"
            hint = "Put text into mj-text"
            yield Fault("TPL-MJML-NEST", message, token.start, hint=hint, text=text.split()[0])

    def _broken(self, token: Token) -> Fault:
        shown = " ".join(self._source[token.start : token.start + 40].split())
        return Fault(
            "TPL-MJML",
            f"“{shown}” is not a complete tag",
            token.start,
            hint="Write &lt; for a bare <, close every quote, and put spaces between attributes",
        )

    def _comment(self, token: Token) -> Iterator[Fault]:
        text = self._source[token.start : token.end]
        if text.startswith("<!--[if") and not text.isascii():
            # mrml panics in its parser of conditional comments when it counts characters as bytes.
            yield Fault(
                "TPL-MJML",
                "a conditional comment holds a character beyond ASCII",
                token.start,
                hint="Write &#233; for é",
            )
        if self._parent in ("mj-title", "mj-preview"):
            yield Fault("TPL-MJML-NEST", f"a comment cannot stand in <{self._parent}>", token.start)


@lru_cache(maxsize=1024)
def _takes_text(parent: str) -> bool:
    element = _table().get(parent)
    return element is None or element.content is not None


@lru_cache(maxsize=1024)
def _misplaced(name: str, parent: str) -> Fault | None:
    """What is wrong with an element called `name` in an element called `parent`."""
    table = _table()
    if parent == "mj-attributes":
        return None if name in table or name in ("mj-all", "mj-class") else _unknown(name)
    container = table.get(parent)
    if name.startswith("mj-") or name == "mjml":
        if cure := _NOT_IN_MRML.get(name):
            return Fault("TPL-MJML-ELEMENT", f"our compiler has no <{name}>", 0, hint=cure)
        if name not in table:
            return _unknown(name)
        if container is None or name not in container.children:
            return _wrong_home(name, parent)
        return None
    if container is not None and container.content != "html":
        hint = "Put HTML into mj-text"
        return Fault("TPL-MJML-NEST", f"<{name}> cannot stand directly in <{parent}>", 0, hint=hint)
    if name.lower() in _html("forbidden"):
        return Fault("TPL-MJML-ELEMENT", f"<{name}> has no place in a mail: clients remove it", 0)
    return None if name in _html("allowed") or ":" in name else _unknown(name)


def _unknown(name: str) -> Fault:
    known = [*_table(), *_html("allowed")] if name.startswith("mj") else sorted(_html("allowed"))
    near = get_close_matches(name, known, 1)
    hint = f"Did you mean <{near[0]}>?" if near else None
    return Fault("TPL-MJML-ELEMENT", f"there is no element <{name}>", 0, hint=hint)


def _wrong_home(name: str, parent: str) -> Fault:
    homes = sorted(home for home, element in _table().items() if name in element.children)
    hint = f"It belongs in {' or '.join(f'<{home}>' for home in homes)}" if homes else None
    return Fault("TPL-MJML-NEST", f"<{name}> cannot stand in <{parent}>", 0, hint=hint)


@remembered
def _attribute_faults(text: str) -> tuple[Fault, ...]:
    """What is wrong with the attributes of the tag `text`."""
    return tuple(_check_attributes(tag_of(text), in_attributes=False))


@remembered
def _default_faults(text: str) -> tuple[Fault, ...]:
    """The same of a tag in mj-attributes, which gives others their defaults."""
    return tuple(_check_attributes(tag_of(text), in_attributes=True))


def _check_attributes(tag: Tag, *, in_attributes: bool) -> Iterator[Fault]:
    element = _table().get(tag.name)
    seen: set[str] = set()
    for attribute in tag.attributes:
        name = attribute.name
        if name in seen:
            yield Fault("TPL-MJML-ATTR", f"{name} is given twice on <{tag.name}>", 0, name)
        seen.add(name)
        if name.lower().startswith("on") and element is None and not tag.name.startswith("mj-"):
            yield Fault("TPL-MJML-ATTR", f"{name} is script; it has no place in a mail", 0, name)
        if element is not None and not in_attributes:
            yield from _mjml_attribute(tag.name, element, attribute)
    if tag.name in ("img", "mj-image", "mj-carousel-image") and "alt" not in seen and not in_attributes:
        hint = 'write alt="" when the picture says nothing new'
        yield Fault("TPL-ALT", f"<{tag.name}> has no alt", 0, hint=hint)


def _mjml_attribute(tag: str, element: _Element, attribute: Attribute) -> Iterator[Fault]:
    name = attribute.name
    if name in _GLOBAL_ATTRIBUTES:
        return
    if (tag, name) in _IGNORED_BY_MRML:
        yield Fault("TPL-MJML-ATTR", f"{name} on <{tag}> does nothing in our compiler", 0, name)
        return
    if tag == "mj-style" and name == "inline":
        hint = "Put the rules into inline.css"
        yield Fault("TPL-MJML-ATTR", "our compiler inlines no mj-style", 0, name, hint)
        return
    kind = element.attributes.get(name)
    if kind is None:
        near = get_close_matches(name, [*element.attributes, *_GLOBAL_ATTRIBUTES], 1)
        meant = f"Did you mean {near[0]}?" if near else None
        yield Fault("TPL-MJML-ATTR", f"<{tag}> has no attribute {name}", 0, name, meant)
    elif attribute.value is None:
        yield Fault("TPL-MJML-VALUE", f"{name} on <{tag}> has no value", 0, name)
    elif expected := _wrong(kind, attribute.value):
        message = f"{name} on <{tag}> must be {expected}, not “{attribute.value[:40]}”"
        yield Fault("TPL-MJML-VALUE", message, 0, name)


def _wrong(kind: str, value: str) -> str | None:
    """What was expected, when `value` is not of `kind`; None when it is fine."""
    fine, expected = _check(kind, value)
    return None if fine else expected


@cache
def _check(kind: str, value: str) -> tuple[bool, str]:
    if kind == "string":
        return True, ""
    if kind == "boolean":
        return value.lower() in ("true", "false"), "true or false"
    if kind == "integer":
        return value.isdigit(), "a whole number"
    if kind == "color":
        fine = _COLOUR.fullmatch(value) is not None or value.lower() in _colour_words()
        return fine, "a colour (#rgb or #rrggbb)"
    family, _, rest = kind.partition("(")
    inside, _, count = rest.partition(")")
    choices = inside.split(",")
    if family == "enum":
        return value in choices, " or ".join(choice for choice in choices if choice)
    return _check_length(choices, count, value, negative=family == "unitWithNegative")


def _check_length(units: list[str], count: str, value: str, *, negative: bool) -> tuple[bool, str]:
    words = [unit for unit in units if unit and unit != "auto"]
    number = rf"{'-?' if negative else ''}(?:\d+(?:\.\d+)?|\.\d+)"
    suffix = "|".join(map(re.escape, words)) + ("|" if "" in units else "")
    one = rf"(?:{number}(?:{suffix})|0{'|auto' if 'auto' in units else ''})"
    most = 4 if count else 1
    expected = f"a number with {' or '.join(words)}" + (" (one to four of them)" if count else "")
    return re.fullmatch(rf"{one}(?:\s+{one}){{0,{most - 1}}}", value.strip()) is not None, expected
