"""`newsletter run` and the words of another terminal, as real processes; the clocks that a time is read by."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from newsletter.commands.project import Project, open_project
from newsletter.commands.schedule import read_at, read_hold
from newsletter.errors import Refusal, UnknownName
from newsletter.inbox import Inbox

MONTREAL = ZoneInfo("America/Toronto")
NOW = datetime(2024, 2, 1, 14, 0, tzinfo=UTC)
PATIENCE = 60.0


class Terminals:
    """The command line in a copy of the sample project, several at a time."""

    def __init__(self, root: Path, inbox: Inbox) -> None:
        self.root = root
        self.inbox = inbox
        self.processes: list[subprocess.Popen[str]] = []
        self.environ = {key: value for key, value in os.environ.items() if not key.startswith("NEWSLETTER_")} | {
            "NEWSLETTER_TRANSPORT": inbox.url,
            "NEWSLETTER_STORE": "sqlite:///var/ledger.sqlite3",
            "NEWSLETTER_DELIVERY__CONNECTIONS": "1",
            "COLUMNS": "200",
        }

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "newsletter", *arguments],
            cwd=self.root, env=self.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
        )  # fmt: skip
        self.processes.append(process)
        return process

    def run(self, *arguments: str, code: int = 0) -> str:
        process = self.start(*arguments)
        stdout, stderr = process.communicate(timeout=PATIENCE)
        assert process.returncode == code, stdout + stderr
        return stdout + stderr

    def digest(self) -> str:
        return str(json.loads(self.run("send", "2024-02", "--format", "json").split("\n}\n")[0] + "\n}")["digest"])

    def ledger(self, sql: str) -> list[tuple[object, ...]]:
        with sqlite3.connect(self.root / "var" / "ledger.sqlite3") as connection:
            rows = connection.execute(sql).fetchall()
        connection.close()
        return rows

    def until(self, condition: Callable[[], bool]) -> float:
        begun = time.monotonic()
        while not condition():
            assert time.monotonic() - begun < PATIENCE
            threading.Event().wait(0.02)
        return time.monotonic() - begun

    def ended(self, process: subprocess.Popen[str]) -> str:
        stdout, stderr = process.communicate(timeout=PATIENCE)
        assert "Traceback" not in stdout + stderr
        return stdout + stderr


@pytest.fixture
def terminals(sample_root: Path) -> Iterator[Terminals]:
    with Inbox() as inbox:
        desk = Terminals(sample_root, inbox)
        yield desk
        for process in desk.processes:
            if process.poll() is None:
                process.kill()
            process.communicate(timeout=PATIENCE)


def test_paused_and_cancelled_from_another_terminal(terminals: Terminals) -> None:
    terminals.environ["NEWSLETTER_DELIVERY__PER_SECOND"] = "2"
    sending = terminals.start("send", "2024-02", "--confirm", terminals.digest())
    terminals.until(lambda: len(terminals.inbox.messages) >= 2)
    shown = terminals.run("pause", "2024-02-1", "--as", "Marie", "--reason", "wait")
    before = len(terminals.inbox.messages)
    assert "waits: paused by Marie" in shown
    terminals.until(lambda: "paused" in str(terminals.ledger("SELECT waiting FROM control")))
    after = len(terminals.inbox.messages)
    assert after <= before + 2, "within a second"
    shown = terminals.run("cancel", "2024-02-1", "--reason", "the wrong picture")
    assert "Run 2024-02-1: finished" in shown
    terminals.ended(sending)
    assert sending.returncode == 0
    assert len(terminals.inbox.messages) == after
    states = dict(terminals.ledger("SELECT state, count(*) FROM delivery GROUP BY state"))
    assert states == {"accepted": after, "cancelled": 10 - after}


def test_a_run_with_a_time_is_handed_over(terminals: Terminals) -> None:
    terminals.environ["NEWSLETTER_DELIVERY__PER_SECOND"] = "4"
    digest = terminals.digest()
    daemon = terminals.start("run")
    # A second one is refused as soon as the first is at work.
    terminals.until(lambda: terminals.start("run", "--once").wait(PATIENCE) == 3)
    at = datetime.now(UTC) + timedelta(seconds=8)
    shown = terminals.run("send", "2024-02", "--confirm", digest, "--at", at.isoformat(timespec="seconds"))
    assert "newsletter run is at work and sends it in time" in shown
    assert "Run 2024-02-1" in shown
    terminals.until(lambda: len(terminals.inbox.messages) >= 2)
    assert datetime.now(UTC) >= at.replace(microsecond=0)
    daemon.send_signal(signal.SIGTERM)
    assert "still to be reached" in terminals.ended(daemon)
    assert daemon.returncode == 0
    states = dict(terminals.ledger("SELECT state, count(*) FROM delivery GROUP BY state"))
    assert states.keys() == {"accepted", "pending"}, "nobody in doubt"
    terminals.run("run", "--once")
    received = [message.rcpt_to[0] for message in terminals.inbox.messages]
    assert len(received) == len(set(received)) == 10


def test_what_somebody_stopped_is_left_alone(terminals: Terminals) -> None:
    sending = terminals.start("send", "2024-02", "--confirm", terminals.digest(), "--hold", "1h")
    terminals.until(lambda: bool(terminals.ledger("SELECT 1 FROM control WHERE waiting <> ''")))
    sending.send_signal(signal.SIGINT)
    terminals.ended(sending)
    assert sending.returncode == 130
    assert "run 2024-02-1: stopped by " in terminals.run("run", "--once")
    assert not terminals.inbox.messages


# -- a time, read by the clocks of the zone


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2024-02-06T09:00", "2024-02-06T14:00+00:00"),
        ("2024-07-06 09:00", "2024-07-06T13:00+00:00"),
        ("2024-02-06T09:00+01:00", "2024-02-06T08:00+00:00"),
        ("2024-02-06T09:00:00Z", "2024-02-06T09:00+00:00"),
    ],
)
def test_times(text: str, instant: str) -> None:
    assert read_at(text, MONTREAL, NOW) == datetime.fromisoformat(instant)


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("2024-02-01T09:00", Refusal, "in the past: it is 2024-02-01 09:00 EST"),
        ("2024-03-10T02:30", Refusal, "does not exist in America/Toronto"),
        ("2024-11-03T01:30", Refusal, "comes twice"),
        ("2024-02-30T09:00", UnknownName, "no date and time"),
        ("2024-02-06", UnknownName, "lacks the time of day"),
        ("09:00", UnknownName, "no date and time"),
    ],
)
def test_times_that_are_none(text: str, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=re.escape(words)):
        read_at(text, MONTREAL, NOW)


def test_lengths() -> None:
    assert [read_hold(text).total_seconds() for text in ("10m", "90s", "1h30m", "2 h")] == [600, 90, 5400, 7200]
    for text in ("", "0m", "ten", "10", "8000h", "-5m"):
        with pytest.raises(UnknownName):
            read_hold(text)


def test_the_settings_of_the_page(sample: Project) -> None:
    page = Path(__file__).resolve().parents[2] / "docs/how-to/schedule-and-pace.md"
    settings: dict[str, object] = {}
    for block in re.findall(r"```yaml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
        settings |= yaml.safe_load(block)["delivery"]
    file = sample.root / "newsletter.yaml"
    file.write_text(file.read_text(encoding="utf-8") + yaml.safe_dump({"delivery": settings}), encoding="utf-8")
    found = open_project(sample.root, {}).config.delivery
    assert found.domains["gmail.com"].connections == 3
    assert found.warm_up is not None
    assert found.warm_up.days[0] == 50
    assert str(found.quiet) == "21:00-08:00"
    assert len(found.seeds) == 3
    assert found.approval
