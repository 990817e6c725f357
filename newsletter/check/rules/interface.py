"""What a rule is: a module of this package with four constants and one function.

    ID         permanent name, in capitals: ``LNK-SCHEME``; the module is called ``lnk_scheme``
    ALIAS      the same in words, for people: ``link-scheme``
    SEVERITY   severity of its findings unless it says otherwise itself or `levels` of newsletter.yaml does
    APPLIES_TO what it reads: a rule whose material was not made does not run
    check      subject -> findings

The module's docstring is its page in docs/reference/rules.md: a first line that says what must hold, then
``Why:``, ``Source:``, ``Wrong:``, ``Right:`` and ``Fix:``. A rule keeps nothing between two calls and
changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from newsletter.models.finding import Finding, Severity

if TYPE_CHECKING:
    from newsletter.check.subject import CheckSubject


class Target(StrEnum):
    """What a rule reads."""

    ISSUE = "issue"
    ARTICLE = "article"
    EDITION = "edition"
    RENDERED = "rendered"
    MESSAGE = "message"


class Rule(Protocol):
    """The shape of a rule module."""

    ID: str
    ALIAS: str
    SEVERITY: Severity
    APPLIES_TO: Target
    __doc__: str | None
    __name__: str

    def check(self, subject: CheckSubject) -> Iterator[Finding]:
        """The findings of this rule about `subject`."""
