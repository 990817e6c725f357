"""Two processes at once, and one that sleeps while the relay, and another process, go on."""

from __future__ import annotations

import json
import random
import signal
from pathlib import Path

import pytest
from crash_rounds import (
    ISSUE,
    RUN,
    SECONDS,
    WAYS,
    Executioner,
    Sender,
    Tally,
    account,
    finished,
    make_project,
    relay,
)

PEOPLE = 100
OTHER = "2023-03"
REFUSED, TROUBLE = 3, 4


def test_two_processes_that_begin_the_same_issue_at_once(tmp_path: Path, seed: int) -> None:
    """One sends, the other is refused."""
    way, chance = WAYS[0], random.Random(seed)
    with relay(tmp_path, way, chance) as (sink, transport):
        sender = Sender(make_project(tmp_path / "project", PEOPLE), transport, way.connections)
        planned, _ = finished(sender.start("send", ISSUE, "--format", "json"), (0,))
        digest = json.loads(planned)["digest"]
        both = [sender.start("send", ISSUE, "--confirm", digest) for _ in range(2)]
        for process in both:
            finished(process, (0, REFUSED), f"CRASH_SEED={seed}")
        # Begun one after the other, the second finds the run finished, or everybody served.
        assert sorted(process.returncode for process in both) == [0, REFUSED]
        account(sender, sink.accepted(), PEOPLE, Tally(), f"CRASH_SEED={seed}")


def test_two_issues_at_once_through_one_relay(tmp_path: Path, seed: int) -> None:
    """One ledger, two writers: everybody gets both, once."""
    way, chance = WAYS[0], random.Random(seed)
    with relay(tmp_path, way, chance) as (sink, transport):
        root = make_project(tmp_path / "project", PEOPLE)
        issue = root / "issues" / f"{OTHER}.yaml"
        text = issue.read_text(encoding="utf-8")
        issue.write_text(text.replace("lists: [members, partners]", "lists: [long]"), encoding="utf-8")
        sender = Sender(root, transport, way.connections)
        digests = {
            name: json.loads(finished(sender.start("send", name, "--format", "json"), (0,))[0])["digest"]
            for name in (ISSUE, OTHER)
        }
        both = [sender.start("send", name, "--confirm", digest) for name, digest in digests.items()]
        for process in both:
            finished(process, (0,), f"CRASH_SEED={seed}")
        received = sink.accepted()
        assert len(received) == PEOPLE * 49 // 50
        assert set(received.values()) == {2}


@pytest.mark.parametrize("taken_over", [False, True], ids=["alone", "another process took over"])
def test_a_sleep_longer_than_the_relay_waits(tmp_path: Path, taken_over: bool, seed: int) -> None:
    """A lid that is closed: the relay hangs up; on another machine, which sees no lock, somebody goes on."""
    way, chance = WAYS[0], random.Random(seed)
    note = f"CRASH_SEED={seed}"
    with relay(tmp_path, way, chance, patience=0.4) as (sink, transport):
        sender = Sender(make_project(tmp_path / "project", PEOPLE), transport, way.connections)
        executioner = Executioner(chance, signal.SIGSTOP)
        sink.watch, sink.on_time = executioner.watch, executioner.strike
        child = sender.send_or_resume()
        executioner.arm_at(
            child, chance.choice(("mail", "data", "body", "kept", "answered")), chance.randint(2, 60)
        )
        assert executioner.struck.wait(SECONDS)
        # The relay has hung up on all of them.
        assert sink.wait_until_idle(SECONDS)
        if taken_over:
            for lock in (sender.root / "var").glob("*.lock"):
                lock.unlink()
            successor = sender.start("send", "--resume", RUN)
            finished(successor, (0, 5, TROUBLE), note)
            # Who fell asleep in the middle of a write keeps the ledger, and everybody else out.
            taken_over = successor.returncode != TROUBLE
        child.send_signal(signal.SIGCONT)
        finished(child, (REFUSED,) if taken_over else (0, 5), note)
        assert sink.wait_until_idle(SECONDS)
        unknown = sender.states()["unknown"]
        assert unknown <= way.connections, note
        account(sender, sink.accepted(), PEOPLE, Tally(in_doubt=unknown), note)
