"""A mail on its way from template to wire: rendered edition, compiled message, envelope, answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal, NamedTuple

SlotName = Literal["name", "greeting_name", "email", "unsubscribe_url", "preferences_url"]
SLOT_NAMES: tuple[str, ...] = ("name", "greeting_name", "email", "unsubscribe_url", "preferences_url")
"""Everything that may differ between two recipients of one edition.

name: the person's name, or empty. greeting_name: `` Name`` with a leading no-break space when known, else
empty, so that a template can write ``Bonjour{{ slot }},``. email: their address.
"""


class SlotContext(StrEnum):
    """Where a slot stands, which decides how its value is escaped."""

    HTML_TEXT = "html-text"
    HTML_ATTRIBUTE = "html-attribute"
    HTML_URL = "html-url"
    PLAIN_TEXT = "plain-text"


@dataclass(frozen=True, slots=True)
class Slot:
    """A place filled per recipient."""

    name: str
    context: SlotContext


@dataclass(frozen=True, slots=True)
class Slotted:
    """Text with slots: ``parts[0] slots[0] parts[1] ... parts[n]``; always one more part than slots."""

    parts: tuple[str, ...]
    slots: tuple[Slot, ...]

    def size(self) -> int:
        """Bytes of the fixed text in UTF-8."""
        return sum(len(part.encode()) for part in self.parts)


@dataclass(frozen=True, slots=True)
class RenderedEdition:
    """Subject, preheader, HTML and text of an edition; slots still open.

    files: every template and theme file it was made from, relative to the project root.
    article_bytes: slug -> bytes of HTML that article costs in this edition.
    web_page: HTML of its page on the web, with nobody's data and no slot; empty when there is to be none.
    """

    issue: str
    code: str
    languages: tuple[str, ...]
    subject: str
    preheader: str
    html: Slotted
    text: Slotted
    files: tuple[str, ...]
    article_bytes: Mapping[str, int]
    web_page: str = ""


@dataclass(frozen=True, slots=True)
class CarriedFile:
    """A file that travels inside a mail.

    name: as readers see it. content_id: of a picture that the HTML shows by ``cid:``, without brackets (RFC 2392);
    empty for an attachment.
    """

    name: str
    content_type: str
    content: bytes = field(repr=False)
    content_id: str = ""


@dataclass(frozen=True, slots=True)
class BodySlot:
    """A slot of a compiled message: `name` filled and escaped for `context`, then quoted-printable."""

    name: str
    context: SlotContext


@dataclass(frozen=True, slots=True)
class Links:
    """Where recipients leave and change language, as they go on the wire; ``{token}`` is each one's own.

    Part of the compiled message, so that a run resumed later says what was confirmed, whatever the configuration
    says by then. unsubscribe_mailto: ``mailto:`` URI that List-Unsubscribe names after the https one. Empty: none.
    """

    unsubscribe_url: str = ""
    unsubscribe_mailto: str = ""
    preferences_url: str = ""


@dataclass(frozen=True, slots=True)
class CompiledMessage:
    """The MIME form of a rendered edition, pre-encoded in segments, ready to merge.

    headers: the header lines that every recipient shares, CRLF included, 7-bit.
    segments: the body, already quoted-printable; ``segments[0] slots[0] segments[1] ...``.
    """

    issue: str
    code: str
    subject: str
    headers: bytes
    segments: tuple[bytes, ...]
    slots: tuple[BodySlot, ...]
    digest: str
    """sha256 (hex) over all the other fields: the content part of a plan's digest."""
    links: Links = Links()


class Stamp(NamedTuple):
    """All that is added to a compiled message for one recipient."""

    address: str
    """As it goes on the wire: ASCII domain."""
    name: str
    date: datetime
    message_id: str
    """Without angle brackets."""
    unsubscribe_url: str
    preferences_url: str


class WireBytes(bytes):
    """Bytes that SMTP's DATA takes as they are: whoever made them has looked at every line. See `is_clean`."""

    __slots__ = ()


def is_clean(data: bytes) -> bool:
    """Nothing, or whole lines: each ends in CRLF and begins with no dot, and no CR or LF stands elsewhere.

    A bare CR or LF could end a message early on some servers (SMTP smuggling, CVE-2023-51764); a dot would have to
    be doubled (RFC 5321 section 4.5.2).
    """
    if not data:
        return True
    ends = data.count(b"\n")
    return (
        data.endswith(b"\r\n")
        and not data.startswith(b".")
        and data.rfind(b"\r\n.") < 0
        and data.count(b"\r\n") == ends == data.count(b"\r")
    )


def demand_clean(*pieces: bytes) -> None:
    """Raises ValueError when one is not `is_clean`: what is wrong in one is not put right by its neighbour."""
    # Looked at together: when each ends a line and their join is whole lines, each of them is.
    whole = all(not piece or piece.endswith(b"\r\n") for piece in pieces)
    if not whole or not is_clean(b"".join(pieces)):
        raise ValueError("the message holds a line that cannot go out as it is")


class Envelope(NamedTuple):
    """What is handed to a transport: MAIL FROM, RCPT TO, Message-ID, the bytes with CRLF line ends."""

    mail_from: str
    rcpt_to: str
    message_id: str
    data: bytes


class Outcome(StrEnum):
    """What became of one attempt.

    accepted: the relay answered 2xx after the final dot. deferred: it asked us to try this recipient later
    (4xx). rejected: it refused this recipient or message for good (5xx). not_sent: the connection failed
    before the final dot, so the message certainly did not go out. unknown: the connection failed after the
    final dot and before the answer (RFC 1047); the message may or may not have been accepted.
    """

    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    REJECTED = "rejected"
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"


class SendResult(NamedTuple):
    """What the transport says of one attempt.

    code: SMTP reply code, 0 when there was none. enhanced: RFC 3463 status ``5.1.1`` or empty. reply: the
    relay's words. stage: ``connect``, ``mail``, ``rcpt``, ``data``, ``body``, ``dot``.
    reconnect: the session can no longer be used.
    """

    outcome: Outcome
    code: int
    enhanced: str
    reply: str
    stage: str
    reconnect: bool = False
