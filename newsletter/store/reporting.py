"""Questions over a whole run: when what happened, and who refused why."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from newsletter.models.delivery import Moment, Refusal
from newsletter.store.columns import INTEGER, TEXT, Columns, moment

# Rows that a question makes of many: what is found in them names the place.
_MOMENT = Columns("attempt", key=2, ended_at=TEXT, outcome=TEXT, count=INTEGER)
_REFUSAL = Columns(
    "delivery", key=4, domain=TEXT, state=TEXT, code=INTEGER, enhanced=TEXT, reply=TEXT, count=INTEGER
)


def timeline(connection: sqlite3.Connection, run: str) -> list[Moment]:
    """How many attempts ended how, second by second, in order."""
    rows = connection.execute(
        "SELECT substr(ended_at, 1, 19), outcome, count(*) FROM attempt WHERE run = ? GROUP BY 1, 2 ORDER BY 1, 2",
        (run,),
    )
    return [_moment_of(row) for row in rows]


def refusals(connection: sqlite3.Connection, run: str) -> list[Refusal]:
    """Deliveries that the relay refused or put off, by receiving domain and answer, the most first."""
    rows = connection.execute(
        "SELECT substr(address, instr(address, '@') + 1), state, code, enhanced, min(reply), count(*) "
        "FROM delivery WHERE run = ? AND state IN ('rejected', 'deferred') "
        "GROUP BY 1, 2, 3, 4 ORDER BY 6 DESC, 1, 3, 4",
        (run,),
    )
    return [_refusal_of(row) for row in rows]


@_MOMENT.reader
def _moment_of(row: Sequence[Any]) -> Moment:
    second, outcome, count = row
    return Moment(moment(f"{second}+00:00"), outcome, count)


@_REFUSAL.reader
def _refusal_of(row: Sequence[Any]) -> Refusal:
    return Refusal(*row)
