"""The list of events that a mail provider exports as CSV."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from newsletter.evidence.proof import Proof

ID_COLUMNS = (
    "x_newsletter_id",
    "message_id",
    "messageid",
    "smtp_id",
    "internet_message_id",
    "header_message_id",
    "message_id_header",
    "rfc_message_id",
)
"""Names of columns, in lower case and with ``_`` for anything else, that hold the Message-ID we gave."""
EVENT_COLUMNS = ("event", "status", "event_type", "last_event", "state", "action", "type", "result")

NEVER_TAKEN = re.compile(
    r"error|not[ _-]?sent|unsent|not[ _-]?accepted|unauthori[sz]ed|invalid request", re.IGNORECASE
)
"""Events that say the provider did not take the message. A bounce or a drop does not: it had been taken."""

_DELIMITERS = (",", ";", "\t", "|")


def delimiter_of(header: str) -> str | None:
    """What parts the columns of a list that has a column with Message-IDs; None when this is no such header."""
    for delimiter in _DELIMITERS:
        if any(name in ID_COLUMNS for name in _names(header, delimiter)):
            return delimiter
    return None


def columns_of(header: str) -> list[str]:
    """The columns' names, for words about a list that has none with Message-IDs."""
    return max((_names(header, delimiter) for delimiter in _DELIMITERS), key=len)


def proofs(lines: Iterable[str], delimiter: str, wanted: Mapping[str, object], name: str) -> Iterator[Proof]:
    """Messages of `wanted` that the provider had. `lines` begin with the header."""
    reader = csv.reader(lines, delimiter=delimiter)
    header = [_plain(cell) for cell in next(reader, [])]
    ids = [header.index(column) for column in ID_COLUMNS if column in header]
    event_at = next((header.index(column) for column in EVENT_COLUMNS if column in header), None)
    for row in reader:
        event = row[event_at].strip() if event_at is not None and event_at < len(row) else ""
        if NEVER_TAKEN.search(event):
            continue
        for at in ids:
            message_id = row[at].strip().strip("<>") if at < len(row) else ""
            if message_id in wanted:
                yield Proof(message_id, f"{name}:{reader.line_num}", f"the provider's event: {event or 'listed'}")
                break


def _names(header: str, delimiter: str) -> list[str]:
    cells: Sequence[str] = next(csv.reader([header], delimiter=delimiter), [])
    return [_plain(cell) for cell in cells]


def _plain(cell: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", cell.strip().lower()).strip("_")
