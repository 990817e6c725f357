"""A project to import into, and files to import."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from import_parts import CAPTURES, REPOSITORY, SEEDS, read_capture

from newsletter.commands.project import Project, open_project


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without the captures beside the checkout their tests are deselected, and the report counts them."""
    if SEEDS.is_dir():
        return
    compared = [item for item in items if item.path == Path(__file__).with_name("test_seeds.py")]
    config.hook.pytest_deselected(items=compared)
    items[:] = [item for item in items if item not in compared]


@pytest.fixture
def captures(tmp_path: Path) -> Path:
    """A folder with all captures, marks taken away."""
    folder = tmp_path / "captures"
    folder.mkdir()
    for path in CAPTURES.glob("*.txt"):
        (folder / path.name).write_text(read_capture(path.name).text, encoding="utf-8")
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """An empty project: a configuration and no article."""
    root = tmp_path / "project"
    root.mkdir()
    shutil.copy(REPOSITORY / "newsletter.yaml", root)
    return open_project(root, {})
