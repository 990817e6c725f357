"""The words of a draft: `<language>.md` with title, proposed summary, link labels and the text as it stood."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from newsletter.corpus.importing.inline import escape_line_start, escape_markdown
from newsletter.corpus.importing.records import FoundArticle, Paragraph, Role
from newsletter.corpus.importing.shapes import Shape, is_capitals, shape_of, words
from newsletter.locale import typography

QUESTION = "#? "
"""Begins the lines of a draft that speak to the person who looks at it; accepting a draft takes them away."""
_SENTENCE = re.compile(r".+?[.!?…][\"”»’)]*(?=\s|$)")
_SUMMARY_LENGTH = 240


def translation_text(article: FoundArticle, labels: Mapping[str, str], locale: str) -> str:
    """The file's text. labels: link id -> label in this language. locale: BCP 47 tag of the language."""
    title = typography(article.title, locale)
    lines = ["---"]
    if not article.title_found:
        lines.append(f"{QUESTION}no title in the source: these are its first words")
    lines.append(f"title: {quoted(title)}")
    summary, whole = _summary(article.body)
    what = "the first words of the text" if whole else "the first words of the text, cut"
    lines.append(f"{QUESTION}summary: {what}; write one sentence that says why to read on")
    lines.append(f"summary: {quoted(typography(summary or title, locale))}")
    if labels:
        lines.append("links:")
        lines += [f"  {identifier}: {quoted(typography(label, locale))}" for identifier, label in labels.items()]
    body = list(article.body)
    while len(body) > 1 and shape_of(body[0]) is Shape.META and not body[0].text.startswith("*"):
        lines.append(f"{QUESTION}left out of the text: {quoted(body.pop(0).text)}")  # the date it was published on
    lines.append("---")
    return "\n".join(lines) + "\n" + "\n".join(_body(body, locale)) + "\n"


def quoted(text: str) -> str:
    """`text` as a YAML double-quoted scalar (JSON strings are)."""
    return json.dumps(text, ensure_ascii=False)


def _summary(body: Sequence[Paragraph]) -> tuple[str, bool]:
    prose = [p.text for p in body if p.role is Role.TEXT and shape_of(p) in (Shape.PROSE, Shape.SENTENCE)]
    prose = prose or [p.text for p in body if p.role in (Role.TEXT, Role.ITEM)]
    if not prose:
        return "", True
    found = _SENTENCE.match(prose[0])
    sentence = found[0] if found else prose[0]
    if len(sentence) <= _SUMMARY_LENGTH:
        return sentence, True
    return sentence[:_SUMMARY_LENGTH].rsplit(" ", 1)[0].rstrip(",;:") + "…", False


def _body(body: Sequence[Paragraph], locale: str) -> Iterator[str]:
    """One block per paragraph, list items together, blank lines between."""
    before: Role | None = None
    for paragraph in body:
        if before is not None and not (paragraph.role is before and before in (Role.ITEM, Role.NUMBERED)):
            yield ""
        text = paragraph.markdown if paragraph.markdown is not None else escape_markdown(paragraph.text)
        text = typography(text, locale)
        if paragraph.role is Role.ITEM:
            yield f"- {text}"
        elif paragraph.role is Role.NUMBERED:
            yield f"{paragraph.number or 1}. {text}"
        elif paragraph.role is Role.HEADING or _is_heading(paragraph):
            yield f"### {text}"
        else:
            yield escape_line_start(text)
        before = paragraph.role


def _is_heading(paragraph: Paragraph) -> bool:
    """A heading inside the article that the capture had without mark-up."""
    return (
        paragraph.role is Role.TEXT
        and is_capitals(paragraph.text)
        and 2 <= len(words(paragraph.text)) <= 16
        and shape_of(paragraph) in (Shape.LINE, Shape.SECTION)
    )
