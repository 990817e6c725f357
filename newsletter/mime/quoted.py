"""Quoted-printable (RFC 2045 section 6.7) in pieces that can be laid one after the other.

A piece begins at the start of a line and ends at the start of a line: its last line ends with a line break of
the text or with a soft break (``=`` CRLF), which decodes to nothing. So the static text of a message is encoded
once, each recipient's values are encoded alone, and joining the pieces needs no look at their bytes.

Beyond the RFC: no line begins with ``.`` (SMTP would have to double it) or with ``From `` (mbox files would get
a ``>``), and no character is divided between two lines (for readers that decode line by line).
"""

from __future__ import annotations

import re
from binascii import b2a_qp
from collections.abc import Iterator

MAX_LINE = 76
"""Longest line without its CRLF (RFC 2045 section 6.7, rule 5)."""

_BYTES = tuple(f"={byte:02X}".encode() for byte in range(256))
_TO_ENCODE = re.compile(rb"[^\t !-<>-~]+")
_LINE_BREAK = re.compile("\r\n|\r|\n")
_SHORT_VALUE = re.compile("(?!\\.|From )[^\r\n]{0,75}[^\r\n\t ]")


def encode_text(text: str) -> bytes:
    """`text` as one piece. Any line break (CRLF, CR, LF) becomes CRLF; a lone surrogate becomes ``?``."""
    *lines, rest = _LINE_BREAK.split(text)
    out: list[bytes] = []
    for line in lines:
        out += _cut(_encode_line(line), hard=True)
    if rest:
        out += _cut(_encode_bytes(rest), hard=False)
    return b"".join(out)


def encode_value(value: str) -> bytes:
    """The same as `encode_text`, in C for what fits one line: almost every value of almost every recipient."""
    if _SHORT_VALUE.fullmatch(value):
        line = b2a_qp(value.encode("utf-8", "replace"))
        if len(line) < MAX_LINE and b"\n" not in line:
            return line + b"=\r\n"
    return encode_text(value)


def _encode_bytes(text: str) -> bytes:
    data = text.encode("utf-8", "replace")
    return _TO_ENCODE.sub(lambda match: b"".join([_BYTES[byte] for byte in match[0]]), data)


def _encode_line(line: str) -> bytes:
    """A line that ends in a real line break: white space before it must not stand bare (rule 3)."""
    encoded = _encode_bytes(line)
    if encoded.endswith((b" ", b"\t")):
        encoded = encoded[:-1] + _BYTES[encoded[-1]]
    return encoded


def _cut(encoded: bytes, *, hard: bool) -> Iterator[bytes]:
    """Lines of at most 76 octets; the last one ends hard (CRLF) or soft (``=`` CRLF), the others soft."""
    start, length = 0, len(encoded)
    while True:
        head = b""
        if encoded.startswith((b".", b"From "), start):
            head, start = _BYTES[encoded[start]], start + 1
        room = MAX_LINE - len(head)
        if length - start <= room - (not hard):
            yield head + encoded[start:] + (b"\r\n" if hard else b"=\r\n")
            return
        end = _whole_character(encoded, start + room - 1)
        yield head + encoded[start:end] + b"=\r\n"
        start = end


def _whole_character(encoded: bytes, end: int) -> int:
    """The last place up to `end` that is neither inside ``=XX`` nor inside a UTF-8 character."""
    for back in (1, 2):
        if encoded[end - back] == 0x3D:
            end -= back
            break
    while encoded[end] == 0x3D and encoded[end + 1] in b"89AB":  # a UTF-8 continuation byte: 80 to BF
        end -= 3
    return end
