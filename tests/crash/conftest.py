"""The parts of the crash tests are found by the tests beside them; so are the small plans of the delivery tests."""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "delivery"))


@pytest.fixture
def seed() -> int:
    """Of all that is left to chance; printed when a test fails. CRASH_SEED repeats one."""
    given = os.environ.get("CRASH_SEED")
    found = int(given) if given else random.SystemRandom().randrange(2**32)
    print(f"CRASH_SEED={found}")
    return found
