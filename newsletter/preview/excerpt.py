"""The lines of a file around the place a finding points at."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

AROUND = 3
"""Lines shown before and after the one at fault."""

LONGEST = 240
"""Characters of a line that are shown; a minified file must not fill the page."""


@dataclass(frozen=True)
class Excerpt:
    """Lines `first` and following of a file (1-based); `line` is at fault, at `column` when that is known."""

    first: int
    lines: tuple[str, ...]
    line: int
    column: int | None


def read_excerpt(root: Path, file: str | None, line: int | None, column: int | None) -> Excerpt | None:
    """The lines around `line` of `file` (relative to `root`); None when there is nothing to show.

    A file outside the project is not read: a finding names files of the project, and nothing else of the
    disk belongs on a page.
    """
    if file is None or line is None or line < 1:
        return None
    path = (root / file).resolve()
    if not path.is_relative_to(root.resolve()):
        return None
    try:
        content = path.read_text(encoding="utf-8-sig", errors="replace")
    except OSError:
        return None
    every = content.splitlines() or [""]
    # A parser that reaches the end of a file too early blames the line after the last.
    line = min(line, len(every))
    first = max(1, line - AROUND)
    shown = tuple(_cut(text) for text in every[first - 1 : line + AROUND])
    fault = every[line - 1]
    known = column is not None and 1 <= column <= min(len(fault) + 1, LONGEST)
    return Excerpt(first, shown, line, column if known else None)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
