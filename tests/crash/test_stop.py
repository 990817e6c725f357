"""SIGTERM and Ctrl-C at random moments leave nobody in doubt; a second one ends at once."""

from __future__ import annotations

import random
import re
import signal
import time
from pathlib import Path

import pytest
from crash_rounds import (
    RUN,
    SECONDS,
    WAYS,
    Executioner,
    Sender,
    Tally,
    Way,
    account,
    finished,
    make_project,
    relay,
)

PEOPLE, STOPS = 120, 5
INTERRUPTED = 130
DONE = (0, INTERRUPTED, -signal.SIGTERM, -signal.SIGINT)
"""Exit codes; the signals: before the program had begun to listen for them, and so before it sent anything."""


@pytest.mark.parametrize(
    ("way", "number"),
    [(WAYS[0], signal.SIGTERM), (WAYS[1], signal.SIGINT), (WAYS[2], signal.SIGINT), (WAYS[5], signal.SIGTERM)],
    ids=lambda value: getattr(value, "name", None),
)
def test_a_stop_at_any_moment_leaves_nobody_in_doubt(
    tmp_path: Path, way: Way, number: signal.Signals, seed: int
) -> None:
    chance = random.Random(seed)
    note = f"CRASH_SEED={seed}"
    with relay(tmp_path, way, chance) as (sink, transport):
        sender = Sender(make_project(tmp_path / "project", PEOPLE), transport, way.connections)
        executioner = Executioner(chance, number)
        sink.watch, sink.on_time = executioner.watch, executioner.strike
        stops, struck = 0, True
        while struck:
            child = sender.send_or_resume()
            if stops < STOPS:
                executioner.arm(child, 30, way.connections, 0.6)
            finished(child, DONE, note)
            executioner.disarm()
            struck = executioner.struck.is_set()
            executioner.struck.clear()
            stops += struck
            if sender.ledger.exists():
                states = sender.states()
                assert not states["claimed"], note
                assert not states["unknown"], note
                # What the relay took is written down as taken, to the last one.
                assert sink.wait_until_idle(SECONDS), note
                assert states["accepted"] == sink.accepted().total(), note
                if states["accepted"] + states["rejected"] == PEOPLE:
                    break  # stopped between the last answer and the end of the program: there is nothing to resume
            struck = struck or bool(child.returncode)
        account(sender, sink.accepted(), PEOPLE, Tally(), note)
        assert stops, note


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_second_stop_ends_at_once_and_names_who_is_in_doubt(
    tmp_path: Path, number: signal.Signals, seed: int
) -> None:
    """The relay takes messages and is slow to say so: at most one for each connection is in doubt."""
    way = WAYS[0]
    chance = random.Random(seed)
    with relay(tmp_path, way, chance, hesitation=20.0) as (sink, transport):
        sender = Sender(make_project(tmp_path / "project", 40), transport, way.connections)
        executioner = Executioner(chance, number)
        sink.watch, sink.on_time = executioner.watch, executioner.strike
        child = sender.send_or_resume()
        # The relay has it, and its answer is not out: its intent is certainly on the disk.
        executioner.arm_at(child, "kept", chance.randint(1, way.connections))
        assert child.stderr is not None
        while "stopping" not in child.stderr.readline():
            assert child.poll() is None
        begun = time.monotonic()
        child.send_signal(number)
        child.communicate(timeout=SECONDS)
        assert child.returncode == (INTERRUPTED if number is signal.SIGINT else -signal.SIGTERM)
        assert time.monotonic() - begun < 10
        left = sender.states()["claimed"]
        assert 1 <= left <= way.connections
    (tmp_path / "accepted.log").unlink()
    with relay(tmp_path, way, chance) as (sink, transport):
        sender.environ["NEWSLETTER_TRANSPORT"] = transport
        _, told = finished(sender.start("send", "--resume", RUN), (5,))
        named = set(re.findall(r"in doubt since the last time: (\S+)", told))
        states = sender.deliveries()
        assert named == {address for address, state in states.items() if state == "unknown"}
        assert len(named) == left
        assert not named & set(sink.accepted())
