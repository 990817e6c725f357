"""A slice of `make crash`: kill -9 of `newsletter send`, with and without TLS and pipelining."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from crash_rounds import WAYS, Tally, Way, one_run

PEOPLE, KILLS = 150, 4


@pytest.mark.parametrize("way", WAYS[:4], ids=lambda way: way.name)
def test_kill_9_loses_nobody_and_repeats_nobody(tmp_path: Path, way: Way, seed: int) -> None:
    tally: Tally = one_run(tmp_path, way, random.Random(seed), PEOPLE, KILLS, f"CRASH_SEED={seed}")
    print(tally)
    assert tally.kills > 0
