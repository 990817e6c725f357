"""A newsletter project on disk: its root, its configuration and its folders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from newsletter.clock import Clock, SystemClock
from newsletter.config import Config, find_root, load_config
from newsletter.errors import ProjectMistake
from newsletter.models.publication import Publication


@dataclass(frozen=True)
class Project:
    """Everything a command needs to know before it looks at an issue."""

    root: Path
    config: Config
    clock: Clock

    @property
    def publication(self) -> Publication:
        """Who publishes."""
        return self.config.publication

    @property
    def corpus(self) -> Path:
        """Folder of the articles."""
        return self.root / "corpus"

    @property
    def issues(self) -> Path:
        """Folder of the issue files."""
        return self.root / "issues"

    @property
    def templates(self) -> Path:
        """Folder of the themes."""
        return self.root / "templates"

    @property
    def recipients(self) -> Path:
        """Folder of the lists."""
        return self.root / "recipients"

    @property
    def var(self) -> Path:
        """Folder of everything made: previews, dry runs, the ledger."""
        return self.root / "var"

    def with_config(self, **changes: object) -> Project:
        """The same project with some configuration values replaced, for a run that must not use the real ones."""
        return replace(self, config=replace(self.config, **changes))  # type: ignore[arg-type]


def open_project(start: Path, environ: Mapping[str, str], *, clock: Clock | None = None) -> Project:
    """The project at or above `start`.

    Raises UnknownName when there is none, ProjectMistake when its configuration has mistakes.
    """
    root = find_root(start)
    config, findings = load_config(root, environ)
    if config is None:
        raise ProjectMistake("the configuration has mistakes", findings)
    return Project(root, config, clock or SystemClock())
