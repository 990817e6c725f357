"""Opening a database: making it, upgrading it, and every way it can refuse."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
import tempfile
import threading
from contextlib import closing
from pathlib import Path

import pytest
from filelock import FileLock

from newsletter.clock import SystemClock
from newsletter.errors import RunLocked, StoreTrouble, UnknownName
from newsletter.store import SqliteStore, open_store
from newsletter.store.connection import connect, path_of, transaction, translated
from newsletter.store.migrations import migrate, scripts

URL = "sqlite:///var/newsletter.sqlite3"
NEWEST = max(scripts())


def test_where_a_url_leads(tmp_path: Path) -> None:
    assert path_of("sqlite:///var/n.sqlite3", tmp_path) == tmp_path / "var/n.sqlite3"
    assert path_of("sqlite:////srv/n.sqlite3", tmp_path) == Path("/srv/n.sqlite3")
    assert path_of("sqlite:///a%20b/%C3%A9.sqlite3", tmp_path) == tmp_path / "a b/é.sqlite3"


@pytest.mark.parametrize(
    "url",
    ["postgresql://db.example.org/n", "n.sqlite3", "", "sqlite://", "sqlite:///", "sqlite://host/n", "sqlite:///:memory:",
     "sqlite:///n?mode=ro"],
)  # fmt: skip
def test_a_url_that_names_no_store(url: str, tmp_path: Path) -> None:
    with pytest.raises(UnknownName) as caught:
        open_store(url, root=tmp_path, clock=SystemClock())
    assert "sqlite:///" in (caught.value.hint or "")
    assert list(tmp_path.iterdir()) == []


def test_a_new_database_is_private_durable_and_complete(root: Path, store: SqliteStore) -> None:
    path = root / "var/newsletter.sqlite3"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    connection = connect(path)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)
    assert connection.execute("PRAGMA user_version").fetchone() == (NEWEST,)
    connection.close()
    assert store.runs() == []
    assert store.latest_run() is None


def test_every_column_has_its_comment() -> None:
    columns = 0
    for script in scripts().values():
        lines = iter(script.splitlines())
        for line in lines:
            if not line.startswith("CREATE TABLE"):
                continue
            definition = ""
            for row in lines:
                if row.startswith(")"):
                    break
                definition += row
                if definition.split()[0].islower():
                    if row.rstrip().endswith("IN"):
                        continue
                    columns += 1
                    assert "-- " in definition, definition
                definition = ""
    assert columns > 40


def test_the_schema_files_are_numbered_without_gap() -> None:
    assert list(scripts()) == list(range(1, NEWEST + 1))


def test_the_secret_is_made_once(root: Path, store: SqliteStore) -> None:
    secret = store.secret()
    assert len(secret) == 32
    with open_store(URL, root=root, clock=SystemClock()) as again:
        assert again.secret() == secret
    with open_store("sqlite:///other.sqlite3", root=root, clock=SystemClock()) as other:
        assert other.secret() != secret


def test_a_migration_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "n.sqlite3"
    broken = {1: "CREATE TABLE a (x);\nCREATE TABLE a (x);\n"}
    monkeypatch.setattr("newsletter.store.migrations.scripts", lambda: broken)
    connection = connect(path)
    with pytest.raises(StoreTrouble, match="already exists"), translated(path):
        migrate(connection, path)
    assert connection.execute("SELECT count(*) FROM sqlite_schema").fetchone() == (0,)
    assert connection.execute("PRAGMA user_version").fetchone() == (0,)
    connection.close()


def test_a_later_schema_is_applied_to_an_older_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "n.sqlite3"
    connection = connect(path)
    monkeypatch.setattr("newsletter.store.migrations.scripts", lambda: {1: "CREATE TABLE a (x);"})
    migrate(connection, path)
    connection.execute("INSERT INTO a VALUES (7)")
    later = {1: "CREATE TABLE a (x);", 2: "ALTER TABLE a ADD COLUMN y;", 3: "UPDATE a SET y = x + 1;"}
    monkeypatch.setattr("newsletter.store.migrations.scripts", lambda: later)
    migrate(connection, path)
    migrate(connection, path)
    assert connection.execute("SELECT x, y FROM a").fetchall() == [(7, 8)]
    assert connection.execute("PRAGMA user_version").fetchone() == (3,)
    connection.close()


def test_a_database_of_the_schema_before_keeps_its_resolutions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody knows any more whose word they were."""
    known = scripts()
    before = {number: script for number, script in known.items() if number < 4}
    monkeypatch.setattr("newsletter.store.migrations.scripts", lambda: before)
    path = tmp_path / "var/newsletter.sqlite3"
    path.parent.mkdir()
    with closing(connect(path)) as connection:
        migrate(connection, path)
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute(
            "INSERT INTO resolution (run, seq, decision, evidence, at) VALUES (?, ?, ?, ?, ?)",
            ("2024-02-1", 1, "again", "no. 7", "2024-02-01T14:00:00.000000+00:00"),
        )
    monkeypatch.setattr("newsletter.store.migrations.scripts", lambda: known)
    with open_store(URL, root=tmp_path, clock=SystemClock()) as store:
        (kept,) = store.resolutions("2024-02-1")
    assert (kept.words, kept.by) == ("no. 7", "")


