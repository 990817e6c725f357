"""A text capture to paragraphs: blocks between blank lines, list items, lines that were wrapped by a program."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from newsletter.corpus.importing.decoding import fold_spaces, plain_spaces
from newsletter.corpus.importing.records import Paragraph, Role

_BULLET = re.compile(r"(?:[•●▪◦‣⁃∙·■□➢►▸✓✔–—-]|\*(?=\s)|o(?=\s{2,}|\t)|»(?=\s)|>(?=\s))\s*(?=\S)")
_DASH_NO_ITEM = re.compile(r"-{2,}|—{2,}|[-–—]\d")
_NUMBER = re.compile(r"(?:\(?(\d{1,2})[.)]|\(?([a-z])\))\s+(?=\S)")
_RULE = re.compile(r"(?:[-_=*~#•·+]\s?){3,}$")
_WRAP_MIN, _WRAP_MAX = 50, 100
_ENDS = re.compile(r"[.!?…:;»”\"]\s*$")


def read_paragraphs(text: str) -> list[Paragraph]:
    """The paragraphs of a capture, in order, each with its line and the blank lines before it."""
    lines = plain_spaces(text.expandtabs(4)).replace("\f", "\n").split("\n")
    width = _wrap_width(lines)
    found: list[Paragraph] = []
    for gap, first, block in _blocks(lines):
        parts = list(_join_wrapped(block, width))
        for position, (start, end, line) in enumerate(parts):
            found.append(
                _paragraph(line, first + start, first + end, 0 if position else gap, alone=len(parts) == 1)
            )
    return _numbered_headings(found)


def _numbered_headings(paragraphs: list[Paragraph]) -> list[Paragraph]:
    """Numbered lines with text below each ("2. Our garden") are headings, not the items of a list."""
    alone = [
        index
        for index, here in enumerate(paragraphs[:-1])
        if here.role is Role.NUMBERED
        and here.number
        and here.alone
        and paragraphs[index + 1].role is Role.TEXT
        and (index == 0 or paragraphs[index - 1].role in (Role.TEXT, Role.RULE))
    ]
    numbers = [paragraphs[index].number or 0 for index in alone]
    if len(alone) < 2 or numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        return paragraphs
    kept = list(paragraphs)
    for index in alone:
        here = kept[index]
        kept[index] = replace(here, role=Role.TEXT, text=f"{here.number}. {here.text}", number=None)
    return kept


def _blocks(lines: Sequence[str]) -> Iterator[tuple[int, int, list[str]]]:
    """(blank lines before, number of its first line, its lines) for each run of lines that are not blank."""
    gap, start, block = 0, 0, list[str]()
    for number, line in enumerate(lines, 1):
        if line.strip():
            if not block:
                start = number
            block.append(line)
        elif block:
            yield gap, start, block
            gap, block = 1, []
        else:
            gap += 1
    if block:
        yield gap, start, block


def _paragraph(line: str, first: int, last: int, gap: int, *, alone: bool) -> Paragraph:
    stripped = line.strip()
    role, number = Role.TEXT, None
    if _RULE.match(stripped):
        role = Role.RULE
    elif (found := _NUMBER.match(stripped)) is not None:
        role, number = Role.NUMBERED, int(found[1]) if found[1] else None
        stripped = stripped[found.end() :]
    elif (found := _BULLET.match(stripped)) is not None and not _DASH_NO_ITEM.match(stripped):
        role, stripped = Role.ITEM, stripped[found.end() :]
    return Paragraph(fold_spaces(stripped), first, last, role, gap=gap, alone=alone, number=number)


def _wrap_width(lines: Sequence[str]) -> int | None:
    """The column at which a program wrapped the lines; None when each line is a paragraph of its own."""
    longest = max((len(line.rstrip()) for line in lines), default=0)
    if not _WRAP_MIN <= longest <= _WRAP_MAX:
        return None
    inner = [a for a, b in pairwise(lines) if len(a.rstrip()) >= longest - 20 and b.strip()]
    cut = [line for line in inner if not _ENDS.search(line)]
    return longest if len(cut) >= 3 and len(cut) >= 0.6 * len(inner) else None


def _join_wrapped(block: Sequence[str], width: int | None) -> Iterator[tuple[int, int, str]]:
    """(first index, last index, text) of each paragraph of a block, whose lines were wrapped at `width` or not."""
    start, parts = 0, [block[0]]
    for index in range(1, len(block)):
        if _goes_on(block[index - 1], block[index], width):
            parts.append(block[index])
        else:
            yield start, index - 1, " ".join(part.strip() for part in parts)
            start, parts = index, [block[index]]
    yield start, len(block) - 1, " ".join(part.strip() for part in parts)


def _goes_on(before: str, line: str, width: int | None) -> bool:
    """Whether `line` is the rest of the paragraph that `before` is part of."""
    stripped = line.strip()
    if _BULLET.match(stripped) or _NUMBER.match(stripped):
        return False
    if width is None:
        return len(before.strip()) >= 40 and stripped[0].islower() and not _ENDS.search(before)
    # A short line without an end, behind the end of a sentence, is a title: text would have gone on.
    if len(line.rstrip()) < 0.85 * width and _ENDS.search(before) and not _ENDS.search(line):
        return False
    room = width - len(before.rstrip())
    return len(stripped.split()[0]) + 1 > room or stripped[0].islower()
