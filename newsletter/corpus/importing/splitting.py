"""Where each article of a capture begins.

Captures have titles without mark-up, so a title is told by what it is and where it stands: a short line without
the end of a sentence, with prose below it, behind something that ended. Every line gets a score from such signs
(`_Evidence`); then the boundaries are chosen together, for the whole file, so that no article is left without text
(`_choose`). When several files are given, a line that begins an article in one of them is likely to in the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from newsletter.corpus.importing.cohesion import Cohesion
from newsletter.corpus.importing.records import Document, FoundArticle, Paragraph, Role
from newsletter.corpus.importing.shapes import (
    Shape,
    ends_as_sentence,
    ends_in_action,
    ends_in_stop,
    fold,
    is_capitals,
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
_UNSURE = 1.5
"""A boundary whose score is below this is reported as doubtful."""


@dataclass(frozen=True)
class Split:
    """The articles of one document, and the lines that belong to none."""

    articles: tuple[FoundArticle, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Titles:
    """Lines seen in other files: folded title -> folded lines it stood behind there (empty: first of its file)."""

    seen: Mapping[str, frozenset[str]]


class _Evidence:
    """The score of every paragraph of one document as the title of an article."""

    def __init__(self, paragraphs: Sequence[Paragraph], known: Titles | None) -> None:
        self.paragraphs = paragraphs
        self.known = known
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
        """In some captures all titles are set in capitals: then the first line is."""
        for paragraph, shape in zip(self.paragraphs, self.shapes, strict=True):
            if shape in (Shape.LINE, Shape.SENTENCE, Shape.PROSE):
                return is_capitals(paragraph.text)
        return False

    def _usual_gap(self) -> int:
        """Blank lines between two paragraphs of running text."""
        text = (Shape.PROSE, Shape.SENTENCE)
        gaps = Counter(
            paragraph.gap
            for paragraph, (above, shape) in zip(self.paragraphs[1:], pairwise(self.shapes), strict=True)
            if shape in text and above in text
        )
        return gaps.most_common(1)[0][0] if gaps else 1

    def scores(self) -> dict[int, float]:
        """Index of each paragraph that may be a title -> how much speaks for it."""
        return {
            index: self._score(index)
            for index, paragraph in enumerate(self.paragraphs)
            if self.shapes[index] not in _NEVER
            and (self.shapes[index] is not Shape.SCHEDULE or starts_with_date(paragraph.text))
            and len(paragraph.text) <= LONGEST_TITLE
        }

    def _score(self, index: int) -> float:
        score = self._wording(index) + self._before(index) + self._after(index) + self._topic(index)
        if self.repeats[self.folded[index]] >= 3:
            score -= 4
        if self._repeats_title_above(index):
            score -= 12
        return score + self._elsewhere(index)

    def _wording(self, index: int) -> float:
        text = self.paragraphs[index].text
        count = len(words(text))
        score = {1: -3.5, 2: -2.0, 3: -0.5}.get(count, 1.0 if count <= 20 else 0.0 if count <= 27 else -2.0)
        if self.shapes[index] in (Shape.SCHEDULE, Shape.META) and starts_with_date(text):
            score += 1
        else:
            score += _BY_SHAPE.get(self.shapes[index], 0.0)
        if ends_in_stop(text):
            score -= 6.0 if seems_a_sentence(text) else 3.0
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
            score += 2.0 if self.capital_titles else -5.0
        elif self.capital_titles:
            score -= 2.5
        return score

    def _before(self, index: int) -> float:
        here = self.paragraphs[index]
        above = self._previous(index)
        if above is None:
            return 5.0
        score = 0.0
        shape, text = self.shapes[above], self.paragraphs[above].text
        if self.shapes[index - 1] is Shape.RULE:
            score += 4
        elif self.ruled:
            score -= 2
        if shape in _ENDINGS:
            score += 2
        elif shape is Shape.META and not self._opens(above):
            score += 1.5
        elif shape in (Shape.PROSE, Shape.SENTENCE) and ends_as_sentence(text):
            score += 0.5
        elif shape is Shape.LABEL:
            score -= 5
        elif shape is Shape.SCHEDULE:
            score -= 4
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
        for below in range(index + 1, min(index + 6, len(self.paragraphs))):
            shape = self.shapes[below]
            if shape is Shape.PROSE or (shape is Shape.SENTENCE and self.prose[below] >= 8):
                return score + (2.5 if shape is Shape.PROSE else 1.5)
            if self.prose[below] >= 8 and shape is Shape.LINE:
                return score + 1
            if self.folded[below] and self.folded[below] == self.folded[index]:
                score += 3  # the title stands twice: over the page and over the text
            elif shape in (Shape.META, Shape.FIELD, Shape.LABEL, Shape.PLACE) or is_capitals(
                self.paragraphs[below].text
            ):
                score -= 0.25
            elif shape in (Shape.ITEM, Shape.SCHEDULE, Shape.ACTION, Shape.CLOSING):
                return score - 2
            elif shape is Shape.RULE:
                return score - 4
            else:
                score -= 1.5
        return score - 2

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

    def _elsewhere(self, index: int) -> float:
        """What other files say: the same line began an article there, behind something else."""
        behind = self.known.seen.get(self.folded[index]) if self.known and self.folded[index] else None
        if behind is None:
            return 0.0
        above = self._previous(index)
        mine = fold(self.paragraphs[above].text) if above is not None else ""
        return 4.0 if behind - {mine} else 2.0


def _segment(prose: float) -> float:
    """What speaks against an article with so few words of running text."""
    return -9.0 if prose < 3 else -5.0 if prose < 8 else -1.5 if prose < 14 else 0.0


def _choose(scores: Mapping[int, float], prose: Sequence[float]) -> list[int]:
    """The boundaries with the best sum of scores, articles without text counted against them.

    best[k] is the best sum when the k-th candidate begins an article. An article that has text enough costs
    nothing, however long it is, so only the candidates close above are tried one by one.
    """
    candidates = sorted(scores)
    total = [0.0, *accumulate(prose)]
    best: list[float] = []
    came_from: list[int | None] = []
    far_best, far_index, far = 0.0, None, 0  # the best of those with text enough between; none: the file's top
    for k, index in enumerate(candidates):
        choice, previous = 0.0, None
        while far < k and total[index] - total[candidates[far] + 1] >= 14:
            if best[far] > far_best or far_index is None and best[far] > 0:
                far_best, far_index = best[far], far
            far += 1
        if far_best > choice:
            choice, previous = far_best, far_index
        for near in range(far, k):
            value = best[near] + _segment(total[index] - total[candidates[near] + 1])
            if value > choice:
                choice, previous = value, near
        if previous is None and total[index] > 12:
            choice -= 1.0  # text above the first title
        best.append(choice + scores[index])
        came_from.append(previous)
    return _trace(candidates, best, came_from, total)


def _trace(
    candidates: Sequence[int], best: Sequence[float], came_from: Sequence[int | None], total: Sequence[float]
) -> list[int]:
    final = [value + _segment(total[-1] - total[candidates[k] + 1]) for k, value in enumerate(best)]
    if not final or max(final) <= 0:
        return []
    k: int | None = max(range(len(final)), key=final.__getitem__)
    chosen = []
    while k is not None:
        chosen.append(candidates[k])
        k = came_from[k]
    return chosen[::-1]


def split(document: Document, paragraphs: Sequence[Paragraph], known: Titles | None = None) -> Split:
    """The articles of a capture. `known`: what the other files of the import begin their articles with."""
    evidence = _Evidence(paragraphs, known)
    scores = evidence.scores()
    starts = _choose(scores, evidence.prose)
    articles: list[FoundArticle] = []
    notes: list[str] = []
    first = _date_lines_above(evidence, starts[0], 0) if starts else len(paragraphs)
    if sum(evidence.prose[:first]) >= 12:
        articles.append(_without_title(document, paragraphs[:first]))
    elif any(shape is not Shape.RULE for shape in evidence.shapes[:first]) and starts:
        notes.append(
            f"lines {paragraphs[0].line} to {paragraphs[first - 1].last_line} belong to no article: left out"
        )
    for position, start in enumerate(starts):
        following = starts[position + 1] if position + 1 < len(starts) else len(paragraphs)
        end = _date_lines_above(evidence, following, start + 1) if following < len(paragraphs) else following
        above = _date_lines_above(evidence, start, starts[position - 1] + 1 if position else 0)
        articles.append(
            _article(
                document, evidence, range(start, end), dated=range(above, start), sure=scores[start] >= _UNSURE
            )
        )
    return Split(tuple(articles), tuple(notes))


def _date_lines_above(evidence: _Evidence, start: int, floor: int) -> int:
    """Where the article titled at `start` really begins: date lines above its title are part of it.

    Only in files that write the date over the title from the first article on.
    """
    tops = [i for i, shape in enumerate(evidence.shapes) if shape not in (Shape.RULE, Shape.FURNITURE)]
    if not tops or evidence.shapes[tops[0]] is not Shape.META:
        return start
    while start > floor and evidence.shapes[start - 1] is Shape.META:
        start -= 1
    return start


def _without_title(document: Document, paragraphs: Sequence[Paragraph]) -> FoundArticle:
    body = tuple(paragraph for paragraph in paragraphs if paragraph.role is not Role.RULE)
    text = next(paragraph.text for paragraph in body if len(words(paragraph.text)) >= 6)
    first = words(text)[:10]
    cut = text.find(first[-1], sum(len(word) for word in first[:-1])) + len(first[-1])
    title = text[:cut] + ("…" if cut < len(text.rstrip(".")) else "")
    return FoundArticle(
        document.file, document.name, body[0].line, body[-1].last_line, title, body, title_found=False
    )


def _article(document: Document, evidence: _Evidence, span: range, *, dated: range, sure: bool) -> FoundArticle:
    title = evidence.paragraphs[span.start]
    body = [
        evidence.paragraphs[i]
        for i in (*dated, *span[1:])
        if evidence.shapes[i] not in (Shape.RULE, Shape.FURNITURE)
    ]
    same = [p for p in body[:3] if fold(p.text) == fold(title.text)]
    body = [p for p in body if p not in same]
    doubts = () if sure else ("its title may be a heading inside the article above",)
    notes = ("the title stands twice",) if same else ()
    last = max([title.last_line, *(p.last_line for p in body)])
    return FoundArticle(
        document.file, document.name, title.line, last, title.text, tuple(body), doubts=doubts, notes=notes
    )


def titles_of(paragraphs: Sequence[Paragraph], found: Split) -> dict[str, frozenset[str]]:
    """For the other files: each title found here and the line it stands behind."""
    at = {paragraph.line: i for i, paragraph in enumerate(paragraphs)}
    behind: dict[str, set[str]] = {}
    for article in found.articles:
        if article.title_found and not article.doubts:
            index = at[article.line]
            behind.setdefault(fold(article.title), set()).add(fold(paragraphs[index - 1].text) if index else "")
    return {title: frozenset(lines) for title, lines in behind.items()}


def split_together(inputs: Sequence[tuple[Document, Sequence[Paragraph]]]) -> list[Split]:
    """Split several captures, each with what the others show."""
    alone = [split(document, paragraphs) for document, paragraphs in inputs]
    if len(inputs) < 2:
        return alone
    seen = [titles_of(paragraphs, found) for (_, paragraphs), found in zip(inputs, alone, strict=True)]
    together = []
    for position, (document, paragraphs) in enumerate(inputs):
        others: dict[str, frozenset[str]] = {}
        for other, titles in enumerate(seen):
            if other != position:
                for title, behind in titles.items():
                    others[title] = others.get(title, frozenset()) | behind
        together.append(split(document, paragraphs, Titles(others)))
    return together


def renumbered(paragraphs: Sequence[Paragraph], by: int) -> list[Paragraph]:
    """The same paragraphs on lines further down, for text that is part of a larger file."""
    return [replace(p, line=p.line + by, last_line=p.last_line + by) for p in paragraphs]
