"""The SQLite store: one machine, one file."""

from __future__ import annotations

import secrets
import sqlite3
import threading
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from datetime import UTC
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from newsletter.clock import Clock
from newsletter.errors import StoreTrouble, UnknownName
from newsletter.models.control import Terms
from newsletter.models.delivery import (
    SAID_SO,
    Attempt,
    Decision,
    Delivery,
    DeliveryState,
    ExclusionRow,
    Moment,
    Plan,
    Refusal,
    Resolution,
    Run,
    RunState,
)
from newsletter.models.message import CompiledMessage
from newsletter.models.recipient import SuppressionList
from newsletter.store.columns import Record
from newsletter.store.connection import (
    BUSY_SECONDS,
    DAMAGED,
    connect,
    create_file,
    much_cache,
    path_of,
    transaction,
    translated,
)
from newsletter.store.control import Controls, SqliteControls, insert_terms
from newsletter.store.interface import Addressed
from newsletter.store.ledger import SqliteLedger
from newsletter.store.locks import IssueLocks
from newsletter.store.migrations import migrate
from newsletter.store.reporting import refusals, timeline
from newsletter.store.resolutions import RESOLUTION_COLUMNS, resolution_of, settle
from newsletter.store.rows import (
    ATTEMPT_COLUMNS,
    DELIVERY_COLUMNS,
    EXCLUSION_COLUMNS,
    MESSAGE_COLUMNS,
    RUN_COLUMNS,
    SECRET_BYTES,
    SUPPRESSION_COLUMNS,
    attempt_of,
    delivery_of,
    exclusion_of,
    instant,
    message_of,
    message_row,
    run_of,
    secret_of,
    state_of,
    suppression_of,
)

PAGE = 500
"""Rows fetched at a time by the iterators, so that no query stays open between them."""


