"""Values in the database that nobody wrote: told with file, table and row, and what to do; never a traceback."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ledger_parts import addressed, plan, recipient

from newsletter.cli import main
from newsletter.clock import SystemClock
from newsletter.errors import NothingToResume, StoreTrouble, UnknownName
from newsletter.models.control import Approval, Pace, Person, Terms, Wish
from newsletter.models.delivery import Decision, DeliveryState, Plan, Resolution, Run
from newsletter.models.message import Outcome, SendResult
from newsletter.store import SqliteStore, open_store

URL = "sqlite:///var/newsletter.sqlite3"
NOW = datetime(2024, 2, 1, 14, 0, tzinfo=UTC)


def fill(store: SqliteStore) -> tuple[Run, Plan]:
    """A run with a row in every table that is read."""
    people = [recipient(f"{name}@example.com") for name in "abcd"]
    planned = plan(people)
    run = store.create_run(planned, addressed(planned), Terms(Person("Marie", "marie@office"), at=NOW))
    with store.open_ledger(run.id) as ledger:
        outcomes = {1: Outcome.REJECTED, 2: Outcome.UNKNOWN, 3: Outcome.DEFERRED}
        for delivery in ledger.pending(0, 3):
            ledger.intend(delivery, 1).wait()
            outcome = outcomes[delivery.seq]
            ledger.record(
                delivery,
                1,
                SendResult(outcome, 450, "4.2.0", "words", "rcpt"),
                state=DeliveryState(outcome.value),
                deferrals=int(outcome is Outcome.DEFERRED),
                next_at=NOW + timedelta(hours=1) if outcome is Outcome.DEFERRED else None,
                started_at=NOW,
            )
    store.resolve_unknown(run.id, [Resolution(2, Decision.AGAIN, "a person says so")])
    store.suppress("e@example.com", "left", "test")
    controls = store.controls
    controls.wish(run.id, Wish.PAUSE, "Marie", "lunch")
    controls.waits(run.id, "lunch", NOW)
    controls.approve(Approval(planned.digest, run.issue, Person("Luc", "luc@office"), NOW, 4))
    controls.change_pace("relay", lambda _: Pace(10.0, 20.0, 5.0))
    store.secret()
    return run, planned


@pytest.fixture
def filled(store: SqliteStore) -> tuple[SqliteStore, Run, Plan]:
    return (store, *fill(store))


def damage(root: Path, sql: str, *values: object) -> None:
    """Write what the program never would. The database's own rules are switched off, as for damage."""
    with closing(sqlite3.connect(root / "var/newsletter.sqlite3", isolation_level=None)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute("PRAGMA foreign_keys = OFF")
        for (trigger,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        assert connection.execute(sql, values).rowcount


Question = Callable[[SqliteStore, Run, Plan], object]

QUESTIONS: dict[str, Question] = {
    "control": lambda store, run, _: store.controls.of(run.id),
    "approvals": lambda store, _, planned: store.controls.approvals(planned.digest),
    "pace": lambda store, *_: store.controls.pace("relay"),
    "change pace": lambda store, *_: store.controls.change_pace("relay", lambda pace: pace),
    "first deferral": lambda store, run, _: store.controls.first_deferral(run.id, 3),
    "first due": lambda store, run, _: store.controls.first_due(run.id),
    "resolutions": lambda store, run, _: store.resolutions(run.id),
    "timeline": lambda store, run, _: store.timeline(run.id),
    "refusals": lambda store, run, _: store.refusals(run.id),
    "suppressions": lambda store, *_: store.suppression_list(),
    "exclusions": lambda store, run, _: store.exclusions(run.id),
    "attempts": lambda store, run, _: list(store.attempts(run.id)),
    "deliveries": lambda store, run, _: list(store.deliveries(run.id)),
    "counts": lambda store, run, _: store.counts(run.id),
    "counts by edition": lambda store, run, _: store.counts_by_edition(run.id),
    "run": lambda store, run, _: store.run(run.id),
    "runs": lambda store, *_: store.runs(),
    "messages": lambda store, run, _: store.load_messages(run.id),
    "secret": lambda store, *_: store.secret(),
    "ledger": lambda store, run, _: drain(store, run),
}


def drain(store: SqliteStore, run: Run) -> object:
    with store.open_ledger(run.id) as ledger:
        return ledger.pending(0, 10), ledger.pending_of([4]), ledger.deferred()


@pytest.mark.parametrize(
    ("question", "column", "value", "words"),
    [
        ("control", "control.wish", "perhaps", "table control, run '2024-02-1': 'perhaps' is not a valid Wish"),
        ("control", "control.waiting_until", "soon", "table control, run '2024-02-1': Invalid isoformat string: 'soon'"),
        ("control", "control.at", "2024-02-01T09:00", "'2024-02-01T09:00' does not say its offset from UTC"),
        ("control", "control.seeds", "two", "table control, run '2024-02-1': seeds is 'two', expected a whole number"),
        ("control", "control.reason", b"\x00", "reason is b'\\x00', expected text"),
        ("approvals", "approval.at", "yesterday", "table approval, digest 'd"),
        ("approvals", "approval.total", "many", "total is 'many', expected a whole number"),
        ("pace", "pace.rate", "fast", "table pace, name 'relay': rate is 'fast', expected a number or a whole"),
        ("pace", "pace.rate", 0.0, "table pace, name 'relay': 0.0, 20.0, 5.0, 0.0, 0.0 is no pace"),
        ("pace", "pace.next_at", float("inf"), "is no pace"),
        ("change pace", "pace.ceiling", -1, "is no pace"),
        ("first deferral", "attempt.started_at", "?", "table attempt, run '2024-02-1', seq 3, started_at '?'"),
        ("first due", "delivery.next_at", "?", "table delivery, run '2024-02-1', next_at '?'"),
        ("resolutions", "resolution.decision", "no", "table resolution, run '2024-02-1', seq 2: 'no' is not a valid"),
        ("resolutions", "resolution.at", "2024-13-01T00:00:00+00:00", "month must be in 1..12"),
        ("timeline", "attempt.ended_at", "?", "table attempt, ended_at '?', outcome"),
        ("refusals", "delivery.code", "5xx", "code is '5xx', expected a whole number"),
        ("suppressions", "suppression.since", "2024-02-30", "table suppression, address 'e@example.com': day is out of"),
        ("suppressions", "suppression.reason", b"7", "reason is b'7', expected text"),
        ("attempts", "attempt.number", "first", "number is 'first', expected a whole number"),
        ("attempts", "attempt.started_at", "?", "table attempt, run '2024-02-1', seq 1, address 'a@example.com'"),
        ("deliveries", "delivery.state", "lost", "table delivery, run '2024-02-1', seq 1: 'lost' is not a valid DeliveryState"),
        ("deliveries", "delivery.address", b"3", "seq 4: address is b'3', expected text"),
        ("deliveries", "delivery.consent_expires", "never", "Invalid isoformat string: 'never'"),
        ("counts", "delivery.state", "lost", "table delivery, state 'lost'"),
        ("counts by edition", "delivery.state", "lost", "table delivery, state 'lost'"),
        ("run", "run.created_at", "?", "table run, id '2024-02-1': Invalid isoformat string: '?'"),
        ("runs", "run.total", "?", "table run, id '2024-02-1': total is '?', expected a whole number"),
        ("messages", "message.subject", "Another", "the stored message of edition"),
        ("secret", "meta.value", b"short", "table meta: value has 5 bytes, expected 32"),
        ("secret", "meta.value", 32, "table meta: value is 32, expected bytes"),
        ("ledger", "delivery.attempts", "?", "table delivery, run '2024-02-1', seq "),
    ],
)  # fmt: skip
def test_a_value_that_nobody_wrote_is_told_with_file_row_and_what_to_do(
    filled: tuple[SqliteStore, Run, Plan], root: Path, question: str, column: str, value: object, words: str
) -> None:
    store, run, planned = filled
    QUESTIONS[question](store, run, planned)
    table, name = column.split(".")
    # One row, even of a column with no two alike: the one with the largest value, or any that has none.
    damage(root, f"UPDATE {table} SET {name} = ? WHERE {name} IS (SELECT max({name}) FROM {table})", value)
    with pytest.raises(StoreTrouble) as caught:
        QUESTIONS[question](store, run, planned)
    assert words in caught.value.what
    assert caught.value.where == (root / "var/newsletter.sqlite3").as_posix()
    assert "backup" in (caught.value.hint or "")


def test_text_in_no_encoding_is_damage_too(filled: tuple[SqliteStore, Run, Plan], root: Path) -> None:
    store, run, _ = filled
    damage(root, "UPDATE control SET reason = CAST(x'6cff' AS TEXT)")
    with pytest.raises(StoreTrouble, match="the database is damaged") as caught:
        store.controls.of(run.id)
    assert caught.value.where == (root / "var/newsletter.sqlite3").as_posix()


def test_nobody_is_taken_for_unsuppressed_because_a_row_cannot_be_read(
    filled: tuple[SqliteStore, Run, Plan], root: Path
) -> None:
    store, *_ = filled
    damage(root, "UPDATE suppression SET since = 'x'")
    with pytest.raises(StoreTrouble):
        store.suppression_list()
    assert store.is_suppressed("e@example.com") == "left"


VALUES = st.one_of(
    st.none(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False),
    st.binary(max_size=40),
    st.text(st.characters(exclude_categories=("Cs",)), max_size=40),
    st.datetimes().map(str),
    st.dates().map(str),
)


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, Run, Plan, list[tuple[str, str]]]:
    """A filled database as bytes, and its columns."""
    root = tmp_path_factory.mktemp("pristine")
    with open_store(URL, root=root, clock=SystemClock()) as store:
        run, planned = fill(store)
    with closing(sqlite3.connect(root / "var/newsletter.sqlite3")) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        columns = [
            (table, row[1]) for table in tables for row in connection.execute(f"PRAGMA table_info({table})")
        ]
    return (root / "var/newsletter.sqlite3").read_bytes(), run, planned, columns


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_value_in_any_column_is_read_or_told(
    pristine: tuple[bytes, Run, Plan, list[tuple[str, str]]], tmp_path: Path, data: st.DataObject
) -> None:
    content, run, planned, columns = pristine
    table, column = data.draw(st.sampled_from(columns))
    value = data.draw(VALUES)
    (tmp_path / "var").mkdir(exist_ok=True)
    for old in (tmp_path / "var").iterdir():
        old.unlink()
    path = tmp_path / "var/newsletter.sqlite3"
    path.write_bytes(content)
    try:
        damage(
            tmp_path,
            f"UPDATE {table} SET {column} = ? WHERE {column} IS (SELECT max({column}) FROM {table})",
            value,
        )
    except sqlite3.IntegrityError:
        return  # the database itself keeps such a value out
    except AssertionError:
        return  # a table without rows
    with open_store(URL, root=tmp_path, clock=SystemClock()) as store:
        for name, question in QUESTIONS.items():
            try:
                question(store, run, planned)
            except (NothingToResume, UnknownName):
                continue
            except Exception as error:  # noqa: BLE001 (any other is what this test looks for)
                if not (isinstance(error, StoreTrouble) and error.where == path.as_posix()):
                    pytest.fail(f"{table}.{column} = {value!r}, {name}: {error!r}")


def test_a_person_reads_words(sample_root: Path) -> None:
    """On the command line: exit code 4, no traceback."""
    with open_store(URL, root=sample_root, clock=SystemClock()) as store:
        fill(store)
    damage(sample_root, "UPDATE control SET wished_at = 'x'")
    done = CliRunner().invoke(main, ["--project", str(sample_root), "status"])
    assert done.exit_code == 4
    assert "table control, run '2024-02-1': Invalid isoformat string: 'x'" in done.stderr
    assert "newsletter.sqlite3: the database is damaged" in done.stderr
    assert "  -> restore it from a backup" in done.stderr
