"""Header fields as bytes: pure ASCII, folded, nothing in them that a value could break out of.

Python's `email` package is not used to write: it turns a List-Unsubscribe longer than its line into
encoded-words, which kills one-click unsubscribe (cpython issue 85725), makes encoded-words of 77 characters
(RFC 2047 section 2 allows 75), and puts encoded-words into addresses. The tests use it to read.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from datetime import datetime, timedelta

from newsletter.models.recipient import MAX_NAME
from newsletter.models.text import one_line

MAX_LINE = 76
"""Longest line that holds an encoded-word (RFC 2047 section 2); within the 78 of RFC 5322 section 2.1.1."""
MAX_WORD = 75
"""Longest encoded-word (RFC 2047 section 2)."""

_WORD_OVERHEAD = len("=?utf-8?q?") + len("?=")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOT_ATOM = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_HOST = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
_Q_BARE = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/")
"""Octets a `q` word may hold bare even in a display name (RFC 2047 section 5, rule 3)."""
_Q = tuple("_" if byte == 0x20 else chr(byte) if byte in _Q_BARE else f"={byte:02X}" for byte in range(256))
_DAYS = (b"Mon", b"Tue", b"Wed", b"Thu", b"Fri", b"Sat", b"Sun")
_MONTHS = (b"", b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec")


def is_dot_atom(text: str) -> bool:
    """Whether `text` is dot-atom-text (RFC 5322 section 3.2.3)."""
    return _DOT_ATOM.fullmatch(text) is not None


def is_wire_address(address: str) -> bool:
    """Whether `address` can stand in a 7-bit header and in RCPT TO: dot-atom, ``@``, ASCII host."""
    local, at, domain = address.rpartition("@")
    return bool(at) and is_dot_atom(local) and _HOST.fullmatch(domain) is not None


def mailbox(field: str, name: str, address: str) -> bytes:
    """``To: Name <address>``; the address stands alone in its brackets, on a new line when the first is full.

    Raises ValueError when the address is not `is_wire_address`: nothing else may ever reach the brackets.
    """
    if not is_wire_address(address):
        raise ValueError(f"not an address that can go on the wire: {address[:100]!r}")
    start = f"{field}: "
    lines = _phrase(one_line(name, MAX_NAME), len(start)) if name else ""
    column = len(lines) - (lines.rfind("\n") + 1) + (0 if "\n" in lines else len(start))
    gap = "" if not lines else " " if column + len(address) + 3 <= MAX_LINE else "\r\n "
    return f"{start}{lines}{gap}<{address}>\r\n".encode("ascii")


def text(field: str, value: str) -> bytes:
    """A free-text field (Subject): bare and folded at spaces when it is plain ASCII, else encoded-words."""
    start = f"{field}: "
    value = one_line(value)
    folded = _folded(value, len(start)) if value.isascii() and "=?" not in value else None
    if folded is None:
        folded = "\r\n ".join(encoded_words(value, MAX_LINE - len(start)))
    return f"{start}{folded}\r\n".encode("ascii")


def encoded_words(value: str, room: int) -> list[str]:
    """RFC 2047 words of UTF-8, each whole characters by itself; the first at most `room` long, the others 75.

    Adjacent words decode to their texts without the space between them (section 6.2).
    """
    data = value.encode("utf-8", "replace")
    quoted = _q(data)
    if by_q := len(quoted) <= 2 * len(data):  # Latin text stays readable; anything else is shorter in base64
        if len(quoted) + _WORD_OVERHEAD <= min(room, MAX_WORD):
            return [f"=?utf-8?q?{quoted}?="]
        return [f"=?utf-8?q?{_q(part)}?=" for part in _parts(value, room, by_q)]
    return [f"=?utf-8?b?{b64encode(part).decode('ascii')}?=" for part in _parts(value, room, by_q)]


def date(moment: datetime) -> bytes:
    """``Date:`` with a numeric zone (RFC 5322 section 3.3). Raises ValueError for a time without zone."""
    offset = moment.utcoffset()
    if offset is None:
        raise ValueError("a Date header needs a time with its zone")
    sign, offset = (b"-", -offset) if offset < timedelta(0) else (b"+", offset)
    hours, minutes = divmod(offset.seconds // 60, 60)
    # %-formatting: strftime would cost half of what merging a whole message does.
    return b"Date: %s, %02d %s %04d %02d:%02d:%02d %s%02d%02d\r\n" % (
        _DAYS[moment.weekday()],
        moment.day,
        _MONTHS[moment.month],
        moment.year,
        moment.hour,
        moment.minute,
        moment.second,
        sign,
        hours,
        minutes,
    )


def _phrase(name: str, column: int) -> str:
    """A display name (RFC 5322 section 3.2.5): atoms, a quoted string, or encoded-words."""
    if name.isascii() and "=?" not in name and len(name) + column <= MAX_LINE - 4:
        if _ATOMS.fullmatch(name):
            return name
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        if len(escaped) + column <= MAX_LINE - 4:
            return f'"{escaped}"' if name else ""
    return "\r\n ".join(encoded_words(name, MAX_LINE - column))


def _folded(value: str, column: int) -> str | None:
    """`value` with line breaks before some of its spaces; None when a word is too long for a line."""
    lines: list[str] = []
    line = ""
    for word in value.split(" "):
        room = MAX_LINE - (column if not lines else 1)
        if len(word) > room:
            return None
        if line and len(line) + 1 + len(word) > room:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return "\r\n ".join([*lines, line])


def _parts(value: str, room: int, by_q: bool) -> Iterator[bytes]:
    """`value` in UTF-8, cut so that each part is whole characters and fits its word when encoded."""
    part, q_length, limit = b"", 0, min(room, MAX_WORD) - _WORD_OVERHEAD
    for char in value:
        octets = char.encode("utf-8", "replace")
        cost = sum([len(_Q[byte]) for byte in octets])
        length = q_length + cost if by_q else 4 * -(-(len(part) + len(octets)) // 3)
        if part and length > limit:
            yield part
            part, q_length, limit = b"", 0, MAX_WORD - _WORD_OVERHEAD
        part += octets
        q_length += cost
    yield part


def _q(octets: bytes) -> str:
    return "".join([_Q[byte] for byte in octets])
