"""How much speaks for each line of a capture as the title of an article.

Every sign adds to a line's score or takes from it: its wording, what stands above and below, the subject, other
files.
The weights were set on captures of both languages (`tests/importing/captures`); on those a title scores above 1.5,
and other lines below 0.5, with few exceptions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from newsletter.corpus.importing.cohesion import Cohesion
from newsletter.corpus.importing.records import Paragraph
from newsletter.corpus.importing.shapes import (
    Shape,
    ends_as_sentence,
    ends_in_action,
    ends_in_address,
    ends_in_stop,
    fold,
    is_capitals,
    is_listing,
    leans_back,
    mentions_clock,
    seems_a_sentence,
    shape_of,
    starts_with_date,
    words,
)

LONGEST_TITLE = 240
"""Characters; the longest line that may be a title."""

_NEVER = frozenset({Shape.ITEM, Shape.RULE, Shape.LABEL, Shape.FURNITURE, Shape.FIELD, Shape.PROSE})
_ENDINGS = frozenset({Shape.ACTION, Shape.CLOSING})
_BY_SHAPE = {
    Shape.ACTION: -5.0,
    Shape.CLOSING: -5.0,
    Shape.META: -6.0,
    Shape.PLACE: -3.0,
    Shape.SECTION: -6.0,
    Shape.SCHEDULE: -9.0,
}


@dataclass(frozen=True)
class Titles:
    """Lines that begin an article: folded title -> number of the file -> the line it stands behind there (folded).

    An empty line behind means that it is the first of its file. own: number of the file that asks.
    """

    seen: Mapping[str, Mapping[int, str]]
    own: int

    def behind(self, title: str) -> frozenset[str]:
        """What `title` stands behind in other files; empty when no other file begins an article with it."""
        return frozenset(line for file, line in self.seen.get(title, {}).items() if file != self.own)


class Evidence:
    """The score of every paragraph of one document as the title of an article."""

    def __init__(self, paragraphs: Sequence[Paragraph]) -> None:
        self.paragraphs = paragraphs
        self.shapes = [shape_of(paragraph) for paragraph in paragraphs]
        self.folded = [
            fold(paragraph.text) if len(paragraph.text) <= LONGEST_TITLE else "" for paragraph in paragraphs
        ]
        self.repeats = Counter(filter(None, self.folded))
        self.prose = [self._prose_words(i) for i in range(len(paragraphs))]
        self.cohesion = Cohesion([paragraph.text for paragraph in paragraphs])
        self.capital_titles = self._capitals_are_titles()
        self.usual_gap = self._usual_gap()
        self.ruled = any(shape is Shape.RULE for shape in self.shapes[1:-1])

    def _prose_words(self, index: int) -> float:
        """Words of running text: what an article must have below its title."""
        count = len(words(self.paragraphs[index].text))
        shape = self.shapes[index]
        if shape is Shape.PROSE or (shape is Shape.SENTENCE and count >= 6):
            return count
        if shape is Shape.LINE and ends_as_sentence(self.paragraphs[index].text) and count >= 8:
            return count
        if shape is Shape.ITEM:
            return 0.5 * count
        if shape in (Shape.ACTION, Shape.CLOSING, Shape.META) and count >= 12:
            return 0.4 * count
        return 0.0

    def _capitals_are_titles(self) -> bool:
        """In some captures all titles are set in capitals: then the first line above text is, and most others."""
        above_text = [
            is_capitals(self.paragraphs[index].text)
            for index, shape in enumerate(self.shapes[:-1])
            if shape is Shape.LINE and any(self.prose[index + 1 : index + 3])
        ]
        return bool(above_text) and above_text[0] and 2 * sum(above_text) > len(above_text)

    def _usual_gap(self) -> int:
        """Blank lines between two paragraphs of running text."""
        text = (Shape.PROSE, Shape.SENTENCE)
        gaps = Counter(
            paragraph.gap
            for paragraph, (above, shape) in zip(self.paragraphs[1:], pairwise(self.shapes), strict=True)
            if shape in text and above in text
        )
        if not gaps:
            gaps = Counter(paragraph.gap for paragraph in self.paragraphs[1:])
        return gaps.most_common(1)[0][0] if gaps else 1

    def scores(self, known: Titles | None = None) -> dict[int, float]:
        """Index of each paragraph that may be a title -> how much speaks for it. known: what other files show."""
        scores = {index: score + self._elsewhere(index, known) for index, score in self._alone.items()}
        self._weigh_together(scores)
        return scores

    @cached_property
    def _alone(self) -> dict[int, float]:
        return {
            index: self._score(index)
            for index, paragraph in enumerate(self.paragraphs)
            if self.shapes[index] not in _NEVER
            and (self.shapes[index] is not Shape.SCHEDULE or starts_with_date(paragraph.text))
            and len(paragraph.text) <= LONGEST_TITLE
        }

    def _weigh_together(self, scores: dict[int, float]) -> None:
        """Headings inside an article are much shorter than titles, or questions one after the other."""
        likely = sorted(len(words(self.paragraphs[i].text)) for i, score in scores.items() if score > 0)
        typical = likely[len(likely) // 2] if likely else 0
        before = None
        for index in (i for i in sorted(scores) if scores[i] > -3):
            text = self.paragraphs[index].text
            if len(words(text)) <= 3 and typical >= 6 and self._previous(index) is not None:
                scores[index] -= 2
            if before is not None and text.endswith("?") and self.paragraphs[before].text.endswith("?"):
                for one in (index, before):
                    scores[one] -= 3
            before = index

    def _score(self, index: int) -> float:
        score = self._wording(index) + self._before(index) + self._after(index) + self._topic(index)
        if self.repeats[self.folded[index]] >= 3:
            score -= 4
        if self._repeats_title_above(index):
            score -= 12
        return score

    def _wording(self, index: int) -> float:
        text = self.paragraphs[index].text
        count = len(words(text))
        score = {1: -3.5, 2: -2.0, 3: -0.5}.get(count, 1.0 if count <= 20 else 0.0 if count <= 27 else -2.0)
        if starts_with_date(text):
            score += 1
        else:
            score += _BY_SHAPE.get(self.shapes[index], 0.0)
        if ends_in_stop(text):
            score -= 6.0 if seems_a_sentence(text) or count > 18 else 3.0
        elif ends_as_sentence(text):
            score -= 0.5
        else:
            score += 1.5
        if text.endswith((",", ";", "-", "–")):
            score -= 5
        if text[:1].islower():
            score -= 4
        elif leans_back(text) and not text.endswith("?"):
            score -= 1 if count <= 8 else 3
        if mentions_clock(text):
            score -= 2
        if ends_in_action(text):
            score -= 4
        if is_capitals(text):
            score += 2.0 if self.capital_titles else -7.0
        elif self.capital_titles:
            score -= 2.5
        return score

    def _before(self, index: int) -> float:
        here = self.paragraphs[index]
        above = self._previous(index)
        if above is None:
            below = self.paragraphs[index + 1 : index + 2]
            if bool(below) and below[0].gap == 0 and self._short_block(index):
                return 1.5  # the name of the page, not of an article
            return 1.0 if ends_in_stop(here.text) and seems_a_sentence(here.text) else 5.0
        score = 0.0
        shape, text = self.shapes[above], self.paragraphs[above].text
        if self.shapes[index - 1] is Shape.RULE:
            score += 4
        elif self.ruled:
            score -= 2
        if shape in _ENDINGS or ends_in_address(text):
            score += 2
        elif shape is Shape.META and not self._opens(above):
            score += 1.5
        elif shape in (Shape.PROSE, Shape.SENTENCE) and ends_as_sentence(text):
            score += 0.5
        elif shape is Shape.LABEL:
            score -= 5
        elif shape is Shape.SCHEDULE or (shape is Shape.SECTION and not is_listing(text)):
            score -= 4  # the title of a session, a heading below a heading
        if here.gap > self.usual_gap:
            score += 1.5
        elif here.gap == 0 and self._short_block(index):
            score -= 3
        return score

    def _previous(self, index: int) -> int | None:
        """The paragraph above that says something; None at the top of the file."""
        for above in range(index - 1, -1, -1):
            if self.shapes[above] not in (Shape.RULE, Shape.FURNITURE):
                if self.shapes[above] is Shape.META and all(
                    shape in (Shape.RULE, Shape.FURNITURE, Shape.META) for shape in self.shapes[:above]
                ):
                    return None
                return above
        return None

    def _opens(self, index: int) -> bool:
        """Whether a date line belongs to the title above it, not to the one below."""
        return index > 0 and self.shapes[index - 1] in (Shape.LINE, Shape.SECTION)

    def _short_block(self, index: int) -> bool:
        """Whether the line is part of a block of short lines: an address, a signature, a list of facts."""
        first = index
        while first > 0 and self.paragraphs[first].gap == 0:
            first -= 1
        last = index
        while last + 1 < len(self.paragraphs) and self.paragraphs[last + 1].gap == 0:
            last += 1
        return last > first and all(self.prose[i] == 0 for i in range(first, last + 1))

    def _after(self, index: int) -> float:
        """Prose below is what makes a line a title; each other line in between speaks against it."""
        score = 0.0
        if index + 1 < len(self.paragraphs) and self.paragraphs[index + 1].gap > self.usual_gap:
            score += 1
        for below in range(index + 1, min(index + 6, len(self.paragraphs))):
            shape = self.shapes[below]
            if shape is Shape.PROSE or (shape is Shape.SENTENCE and self.prose[below] >= 8):
                return score + (2.5 if shape is Shape.PROSE else 1.5)
            if (self.prose[below] >= 8 and shape is Shape.LINE) or shape is Shape.SENTENCE:
                return score + (1 if self.prose[below] >= 8 else 0.5)
            if self.folded[below] and self.folded[below] == self.folded[index]:
                score += 3  # the title stands twice: over the page and over the text
            elif (
                shape in (Shape.META, Shape.FIELD, Shape.LABEL, Shape.PLACE)
                or is_capitals(self.paragraphs[below].text)
                or (below == index + 1 and self._announces_alone(below))
            ):
                score -= 0.25
            elif shape in (Shape.ITEM, Shape.SCHEDULE, Shape.ACTION, Shape.CLOSING):
                return score - 2
            elif shape is Shape.RULE:
                return score - 4
            else:
                score -= 1.5
        return score - 2

    def _announces_alone(self, index: int) -> bool:
        """Whether a line of day and hours is that of one event; an agenda has several, each above its title."""
        near = self.shapes[max(0, index - 6) : index] + self.shapes[index + 1 : index + 7]
        return self.shapes[index] is Shape.SCHEDULE and Shape.SCHEDULE not in near

    def _topic(self, index: int) -> float:
        """A title speaks of what stands below it; an article rarely of what stands above."""
        below, above = self.cohesion.title_fit(index)
        shift = 1.0 - min(1.0, self.cohesion.across(index) / 0.12) * 2
        return 1.5 * below - 0.75 * above + shift

    def _repeats_title_above(self, index: int) -> bool:
        here = self.folded[index]
        above = [self.folded[i] for i in range(max(0, index - 3), index)]
        return bool(here) and any(
            line and (line == here or (len(here) > 8 and self.shapes[index] is Shape.PLACE and here in line))
            for line in above
        )

    def _elsewhere(self, index: int, known: Titles | None) -> float:
        """What other files say: the same line began an article there, behind something else."""
        behind = known.behind(self.folded[index]) if known is not None and self.folded[index] else frozenset()
        if not behind:
            return 0.0
        above = self._previous(index)
        mine = fold(self.paragraphs[above].text) if above is not None else ""
        return 4.0 if behind - {mine} else 2.0