class SqliteStore:
    """See `newsletter.store.interface.Store`. Its one connection serves short queries under a lock; a ledger has
    its own two."""

    def __init__(self, path: Path, clock: Clock, busy_seconds: float) -> None:
        self._path = path
        self._clock = clock
        self._busy_seconds = busy_seconds
        self._lock = threading.RLock()
        create_file(path)
        self._locks = IssueLocks(path)
        self.controls: Controls = SqliteControls(self._read, self._writing, clock)
        with translated(path):
            self._connection = connect(path, busy_seconds)
            try:
                migrate(self._connection, path)
            except BaseException:
                self._connection.close()
                raise

    def close(self) -> None:
        """Release the database."""
        with self._lock:
            self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # -- installation and suppressions

    def secret(self) -> bytes:
        """32 random bytes of this installation, made once."""
        with self._writing() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO meta (name, value) VALUES ('secret', ?)",
                (secrets.token_bytes(SECRET_BYTES),),
            )
            (value,) = connection.execute("SELECT value FROM meta WHERE name = 'secret'").fetchone()
            return secret_of((value,))

    def suppress(self, address: str, reason: str, source: str) -> bool:
        """Never mail this normalised address again; False when it was suppressed already (the first one stays)."""
        return bool(self.suppress_all([(address, reason, source)]))

    def suppress_all(self, suppressions: Iterable[tuple[str, str, str]]) -> int:
        """As `suppress`, for many (address, reason, source) in one transaction; how many are new."""
        today = self._clock.now().astimezone(UTC).date().isoformat()
        with self._writing() as connection:
            return connection.executemany(
                "INSERT OR IGNORE INTO suppression (address, reason, since, source) VALUES (?, ?, ?, ?)",
                ((address, reason, today, source) for address, reason, source in suppressions),
            ).rowcount

    def unsuppress(self, address: str) -> bool:
        """Forget a suppression, because a person says so; False when there was none."""
        with self._writing() as connection:
            changed = connection.execute("DELETE FROM suppression WHERE address = ?", (address,)).rowcount
        return bool(changed)

    def is_suppressed(self, address: str) -> str | None:
        """The reason, or None."""
        rows = self._rows("SELECT reason FROM suppression WHERE address = ?", (address,))
        return str(rows[0][0]) if rows else None

    def suppression_list(self) -> SuppressionList:
        """All suppressions."""
        sql = f"SELECT {SUPPRESSION_COLUMNS} FROM suppression ORDER BY address"  # noqa: S608 (constant)
        return SuppressionList({entry.address: entry for entry in self._read(suppression_of, sql)})

    # -- runs

    def hold(self, issue: str) -> AbstractContextManager[None]:
        """Be the only process that plans and sends this issue. Raises RunLocked. Nests within one thread."""
        return self._locks.hold(issue, lambda: self._holder_of(issue))

    def is_held(self, issue: str) -> bool:
        """Is a process planning or sending this issue right now?"""
        return self._locks.is_held(issue)

    def _holder_of(self, issue: str) -> str | None:
        rows = self._rows(
            "SELECT id, held_by FROM run WHERE issue = ? AND held_by IS NOT NULL ORDER BY number DESC LIMIT 1",
            (issue,),
        )
        return f"{rows[0][1]}, run {rows[0][0]}" if rows else None

    def create_run(self, plan: Plan, deliveries: Iterable[Addressed], terms: Terms | None = None) -> Run:
        """Plan, messages, deliveries, exclusions and terms in one transaction; a failure leaves nothing."""
        now = self._clock.now()
        with self._writing() as connection, much_cache(connection):
            (number,) = connection.execute(
                "SELECT coalesce(max(number), 0) + 1 FROM run WHERE issue = ?", (plan.issue,)
            ).fetchone()
            run = f"{plan.issue}-{number}"
            connection.execute(
                "INSERT INTO run (id, issue, number, digest, mail_from, state, created_at, total) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, 0)",
                (run, plan.issue, number, plan.digest, plan.mail_from, RunState.INTERRUPTED, instant(now)),
            )
            connection.executemany(
                f"INSERT INTO message (run, {MESSAGE_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
                ((run, *message_row(edition, message)) for edition, message in plan.messages.items()),
            )
            connection.executemany(
                "INSERT INTO delivery (run, seq, address, name, language, edition, message_id, token, "
                "consent_expires, state, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'pending', ?)",
                (_delivery_row(run, seq, each, instant(now)) for seq, each in enumerate(deliveries, start=1)),
            )
            connection.executemany(
                "INSERT INTO exclusion (run, address, reason, detail, list_name, line) VALUES (?, ?, ?, ?, ?, ?)",
                ((run, e.address, e.reason, e.detail, e.list_name, e.line) for e in plan.audience.exclusions),
            )
            insert_terms(connection, run, terms or Terms())
            connection.execute(
                "UPDATE run SET total = (SELECT count(*) FROM delivery WHERE run = ?) WHERE id = ?", (run, run)
            )
        return self.run(run)

    def open_ledger(self, run: str) -> SqliteLedger:
        """Open a run for sending; see `Ledger`. Raises UnknownName; NothingToResume when it is finished."""
        record = self.run(run)
        with ExitStack() as opened, translated(self._path):
            reader, writer = (
                opened.enter_context(closing(connect(self._path, self._busy_seconds))) for _ in range(2)
            )
            ledger = SqliteLedger(
                record,
                path=self._path,
                clock=self._clock,
                reader=reader,
                writer=writer,
                busy_seconds=self._busy_seconds,
            )
            # From here on they are the ledger's to close.
            opened.pop_all()
            return ledger

    def abandon(self, run: str, reason: str) -> int:
        """A person gives a run up: what is open is cancelled for `reason`, and the run is finished."""
        with self.hold(self.run(run).issue), self.open_ledger(run), self._writing() as connection:
            return connection.execute(
                "UPDATE delivery SET state = 'cancelled', next_at = NULL, code = 0, enhanced = '', reply = ?, "
                "updated_at = ? WHERE run = ? AND state IN ('pending', 'deferred')",
                (reason, instant(self._clock.now()), run),
            ).rowcount

    def resolve_unknown(self, run: str, resolutions: Iterable[Resolution]) -> int:
        """Settle deliveries in doubt: accepted for good, or pending, which the next resume sends again."""
        with self.hold(self.run(run).issue), self._writing() as connection:
            return settle(connection, run, resolutions, instant(self._clock.now()))

    def reopen_rejected(self, run: str, by: str, reason: str = SAID_SO) -> int:
        """`by` has refused ones tried again, for `reason`."""
        rejected = DeliveryState.REJECTED
        with self.hold(self.run(run).issue):
            again = [
                Resolution(one.seq, Decision.AGAIN, reason, by=by) for one in self.deliveries(run, [rejected])
            ]
            with self._writing() as connection:
                return settle(connection, run, again, instant(self._clock.now()), rejected)

    def resolutions(self, run: str) -> list[Resolution]:
        """How deliveries in doubt were settled, in order."""
        sql = f"SELECT {RESOLUTION_COLUMNS} FROM resolution WHERE run = ? ORDER BY id"  # noqa: S608 (constant)
        return self._read(resolution_of, sql, (run,))

    def load_messages(self, run: str) -> Mapping[str, CompiledMessage]:
        """Edition -> the message that was confirmed, verified."""
        self.run(run)
        sql = f"SELECT {MESSAGE_COLUMNS} FROM message WHERE run = ? ORDER BY rowid"  # noqa: S608 (constant)
        return dict(self._read(message_of, sql, (run,)))

    # -- questions

    def run(self, run: str) -> Run:
        """One run. Raises UnknownName."""
        found = self._read(run_of, f"SELECT {RUN_COLUMNS} FROM run WHERE id = ?", (run,))  # noqa: S608 (constant)
        if not found:
            known = [known.id for known in self.runs()]
            if run in known:
                # The table has it, the index that leads there does not.
                raise StoreTrouble(DAMAGED[0], where=self._path.as_posix(), hint=DAMAGED[1])
            hint = f"the latest runs: {', '.join(known[:5])}" if known else "nothing has been sent yet"
            raise UnknownName(f"there is no run '{run}'", hint=hint)
        return found[0]

    def runs(self, issue: str | None = None) -> list[Run]:
        """All runs, newest first."""
        sql = f"SELECT {RUN_COLUMNS} FROM run WHERE coalesce(?, issue) = issue ORDER BY rowid DESC"  # noqa: S608
        return self._read(run_of, sql, (issue,))

    def latest_run(self, issue: str | None = None) -> Run | None:
        """The newest run."""
        runs = self.runs(issue)
        return runs[0] if runs else None

    def counts(self, run: str) -> dict[DeliveryState, int]:
        """Deliveries per state; every state is a key."""
        found = dict.fromkeys(DeliveryState, 0)
        sql = "SELECT state, count(*) FROM delivery WHERE run = ? GROUP BY state"
        found.update(self._read(lambda row: (state_of(row[:1]), row[1]), sql, (run,)))
        return found

    def counts_by_edition(self, run: str) -> dict[str, dict[DeliveryState, int]]:
        """Edition -> deliveries per state."""
        found: dict[str, dict[DeliveryState, int]] = {}
        sql = (
            "SELECT edition, state, count(*) FROM delivery WHERE run = ? GROUP BY edition, state ORDER BY edition"
        )
        for edition, state, count in self._read(lambda row: (row[0], state_of(row[1:2]), row[2]), sql, (run,)):
            found.setdefault(edition, dict.fromkeys(DeliveryState, 0))[state] = count
        return found

    def deliveries(self, run: str, states: Iterable[DeliveryState] = ()) -> Iterator[Delivery]:
        """Deliveries in plan order, only of `states` when given."""
        wanted = [state.value for state in states]
        # All of them: also those whose state cannot be read, which is then told.
        only = f"AND state IN ({', '.join('?' * len(wanted))}) " if wanted else ""
        sql = f"SELECT {DELIVERY_COLUMNS} FROM delivery WHERE run = ? AND seq > ? {only}ORDER BY seq LIMIT ?"  # noqa: S608
        after = 0
        while found := self._read(delivery_of, sql, (run, after, *wanted, PAGE)):
            yield from found
            after = found[-1].seq

    def attempts(self, run: str, seq: int | None = None) -> Iterator[Attempt]:
        """Attempts in the order they were recorded, of one delivery when `seq` is given."""
        sql = (
            f"SELECT id, {ATTEMPT_COLUMNS} FROM attempt "  # noqa: S608 (constant)
            "WHERE run = ? AND coalesce(?, seq) = seq AND id > ? ORDER BY id LIMIT ?"
        )
        after = 0
        while found := self._read(lambda row: (row[0], attempt_of(row[1:])), sql, (run, seq, after, PAGE)):
            yield from (attempt for _, attempt in found)
            after = found[-1][0]

    def timeline(self, run: str) -> list[Moment]:
        """How many attempts ended how, second by second, in order."""
        with self._lock, translated(self._path):
            return timeline(self._connection, run)

    def refusals(self, run: str) -> list[Refusal]:
        """Deliveries that the relay refused or put off, by receiving domain and answer, the most first."""
        with self._lock, translated(self._path):
            return refusals(self._connection, run)

    def exclusions(self, run: str) -> list[ExclusionRow]:
        """Who was left out when the run was planned."""
        sql = f"SELECT {EXCLUSION_COLUMNS} FROM exclusion WHERE run = ? ORDER BY id"  # noqa: S608 (constant)
        return self._read(exclusion_of, sql, (run,))

    def received(self, issue: str) -> Container[str]:
        """Addresses that have, or may have, this issue already: accepted, claimed or unknown in any run of it."""
        return _Received(self, issue) if self.runs(issue) else frozenset()

    def has_received(self, issue: str, address: str) -> bool:
        """Was, or may this address have been, sent this issue in any run of it?"""
        return bool(
            self._rows(
                "SELECT 1 FROM delivery JOIN run ON run.id = delivery.run WHERE delivery.address = ? "
                "AND run.issue = ? AND delivery.state IN ('accepted', 'claimed', 'unknown') LIMIT 1",
                (address, issue),
            )
        )

    def _rows(self, sql: str, values: Sequence[object] = ()) -> list[Any]:
        return self._read(tuple, sql, values)

    def _read(
        self, make: Callable[[Sequence[Any]], Record], sql: str, values: Sequence[object] = (), /
    ) -> list[Record]:
        with self._lock, translated(self._path):
            return [make(row) for row in self._connection.execute(sql, values).fetchall()]

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock, translated(self._path), transaction(self._connection):
            yield self._connection


class _Received(Container[str]):
    """See `Store.received`: no list of addresses is held, however many there are."""

    def __init__(self, store: SqliteStore, issue: str) -> None:
        self._store = store
        self._issue = issue

    def __contains__(self, address: object) -> bool:
        return isinstance(address, str) and self._store.has_received(self._issue, address)


def _delivery_row(run: str, seq: int, addressed: Addressed, now: str) -> tuple[object, ...]:
    recipient, message_id, token = addressed
    expires = recipient.consent.expires
    return (
        *(run, seq, recipient.address, recipient.name, recipient.language, recipient.edition),
        *(message_id, token, None if expires is None else expires.isoformat(), now),
    )


def open_store(url: str, *, root: Path, clock: Clock, busy_seconds: float = BUSY_SECONDS) -> SqliteStore:
    """Open the store named by `url`, making or upgrading its database.

    url: ``sqlite:///relative`` (to `root`) or ``sqlite:////absolute``. busy_seconds: how long to wait for another
    process that is writing. Raises UnknownName for another kind of URL, StoreTrouble when it cannot be opened.
    """
    return SqliteStore(path_of(url, root), clock, busy_seconds)
