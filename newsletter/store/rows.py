"""Records to rows and back. Never pickle: a database is read by later versions, and by people."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import astuple
from datetime import UTC, date, datetime
from functools import wraps
from typing import Any, TypeVar

from newsletter.errors import StoreTrouble
from newsletter.models.delivery import Attempt, Delivery, DeliveryState, Run, RunState
from newsletter.models.message import BodySlot, CompiledMessage, Links, SlotContext
from newsletter.store.connection import DAMAGED

Record = TypeVar("Record")

RUN_COLUMNS = "id, issue, digest, mail_from, state, created_at, finished_at, total"
DELIVERY_COLUMNS = (
    "run, seq, address, name, language, edition, message_id, token, consent_expires, state, attempts, next_at, "
    "code, enhanced, reply, updated_at, deferrals"
)
ATTEMPT_COLUMNS = "run, seq, address, number, started_at, ended_at, outcome, code, enhanced, reply, stage"
MESSAGE_COLUMNS = "edition, issue, subject, headers, segments, slots, links, digest, checksum"


def instant(moment: datetime) -> str:
    """ISO 8601 in UTC, always of the same length, so that instants sort as text."""
    utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return utc.isoformat(timespec="microseconds")


def maybe_instant(moment: datetime | None) -> str | None:
    """As `instant`; None stays None."""
    return None if moment is None else instant(moment)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _as_written(read: Callable[[Sequence[Any]], Record]) -> Callable[[Sequence[Any]], Record]:
    """Raise StoreTrouble when a value is none that we write: the file was damaged, or changed by hand."""

    @wraps(read)
    def reader(row: Sequence[Any]) -> Record:
        try:
            return read(row)
        except (ValueError, TypeError) as error:
            raise StoreTrouble(f"{DAMAGED[0]}: {error}", hint=DAMAGED[1]) from error

    return reader


@_as_written
def state_of(row: Sequence[Any]) -> DeliveryState:
    """A row of one column, the state of a delivery."""
    return DeliveryState(row[0])


@_as_written
def run_of(row: Sequence[Any]) -> Run:
    """A row of RUN_COLUMNS."""
    identity, issue, digest, mail_from, state, created_at, finished_at, total = row
    created = datetime.fromisoformat(created_at)
    return Run(identity, issue, digest, mail_from, RunState(state), created, _moment(finished_at), total)


@_as_written
def delivery_of(row: Sequence[Any]) -> Delivery:
    """A row of DELIVERY_COLUMNS."""
    (run, seq, address, name, language, edition, message_id, token, expires, state, attempts, next_at) = row[:12]
    code, enhanced, reply, updated_at, deferrals = row[12:]
    return Delivery(
        run=run,
        seq=seq,
        address=address,
        name=name,
        language=language,
        edition=edition,
        message_id=message_id,
        token=token,
        consent_expires=None if expires is None else date.fromisoformat(expires),
        state=DeliveryState(state),
        attempts=attempts,
        next_at=_moment(next_at),
        code=code,
        enhanced=enhanced,
        reply=reply,
        updated_at=_moment(updated_at),
        deferrals=deferrals,
    )


@_as_written
def attempt_of(row: Sequence[Any]) -> Attempt:
    """A row of ATTEMPT_COLUMNS."""
    run, seq, address, number, started_at, ended_at, *rest = row
    begun, ended = datetime.fromisoformat(started_at), datetime.fromisoformat(ended_at)
    return Attempt(run, seq, address, number, begun, ended, *rest)


def message_row(edition: str, message: CompiledMessage) -> tuple[str | bytes, ...]:
    """A row of MESSAGE_COLUMNS."""
    segments = json.dumps([base64.b64encode(segment).decode("ascii") for segment in message.segments])
    slots = json.dumps([[slot.name, slot.context.value] for slot in message.slots])
    links = json.dumps(astuple(message.links))
    columns = (edition, message.issue, message.subject, message.headers, segments, slots, links, message.digest)
    return (*columns, _checksum(*columns))


def message_of(row: Sequence[Any]) -> tuple[str, CompiledMessage]:
    """Edition code and message from a row of MESSAGE_COLUMNS.

    Raises StoreTrouble when the row is not what was written: bytes nobody confirmed must not be sent.
    """
    edition, issue, subject, headers, segments, slots, links, digest, checksum = row
    # Whoever changed it by hand may have made text of it.
    headers = headers if isinstance(headers, bytes) else str(headers).encode()
    damaged = StoreTrouble(
        f"the stored message of edition {edition} was changed since it was confirmed",
        hint="do not resume this run; restore the database from a backup",
    )
    if _checksum(edition, issue, subject, headers, segments, slots, links, digest) != checksum:
        raise damaged
    try:
        message = CompiledMessage(
            issue=issue,
            code=edition,
            subject=subject,
            headers=headers,
            segments=tuple(base64.b64decode(segment, validate=True) for segment in json.loads(segments)),
            slots=tuple(BodySlot(name, SlotContext(context)) for name, context in json.loads(slots)),
            digest=digest,
            links=Links(*json.loads(links)),
        )
    except (ValueError, TypeError, binascii.Error) as error:
        raise damaged from error
    return edition, message


def _checksum(*columns: str | bytes) -> str:
    digest = hashlib.sha256()
    for column in columns:
        data = column.encode() if isinstance(column, str) else column
        # The length in front keeps two different splits of the same bytes apart.
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()