def test_two_processes_that_make_the_database_at_the_same_time(tmp_path: Path) -> None:
    failures: list[Exception] = []
    start = threading.Barrier(4)

    def open_it() -> None:
        start.wait()
        try:
            with open_store(URL, root=tmp_path, clock=SystemClock()) as store:
                store.secret()
        except StoreTrouble as error:
            failures.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


# -- refusals


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var/newsletter.sqlite3").write_text("email,name\nzoe@example.org,Zoé\n" * 100)
    with pytest.raises(StoreTrouble, match="not a newsletter database") as caught:
        open_store(URL, root=tmp_path, clock=SystemClock())
    assert "newsletter.sqlite3" in (caught.value.where or "")
    assert (tmp_path / "var/newsletter.sqlite3").read_text().startswith("email,name")


def test_a_database_of_another_program(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "other.sqlite3")
    connection.execute("CREATE TABLE bookmarks (url)")
    connection.close()
    with pytest.raises(StoreTrouble, match="belongs to another program"):
        open_store("sqlite:///other.sqlite3", root=tmp_path, clock=SystemClock())


def test_a_database_of_a_newer_version(root: Path, store: SqliteStore) -> None:
    connection = sqlite3.connect(root / "var/newsletter.sqlite3")
    connection.execute("PRAGMA user_version = 4711")
    connection.close()
    with pytest.raises(StoreTrouble, match="newer version of newsletter") as caught:
        open_store(URL, root=root, clock=SystemClock())
    assert "upgrade" in (caught.value.hint or "")


def test_a_folder_in_its_place(tmp_path: Path) -> None:
    (tmp_path / "var/newsletter.sqlite3").mkdir(parents=True)
    with pytest.raises(StoreTrouble, match="cannot be opened"):
        open_store(URL, root=tmp_path, clock=SystemClock())


def test_a_file_where_a_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("")
    with pytest.raises(StoreTrouble, match="cannot be opened"):
        open_store(URL, root=tmp_path, clock=SystemClock())


OPEN_AND_WRITE = """
import os, sys
from pathlib import Path
from newsletter.clock import SystemClock
from newsletter.errors import StoreTrouble
from newsletter.store import migrations, open_store
if os.getuid() == 0:
    # Root may write anywhere. Whoever comes after may not even read this package, so read the schema first.
    known = migrations.scripts()
    migrations.scripts = lambda: known
    os.setuid(65534)
try:
    with open_store("sqlite:///var/newsletter.sqlite3", root=Path(sys.argv[1]), clock=SystemClock()) as store:
        store.suppress("a@example.org", "test", "test")
except StoreTrouble as error:
    print(error.what, "|", error.hint)
    sys.exit(4)
"""


