"""Deliveries in doubt, settled."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from newsletter.models.delivery import Decision, DeliveryState, Resolution

_STATE = {Decision.ACCEPTED: DeliveryState.ACCEPTED, Decision.AGAIN: DeliveryState.PENDING}


def settle(connection: sqlite3.Connection, run: str, resolutions: Iterable[Resolution], now: str) -> int:
    """Record each resolution of an unknown delivery, and change its state; how many there were.

    Inside the caller's transaction. A run with something to send again is interrupted. Raises sqlite3.Error.
    """
    settled = again = 0
    for one in resolutions:
        recorded = connection.execute(
            "INSERT INTO resolution (run, seq, decision, evidence, at) SELECT run, seq, ?, ?, ? FROM delivery "
            "WHERE run = ? AND seq = ? AND state = 'unknown'",
            (one.decision, one.evidence, now, run, one.seq),
        ).rowcount
        if not recorded:
            continue
        # The reply says what is known now; what was known before is in the attempts.
        connection.execute(
            "UPDATE delivery SET state = ?, next_at = NULL, reply = ?, updated_at = ? WHERE run = ? AND seq = ?",
            (_STATE[one.decision], one.evidence, now, run, one.seq),
        )
        settled += 1
        again += one.decision is Decision.AGAIN
    if again:
        connection.execute("UPDATE run SET state = 'interrupted', finished_at = NULL WHERE id = ?", (run,))
    return settled


def resolution_of(row: Sequence[Any]) -> Resolution:
    """A row of seq, decision, evidence, at."""
    seq, decision, evidence, at = row
    return Resolution(seq, Decision(decision), evidence, datetime.fromisoformat(at))
