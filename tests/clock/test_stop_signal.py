"""A stop that signal handlers set: no moment of a wait is a bad one for it."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
import time
from itertools import cycle
from pathlib import Path

import pytest

from newsletter.clock import StopSignal, SystemClock

CHILD = Path(__file__).with_name("struck.py")
PATIENCE = 60.0
LONG = 3600.0


def test_a_signal_may_strike_at_every_step_of_a_wait_and_of_another_stop() -> None:
    """With `threading.Event` in place of `StopSignal` this hangs: ``python tests/clock/struck.py each Event``."""
    done = subprocess.run(
        [sys.executable, str(CHILD), "each", "StopSignal"],
        capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    waits, sets = map(int, done.stdout.split())
    assert waits > 20
    assert sets > 5


def test_hundreds_of_signals_while_it_waits_in_short_waits() -> None:
    child = subprocess.Popen(
        [sys.executable, str(CHILD), "often", "StopSignal", "400"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    end, chance, pause = time.monotonic() + PATIENCE, random.Random(1), threading.Event()
    for number in cycle((signal.SIGTERM, signal.SIGINT)):
        if child.poll() is not None or time.monotonic() > end:
            break
        child.send_signal(number)
        # Not as fast as possible: handlers would interrupt handlers only.
        pause.wait(chance.uniform(0, 0.002))
    _, stderr = child.communicate(timeout=PATIENCE)
    assert child.returncode == 0, stderr


def test_it_wakes_everybody_who_waits_and_whoever_comes_later() -> None:
    stop, clock = StopSignal(), SystemClock()
    found: list[bool] = []
    waiting = [threading.Thread(target=lambda: found.append(clock.wait(LONG, stop))) for _ in range(8)]
    for thread in waiting:
        thread.start()
    stop.set()
    stop.set()
    for thread in waiting:
        thread.join(PATIENCE)
    assert found == [True] * 8
    assert stop.is_set()
    assert stop.wait()
    assert clock.wait(LONG, stop)


def test_a_wait_ends_by_itself_and_a_stop_is_not_taken_back() -> None:
    stop = StopSignal()
    assert not stop.wait(0.01)
    assert not stop.wait(0)
    assert not stop.wait(-1)
    assert not SystemClock().wait(-1, stop)
    with pytest.raises(RuntimeError):
        stop.clear()
