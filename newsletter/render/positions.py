"""From a place in generated MJML back to the line of the template that wrote it.

Before Jinja2 reads a template, a mark that names template, line and column is put behind every ``<`` and tag
name of its static text. The marks travel through includes, macros, inheritance and loops like any other text, so
the generated MJML says of each tag where it was written. They hold a nonce, so that no article can forge one,
and they are taken out again, with their places remembered, before anything reads the MJML.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

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
        self._prefix = f"zq{nonce}t"
        self._pattern = re.compile(rf"{self._prefix}(\d+)\.(\d+)\.(\d+);", re.IGNORECASE)
        self._sources: list[TemplateSource] = []

    def mark(self, text: str, name: str) -> str:
        """`text` with a mark behind every static tag start; line for line the same."""
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
        pieces: list[str] = []
        offsets: list[int] = []
        marks: list[tuple[int, int, int]] = []
        done = length = 0
        for match in self._pattern.finditer(generated):
            pieces.append(generated[done : match.start()])
            length += match.start() - done
            done = match.end()
            # The mark stands behind "<name"; the tag it speaks of starts at the "<".
            offsets.append(length - (len(pieces[-1]) - pieces[-1].rfind("<")))
            marks.append((int(match[1]), int(match[2]), int(match[3])))
        pieces.append(generated[done:])
        return "".join(pieces), Positions(tuple(offsets), tuple(marks), self._sources)


@dataclass(frozen=True, slots=True)
class Positions:
    """Where the tags of one generated text came from."""

    offsets: tuple[int, ...]
    marks: tuple[tuple[int, int, int], ...]
    sources: list[TemplateSource]

    def at(self, offset: int) -> Place | None:
        """The template place of the last tag that starts at or before `offset`; None before the first."""
        index = bisect_right(self.offsets, offset) - 1
        if index < 0:
            return None
        number, line, column = self.marks[index]
        return Place(self.sources[number].name, line, column)

    def of_attribute(self, tag_offset: int, name: str) -> Place | None:
        """The place of attribute `name` of the tag at `tag_offset`; the tag's own when it is not written there."""
        index = bisect_right(self.offsets, tag_offset) - 1
        if index < 0:
            return None
        number, line, column = self.marks[index]
        source = self.sources[number]
        lines = source.text.split("\n")
        start = sum(len(text) + 1 for text in lines[: line - 1]) + column - 1
        stop = source.text.find("<", start + 1)
        found = re.compile(rf"(?<![\w-]){re.escape(name)}(?=\s*=|\s|/|>)").search(
            source.text, start + 1, len(source.text) if stop < 0 else stop
        )
        if found is None:
            return Place(source.name, line, column)
        return Place(
            source.name,
            line + source.text.count("\n", start, found.start()),
            found.start() - source.text.rfind("\n", 0, found.start()),
        )


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
