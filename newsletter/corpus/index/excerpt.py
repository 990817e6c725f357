"""The line of an article that a search found, as it stands in the file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from newsletter.corpus.index.words import find_words
from newsletter.yamlfile import read_text


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A piece of one line. text: cut around what was found. marks: start and end of each word found in `text`."""

    file: str
    line: int
    text: str
    marks: tuple[tuple[int, int], ...]


def find_line(files: Sequence[str], root: Path, words: Sequence[str], *, width: int = 100) -> Excerpt | None:
    """The line of `files` (relative to `root`) that holds most of the folded `words`, the earlier file first.

    None when no line holds any: the file has changed a moment ago. Raises FileTrouble.
    """
    best: Excerpt | None = None
    most = 0
    for file in files:
        text, _ = read_text(root / file, root)
        for number, line in _lines(text or ""):
            found = find_words(line, words)
            kinds = len({word for _, _, word in found})
            if kinds > most:
                most, best = kinds, _cut(file, number, line, found, width)
    return best


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines with their numbers; comments of YAML are left out, they are no part of the article."""
    lines = text.split("\n")
    fences = [number for number, line in enumerate(lines) if line.rstrip() == "---"]
    yaml_ends = len(lines) if len(fences) < 2 else fences[1]
    for number, line in enumerate(lines):
        if line.strip() and not (number < yaml_ends and line.lstrip().startswith("#")):
            yield number + 1, line


def _cut(file: str, number: int, line: str, found: list[tuple[int, int, str]], width: int) -> Excerpt:
    """About `width` characters of the line, from a little before the first word found, which is never cut."""
    start, end = len(line) - len(line.lstrip()), len(line.rstrip())
    if end - start > width:
        begin = max(start, found[0][0] - width // 3)
        if begin > start:
            # Back to the start of a word, but of none so long (an address) that there is no room for it.
            start = line.rfind(" ", max(start, found[0][1] - width - 1), begin) + 1 or begin
        if end - start > width:
            end = max(line.rfind(" ", start, start + width), found[0][1])
    before = "…" if line[:start].strip() else ""
    after = "…" if line[end:].strip() else ""
    shift = len(before) - start
    marks = tuple((first + shift, last + shift) for first, last, _ in found if start <= first and last <= end)
    return Excerpt(file, number, f"{before}{line[start:end]}{after}", marks)
