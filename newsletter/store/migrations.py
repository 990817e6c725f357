"""Brings a database to the newest schema: numbered files, each in one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from newsletter.errors import StoreTrouble
from newsletter.store.connection import transaction


def scripts() -> dict[int, str]:
    """Schema number -> SQL, from the files ``schema/NNNN_name.sql`` of this package."""
    folder = resources.files("newsletter.store") / "schema"
    files = [entry for entry in folder.iterdir() if entry.name.endswith(".sql")]
    return {
        int(entry.name[:4]): entry.read_text(encoding="utf-8") for entry in sorted(files, key=lambda e: e.name)
    }


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Apply what is missing.

    Raises StoreTrouble when the file was written by a newer version or belongs to another program.
    """
    version, has_tables = _state(connection)
    known = scripts()
    newest = max(known)
    if version > newest:
        raise StoreTrouble(
            f"a newer version of newsletter wrote the database (schema {version}, this one knows {newest})",
            where=path.as_posix(),
            hint="upgrade newsletter on this machine",
        )
    if version == newest:
        return
    if version == 0 and has_tables:
        raise StoreTrouble(
            "this SQLite database belongs to another program",
            where=path.as_posix(),
            hint="point NEWSLETTER_STORE at another file",
        )
    for number in range(version + 1, newest + 1):
        _apply(connection, number, known[number])


def _apply(connection: sqlite3.Connection, number: int, script: str) -> None:
    with transaction(connection):
        # Another process may have done it while this one waited for the lock.
        if _version(connection) >= number:
            return
        for statement in statements(script):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {number}")


def statements(script: str) -> Iterator[str]:
    """The statements of a script; `executescript` would commit the transaction they must share."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if line.rstrip().endswith(";") and sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip() and not all(line.startswith("--") or not line for line in statement.splitlines()):
        yield statement


def _version(connection: sqlite3.Connection) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def _state(connection: sqlite3.Connection) -> tuple[int, bool]:
    """Schema number and whether there are tables, from one snapshot: between two questions another process may
    have made the database, and it would look like somebody else's."""
    version, has_tables = connection.execute(
        "SELECT (SELECT user_version FROM pragma_user_version), EXISTS (SELECT 1 FROM sqlite_schema)"
    ).fetchone()
    return int(version), bool(has_tables)
