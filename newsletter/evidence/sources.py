"""Files of any of the kinds: told apart by what stands in them, never by their name."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from newsletter.errors import FileTrouble, UnknownName
from newsletter.evidence import events, mailbox, postfix
from newsletter.evidence.proof import Proof

_GZIP = b"\x1f\x8b"
_LOOKED_AT = 200
"""Lines at the start of a file that tell what it is."""


@dataclass(frozen=True)
class Search:
    """What one file says. kind: how it was read; proofs: one for each message it proves, the first found."""

    kind: str
    proofs: Mapping[str, Proof]


def find_proofs(path: Path, wanted: Mapping[str, object], *, name: str) -> Search:
    """Look in `path` for proof that the relay took the messages whose Message-IDs are the keys of `wanted`.

    path: a Postfix log, a provider's CSV, an mbox or a message; each also compressed with gzip; or a folder with
    messages, such as a Maildir. name: what to call it. Raises UnknownName when it is none of these, FileTrouble
    when it cannot be read.
    """
    try:
        if path.is_dir():
            return _search("mailbox", mailbox.proofs_of_folder(path, wanted, name))
        with _opened(path) as stream:
            start = list(islice(stream, _LOOKED_AT))
            return _read(start, chain(start, stream), wanted, name)
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise FileTrouble(f"cannot be read: {reason}", where=name) from error
    except csv.Error as error:
        raise UnknownName(f"{name} is not the CSV it looks like: {error}") from error


def _read(start: list[bytes], lines: Iterator[bytes], wanted: Mapping[str, object], name: str) -> Search:
    first = next((line for line in start if line.strip()), b"").removeprefix(b"\xef\xbb\xbf")
    header = first.decode("utf-8", "replace")
    if any(map(postfix.looks_like, start)):
        return _search("Postfix log", postfix.proofs(lines, wanted, name))
    if (delimiter := events.delimiter_of(header)) is not None:
        text = codecs.iterdecode(lines, "utf-8-sig", errors="replace")
        return _search("event list", events.proofs(text, delimiter, wanted, name))
    if mailbox.looks_like(first):
        return _search("mailbox", mailbox.proofs_of_mbox(lines, wanted, name))
    columns = events.columns_of(header)
    if len(columns) > 1:
        raise UnknownName(
            f"{name} has no column with Message-IDs; it has {', '.join(columns[:12])}",
            hint="Export the list with the Message-ID, or name the column that holds it 'message-id'.",
        )
    raise UnknownName(
        f"{name} is neither a Postfix log, nor a CSV with Message-IDs, nor a mailbox",
        hint="Give the relay's log, the provider's events as CSV, or a mailbox (mbox, .eml, Maildir) of replies.",
    )


def _search(kind: str, found: Iterator[Proof]) -> Search:
    proofs: dict[str, Proof] = {}
    for proof in found:
        proofs.setdefault(proof.message_id, proof)
    return Search(kind, proofs)


def _opened(path: Path) -> io.BufferedReader | gzip.GzipFile:
    stream = path.open("rb")
    if stream.peek(2)[:2] == _GZIP:
        stream.close()
        return gzip.open(path, "rb")
    return stream
