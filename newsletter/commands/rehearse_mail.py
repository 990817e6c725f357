"""A message of a rehearsal as Python's parser takes it apart, and what its edition must look like."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from functools import lru_cache
from urllib.parse import quote

from newsletter.mime.identity import wire_address
from newsletter.models.host import ascii_domain
from newsletter.models.message import RenderedEdition, SlotContext, Slotted, is_clean
from newsletter.models.publication import Publication
from newsletter.models.recipient import MAX_NAME
from newsletter.models.text import one_line

MAX_LINE, MAX_ENCODED = 998, 76
"""Octets of a line without its CRLF (RFC 5322 section 2.1.1), and of an encoded one (RFC 2045 section 6.7)."""

_LOCAL_PART_BACKWARDS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}")
_DOMAIN = re.compile(r"[\w-]+(?:\.[\w-]+)+")


class ExpectedEdition:
    """What all messages of an edition share, worked out once."""

    def __init__(self, rendered: RenderedEdition, publication: Publication) -> None:
        self.rendered = rendered
        self.subject = one_line(rendered.subject)
        names = publication.sender.name
        name = next((names[one] for one in rendered.languages if one in names), next(iter(names.values())))
        self.sender = f"{one_line(name, MAX_NAME)} <{wire_address(publication.sender.address)}>"
        self.list_id = f"<{ascii_domain(publication.list_id)}>"
        parts = (*rendered.text.parts, *rendered.html.parts)
        self.addresses = frozenset(one for part in parts for one in addresses_in(html.unescape(part).lower()))
        self._text = _Filler(rendered.text)
        self._html = _Filler(rendered.html)

    def text_for(self, values: Mapping[str, str]) -> str:
        """The text as its reader must see it."""
        return self._text(values)

    def html_for(self, values: Mapping[str, str]) -> str:
        """The HTML as its reader must get it."""
        return self._html(values)


class _Filler:
    """Fills the slots of a text as a reader must see them, apart from the code that merges messages."""

    def __init__(self, slotted: Slotted) -> None:
        self._parts = tuple(part.replace("\r\n", "\n").replace("\r", "\n") for part in slotted.parts)
        self._slots = slotted.slots

    def __call__(self, values: Mapping[str, str]) -> str:
        filled = [self._parts[0]]
        for slot, part in zip(self._slots, self._parts[1:], strict=True):
            value = values[slot.name]
            if slot.context is SlotContext.HTML_URL and slot.name == "email":
                value = f"mailto:{quote(value, safe='@')}"
            filled += [value if slot.context is SlotContext.PLAIN_TEXT else html.escape(value), part]
        return "".join(filled)


class ArrivedMail:
    """A message as Python's parser takes it apart."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.unsigned = _without_signatures(data)
        self.message = message_from_bytes(data)
        leaves = [part for part in self.message.walk() if not part.is_multipart()]
        shown = [part for part in leaves if part.get_content_disposition() != "attachment"]
        self._kinds = [part.get_content_type() for part in shown]
        self._defects = [defect for part in self.message.walk() for defect in part.defects]
        self.text = _content(shown, "text/plain")
        self.html = _content(shown, "text/html")

    def raw(self, name: str) -> str:
        """A field unfolded; empty when it is missing."""
        return _unfolded(str(self.message.get(name, "")))

    @property
    def date(self) -> datetime:
        """When it says it was written. Raises ValueError."""
        return parsedate_to_datetime(self.raw("Date"))

    def objections(self) -> Iterator[str]:
        """What a parser, or a relay, would not like."""
        for defect in self._defects:
            yield f"the parser says {type(defect).__name__}"
        if self._kinds[:2] != ["text/plain", "text/html"]:
            yield f"it holds {', '.join(self._kinds) or 'nothing'}, not a text and then HTML"
        if not self.data.isascii() or b"\0" in self.data or not is_clean(self.data):
            yield "there are bytes in it that not every relay takes"
        longest = max(map(len, self.data.split(b"\r\n")))
        if longest > MAX_LINE:
            yield f"a line has {longest} bytes; {MAX_LINE} at most"
        elif longest > MAX_ENCODED:
            body = self.unsigned.partition(b"\r\n\r\n")[2]
            if (longest := max(map(len, body.split(b"\r\n")))) > MAX_ENCODED:
                yield f"an encoded line has {longest} bytes; {MAX_ENCODED} at most"


_FOLD = re.compile(r"\r?\n(?=[ \t])")
_SIGNATURES = re.compile(rb"(?:DKIM-Signature:[^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)*)+")


def _without_signatures(data: bytes) -> bytes:
    found = _SIGNATURES.match(data)
    return data[found.end() :] if found else data


def _unfolded(value: str) -> str:
    return _FOLD.sub("", value).strip() if "\n" in value else value.strip()


@lru_cache(maxsize=1024)
def decoded(value: str) -> str:
    """A field with its encoded-words (RFC 2047) decoded; unfolded. Raises ValueError, LookupError."""
    return str(make_header(decode_header(value))) if "=?" in value else value


def _content(parts: Iterable[Message], content_type: str) -> str:
    for part in parts:
        if part.get_content_type() == content_type:
            data = part.get_payload(decode=True)
            assert isinstance(data, bytes)
            # The line break before a boundary belongs to the boundary; the parser takes it away.
            return data.decode(part.get_content_charset("ascii")).replace("\r\n", "\n")
    return ""


def addresses_in(text: str) -> Iterator[str]:
    """What looks like an e-mail address. Looked for around each @: a long text has few."""
    at = text.find("@")
    while at >= 0:
        local, domain = _LOCAL_PART_BACKWARDS.match(text[max(0, at - 64) : at][::-1]), _DOMAIN.match(text, at + 1)
        if local and domain:
            yield f"{local[0][::-1]}@{domain[0]}"
        at = text.find("@", at + 1)


def own_addresses(publication: Publication) -> frozenset[str]:
    """Addresses of the publication itself, which may be on its own lists."""
    own = (
        *(publication.sender.address, publication.reply_to, publication.bounce_address),
        *(publication.contact.email, publication.unsubscribe.mailto),
    )
    return frozenset(address for text in own if text for address in addresses_in(text.lower()))


@lru_cache(maxsize=64)
def sender_of(value: str) -> str:
    name, address = parseaddr(value)
    return f"{decoded(name)} <{address}>"
