"""Where in the files of a person a text stands, so that a finding about a mail points at what they wrote."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic import BaseModel

from newsletter.locale.bidi import LRM
from newsletter.models.finding import Finding, Loc, Severity, SourceMap


@dataclass(frozen=True, slots=True)
class Place:
    """A file with line and column, 1-based; line and column are None when only the file is known."""

    file: str
    line: int | None = None
    column: int | None = None

    def finding(
        self, rule: str, severity: Severity, message: str, *, hint: str | None = None, edition: str | None = None
    ) -> Finding:
        """A finding at this place."""
        return Finding(rule, severity, message, self.file, self.line, self.column, hint, edition)


def place_at(source: SourceMap, *loc: str | int) -> Place:
    """The place of a value of `source`."""
    line, column = source.at(*loc)
    return Place(source.file, line, column)


@dataclass(frozen=True, slots=True)
class SourceText:
    """One text that somebody wrote, and where.

    loc: its path in the file; ``("body",)`` for the Markdown of a translation, whose lines are exact (`is_body`).
    language: None when the text is for every language. slug: the article it belongs to.
    """

    text: str
    place: Place
    loc: Loc
    language: str | None = None
    slug: str | None = None
    is_body: bool = False

    def place_of(self, needle: str, start: int = 0) -> Place:
        """Where `needle` stands; for a value of YAML the place of its key, for Markdown line and column."""
        offset = self.text.find(needle, start)
        if not self.is_body or offset < 0 or self.place.line is None:
            return self.place
        before = self.text[:offset]
        return Place(self.place.file, self.place.line + before.count("\n"), offset - (before.rfind("\n") + 1) + 1)


def strings(value: object, loc: Loc = ()) -> Iterator[tuple[Loc, str]]:
    """Every text inside a record read from YAML, with its path."""
    if isinstance(value, str):
        yield loc, str(value)
        return
    for step, child in _children(value):
        yield from strings(child, (*loc, step))


def localized(value: object, loc: Loc = ()) -> Iterator[tuple[Loc, Mapping[str, str]]]:
    """Every ``{fr: ..., en: ...}`` inside a record, with its path."""
    if isinstance(value, Mapping) and value and all(isinstance(child, str) for child in value.values()):
        yield loc, value
        return
    for step, child in _children(value):
        yield from localized(child, (*loc, step))


def _children(value: object) -> Iterator[tuple[str | int, object]]:
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield name, getattr(value, name)
    elif isinstance(value, Mapping):
        yield from ((str(key), child) for key, child in value.items())
    elif isinstance(value, tuple | list):
        yield from enumerate(value)


def folded(text: str) -> str:
    """The text as it is searched: white space and line breaks as one space, apostrophes alike, case ignored.

    Marks that only say in which direction figures are read (see `newsletter.locale.bidi`) are left out.
    """
    return " ".join(text.replace("’", "'").replace(LRM, "").casefold().split())
