"""Captures with marked titles, and the captures beside the checkout when they are there."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from newsletter.corpus.importing.records import Document

REPOSITORY = Path(__file__).resolve().parents[2]
CAPTURES = Path(__file__).parent / "captures"
SEEDS = Path(os.environ.get("NEWSLETTER_SEEDS") or REPOSITORY.parent / "shared" / "seeds")
MARK = "§§"
"""Stands before each title in `captures/`; taken away before the file is imported."""


@dataclass(frozen=True)
class Capture:
    """A capture and the lines its articles begin on."""

    name: str
    text: str
    starts: tuple[int, ...]


def read_capture(name: str) -> Capture:
    marked = (CAPTURES / name).read_text(encoding="utf-8")
    starts = tuple(number for number, line in enumerate(marked.split("\n"), 1) if line.startswith(MARK))
    return Capture(name, marked.replace(MARK, ""), starts)


def document(text: str, name: str = "capture.txt") -> Document:
    return Document(name, name, "", text)
