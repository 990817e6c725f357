"""A project of a few articles, made anew for each test, so that no month of the sample content matters."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from newsletter.commands.project import Project, open_project

sys.path.insert(0, str(Path(__file__).parent))

from issue_project import ISSUE, write_article


@pytest.fixture
def root(sample_root: Path) -> Path:
    """The sample project with a corpus and an issue of its own."""
    for folder in ("corpus", "issues"):
        shutil.rmtree(sample_root / folder)
        (sample_root / folder).mkdir()
    (sample_root / "issues" / "2022-02.yaml").write_bytes(ISSUE.encode())
    write_article(sample_root, "bridge", "project", "2022-01-20")
    write_article(sample_root, "atlas", "publication", "2022-01-10")
    write_article(sample_root, "report", "publication", "2022-01-05")
    write_article(sample_root, "thaw", "news", "2022-01-30")
    write_article(sample_root, "frost", "news", "2022-01-25")
    write_article(sample_root, "snow", "news", "2022-01-02")
    return sample_root


@pytest.fixture
def project(root: Path) -> Project:
    return open_project(root, {})


@pytest.fixture
def issue_file(root: Path) -> Path:
    return root / "issues" / "2022-02.yaml"
