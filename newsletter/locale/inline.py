"""Typography of one paragraph whose text emphasis, links or code have parted: ``« **mot** »``, ``l'*été*``.

The pieces are set as the one text that a reader sees, and cut again where they were cut. That works because
typography changes nothing but spaces, quotation marks, dots and direction marks: everything else stands in both
texts, in the same order, and says where a place of one is in the other.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

from newsletter.locale.bidi import LRM
from newsletter.locale.typography import MARK, typography

OBJECT = MARK
"""Stands in a text for what is no text: a code span. Typography leaves it alone."""

_UNIT = re.compile(rf"(?<!\.)\.\.\.(?!\.)|[^\s{LRM}]")
"""What stands in both texts: one character, or the three dots that become one."""


def typography_across(pieces: Sequence[str], locale: str) -> list[str]:
    """The pieces of one text with the typography of the whole; as many pieces as were given.

    Give `OBJECT` for a piece that is no text. A space that typography removes or puts in at a border goes to the
    piece whose sign it belongs to.
    """
    written = "".join(pieces)
    printed = typography(written, locale)
    if printed == written:
        return list(pieces)
    if len(pieces) == 1:
        return [printed]
    ends = Alignment(written, printed).to_printed(list(accumulate(len(piece) for piece in pieces[:-1])))
    return [printed[start:end] for start, end in pairwise([0, *ends, len(printed)])]


class Alignment:
    """Which place of a text as it was written is which of the same text as it is printed."""

    def __init__(self, written: str, printed: str) -> None:
        self._written, self._printed = written, printed
        self._from = _units(written)
        self._to = _units(printed)
        assert len(self._from) == len(self._to), "typography changed more than spaces, quotes and dots"

    def to_printed(self, offsets: Sequence[int]) -> list[int]:
        """Where a text is cut that was cut at these offsets, in rising order, when it was written."""
        return list(self._cuts(offsets))

    def to_written(self, offset: int) -> int:
        """Where the character at an offset of the printed text was written, or where it is missing."""
        number = bisect_left([end for _, end in self._to], offset + 1)
        if number < len(self._to) and self._to[number][0] <= offset:
            return self._from[number][0]
        return self._from[number - 1][1] if number else 0

    def _cuts(self, offsets: Sequence[int]) -> Iterator[int]:
        ends = [end for _, end in self._from]
        for offset in offsets:
            before = bisect_left(ends, offset)  # units that end before the cut
            if before < len(ends) and self._from[before][0] < offset:
                before += 1  # cut inside the three dots
            elif before < len(ends) and ends[before] == offset:
                before += 1
            yield self._cut(before, offset)

    def _cut(self, before: int, offset: int) -> int:
        left = self._from[before - 1][1] if before else 0
        right = self._from[before][0] if before < len(self._from) else len(self._written)
        start = self._to[before - 1][1] if before else 0
        end = self._to[before][0] if before < len(self._to) else len(self._printed)
        if (
            right <= left
        ):  # a space was put in where there was none: it belongs to an opening mark, or to what follows
            return end if before and self._printed[start - 1] in "«“‘" else start
        spaces = max(0, offset - left)
        return end if offset >= right else min(start + spaces, end)


def _units(text: str) -> list[tuple[int, int]]:
    return [found.span() for found in _UNIT.finditer(text)]