@pytest.mark.parametrize("protect", ["file", "folder"])
def test_a_database_that_may_not_be_written(protect: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        root.chmod(0o755)
        if protect == "file":
            with open_store(URL, root=root, clock=SystemClock()) as store:
                store.secret()
            (root / "var/newsletter.sqlite3").chmod(0o444)
        else:
            (root / "var").mkdir()
        (root / "var").chmod(0o555)
        command = [sys.executable, "-c", OPEN_AND_WRITE, name]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        (root / "var").chmod(0o755)
        assert done.returncode == 4, done.stderr
        assert "cannot be" in done.stdout
        assert "check that the folder exists" in done.stdout


def test_a_database_that_another_process_keeps_locked(root: Path, store: SqliteStore) -> None:
    other = connect(root / "var/newsletter.sqlite3")
    other.execute("BEGIN IMMEDIATE")
    with (
        open_store(URL, root=root, clock=SystemClock(), busy_seconds=0.05) as impatient,
        pytest.raises(StoreTrouble, match="another process is writing"),
    ):
        impatient.suppress("a@example.org", "test", "test")
    other.execute("ROLLBACK")
    other.close()


def test_a_full_disk(tmp_path: Path) -> None:
    path = tmp_path / "n.sqlite3"
    connection = connect(path)
    connection.execute("CREATE TABLE a (x)")
    connection.execute("PRAGMA max_page_count = 3")
    with pytest.raises(StoreTrouble, match="disk is full"), translated(path), transaction(connection):
        connection.execute("INSERT INTO a VALUES (zeroblob(100000))")
    assert not connection.in_transaction
    assert connection.execute("SELECT count(*) FROM a").fetchone() == (0,)
    connection.close()


def test_two_names_of_one_database_share_its_locks(root: Path, store: SqliteStore) -> None:
    (root / "elsewhere").mkdir()
    (root / "elsewhere" / "n.sqlite3").symlink_to(root / "var" / "newsletter.sqlite3")
    with (
        open_store("sqlite:///elsewhere/n.sqlite3", root=root, clock=SystemClock()) as other,
        store.hold("2024-02"),
    ):
        assert other.is_held("2024-02")
        with pytest.raises(RunLocked), other.hold("2024-02"):
            pass


def test_somebody_who_only_looks_keeps_nobody_out(root: Path, store: SqliteStore) -> None:
    """`status` asks for the lock for a moment, to see whether it is free."""
    looking = FileLock(root / "var" / "newsletter.sqlite3.2024-02.lock", thread_local=False)
    looking.acquire()
    threading.Timer(0.02, looking.release).start()
    with store.hold("2024-02"):
        pass
    looking.acquire()
    threading.Timer(0.02, looking.release).start()
    assert not store.is_held("2024-02")


def test_a_value_that_nobody_wrote_is_damage(root: Path, store: SqliteStore) -> None:
    """Told in words, whichever question meets it."""
    from ledger_parts import addressed, plan, recipient

    planned = plan([recipient("a@example.com")])
    run = store.create_run(planned, addressed(planned)).id
    with closing(sqlite3.connect(root / "var" / "newsletter.sqlite3")) as other, other:
        other.execute("PRAGMA ignore_check_constraints = ON")
        other.execute("UPDATE delivery SET state = 'f9pendi'")
    for ask in (store.counts, store.counts_by_edition):
        with pytest.raises(StoreTrouble, match="damaged"):
            ask(run)
    with closing(sqlite3.connect(root / "var" / "newsletter.sqlite3")) as other, other:
        other.execute("UPDATE run SET created_at = 'yesterday'")
    with pytest.raises(StoreTrouble, match="damaged"):
        store.run(run)
