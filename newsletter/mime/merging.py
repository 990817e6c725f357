"""Compiled message + stamp = the bytes on the wire. Done once per recipient, so it is only a join."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import quote

from newsletter.mime import header
from newsletter.mime.identity import wire_address, wire_url
from newsletter.mime.quoted import encode_value
from newsletter.models.message import CompiledMessage, Envelope, Links, SlotContext, Stamp, WireBytes, demand_clean
from newsletter.models.recipient import MAX_NAME
from newsletter.models.text import one_line

ONE_CLICK = b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
"""Exactly this (RFC 8058 section 3.1). The recipient's own fields go in just before it."""

_SPECIAL = re.compile("[&<>\"']")


class Merger:
    """Merges one compiled message for every recipient. What all of them share is looked at once, here.

    Usable from several threads. Raises ValueError when a line of the message could not go out as it is.
    """

    __slots__ = ("_fills", "_links", "_template")

    def __init__(self, compiled: CompiledMessage) -> None:
        before, one_click, after = compiled.headers.partition(ONE_CLICK)
        first, *rest = compiled.segments
        demand_clean(before, one_click, after, *compiled.segments)
        self._links = compiled.links
        # A recipient's own fields go where the second piece is, the values of the slots into the other gaps.
        self._template = [before, b"", b"".join((one_click, after, b"\r\n", first))]
        places: dict[tuple[str, str], list[int]] = {}
        for slot, segment in zip(compiled.slots, rest, strict=True):
            places.setdefault((slot.name, slot.context), []).append(len(self._template))
            self._template += [b"", segment]
        self._fills = [(name, _ESCAPE[context], tuple(where)) for (name, context), where in places.items()]

    def merge(self, stamp: Stamp) -> WireBytes:
        """The message of one recipient: 7-bit, CRLF, body lines of at most 76 octets, none beginning with a dot.

        Values are escaped for the place they stand in; what could break out of it is removed (control and format
        characters of a name) or percent-encoded (URLs). Raises ValueError when the address or the Message-ID
        could not stand in a header, the unsubscribe link is not https, or the date has no zone: `audience` and
        `stamp_for` make none such.
        """
        name = one_line(stamp.name, MAX_NAME)
        unsubscribe = wire_url(stamp.unsubscribe_url)
        own = _own_headers(self._links, stamp, name, unsubscribe)
        values = {
            "name": name,
            "greeting_name": f"\u00a0{name}" if name else "",
            "email": stamp.address,
            "unsubscribe_url": unsubscribe,
            "preferences_url": wire_url(stamp.preferences_url),
        }
        pieces = self._template.copy()
        pieces[1] = own
        # A link stands in several places, and mostly looks the same in all of them.
        done: dict[str, bytes] = {}
        for slot, escape, places in self._fills:
            value = escape(values[slot])
            if (piece := done.get(value)) is None:
                piece = done[value] = encode_value(value)
            for place in places:
                pieces[place] = piece
        demand_clean(own, *done.values())
        return WireBytes(b"".join(pieces))

    def envelope(self, stamp: Stamp, mail_from: str) -> Envelope:
        """What a transport needs to hand this recipient's message over. Raises ValueError as `merge` does.

        mail_from: as `newsletter.yaml` has it; its domain goes out in ASCII.
        """
        return Envelope(_sender(mail_from), stamp.address, stamp.message_id, self.merge(stamp))


def merge(compiled: CompiledMessage, stamp: Stamp) -> WireBytes:
    """A single message; see `Merger.merge`, which is for many."""
    return Merger(compiled).merge(stamp)


def make_envelope(compiled: CompiledMessage, stamp: Stamp, mail_from: str) -> Envelope:
    """A single envelope; see `Merger.envelope`, which is for many."""
    return Merger(compiled).envelope(stamp, mail_from)


@lru_cache(maxsize=8)
def _sender(mail_from: str) -> str:
    sender = wire_address(mail_from)
    if not header.is_wire_address(sender):
        raise ValueError(f"not an address that can go on the wire: {mail_from[:100]!r}")
    return sender


def _own_headers(links: Links, stamp: Stamp, name: str, unsubscribe: str) -> bytes:
    """To, Date, Message-ID, its copy (some relays replace the Message-ID), List-Unsubscribe.

    List-Unsubscribe stands raw, white space only after the comma: RFC 2369 section 2, RFC 8058 section 3.1.
    """
    if not header.is_wire_address(stamp.message_id):
        raise ValueError(f"not a Message-ID: {stamp.message_id[:100]!r}")
    if not unsubscribe:
        raise ValueError("a message to a list needs its unsubscribe link")
    mailto = f",\r\n <{links.unsubscribe_mailto}>" if links.unsubscribe_mailto else ""
    identity = (
        f"Message-ID: <{stamp.message_id}>\r\nX-Newsletter-ID: <{stamp.message_id}>\r\n"
        f"List-Unsubscribe: <{unsubscribe}>{mailto}\r\n"
    )
    return header.mailbox("To", name, stamp.address) + header.date(stamp.date) + identity.encode("ascii")


def _as_url(value: str) -> str:
    """A whole attribute value that is a link: https as it is, an address as mailto, anything else nothing."""
    if value.startswith("https://"):
        return _in_html(value)
    return f"mailto:{quote(value, safe='@')}" if header.is_wire_address(value) else ""


def _as_it_is(value: str) -> str:
    return value


def _in_html(value: str) -> str:
    return html.escape(value, quote=True) if _SPECIAL.search(value) else value


_ESCAPE: dict[str, Callable[[str], str]] = {
    SlotContext.HTML_TEXT: _in_html,
    SlotContext.HTML_ATTRIBUTE: _in_html,
    SlotContext.HTML_URL: _as_url,
    SlotContext.PLAIN_TEXT: _as_it_is,
}
