"""SMTP replies: reading them, and what each means for the recipient and for the run. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

MAX_TEXT = 1000
"""Characters of a relay's words that are kept."""

MAX_LINES = 100

_LINE = re.compile(rb"(\d{3})(?:([ -])(.*))?", re.DOTALL)
_ENHANCED = re.compile(r"([245]\.\d{1,3}\.\d{1,3})(?:\s+|$)")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


class BadReply(Exception):
    """What the other side says is not SMTP."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply. text: the relay's words without code and enhanced status, lines joined by a space."""

    code: int
    enhanced: str
    text: str

    @property
    def quoted(self) -> str:
        """As a person reads it: ``550 5.1.1 no such user``."""
        return " ".join(str(part) for part in (self.code, self.enhanced, self.text) if part)


def take_reply(buffer: bytearray) -> Reply | None:
    """Remove one whole reply from the front of `buffer`; None when it is not all there.

    Raises BadReply when what is there cannot become a reply (RFC 5321 section 4.2.1).
    """
    end = buffer.find(b"\n") + 1
    if end and buffer[3:4] != b"-":
        reply = _one_line(bytes(buffer[:end]))
        del buffer[:end]
        return reply
    lines: list[tuple[int, str]] = []
    start = 0
    while (end := buffer.find(b"\n", start)) >= 0:
        line = bytes(buffer[start:end]).rstrip(b"\r")
        start = end + 1
        found = _parsed(line)
        if len(lines) == MAX_LINES:
            raise BadReply("a reply without end")
        lines.append((int(found[1]), _clean(found[3] or b"")))
        if found[2] != b"-":
            del buffer[:start]
            return _joined(lines)
    if len(buffer) > 65536:
        raise BadReply("a reply without end")
    return None


@lru_cache(maxsize=256)
def _one_line(line: bytes) -> Reply:
    """Most lines are said after every command, word for word."""
    found = _parsed(line.rstrip(b"\r\n"))
    return _joined([(int(found[1]), _clean(found[3] or b""))])


def _parsed(line: bytes) -> re.Match[bytes]:
    found = _LINE.fullmatch(line)
    if found is None or not b"200" <= found[1] < b"600":
        raise BadReply(f"not an SMTP reply: {_clean(line[:80])!r}")
    return found


def _clean(raw: bytes) -> str:
    return _UNPRINTABLE.sub(" ", raw.decode("utf-8", errors="replace")).strip()


def _joined(lines: list[tuple[int, str]]) -> Reply:
    code = lines[-1][0]
    enhanced = ""
    words: list[str] = []
    for _, text in lines:
        found = _ENHANCED.match(text)
        # The class of the status must agree with the code (RFC 2034 section 4), else it is just words.
        if found and found[1][0] == str(code)[0]:
            enhanced = enhanced or found[1]
            text = text[found.end() :]
        words.append(text)
    text = " ".join(word for word in words if word)
    return Reply(code, enhanced, text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…")


class Verdict(StrEnum):
    """What a refusal means. The last three stop the run: they are ours to put right, not the recipient's."""

    DEFERRED = "deferred"
    REJECTED = "rejected"
    STOP_LOGIN = "login"
    STOP_ENCRYPTION = "encryption"
    STOP_RELAY = "relay"


_STOP_STATUS = re.compile(r"5\.7\.(?:2[0-9]|30|50[0-9]|51[0-9]|6\d\d|7\d\d)|5\.6\.0|5\.3\.4")
"""Authentication of the sender (5.7.20 to 5.7.30: RFC 7372 and the sender rules of Google and Yahoo), Microsoft's
blocks (5.7.5xx to 5.7.7xx), malformed message (5.6.0), message too big (5.3.4): the same for every recipient."""

_RELAYING = re.compile(r"\brelay", re.IGNORECASE)


_OURS = re.compile(r"\b(?:client host|helo command|sender address) rejected\b", re.IGNORECASE)
"""Postfix judges client, HELO and sender when it has heard the recipient (smtpd_delay_reject), and says so."""


def judge(stage: str, reply: Reply) -> Verdict:
    """The meaning of a 4xx or 5xx reply at `stage` (``mail``, ``rcpt``, ``data``, ``body``, ``dot``).

    A refusal of the sender, the login or the content would meet everybody after this one too, so it stops the
    run; a refusal of the recipient does not. 5.7.1 after RCPT may be either (RFC 3463 section 3.8) and counts
    against the recipient, unless it speaks of relaying or of us; after the dot it judges the content.
    """
    if reply.code < 500:
        return Verdict.DEFERRED
    if reply.code == 538 or (reply.code == 530 and "starttls" in reply.text.lower()):
        return Verdict.STOP_ENCRYPTION
    if reply.code in (530, 534, 535) or reply.enhanced in ("5.7.8", "5.7.9"):
        return Verdict.STOP_LOGIN
    if stage == "mail" or _STOP_STATUS.fullmatch(reply.enhanced):
        return Verdict.STOP_RELAY
    if stage == "rcpt":
        relaying = (
            reply.code in (550, 551, 554) and reply.enhanced in ("", "5.7.1") and _RELAYING.search(reply.text)
        )
        return Verdict.STOP_RELAY if relaying or _OURS.search(reply.text) else Verdict.REJECTED
    if reply.enhanced.startswith("5.7."):
        return Verdict.STOP_RELAY
    too_big = reply.code == 552 and not reply.enhanced.startswith("5.2.")
    return Verdict.STOP_RELAY if too_big else Verdict.REJECTED
