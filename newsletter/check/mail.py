"""A sample message as it goes on the wire: raw header lines, MIME parts raw and decoded.

The header lines are split here and not by `email`, because a rule about doubled or badly folded headers must see
what is there, not what a tolerant parser makes of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from email.utils import getaddresses
from functools import cached_property

_END_OF_HEADERS = re.compile(rb"\r?\n\r?\n")


@dataclass(frozen=True, slots=True)
class HeaderLine:
    """One header field. raw: with its name and folding, without the last line end. value: unfolded bytes."""

    name: str
    raw: bytes
    value: bytes

    @property
    def text(self) -> str:
        """The value with encoded-words (RFC 2047) decoded; what cannot be decoded stays as written."""
        written = self.value.decode("ascii", "replace")
        try:
            return str(make_header(decode_header(written)))
        except (LookupError, ValueError, MessageError):  # unknown charset, wrong bytes, broken base64
            return written


@dataclass(frozen=True, slots=True)
class Part:
    """One MIME part. body: as on the wire. decoded: transfer encoding undone. parts: of a multipart."""

    content_type: str
    charset: str
    encoding: str
    attachment: bool
    body: bytes
    decoded: bytes
    parts: tuple[Part, ...]

    def walk(self) -> Iterator[Part]:
        """This part and all inside it."""
        yield self
        for part in self.parts:
            yield from part.walk()

    @property
    def text(self) -> str:
        """The decoded text; bytes that the charset does not know become U+FFFD."""
        try:
            return self.decoded.decode(self.charset or "ascii", "replace")
        except LookupError:
            return self.decoded.decode("ascii", "replace")


@dataclass(frozen=True)
class Mail:
    """One message."""

    raw: bytes
    headers: tuple[HeaderLine, ...]
    root: Part

    def all(self, name: str) -> tuple[HeaderLine, ...]:
        """Every header line of that name, case ignored."""
        return tuple(line for line in self.headers if line.name.lower() == name.lower())

    def first(self, name: str) -> str | None:
        """The decoded text of the first header of that name, or None."""
        found = self.all(name)
        return found[0].text.strip() if found else None

    def leaf(self, content_type: str) -> Part | None:
        """The first part of that type that is not an attachment."""
        for part in self.root.walk():
            if part.content_type == content_type and not part.attachment:
                return part
        return None

    @property
    def html(self) -> Part | None:
        """The text/html part."""
        return self.leaf("text/html")

    @property
    def text(self) -> Part | None:
        """The text/plain part."""
        return self.leaf("text/plain")

    def addresses(self, name: str) -> list[tuple[str, str]]:
        """(name, address) pairs of an address header; the name decoded."""
        values = [line.value.decode("ascii", "replace") for line in self.all(name)]
        return [(HeaderLine("", b"", person.encode()).text, address) for person, address in getaddresses(values)]

    @cached_property
    def recipient(self) -> str:
        """The address of the sample recipient, '' when To is missing."""
        found = self.addresses("To")
        return found[0][1] if found else ""


def read_mail(raw: bytes) -> Mail:
    """Read a message; nothing is refused, the rules say what is wrong with it."""
    message = BytesParser(policy=compat32).parsebytes(raw)
    return Mail(raw, tuple(_header_lines(raw)), _part(message))


def _header_lines(raw: bytes) -> Iterator[HeaderLine]:
    end = _END_OF_HEADERS.search(raw)
    fields: list[list[bytes]] = []
    for line in re.split(rb"\r?\n", raw[: end.start()] if end else raw):
        if line[:1] in (b" ", b"\t") and fields:
            fields[-1].append(line)
        else:
            fields.append([line])
    for field in fields:
        name, _, value = b"".join(field).partition(b":")
        yield HeaderLine(name.decode("ascii", "replace").strip(), b"\r\n".join(field), value.strip())


def _part(message: Message) -> Part:
    payload = message.get_payload()
    parts = tuple(_part(part) for part in payload if isinstance(part, Message)) if message.is_multipart() else ()
    body = "" if message.is_multipart() else str(payload)
    decoded = message.get_payload(decode=True)
    return Part(
        content_type=message.get_content_type(),
        charset=(message.get_content_charset() or "").lower(),
        encoding=str(message.get("Content-Transfer-Encoding", "7bit")).strip().lower(),
        attachment=message.get_content_disposition() == "attachment",
        body=body.encode("utf-8", "surrogateescape"),
        decoded=decoded if isinstance(decoded, bytes) else b"",
        parts=parts,
    )
