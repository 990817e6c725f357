"""Shared vocabulary: what a line has in common with the text below it and above it.

After M. Hearst's TextTiling (Computational Linguistics 23:1, 1997): neighbouring passages on one subject repeat
its words; where the subject changes, they stop.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from newsletter.corpus.importing.shapes import fold

_REACH = 3
"""Paragraphs of text compared on each side."""
_STEM = 6
"""Letters kept of a word, so that plurals and most endings count as the same word in both languages."""


class Cohesion:
    """Compares the paragraphs of one document; rare words count more."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._stems = [Counter(word[:_STEM] for word in fold(text).split() if len(word) > 3) for text in texts]
        seen_in = Counter(stem for stems in self._stems for stem in stems)
        count = max(1, len(texts))
        self._weight = {stem: math.log(1 + count / times) for stem, times in seen_in.items()}
        self._long = [sum(stems.values()) >= 6 for stems in self._stems]

    def title_fit(self, index: int) -> tuple[float, float]:
        """How much of the line's words (by weight, 0 to 1) stands in the text below, and above."""
        title = self._stems[index]
        whole = sum(self._weight[stem] for stem in title) or 1.0
        sides = []
        for side in (self._side(index, 1), self._side(index, -1)):
            sides.append(sum(self._weight[stem] for stem in title if stem in side) / whole)
        return sides[0], sides[1]

    def across(self, index: int) -> float:
        """Cosine of the text above and below the line."""
        above, below = self._side(index, -1), self._side(index, 1)
        product = sum(self._weight[stem] ** 2 * above[stem] * below[stem] for stem in above if stem in below)
        length = math.prod(
            math.sqrt(sum((self._weight[stem] * times) ** 2 for stem, times in side.items()))
            for side in (above, below)
        )
        return product / length if length else 0.0

    def _side(self, index: int, step: int) -> Counter[str]:
        words: Counter[str] = Counter()
        taken, at = 0, index + step
        while 0 <= at < len(self._stems) and taken < _REACH and abs(at - index) <= 8:
            if self._long[at]:
                words += self._stems[at]
                taken += 1
            at += step
        return words
