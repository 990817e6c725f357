"""Quotation marks inside quotation marks: French ``« … “ … ” … »``, English ``“ … ‘ … ’ … ”``.

Nothing is guessed: where marks do not pair up, they stay as they were typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_MARKS = re.compile("[«»“”]")
_CLOSED_BY = {"«": "»", "“": "”"}


@dataclass(frozen=True, slots=True)
class Quotation:
    """One quotation: offsets of its two marks, and in how many others it stands."""

    start: int
    end: int
    depth: int


def quotations(text: str) -> tuple[Quotation, ...] | None:
    """Every quotation between ``« »`` or ``“ ”``; None when the marks do not pair up."""
    found: list[Quotation] = []
    opened: list[int] = []
    for mark in _MARKS.finditer(text):
        if mark[0] in _CLOSED_BY:
            opened.append(mark.start())
        elif not opened or _CLOSED_BY[text[opened[-1]]] != mark[0]:
            return None
        else:
            start = opened.pop()
            found.append(Quotation(start, mark.start(), len(opened)))
    return None if opened else tuple(found)


def nest_french(text: str) -> str:
    """``« »`` outside, ``“ ”`` inside it; the spaces of « » are left to the rule for them."""
    return _nest(text, ("«»", "“”"))


def nest_english(text: str) -> str:
    """``“ ”`` outside, ``‘ ’`` inside it."""
    return _nest(text, ("“”", "‘’"))


def _nest(text: str, levels: Sequence[str]) -> str:
    found = quotations(text)
    if not found:
        return text
    wanted: dict[int, str] = {}
    for one in found:
        pair = levels[min(one.depth, len(levels) - 1)]
        if text[one.start] != pair[0]:
            wanted[one.start], wanted[one.end] = pair[0], pair[1]
    return "".join(_rewritten(text, wanted)) if wanted else text


def _rewritten(text: str, wanted: dict[int, str]) -> Iterator[str]:
    """The marks replaced; French ones lose the spaces inside them when they become others."""
    done = 0
    for at in sorted(wanted):
        before, mark = text[done:at], wanted[at]
        yield before.rstrip(" \t\u00a0") if text[at] == "»" else before
        yield mark
        done = at + 1
        if text[at] == "«":
            done += len(text[done:]) - len(text[done:].lstrip(" \t\u00a0"))
    yield text[done:]
