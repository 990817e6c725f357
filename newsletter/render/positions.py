"""From a place in generated MJML back to the line of the template that wrote it.

Before Jinja2 reads a template, a mark that names template, line and column is put behind every ``<`` and tag
name of its static text. The marks travel through includes, macros, inheritance and loops like any other text, so
the generated MJML says of each tag where it was written. They hold a nonce, so that no article can forge one,
and they are taken out again, with their places remembered, before anything reads the MJML.
"""

from __future__ import annotations

import re
import threading
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from jinja2 import Environment
from jinja2.ext import Extension

_STATIC_OR_JINJA = re.compile(
    r"""\{\#.*?\#\}
      | \{%(?:"[^"]*"|'[^']*'|[^"'])*?%\}
      | \{\{(?:"[^"]*"|'[^']*'|[^"'])*?\}\}
      | (?P<tag></?[A-Za-z][\w:.-]*|<)""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class TemplateSource:
    """A template as its author wrote it. `name` is its name in the theme: ``blocks/digest.mjml.j2``."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Place:
    """A line and column (1-based) of a template."""

    template: str
    line: int
    column: int


class SourceMarks:
    """The marks of one environment: their nonce, and the sources they point into."""

    def __init__(self, nonce: str) -> None:
        # No letter in it: whatever a template's filters do to the case of a text, the mark is found.
        self._prefix = f"!{int(nonce, 16)}."
        self._pattern = re.compile(rf"{re.escape(self._prefix)}(\d+\.\d+\.\d+);")
        self._sources: list[TemplateSource] = []
        self._lock = threading.Lock()

    def mark(self, text: str, name: str) -> str:
        """`text` with a mark behind every static tag start; line for line the same."""
        with self._lock:  # the preview makes mails and the gallery in two threads
            number = len(self._sources)
            self._sources.append(TemplateSource(name, text))
        pieces: list[str] = []
        done = line = line_start = 0
        for match in _STATIC_OR_JINJA.finditer(text):
            if match["tag"] is None:
                continue
            start, end = match.span()
            line += text.count("\n", done, start)
            line_start = text.rfind("\n", 0, start) + 1
            pieces += (text[done:end], f"{self._prefix}{number}.{line + 1}.{start - line_start + 1};")
            done = end
        pieces.append(text[done:])
        return "".join(pieces)

    def take_out(self, generated: str) -> tuple[str, Positions]:
        """Generated text without marks, and where its tags came from."""
        pieces = self._pattern.split(generated)
        texts = pieces[::2]
        return "".join(texts), Positions(texts, pieces[1::2], self._sources)


class Positions:
    """Where the tags of one generated text came from.

    texts: the generated text, cut where the marks were; marks: what stood there.
    """

    def __init__(self, texts: Sequence[str], marks: Sequence[str], sources: Sequence[TemplateSource]) -> None:
        self._texts = texts
        self._marks = marks
        self._sources = sources

    @cached_property
    def _offsets(self) -> list[int]:
        # A mark stands behind "<name"; the tag it speaks of starts at the "<".
        ends = accumulate(map(len, self._texts[:-1]))
        return [end - (len(text) - text.rfind("<")) for end, text in zip(ends, self._texts, strict=False)]

    def _mark_before(self, offset: int) -> tuple[TemplateSource, int, int] | None:
        index = bisect_right(self._offsets, offset) - 1
        if index < 0:
            return None
        number, line, column = map(int, self._marks[index].split("."))
        return self._sources[number], line, column

    def at(self, offset: int) -> Place | None:
        """The template place of the last tag that starts at or before `offset`; None before the first."""
        if (mark := self._mark_before(offset)) is None:
            return None
        source, line, column = mark
        return Place(source.name, line, column)

    def of_attribute(self, tag_offset: int, name: str) -> Place | None:
        """The place of attribute `name` of the tag at `tag_offset`; the tag's own when it is not written there."""
        if (mark := self._mark_before(tag_offset)) is None:
            return None
        source, line, column = mark
        name_of_it = re.compile(rf"(?<![\w-]){re.escape(name)}(?=\s*=|\s|/|>)")
        return _found_after(source, line, column, name_of_it) or Place(source.name, line, column)

    def of_text(self, offset: int, text: str) -> Place | None:
        """The place of `text`, which stands at `offset` after a tag; the tag's own when it is not there."""
        if (mark := self._mark_before(offset)) is None:
            return None
        source, line, column = mark
        first_words = re.compile(rf"(?<=>)[^<]*?({re.escape(text[:40])})", re.DOTALL)
        return _found_after(source, line, column, first_words) or Place(source.name, line, column)


def _found_after(source: TemplateSource, line: int, column: int, pattern: re.Pattern[str]) -> Place | None:
    """Where `pattern` (its first group, if it has one) is found between this tag and the next."""
    lines = source.text.split("\n")
    start = sum(len(text) + 1 for text in lines[: line - 1]) + column - 1
    stop = source.text.find("<", start + 1)
    found = pattern.search(source.text, start + 1, len(source.text) if stop < 0 else stop)
    if found is None:
        return None
    at = found.start(pattern.groups)
    return Place(source.name, source.text.count("\n", 0, at) + 1, at - source.text.rfind("\n", 0, at))


class MarkExtension(Extension):
    """Has Jinja2 put the marks in: every template whose name ends in ``.mjml.j2``."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002
        """Called by Jinja2 with the text of each template before it is read."""
        marks = getattr(self.environment, "source_marks", None)
        if name is None or not name.endswith(".mjml.j2") or not isinstance(marks, SourceMarks):
            return source
        return marks.mark(source, name)


def use_marks(environment: Environment, marks: SourceMarks) -> None:
    """Have `environment` mark what it loads from now on."""
    environment.source_marks = marks  # type: ignore[attr-defined]
    environment.add_extension(MarkExtension)
