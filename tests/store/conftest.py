"""A store in a folder of its own, and a clock held still. The plans come from the delivery tests."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsletter.clock import SystemClock
from newsletter.store import SqliteStore, open_store

sys.path.insert(0, str(Path(__file__).parents[1] / "delivery"))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def store(root: Path) -> Iterator[SqliteStore]:
    with open_store("sqlite:///var/newsletter.sqlite3", root=root, clock=SystemClock()) as store:
        yield store
