"""The sheet the facts of a draft are written on, line by line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from newsletter.corpus.importing.records import FoundArticle
from newsletter.corpus.importing.wording import QUESTION
from newsletter.corpus.reading import DateSpan, Fields, Found
from newsletter.models.article import Kind

_LONGEST_QUOTE = 90


@dataclass(frozen=True)
class Version:
    """One language of an article to draft."""

    language: str
    article: FoundArticle
    fields: Fields


@dataclass
class Facts:
    """The lines of `article.yaml` below its header, what a person must look at, and the labels of the links."""

    lines: list[str] = field(default_factory=list)
    look: list[str] = field(default_factory=list)
    labels: dict[str, dict[str, str]] = field(default_factory=dict)
    kind: Kind = Kind.NEWS

    def say(self, text: str, said: str | None = None) -> None:
        """A line, with the words it was read from as a comment above it."""
        indent = text[: len(text) - len(text.lstrip())]
        if said:
            self.lines.append(f"{indent}# from: {short(said)}")
        self.lines.append(text)

    def need(self, key: str, example: str, indent: str = "  ") -> None:
        """A required value that was not found."""
        self.lines.append(f"{QUESTION}{indent}{key}: needed, e.g. {example}")
        self.look.append(f"{key}: not found in the text")


def short(text: str) -> str:
    """`text` in quotes on one line, cut when it is long."""
    line = " ".join(text.split())
    return f'"{line if len(line) <= _LONGEST_QUOTE else line[:_LONGEST_QUOTE] + "…"}"'


def first_span(
    versions: Sequence[Version], get: Callable[[Fields], Found[DateSpan] | None]
) -> Found[DateSpan] | None:
    """What `get` finds in the first version that has it."""
    return next((found for version in versions if (found := get(version.fields)) is not None), None)
