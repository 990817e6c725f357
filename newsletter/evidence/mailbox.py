"""Mail that names the message: a reply, an out-of-office note, a delivery report, or the message itself."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from email.parser import BytesParser
from email.policy import compat32
from pathlib import Path

from newsletter.evidence.proof import Proof

_FROM = re.compile(rb"^From \S+.*\d{4}\s*$")
_HEADER = re.compile(rb"^[!-9;-~]+:[ \t]")


def looks_like(line: bytes) -> bool:
    """Does a file that begins with this line hold mail: an mbox, or one message?"""
    return _FROM.match(line) is not None or _HEADER.match(line) is not None


def proofs_of_mbox(lines: Iterable[bytes], wanted: Collection[str], name: str) -> Iterator[Proof]:
    """Messages of `wanted` that a message of an mbox, or the one message of the file, names."""
    for number, message in enumerate(_messages(lines), 1):
        yield from _proofs_of(message, wanted, f"{name}, message {number}")


def proofs_of_folder(folder: Path, wanted: Collection[str], name: str) -> Iterator[Proof]:
    """The same for a Maildir, or a folder of messages. Raises OSError."""
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        yield from _proofs_of(path.read_bytes(), wanted, f"{name}/{path.relative_to(folder).as_posix()}")


def _messages(lines: Iterable[bytes]) -> Iterator[bytes]:
    message: list[bytes] = []
    for line in lines:
        if _FROM.match(line) and message:
            yield b"".join(message)
            message = []
        message.append(line)
    if message:
        yield b"".join(message)


def _proofs_of(raw: bytes, wanted: Collection[str], place: str) -> Iterator[Proof]:
    """That somebody can name a Message-ID proves that they have it from the message: it cannot be guessed."""
    texts = [raw]
    if b"quoted-printable" in raw.lower() or b"base64" in raw.lower():
        texts += _decoded(raw)
    for message_id in wanted:
        if any(message_id.encode("ascii", "replace") in text for text in texts):
            yield Proof(message_id, place, "a message that names this one")


def _decoded(raw: bytes) -> Iterator[bytes]:
    """The parts of a message without their transfer encoding. compat32 parses anything, and never raises."""
    for part in BytesParser(policy=compat32).parsebytes(raw).walk():
        payload = part.get_payload(decode=True)
        if isinstance(payload, bytes):
            yield payload
