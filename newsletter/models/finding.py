"""One problem found in what people wrote."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

Loc = tuple[str | int, ...]
"""A path into a YAML document: keys and list indexes, as pydantic reports them."""


class Severity(StrEnum):
    """How bad a finding is: only `error` stops a build or a send."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the worst, so that sorting puts errors first."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem: rule id, severity, what is wrong, where, and what to do.

    rule: permanent id, e.g. ``LNK-SCHEME``; never reused.
    file: path relative to the project root, with forward slashes; None when no file is to blame.
    line, column: 1-based; None when unknown.
    edition: the edition code (``fr``, ``en``, ``fr+en``) when the finding is of a rendered edition.
    """

    rule: str
    severity: Severity
    message: str
    file: str | None = None
    line: int | None = None
    column: int | None = None
    hint: str | None = None
    edition: str | None = None

    @property
    def place(self) -> str:
        """``file:line:column`` as far as known; empty when there is no file."""
        parts = [self.file, self.line, self.column]
        known: list[str] = []
        for part in parts:
            if part is None:
                break
            known.append(str(part))
        return ":".join(known)

    def sort_key(self) -> tuple[int, str, int, int, str, str]:
        """Errors first, then by place."""
        return (self.severity.rank, self.file or "", self.line or 0, self.column or 0, self.rule, self.message)


def errors(findings: Iterable[Finding]) -> list[Finding]:
    """The findings that stop a build or a send."""
    return [finding for finding in findings if finding.severity is Severity.ERROR]


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """A hint naming the nearest known word, or None when nothing is near."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"Did you mean '{near[0]}'?" if near else None


@dataclass(frozen=True)
class SourceMap:
    """Where each value of one file stands, so that a later stage can still point at it.

    file: path relative to the project root. positions: YAML path -> (line, column), 1-based. For a mapping
    entry the position is the one of its key.
    """

    file: str
    positions: Mapping[Loc, tuple[int, int]]

    def at(self, *loc: str | int) -> tuple[int, int]:
        """Position of the deepest known part of `loc`; (1, 1) when nothing of it is known."""
        for end in range(len(loc), -1, -1):
            if (found := self.positions.get(loc[:end])) is not None:
                return found
        return (1, 1)

    def finding(
        self,
        rule: str,
        severity: Severity,
        message: str,
        *loc: str | int,
        hint: str | None = None,
        edition: str | None = None,
    ) -> Finding:
        """A finding placed at `loc` of this file."""
        line, column = self.at(*loc)
        return Finding(rule, severity, message, self.file, line, column, hint, edition)
