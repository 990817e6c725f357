"""What a sending process writes into the ledger, many operations in few statements.

A statement per row would cost a message more than its merge: each one gives up and takes back the interpreter's
lock. So a transaction writes all its intents in one statement and all its results in two.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from functools import cache

from newsletter.errors import RunLocked
from newsletter.models.delivery import Run
from newsletter.store.interface import Withheld
from newsletter.store.writer import Operation, Unexpected

INSERT_ATTEMPT = (
    "INSERT INTO attempt (run, seq, address, number, started_at, ended_at, outcome, code, enhanced, reply, stage) "
    "VALUES "
)
WITHHELD = (
    "(SELECT 'suppressed: ' || reason FROM suppression WHERE suppression.address = {address}), "
    "(SELECT 'already received in run ' || other.run FROM delivery AS other JOIN run ON run.id = other.run "
    "WHERE other.address = {address} AND run.issue = :issue AND run.id <> :run "
    "AND other.state IN ('accepted', 'claimed', 'unknown') LIMIT 1)"
)
"""Two columns: why an address is not to be sent to now. Any row with neither may be."""

_GROUP = 100
"""Most rows of one statement: bounds how many different statements there are to keep prepared."""


class Intent(Operation):
    """Attempt `number` of delivery `seq` is about to go out.

    vouched: the set that holds whom nothing keeps out, if `seq` was in it; while that set is the current one,
    nobody but this process has written since, and nothing has to be asked again.
    """

    __slots__ = ("address", "number", "seq", "vouched")

    def __init__(self, seq: int, number: int, address: str, vouched: set[int] | None) -> None:
        super().__init__()
        self.seq = seq
        self.number = number
        self.address = address
        self.vouched = vouched


class Result(Operation):
    """The end of an attempt. change: values in the order of _CHANGE. attempt: a row of the table of that name."""

    __slots__ = ("attempt", "change", "seq")

    def __init__(self, seq: int, change: tuple[object, ...], attempt: tuple[object, ...]) -> None:
        super().__init__()
        self.seq = seq
        self.change = change
        self.attempt = attempt


class Single(Operation):
    """A statement of its own."""

    __slots__ = ("sql", "values")

    def __init__(self, sql: str, values: Sequence[object]) -> None:
        super().__init__()
        self.sql = sql
        self.values = values


_CHANGE = ("seq", "state", "attempts", "deferrals", "next_at", "code", "enhanced", "reply", "updated_at")
_ATTEMPT_COLUMNS = 11


class LedgerWrites:
    """Applies operations to one run, as long as this process holds it.

    cleared: deliveries that nothing keeps out, as far as this process knows; a new set whenever another process
    or connection has written. now: the instant as the database has it.
    """

    def __init__(self, run: Run, fence: str, now: Callable[[], str], connection: sqlite3.Connection) -> None:
        self._run = run
        self._fence = fence
        self._now = now
        self._version = _version(connection)
        self.cleared: set[int] = set()

    def __call__(self, connection: sqlite3.Connection, operations: Sequence[Operation]) -> None:
        """Apply, in a transaction that is open. Raises Unexpected, see `Writer`."""
        if not self._held(connection):
            for operation in operations:
                if isinstance(operation, Intent):
                    operation.trouble = self._taken_over()
            return
        # Inside the transaction nobody else can write any more, so what is asked here holds until it is written.
        if (version := _version(connection)) != self._version:
            self._version = version
            self.cleared = set()
        alone = len(operations) == 1
        intents: dict[int, Intent] = {}
        results: dict[int, Result] = {}
        for operation in operations:
            # Intents are written before results; where that is not the order they came in, a new group begins.
            again = isinstance(operation, Intent) and (operation.seq in intents or operation.seq in results)
            again = again or (isinstance(operation, Result) and operation.seq in results)
            if again or isinstance(operation, Single) or max(len(intents), len(results)) == _GROUP:
                self._flush(connection, intents, results, alone)
            if isinstance(operation, Intent):
                if self._may_go(connection, operation):
                    intents[operation.seq] = operation
            elif isinstance(operation, Result):
                results[operation.seq] = operation
            elif isinstance(operation, Single):
                connection.execute(operation.sql, operation.values)
        self._flush(connection, intents, results, alone)

    def _held(self, connection: sqlite3.Connection) -> bool:
        """The fence: a process that lost the run changes nothing, however late it wakes up."""
        found = connection.execute("SELECT 1 FROM run WHERE id = ? AND holder = ?", (self._run.id, self._fence))
        return found.fetchone() is not None

    def _taken_over(self) -> RunLocked:
        return RunLocked(
            f"another process has taken over run {self._run.id} of issue {self._run.issue}",
            hint="let that process finish; this one has stopped",
        )

    def _may_go(self, connection: sqlite3.Connection, intent: Intent) -> bool:
        if intent.vouched is not self.cleared:
            reason = withheld(connection, self._run, intent.address)
            if reason is not None:
                intent.trouble = Withheld(reason)
                return False
        return True

    def _flush(
        self,
        connection: sqlite3.Connection,
        intents: dict[int, Intent],
        results: dict[int, Result],
        alone: bool,
    ) -> None:
        if intents:
            now = self._now()
            given = [value for one in intents.values() for value in (one.seq, one.number)]
            changed = connection.execute(_claim(len(intents)), (now, now, *given, self._run.id)).rowcount
            if changed != len(intents):
                # Somebody without the fence has changed a delivery by hand: it is not for us to send.
                if not alone:
                    raise Unexpected
                for intent in intents.values():
                    intent.trouble = self._taken_over()
        if results:
            given_rows = [value for one in results.values() for value in one.change]
            changed = connection.execute(_settle(len(results)), (*given_rows, self._run.id)).rowcount
            if changed != len(results) and not alone:
                raise Unexpected
            if changed:
                rows = [value for one in results.values() for value in one.attempt]
                connection.execute(_attempts(len(results)), rows)
        intents.clear()
        results.clear()


def withheld(connection: sqlite3.Connection, run: Run, address: str) -> str | None:
    """Why this address is not to be sent `run` now, or None."""
    sql = "SELECT " + WITHHELD.format(address=":address")
    row = connection.execute(sql, {"address": address, "issue": run.issue, "run": run.id}).fetchone()
    return next((reason for reason in row if reason is not None), None)


def _version(connection: sqlite3.Connection) -> int:
    """Another number whenever another connection has committed; own commits do not count (SQLite's manual)."""
    return int(connection.execute("PRAGMA data_version").fetchone()[0])


@cache
def _claim(rows: int) -> str:
    return (
        "UPDATE delivery SET state = 'claimed', attempts = given.column2, claimed_at = ?, updated_at = ? "  # noqa: S608
        f"FROM (VALUES {_marks(rows, 2)}) AS given "
        "WHERE run = ? AND seq = given.column1 AND state IN ('pending', 'deferred')"
    )


@cache
def _settle(rows: int) -> str:
    change = ", ".join(f"{name} = given.column{at}" for at, name in enumerate(_CHANGE[1:], start=2))
    return (
        f"UPDATE delivery SET {change} FROM (VALUES {_marks(rows, len(_CHANGE))}) AS given "  # noqa: S608 (constants)
        "WHERE run = ? AND seq = given.column1 AND state IN ('pending', 'deferred', 'claimed')"
    )


@cache
def _attempts(rows: int) -> str:
    return INSERT_ATTEMPT + _marks(rows, _ATTEMPT_COLUMNS)


def _marks(rows: int, columns: int) -> str:
    return ", ".join(["(" + ", ".join("?" * columns) + ")"] * rows)
