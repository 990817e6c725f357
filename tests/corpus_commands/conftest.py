"""Projects with the articles that a test writes, and the sample project."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from newsletter.clock import Clock
from newsletter.commands.corpus import OpenCorpus
from newsletter.commands.project import Project, open_project

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with neither articles nor issues, and this repository's newsletter.yaml."""
    root = tmp_path / "project"
    for folder in ("corpus", "issues"):
        (root / folder).mkdir(parents=True)
    shutil.copy(Path(__file__).parents[2] / "newsletter.yaml", root)
    return root


@pytest.fixture
def opened(root: Path, clock: Clock) -> Callable[[], OpenCorpus]:
    """Opens the corpus as it is now."""
    return lambda: OpenCorpus(open_project(root, {}, clock=clock))


@pytest.fixture
def sample_corpus(sample: Project) -> OpenCorpus:
    """The sample project's own corpus."""
    return OpenCorpus(sample)
