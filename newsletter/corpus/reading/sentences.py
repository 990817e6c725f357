"""Sentences and lines of a text, with their offsets."""

from __future__ import annotations

import re
from collections.abc import Iterator

_STOP = re.compile(r"[.!?…]+[\"”»’)\]]*\s+(?=[^\s])|\n[ \t]*\n|\n[ \t]*(?=[•◦▪‣·*\-–—]\s)")
_SHORT = (
    r"[A-Za-zÀ-ÿ]|a\.m|p\.m|p\. m|Ph|Dr|Dre|Mr|Mrs|Ms|Mme|MM|St|Ste|No|no|vs|env|etc|art|tél|ext|e\.g|i\.e|c\.-à-d"
)
_ABBREVIATION = re.compile(rf"\b(?:{_SHORT})\Z")
_MONTH_OR_DAY = re.compile(
    r"\b(?:jan|janv|feb|févr|mar|apr|avr|jun|jul|juil|aug|sept?|oct|nov|dec|déc|mon|tues?|wed|thurs?|fri|sat|sun)\Z",
    re.IGNORECASE,
)
_LONGEST = 3000
"""Longer sentences are cut: nothing that readers look for goes on for longer."""
_LOOK_BACK = 12
"""Longest abbreviation looked for; a bound keeps the search linear."""


def sentences(text: str) -> Iterator[tuple[int, str]]:
    """Sentences with their offsets. A full stop behind an abbreviation ends none, unless it is "p.m. Then"."""
    start = 0
    for stop in _STOP.finditer(text):
        if text[stop.start()] == "." and not _ends(text, stop):
            continue
        yield from _cut(text, start, stop.end())
        start = stop.end()
    yield from _cut(text, start, len(text))


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    for first in range(start, end, _LONGEST):
        piece = text[first : min(end, first + _LONGEST)]
        if piece.strip():
            yield first, piece


def _ends(text: str, stop: re.Match[str]) -> bool:
    before = text[max(0, stop.start() - _LOOK_BACK) : stop.start()]
    following = text[stop.end()]
    if following.islower():
        return False
    if before.lower().endswith(("a.m", "p.m")):
        return following.isupper()
    return not (_ABBREVIATION.search(before) or _MONTH_OR_DAY.search(before))


def lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines that are not empty, with the offset of each."""
    start = 0
    for line in text.splitlines(keepends=True):
        if line.strip():
            yield start, line.rstrip()
        start += len(line)
