"""The audience while it is resolved: a private temporary database, so that a list of any length takes no memory.

SQLite keeps small ones in memory and spills to a nameless file that only this user can read and that goes with the
process. Nothing of it outlives the plan; what is confirmed is written to the ledger.
"""

from __future__ import annotations

import sqlite3
import weakref
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Generic, TypeVar, overload

from newsletter.models.recipient import Audience, Basis, Consent, Exclusion, Reason, Recipient
from newsletter.store.connection import translated

CACHE_KIB = 16_000
"""Memory for pages before SQLite writes to its temporary file."""
PAGE = 1000
"""Rows fetched at a time, so that no query stays open between them."""

_WHERE = Path("the temporary folder")
_RECIPIENT = "address, name, language, edition, basis, consented_on, source, proof, expires, list, line"
_EXCLUSION = "address, reason, detail, list, line"
_ADD = (
    f"INSERT INTO recipient ({_RECIPIENT}) "  # noqa: S608 (constants)
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
)
_LEAVE_OUT = f"INSERT INTO exclusion ({_EXCLUSION}) VALUES (?, ?, ?, ?, ?)"  # noqa: S608 (constants)
_SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA temp_store = FILE;
CREATE TABLE recipient (
    seq INTEGER PRIMARY KEY, address TEXT NOT NULL UNIQUE, name TEXT NOT NULL, language TEXT NOT NULL,
    edition TEXT NOT NULL, basis TEXT NOT NULL, consented_on TEXT NOT NULL, source TEXT NOT NULL,
    proof TEXT NOT NULL, expires TEXT, list TEXT NOT NULL, line INTEGER NOT NULL
);
CREATE TABLE exclusion (
    seq INTEGER PRIMARY KEY, address TEXT NOT NULL, reason TEXT NOT NULL, detail TEXT NOT NULL,
    list TEXT NOT NULL, line INTEGER NOT NULL
);
"""

T = TypeVar("T")


class _Database:
    """The temporary database; it closes when the last roll that reads it is gone."""

    def __init__(self) -> None:
        with translated(_WHERE):
            connection = sqlite3.connect("", isolation_level=None, check_same_thread=False)
            weakref.finalize(self, connection.close)
            connection.executescript(_SCHEMA)
            connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
            connection.execute("BEGIN")
        self._connection = connection

    def execute(self, sql: str, values: Sequence[object] = ()) -> sqlite3.Cursor:
        with translated(_WHERE):
            return self._connection.execute(sql, values)

    def rows(self, sql: str, values: Sequence[object]) -> list[Any]:
        with translated(_WHERE):
            return self._connection.execute(sql, values).fetchall()


class Roll(Sequence[T], Generic[T]):
    """Rows of a roster in the order they were added, read from its database each time they are gone through."""

    def __init__(self, database: _Database, sql: str, table: str, make: Callable[[Any], T]) -> None:
        self._database = database
        self._sql = sql
        self._count = f"SELECT count(*) FROM {table}"  # noqa: S608 (constants of this module)
        self._make = make

    def __len__(self) -> int:
        return int(self._database.rows(self._count, ())[0][0])

    def __iter__(self) -> Iterator[T]:
        after = 0
        while rows := self._rows(after, PAGE):
            for row in rows:
                yield self._make(row)
            after += len(rows)

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[T]: ...
    def __getitem__(self, index: int | slice) -> T | Sequence[T]:
        if isinstance(index, slice):
            return [self[each] for each in range(*index.indices(len(self)))]
        place = index if index >= 0 else index + len(self)
        rows = self._rows(place, 1) if place >= 0 else []
        if not rows:
            raise IndexError(index)
        return self._make(rows[0])

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Sequence)
            and len(self) == len(other)
            and all(mine == theirs for mine, theirs in zip(self, other, strict=True))
        )

    def __hash__(self) -> int:
        raise TypeError("a roll compares by its rows, which may be many")

    def _rows(self, after: int, count: int) -> list[Any]:
        return self._database.rows(self._sql, (after, after + count))


class Roster:
    """Takes recipients and exclusions in, one address once. Raises StoreTrouble when the disk is full."""

    def __init__(self) -> None:
        self._database = database = _Database()
        self._audience = Audience(
            Roll(database, _query(_RECIPIENT, "recipient"), "recipient", _recipient),
            Roll(database, _query(_EXCLUSION, "exclusion"), "exclusion", _exclusion),
        )

    def add(self, recipient: Recipient) -> bool:
        """Take somebody in; False when the address is in already."""
        consent = recipient.consent
        values = (
            *(recipient.address, recipient.name, recipient.language, recipient.edition),
            *(consent.basis, consent.consented_on.isoformat(), consent.source, consent.proof),
            None if consent.expires is None else consent.expires.isoformat(),
            *(recipient.list_name, recipient.line),
        )
        return bool(self._database.execute(_ADD, values).rowcount)

    def leave_out(self, exclusion: Exclusion) -> None:
        """Record somebody who is left out."""
        values = (exclusion.address, exclusion.reason, exclusion.detail, exclusion.list_name, exclusion.line)
        self._database.execute(_LEAVE_OUT, values)

    def place_of(self, address: str) -> tuple[str, int] | None:
        """List and line of the recipient with this address, or None."""
        rows = self._database.rows("SELECT list, line FROM recipient WHERE address = ?", (address,))
        return (str(rows[0][0]), int(rows[0][1])) if rows else None

    def find(self, address: str) -> Recipient | None:
        """The recipient with this address, or None."""
        rows = self._database.rows(f"SELECT {_RECIPIENT} FROM recipient WHERE address = ?", (address,))  # noqa: S608
        return _recipient(rows[0]) if rows else None

    def audience(self) -> Audience:
        """All that was taken in. It reads this database for as long as it lives."""
        return self._audience


def _query(columns: str, table: str) -> str:
    return f"SELECT {columns} FROM {table} WHERE seq > ? AND seq <= ? ORDER BY seq"  # noqa: S608 (constants)


def _recipient(row: Sequence[Any]) -> Recipient:
    address, name, language, edition, basis, consented_on, source, proof, expires, list_name, line = row
    until = None if expires is None else date.fromisoformat(expires)
    consent = Consent(Basis(basis), date.fromisoformat(consented_on), source, proof, until)
    return Recipient(address, name, language, edition, consent, list_name, line)


def _exclusion(row: Sequence[Any]) -> Exclusion:
    address, reason, detail, list_name, line = row
    return Exclusion(address, Reason(reason), detail, list_name, line)
