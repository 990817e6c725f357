"""`newsletter run` as a real process: how it ends, and what its exit code says."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from ledger_parts import addressed, plan, recipient

from newsletter.clock import SystemClock
from newsletter.inbox import Fault, Inbox
from newsletter.models.control import Terms
from newsletter.models.delivery import DeliveryState, Run
from newsletter.models.message import Links
from newsletter.store import SqliteStore, open_store

STORE = "sqlite:///var/daemon.sqlite3"
MAIL: Any = {"links": Links("https://www.example.org/u/{token}"), "segments": (b"\r\nBonjour\r\n",), "slots": ()}
PATIENCE = 60.0


@dataclass
class Service:
    """A project with runs that wait, and the program that looks after them."""

    root: Path
    inbox: Inbox
    store: SqliteStore

    def plan(self, issue: str, count: int, terms: Terms | None = None) -> Run:
        planned = plan((recipient(f"{issue}.{number}@example.com") for number in range(count)), issue)
        messages = {code: replace(each, **MAIL) for code, each in planned.messages.items()}
        planned = replace(planned, messages=messages)
        return self.store.create_run(planned, addressed(planned), terms)

    def start(self, *arguments: str, **settings: str) -> subprocess.Popen[str]:
        environ = {key: value for key, value in os.environ.items() if not key.startswith("NEWSLETTER_")} | {
            "NEWSLETTER_TRANSPORT": self.inbox.url,
            "NEWSLETTER_STORE": STORE,
            "NEWSLETTER_DELIVERY__CONNECTIONS": "2",
        }
        return subprocess.Popen(
            [sys.executable, "-m", "newsletter", "run", *arguments],
            cwd=self.root, env=environ | settings, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def once(self, **settings: str) -> tuple[int, str]:
        process = self.start("--once", **settings)
        stdout, stderr = process.communicate(timeout=PATIENCE)
        assert stdout == ""
        assert "Traceback" not in stderr
        return process.returncode, stderr


@pytest.fixture
def service(sample_root: Path) -> Iterator[Service]:
    with Inbox() as inbox, open_store(STORE, root=sample_root, clock=SystemClock()) as store:
        yield Service(sample_root, inbox, store)


def test_sigterm_ends_it_between_two_messages_with_nobody_in_doubt(service: Service) -> None:
    """The rate leaves five seconds between two messages; a service manager waits for less than that."""
    runs = [service.plan("2024-01", 20), service.plan("2024-02", 20)]
    process = service.start(NEWSLETTER_DELIVERY__PER_SECOND="0.2")
    assert service.inbox.wait_for(1, PATIENCE)
    process.send_signal(signal.SIGTERM)
    begun = time.monotonic()
    _, stderr = process.communicate(timeout=PATIENCE)
    assert time.monotonic() - begun < 4.5
    assert process.returncode == 0
    assert "Traceback" not in stderr
    assert "people still to be reached: newsletter status" in stderr
    counts = [service.store.counts(run.id) for run in runs]
    assert sum(each[DeliveryState.ACCEPTED] for each in counts) == len(service.inbox.messages) <= 2
    assert sum(each[DeliveryState.PENDING] for each in counts) == 40 - len(service.inbox.messages)
    # Nothing is left that the next one would stumble over.
    assert service.once()[0] == 0
    received = [message.rcpt_to[0] for message in service.inbox.messages]
    assert len(received) == len(set(received)) == 40


def test_the_exit_code_of_once_says_who_is_needed(service: Service) -> None:
    waits = service.plan("2024-01", 1, Terms(at=datetime.now(UTC) + timedelta(hours=1)))
    code, stderr = service.once()
    assert code == 0, "it waits for its time, as it should"
    assert f"run {waits.id}: scheduled for" in stderr
    refused = service.plan("2024-02", 1)
    service.inbox.script.add(Fault("mail", reply="550 5.7.1 sender not allowed"))
    code, stderr = service.once()
    assert code == 4
    assert f"run {refused.id}: 127.0.0.1:{service.inbox.port}: the relay refuses our sender address" in stderr
    assert f"newsletter unpause {refused.id}" in stderr
    code, stderr = service.once()
    assert code == 5, "what was refused is now for a person, and is not tried again"
    assert "stopped by newsletter run: the relay refuses our sender address" in stderr
    assert service.inbox.messages == ()
