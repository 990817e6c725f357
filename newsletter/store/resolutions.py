"""Deliveries that a person, or evidence, settles: those in doubt, and refused ones that are tried again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

from newsletter.models.delivery import Decision, DeliveryState, Resolution
from newsletter.store.columns import INTEGER, TEXT, Columns, moment

_RESOLUTION = Columns(
    "resolution", key=2, run=TEXT, seq=INTEGER, decision=TEXT, evidence=TEXT, at=TEXT, decided_by=TEXT
)
RESOLUTION_COLUMNS = _RESOLUTION.sql

_STATE = {Decision.ACCEPTED: DeliveryState.ACCEPTED, Decision.AGAIN: DeliveryState.PENDING}


def settle(
    connection: sqlite3.Connection,
    run: str,
    resolutions: Iterable[Resolution],
    now: str,
    state: DeliveryState = DeliveryState.UNKNOWN,
) -> int:
    """Record each resolution of a delivery that is in `state`, and change that; how many there were.

    Inside the caller's transaction. A run with something to send again is interrupted. Raises sqlite3.Error.
    """
    settled = again = 0
    for one in resolutions:
        recorded = connection.execute(
            "INSERT INTO resolution (run, seq, decision, evidence, at, decided_by) "
            "SELECT run, seq, ?, ?, ?, ? FROM delivery WHERE run = ? AND seq = ? AND state = ?",
            (one.decision, one.evidence, now, one.by, run, one.seq, state),
        ).rowcount
        if not recorded:
            continue
        # The reply says what is known now; what was known before is in the attempts.
        connection.execute(
            "UPDATE delivery SET state = ?, next_at = NULL, deferrals = 0, code = 0, enhanced = '', reply = ?, "
            "updated_at = ? WHERE run = ? AND seq = ?",
            (_STATE[one.decision], one.words, now, run, one.seq),
        )
        settled += 1
        again += one.decision is Decision.AGAIN
    if again:
        connection.execute("UPDATE run SET state = 'interrupted', finished_at = NULL WHERE id = ?", (run,))
    return settled


@_RESOLUTION.reader
def resolution_of(row: Sequence[Any]) -> Resolution:
    """A row of RESOLUTION_COLUMNS."""
    _, seq, decision, evidence, at, by = row
    return Resolution(seq, Decision(decision), evidence, moment(at), by)
