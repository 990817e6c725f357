"""Questions over a whole run: when what happened, and who refused why."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from newsletter.models.delivery import Moment, Refusal


def timeline(connection: sqlite3.Connection, run: str) -> list[Moment]:
    """How many attempts ended how, second by second, in order."""
    rows = connection.execute(
        "SELECT substr(ended_at, 1, 19), outcome, count(*) FROM attempt WHERE run = ? GROUP BY 1, 2 ORDER BY 1, 2",
        (run,),
    )
    return [Moment(datetime.fromisoformat(f"{second}+00:00"), outcome, count) for second, outcome, count in rows]


def refusals(connection: sqlite3.Connection, run: str) -> list[Refusal]:
    """Deliveries that the relay refused or put off, by receiving domain and answer, the most first."""
    rows = connection.execute(
        "SELECT substr(address, instr(address, '@') + 1), state, code, enhanced, min(reply), count(*) "
        "FROM delivery WHERE run = ? AND state IN ('rejected', 'deferred') "
        "GROUP BY 1, 2, 3, 4 ORDER BY 6 DESC, 1, 3, 4",
        (run,),
    )
    return [Refusal(*row) for row in rows]
