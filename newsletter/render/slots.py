"""Slots: what differs per recipient is a marker in the template, found again in the finished mail, and cut out.

A marker holds a nonce made for this one rendering, so no text of an article can look like one. Markers
consist of letters and digits (or of a whole URL of them): the one form that Jinja2, mrml and premailer all leave
alone in every place (measured). The finished parts hold no marker, so their bytes do not depend on the nonce.
"""

from __future__ import annotations

import re
import secrets
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from newsletter.models.message import SLOT_NAMES, Slot, SlotContext, Slotted
from newsletter.render.markup import Token, TokenKind, token_at

_URL_ATTRIBUTES = frozenset({"href"})
_TEXT_ATTRIBUTES = frozenset({"alt", "title", "aria-label", "content"})
_SEAM = re.compile(r"<!--zq([0-9]{12})([a-z]+)([0-9]+)-->")
_SLOT = re.compile(r"(?:https://)?zq[0-9]{12}s([0-9])qz(?:\.invalid/)?", re.IGNORECASE)
_NONCE_AT = (len("https://zq"), len("zq"))
"""How far into a marker its nonce stands."""


@dataclass(frozen=True, slots=True)
class Misplaced:
    """Where a slot stands and no value can be put safely, in words: ``in a comment``."""

    where: str


class SlotOpener:
    """`slot` in a template: ``{{ slot.unsubscribe_url }}`` writes the marker of that slot."""

    def __init__(self, markers: Markers) -> None:
        for name in SLOT_NAMES:
            setattr(self, name, markers.slot(name))


class Markers:
    """The markers of one rendering."""

    def __init__(self, nonce: str | None = None) -> None:
        # Digits have no case, so a marker is found by them even where a template writes in capitals.
        self.nonce = nonce or f"{secrets.randbelow(10**12):012}"

    def slot(self, name: str) -> str:
        """The marker of a slot: a URL when the slot is one, so that link checks and mrml see a URL."""
        word = f"zq{self.nonce}s{SLOT_NAMES.index(name)}qz"
        return f"https://{word}.invalid/" if name.endswith("_url") else word

    def seam(self, kind: str, number: int) -> str:
        """A comment that marks a place in the mail, to be replaced or taken out: part and article boundaries."""
        return f"<!--zq{self.nonce}{kind}{number}-->"

    def seams(self, html: str) -> Iterator[tuple[int, int, str, int]]:
        """Every seam of `html`: start, end, kind, number."""
        for match in _SEAM.finditer(html):
            if match[1] == self.nonce:
                yield match.start(), match.end(), match[2], int(match[3])

    def names_in(self, text: str) -> Counter[str]:
        """How often each slot stands in `text`."""
        return Counter(name for _, _, name in self._found(text))

    def cut_text(self, text: str) -> Slotted:
        """A plain text part, its slots cut out."""
        plain = SlotContext.PLAIN_TEXT
        return _cut(text, [(start, end, Slot(name, plain)) for start, end, name in self._found(text)])

    def cut_html(self, html: str) -> tuple[Slotted, list[SlotFault]]:
        """HTML, its slots cut out, and a fault for each slot in a place where no value can be put safely."""
        cuts: list[tuple[int, int, Slot]] = []
        faults: list[SlotFault] = []
        for start, end, name, place in self.places(html):
            if isinstance(place, SlotContext):
                cuts.append((start, end, Slot(name, place)))
            else:
                faults.append(SlotFault(f"the slot {name} stands {place.where}", start, name))
        return _cut(html, cuts), faults

    def places(self, markup: str) -> Iterator[tuple[int, int, str, SlotContext | Misplaced]]:
        """Every slot of HTML or MJML: start, end, name, and its context, or why it may not stand there."""
        position = 0
        for start, end, name in self._found(markup):
            token = token_at(markup, start, position)
            yield start, end, name, self._place(markup, token, start, end, name)
            if token.kind is TokenKind.OPEN:
                position = token.start

    def _place(self, markup: str, token: Token, start: int, end: int, name: str) -> SlotContext | Misplaced:
        match token.kind:
            case TokenKind.TEXT:
                return Misplaced(f"in <{token.name}>") if token.name else SlotContext.HTML_TEXT
            case TokenKind.OPEN:
                return self._place_in_tag(markup, token, start, end, name)
            case TokenKind.COMMENT:
                return Misplaced("in a comment")
            case _:
                return Misplaced("inside a tag")

    def _place_in_tag(self, markup: str, token: Token, start: int, end: int, name: str) -> SlotContext | Misplaced:
        holder = None
        offset = start - token.start
        for attribute in token.tag.attributes:
            if attribute.start <= offset:
                holder = attribute
        if holder is None or offset < holder.start + len(holder.name):
            return Misplaced("inside a tag")
        whole = holder.value is not None and holder.value.strip().lower() == markup[start:end].lower()
        is_url = name.endswith("_url")
        if holder.name in _URL_ATTRIBUTES:
            if is_url and whole:
                return SlotContext.HTML_URL
            return Misplaced("in a link's address; only a URL slot may, and as the whole of it")
        if holder.name in _TEXT_ATTRIBUTES:
            return SlotContext.HTML_ATTRIBUTE
        return Misplaced(f"in the attribute {holder.name}")

    def _found(self, text: str) -> Iterator[tuple[int, int, str]]:
        at = text.find(self.nonce)
        while at >= 0:
            starts = (at - before for before in _NONCE_AT if at >= before)
            if match := next(filter(None, (_SLOT.match(text, start) for start in starts)), None):
                yield match.start(), match.end(), SLOT_NAMES[int(match[1])]
            at = text.find(self.nonce, at + len(self.nonce))


@dataclass(frozen=True, slots=True)
class SlotFault:
    """A slot that stands where it may not, at `offset` of the markup that was looked at."""

    message: str
    offset: int
    name: str


def _cut(text: str, cuts: list[tuple[int, int, Slot]]) -> Slotted:
    parts: list[str] = []
    done = 0
    for start, end, _ in cuts:
        parts.append(text[done:start])
        done = end
    parts.append(text[done:])
    return Slotted(tuple(parts), tuple(slot for _, _, slot in cuts))
