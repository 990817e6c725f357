"""Records to rows and back. Never pickle: a database is read by later versions, and by people."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence
from dataclasses import astuple
from datetime import UTC, date, datetime
from typing import Any

from newsletter.errors import RunDamaged
from newsletter.models.delivery import Attempt, Delivery, DeliveryState, ExclusionRow, Run, RunState
from newsletter.models.message import BodySlot, CompiledMessage, Links, SlotContext
from newsletter.models.recipient import Suppression
from newsletter.store.columns import BLOB, INTEGER, NULL, TEXT, Columns, maybe_moment, moment

_RUN = Columns(
    "run",
    id=TEXT,
    issue=TEXT,
    digest=TEXT,
    mail_from=TEXT,
    state=TEXT,
    created_at=TEXT,
    finished_at=TEXT | NULL,
    total=INTEGER,
)
_DELIVERY = Columns(
    "delivery",
    key=2,
    run=TEXT,
    seq=INTEGER,
    address=TEXT,
    name=TEXT,
    language=TEXT,
    edition=TEXT,
    message_id=TEXT,
    token=TEXT,
    consent_expires=TEXT | NULL,
    state=TEXT,
    attempts=INTEGER,
    next_at=TEXT | NULL,
    code=INTEGER,
    enhanced=TEXT,
    reply=TEXT,
    updated_at=TEXT | NULL,
    deferrals=INTEGER,
)
_ATTEMPT = Columns(
    "attempt",
    key=4,
    run=TEXT,
    seq=INTEGER,
    address=TEXT,
    number=INTEGER,
    started_at=TEXT,
    ended_at=TEXT,
    outcome=TEXT,
    code=INTEGER,
    enhanced=TEXT,
    reply=TEXT,
    stage=TEXT,
)
_EXCLUSION = Columns("exclusion", key=2, run=TEXT, address=TEXT, reason=TEXT, detail=TEXT)
_SUPPRESSION = Columns("suppression", address=TEXT, reason=TEXT, since=TEXT, source=TEXT)
_STATE = Columns("delivery", state=TEXT)
_SECRET = Columns("meta", key=0, value=BLOB)

SECRET_BYTES = 32

RUN_COLUMNS = _RUN.sql
DELIVERY_COLUMNS = _DELIVERY.sql
ATTEMPT_COLUMNS = _ATTEMPT.sql
EXCLUSION_COLUMNS = _EXCLUSION.sql
SUPPRESSION_COLUMNS = _SUPPRESSION.sql
MESSAGE_COLUMNS = "edition, issue, subject, headers, segments, slots, links, digest, checksum"


def instant(moment: datetime) -> str:
    """ISO 8601 in UTC, always of the same length, so that instants sort as text."""
    utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return utc.isoformat(timespec="microseconds")


def maybe_instant(moment: datetime | None) -> str | None:
    """As `instant`; None stays None."""
    return None if moment is None else instant(moment)


@_STATE.reader
def state_of(row: Sequence[Any]) -> DeliveryState:
    """A row of one column, the state of a delivery."""
    return DeliveryState(row[0])


@_RUN.reader
def run_of(row: Sequence[Any]) -> Run:
    """A row of RUN_COLUMNS."""
    identity, issue, digest, mail_from, state, created_at, finished_at, total = row
    created, finished = moment(created_at), maybe_moment(finished_at)
    return Run(identity, issue, digest, mail_from, RunState(state), created, finished, total)


_STATES = {state.value: state for state in DeliveryState}


@_DELIVERY.reader
def delivery_of(row: Sequence[Any]) -> Delivery:
    """A row of DELIVERY_COLUMNS."""
    # In the order of the record's fields: this is done for every message.
    (run, seq, address, name, language, edition, message_id, token, expires, state, attempts, next_at, *said) = row
    code, enhanced, reply, updated_at, deferrals = said
    return Delivery(
        *(run, seq, address, name, language, edition, message_id, token),
        None if expires is None else date.fromisoformat(expires),
        _STATES.get(state) or DeliveryState(state),
        attempts,
        None if next_at is None else moment(next_at),
        *(code, enhanced, reply),
        None if updated_at is None else moment(updated_at),
        deferrals,
    )


@_ATTEMPT.reader
def attempt_of(row: Sequence[Any]) -> Attempt:
    """A row of ATTEMPT_COLUMNS."""
    run, seq, address, number, started_at, ended_at, *rest = row
    return Attempt(run, seq, address, number, moment(started_at), moment(ended_at), *rest)


@_EXCLUSION.reader
def exclusion_of(row: Sequence[Any]) -> ExclusionRow:
    """A row of EXCLUSION_COLUMNS."""
    return ExclusionRow(*row)


@_SUPPRESSION.reader
def suppression_of(row: Sequence[Any]) -> Suppression:
    """A row of SUPPRESSION_COLUMNS."""
    address, reason, since, source = row
    return Suppression(address, reason, date.fromisoformat(since), source)


@_SECRET.reader
def secret_of(row: Sequence[Any]) -> bytes:
    """The secret of this installation."""
    (value,) = row
    if len(value) != SECRET_BYTES:
        raise ValueError(f"value has {len(value)} bytes, expected {SECRET_BYTES}")
    return bytes(value)


def message_row(edition: str, message: CompiledMessage) -> tuple[str | bytes, ...]:
    """A row of MESSAGE_COLUMNS."""
    segments = json.dumps([base64.b64encode(segment).decode("ascii") for segment in message.segments])
    slots = json.dumps([[slot.name, slot.context.value] for slot in message.slots])
    links = json.dumps(astuple(message.links))
    columns = (edition, message.issue, message.subject, message.headers, segments, slots, links, message.digest)
    return (*columns, _checksum(*columns))


def message_of(row: Sequence[Any]) -> tuple[str, CompiledMessage]:
    """Edition code and message from a row of MESSAGE_COLUMNS.

    Raises RunDamaged when the row is not what was written: bytes nobody confirmed must not be sent.
    """
    edition, issue, subject, headers, segments, slots, links, digest, checksum = row
    # Whoever changed it by hand may have made text of it.
    headers = headers if isinstance(headers, bytes) else str(headers).encode()
    damaged = RunDamaged(
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
