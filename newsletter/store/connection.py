"""Opening an SQLite database, and its errors in words a person can act on."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

from newsletter.errors import StoreBusy, StoreTrouble, UnknownName

BUSY_SECONDS = 10.0
"""How long to wait for another process that is writing."""

BULK_CACHE_KIB = 64_000
"""Memory for pages while a run is written down; the index of a million addresses takes about as much."""

_CANNOT_WRITE = "check that the folder exists, that you may write to it, and that the disk is not read-only"
DAMAGED = ("the database is damaged", "restore it from a backup; do not send before that")
_UNDECODABLE = "Could not decode to UTF-8"
"""What Python's sqlite3 says of text that is none; there is no code for it."""
_BY_CODE: dict[int, tuple[str, str]] = {
    sqlite3.SQLITE_BUSY: ("another process is writing to the database", "wait until it is done, then try again"),
    sqlite3.SQLITE_LOCKED: ("another process is writing to the database", "wait until it is done, then try again"),
    sqlite3.SQLITE_READONLY: ("the database cannot be written", _CANNOT_WRITE),
    sqlite3.SQLITE_CANTOPEN: ("the database cannot be opened", _CANNOT_WRITE),
    sqlite3.SQLITE_PERM: ("access to the database is not permitted", _CANNOT_WRITE),
    sqlite3.SQLITE_AUTH: ("access to the database is not permitted", _CANNOT_WRITE),
    sqlite3.SQLITE_FULL: ("the disk is full", "free some space, then try again"),
    sqlite3.SQLITE_IOERR: ("reading or writing the database failed", "check the disk, then try again"),
    sqlite3.SQLITE_NOTADB: (
        "this file is not a newsletter database",
        "point NEWSLETTER_STORE at another file, or move this one away",
    ),
    sqlite3.SQLITE_CORRUPT: DAMAGED,
}


def path_of(url: str, root: Path) -> Path:
    """The file named by ``sqlite:///relative`` (to `root`) or ``sqlite:////absolute``.

    Raises UnknownName for anything else.
    """
    parts = urlsplit(url)
    if parts.scheme != "sqlite":
        kind = parts.scheme or url
        raise UnknownName(
            f"there is no store of kind '{kind}'",
            hint="write sqlite:///var/newsletter.sqlite3 (in the project) or sqlite:////absolute/path",
        )
    if parts.netloc or parts.query or parts.fragment or not parts.path.strip("/") or ":memory:" in parts.path:
        raise UnknownName(
            f"'{url}' names no database file",
            hint="three slashes start a path in the project, four an absolute one: sqlite:///var/newsletter.sqlite3",
        )
    return root / unquote(parts.path[1:])


def translate(error: sqlite3.Error | UnicodeDecodeError, path: Path) -> StoreTrouble:
    """An SQLite error in words, with what to do now. Of a damaged schema Python cannot even decode some."""
    if isinstance(error, UnicodeDecodeError):
        return StoreTrouble(DAMAGED[0], where=path.as_posix(), hint=DAMAGED[1])
    code = getattr(error, "sqlite_errorcode", None)
    primary = code & 0xFF if isinstance(code, int) else None
    where = path.as_posix()
    if primary in _BY_CODE:
        what, hint = _BY_CODE[primary]
        kind = StoreBusy if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) else StoreTrouble
        return kind(what, where=where, hint=hint)
    if _UNDECODABLE in str(error):
        return StoreTrouble(f"{DAMAGED[0]}: {error}", where=where, hint=DAMAGED[1])
    return StoreTrouble(f"the database refused: {error}", where=where)


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn any SQLite error inside into StoreTrouble, and say of one that a row raised in which file it is."""
    try:
        yield
    except StoreTrouble as trouble:
        trouble.where = trouble.where or path.as_posix()
        raise
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise translate(error, path) from error


def create_file(path: Path) -> None:
    """Make the folder and an empty file that only its owner reads: it will hold addresses.

    Raises StoreTrouble when that cannot be done.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        reason = error.strerror or str(error)
        raise StoreTrouble(
            f"the database cannot be opened: {reason}", where=path.as_posix(), hint=_CANNOT_WRITE
        ) from error


def connect(path: Path, busy_seconds: float = BUSY_SECONDS) -> sqlite3.Connection:
    """A connection in autocommit mode: transactions are begun by hand.

    synchronous=FULL makes every commit survive a power cut in WAL mode; NORMAL could forget the last ones,
    and a forgotten intent would be a mail sent twice. Raises sqlite3.Error.
    """
    connection = sqlite3.connect(
        path,
        timeout=busy_seconds,
        isolation_level=None,
        check_same_thread=False,
        # A ledger writes groups of any size, each with a statement of its own.
        cached_statements=512,
    )
    try:
        _write_ahead(connection, busy_seconds)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _write_ahead(connection: sqlite3.Connection, busy_seconds: float) -> None:
    """Switch a new database to WAL. SQLite does not wait by itself when two processes race for that lock."""
    deadline = time.monotonic() + busy_seconds
    while connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            threading.Event().wait(0.01)


@contextmanager
def much_cache(connection: sqlite3.Connection) -> Iterator[None]:
    """Hold more pages in memory inside: an index filled out of order is written once, not over and over."""
    (before,) = connection.execute("PRAGMA cache_size").fetchone()
    connection.execute(f"PRAGMA cache_size = -{BULK_CACHE_KIB}")
    try:
        yield
    finally:
        connection.execute(f"PRAGMA cache_size = {before}")


def try_begin(connection: sqlite3.Connection) -> bool:
    """Take the write lock; False when another has it for longer than `connection` waits. Raises sqlite3.Error."""
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        return False
    return True


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Write lock taken at once, commit at the end, roll back on any exception."""
    connection.execute("BEGIN IMMEDIATE")
    with begun(connection):
        yield


@contextmanager
def begun(connection: sqlite3.Connection) -> Iterator[None]:
    """The same for a transaction that has begun."""
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # A failed COMMIT, or a full disk, may have ended the transaction already.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
