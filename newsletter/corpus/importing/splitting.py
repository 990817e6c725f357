"""Where each article of a capture begins.

Captures have titles without mark-up, so a title is told by what it is and where it stands: a short line without
the end of a sentence, with prose below it, behind something that ended. Every line gets a score from such signs
(`evidence`); then the boundaries are chosen together, for the whole file, so that no article is left without text
(`_choose`). When several files are given, a line that begins an article in one of them is likely to in the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from newsletter.corpus.importing.evidence import Evidence, Titles
from newsletter.corpus.importing.records import Document, FoundArticle, Paragraph, Role
from newsletter.corpus.importing.shapes import Shape, fold, words

_UNSURE = 1.5
"""A boundary whose score is below this is reported as doubtful."""


@dataclass(frozen=True)
class Split:
    """The articles of one document, and the lines that belong to none."""

    articles: tuple[FoundArticle, ...]
    notes: tuple[str, ...] = ()


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
            if best[far] > far_best:
                far_best, far_index = best[far], far
            far += 1
        if far_best > choice:
            choice, previous = far_best, far_index
        for near in range(far, k):
            value = best[near] + _segment(total[index] - total[candidates[near] + 1])
            if value > choice:
                choice, previous = value, near
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


def split(document: Document, paragraphs: Sequence[Paragraph]) -> Split:
    """The articles of one capture by itself."""
    return _split(document, Evidence(paragraphs), None)


def _split(document: Document, evidence: Evidence, known: Titles | None) -> Split:
    paragraphs, scores = evidence.paragraphs, evidence.scores(known)
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
    if articles and (said := _furniture(evidence, first)):
        notes.append(said)
    return Split(tuple(articles), tuple(notes))


def _furniture(evidence: Evidence, first: int) -> str:
    """What is said of menus, buttons and the like that stand between the articles and are no part of them."""
    lines = [
        paragraph.text[:30]
        for paragraph, shape in zip(evidence.paragraphs[first:], evidence.shapes[first:], strict=True)
        if shape is Shape.FURNITURE
    ]
    if not lines:
        return ""
    distinct = [f"“{line}”" for line in dict.fromkeys(lines)]
    some = ", ".join(distinct[:12]) + (", …" if len(distinct) > 12 else "")
    return f"{len(lines)} {'line' if len(lines) == 1 else 'lines'} of menus, buttons and the like left out: {some}"


def _date_lines_above(evidence: Evidence, start: int, floor: int) -> int:
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


def _article(document: Document, evidence: Evidence, span: range, *, dated: range, sure: bool) -> FoundArticle:
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


def split_together(inputs: Sequence[tuple[Document, Sequence[Paragraph]]]) -> list[Split]:
    """Split several captures, each with what the others show."""
    evidences = [Evidence(paragraphs) for _, paragraphs in inputs]
    alone = [_split(document, evidence, None) for (document, _), evidence in zip(inputs, evidences, strict=True)]
    if len(inputs) < 2:
        return alone
    seen: dict[str, dict[int, str]] = {}
    for file, (evidence, found) in enumerate(zip(evidences, alone, strict=True)):
        _note_titles(seen, file, evidence, found)
    return [
        _split(document, evidence, Titles(seen, file))
        for file, ((document, _), evidence) in enumerate(zip(inputs, evidences, strict=True))
    ]


def _note_titles(seen: dict[str, dict[int, str]], file: int, evidence: Evidence, found: Split) -> None:
    """Add the titles of one file that are beyond doubt, each with the line it stands behind."""
    at = {paragraph.line: index for index, paragraph in enumerate(evidence.paragraphs)}
    for article in found.articles:
        if article.title_found and not article.doubts:
            index = at[article.line]
            behind = evidence.paragraphs[index - 1].text if index else ""
            seen.setdefault(fold(article.title), {})[file] = fold(behind)


def renumbered(paragraphs: Sequence[Paragraph], by: int) -> list[Paragraph]:
    """The same paragraphs on lines further down, for text that is part of a larger file."""
    return [replace(p, line=p.line + by, last_line=p.last_line + by) for p in paragraphs]
