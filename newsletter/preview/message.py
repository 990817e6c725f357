"""Read a message back from its bytes, so that the preview shows what is sent and not what was meant."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message

from newsletter.render.scheme import with_scheme

__all__ = ["Header", "Mail", "Part", "read_message", "with_local_files", "with_scheme"]

_ENCODED_WORD_TRAPS = (HeaderParseError, LookupError, UnicodeDecodeError, ValueError)


@dataclass(frozen=True)
class Header:
    """One header: `value` decoded for people, `raw` as it stands in the message, unfolded."""

    name: str
    value: str
    raw: str


@dataclass(frozen=True)
class Part:
    """One leaf of the MIME tree. size: bytes once decoded. encoded_size: bytes as transferred."""

    content_type: str
    charset: str
    encoding: str
    size: int
    encoded_size: int


@dataclass(frozen=True)
class Mail:
    """A message taken apart.

    html: the first HTML part, decoded from its transfer encoding and otherwise untouched; None when there is none.
    text: the first plain text part. source: the whole message as text; one character per byte if not UTF-8.
    """

    headers: tuple[Header, ...]
    parts: tuple[Part, ...]
    html: bytes | None
    html_charset: str
    html_encoded_size: int
    text: str | None
    source: str
    size: int

    def header(self, name: str) -> str:
        """The decoded value of the first header of that name, or an empty string."""
        wanted = name.lower()
        return next((header.value for header in self.headers if header.name.lower() == wanted), "")

    def html_text(self) -> str:
        """The HTML part as text, for reading its source."""
        return _decode(self.html or b"", self.html_charset)


def read_message(data: bytes) -> Mail:
    """Take a message apart. Malformed input never raises: what cannot be decoded is shown as it stands."""
    # compat32 keeps headers as they are; the newer policies rewrite them and raise on malformed ones.
    message = message_from_bytes(data, policy=policy.compat32)
    leaves = [part for part in message.walk() if not part.is_multipart()]
    html = next((part for part in leaves if part.get_content_type() == "text/html"), None)
    text = next((part for part in leaves if part.get_content_type() == "text/plain"), None)
    return Mail(
        headers=tuple(_headers(message)),
        parts=tuple(_part(leaf) for leaf in leaves),
        html=None if html is None else _payload(html),
        html_charset="utf-8" if html is None else _charset(html),
        html_encoded_size=0 if html is None else _encoded_size(html),
        text=None if text is None else _lines(_decode(_payload(text), _charset(text))),
        source=_lines(_decode(data, "utf-8")),
        size=len(data),
    )


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n")


def _decode(data: bytes, charset: str) -> str:
    try:
        return data.decode(charset)
    except (LookupError, UnicodeDecodeError):
        return data.decode("latin-1")


def _payload(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _charset(part: Message) -> str:
    charset = part.get_content_charset("utf-8")
    # It goes into a header of ours, so nothing but a charset name may pass (RFC 2978 section 2.3).
    return charset if re.fullmatch(r"[a-z0-9][a-z0-9._:+-]{0,39}", charset) else "utf-8"


def _encoded_size(part: Message) -> int:
    payload = part.get_payload()
    if not isinstance(payload, str):
        return 0
    # The parser has turned CRLF into LF nowhere; only what is not ASCII was turned into surrogates.
    return len(payload.encode("utf-8", "surrogateescape"))


def _part(part: Message) -> Part:
    return Part(
        content_type=part.get_content_type(),
        charset=_charset(part) if part.get_content_maintype() == "text" else "",
        encoding=str(part.get("Content-Transfer-Encoding", "7bit")).lower(),
        size=len(_payload(part)),
        encoded_size=_encoded_size(part),
    )


def _headers(message: Message) -> Iterator[Header]:
    for name, value in message.items():
        raw = re.sub(r"\r?\n(?=[ \t])", "", str(value))
        yield Header(name, _decoded(raw), raw)


def _decoded(raw: str) -> str:
    if "=?" not in raw:
        return raw
    try:
        return "".join(
            piece if isinstance(piece, str) else piece.decode(charset or "ascii")
            for piece, charset in decode_header(raw)
        )
    except _ENCODED_WORD_TRAPS:
        return raw


def with_local_files(html: bytes, local: Mapping[str, str]) -> bytes:
    """A copy that loads pictures, calendar files and pages from here instead of from where they will be online.

    local: address as it stands in the HTML -> address here. Only what is seen changes; the source and the
    message that the page offers are the bytes that are sent.
    """
    for url, here in local.items():
        for end in '"#':  # whole, or up to a place in a page
            html = html.replace(f'"{url}{end}'.encode(), f'"{here}{end}'.encode())
    return html
