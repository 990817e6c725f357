"""An issue whose first article shows the picture that a test puts there."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from newsletter.commands.project import Project

sys.path.insert(0, str(Path(__file__).parent))

ARTICLE = "stm-exploratory-walks"


class Shown:
    """The sample project's February issue, whose first article shows one picture file."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.folder = project.corpus / ARTICLE
        self.images = self.folder / "images"
        self.article = f"corpus/{ARTICLE}/article.yaml"

    def put(self, name: str, content: bytes, options: str = "") -> Shown:
        """The picture is this file."""
        self.name(name, options)
        self.images.joinpath("platform.jpg").unlink(missing_ok=True)
        self.images.mkdir(exist_ok=True)
        (self.images / name).write_bytes(content)
        return self

    def name(self, name: str, options: str = "") -> Shown:
        path = self.folder / "article.yaml"
        lines = [
            f'  platform: {{file: "{name}"{options}}}' if line.startswith("  platform:") else line
            for line in path.read_text(encoding="utf-8").splitlines()
        ]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return self

    @property
    def place(self) -> str:
        """Where article.yaml names the file, up to the column."""
        lines = (self.folder / "article.yaml").read_text(encoding="utf-8").splitlines()
        line = next(number for number, line in enumerate(lines, 1) if line.startswith("  platform:"))
        return f"{self.article}:{line}:"


@pytest.fixture
def shown(sample: Project) -> Shown:
    return Shown(sample)
