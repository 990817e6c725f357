"""What is read from a table, and what its columns may hold.

SQLite keeps whatever it is given in any column, so after damage, or a change by hand, a number may be text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import wraps
from typing import Any, Protocol, TypeVar

from newsletter.errors import StoreTrouble
from newsletter.store.connection import DAMAGED

Record = TypeVar("Record")

_HINT = "restore it from a backup, or have that row put right; do not send before that"

TEXT, INTEGER, BLOB = frozenset({str}), frozenset({int}), frozenset({bytes})
NUMBER = frozenset({int, float})
NULL = frozenset({type(None)})

_WORDS: dict[type, str] = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bytes: "bytes",
    type(None): "nothing",
}


class Read(Protocol):
    """Reads rows and makes a record of each, with the lock of the connection; every trouble names the file."""

    def __call__(
        self, make: Callable[[Sequence[Any]], Record], sql: str, values: Sequence[object] = (), /
    ) -> list[Record]: ...


class Columns:
    """Columns of one table, in the order they are read. key: so many of the first ones name a row to a person."""

    def __init__(self, table: str, *, key: int = 1, **kinds: frozenset[type]) -> None:
        self.sql = ", ".join(kinds)
        self._table = table
        self._key = key
        self._kinds = kinds
        self._known: set[tuple[type, ...]] = set()

    def reader(self, read: Callable[[Sequence[Any]], Record]) -> Callable[[Sequence[Any]], Record]:
        """`read`, which makes a record of a row and raises ValueError when a value is none that we write.

        What it becomes raises StoreTrouble then, with the row and the value; `translated` adds the file.
        """

        @wraps(read)
        def reader(row: Sequence[Any]) -> Record:
            try:
                # Rows are read by the million, and hold few combinations of types.
                if (types := tuple(map(type, row))) not in self._known:
                    self._require(row)
                    self._known.add(types)
                return read(row)
            except ValueError as error:
                raise StoreTrouble(f"{DAMAGED[0]}: {self._named(row)}: {error}", hint=_HINT) from error

        return reader

    def _require(self, row: Sequence[Any]) -> None:
        for (name, kinds), value in zip(self._kinds.items(), row, strict=True):
            if type(value) not in kinds:
                expected = " or ".join(sorted(_WORDS[kind] for kind in kinds))
                raise ValueError(f"{name} is {_shown(value)}, expected {expected}")

    def _named(self, row: Sequence[Any]) -> str:
        names = zip(self._kinds, row[: self._key], strict=False)
        return ", ".join([f"table {self._table}", *(f"{name} {_shown(value)}" for name, value in names)])


def moment(text: str) -> datetime:
    """The instant that is written so. Raises ValueError when it is none, or does not say its offset from UTC."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(f"{text!r} does not say its offset from UTC")
    return found


def maybe_moment(text: str | None) -> datetime | None:
    """As `moment`; None stays None."""
    return None if text is None else moment(text)


def _shown(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else f"{shown[:59]}…"
