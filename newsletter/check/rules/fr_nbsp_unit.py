"""A number and its sign, a day and its month, stay on one line in French.

Why: `25` at the end of a line and `$` at the start of the next is hard to read. In your texts the no-break
space comes by itself; what is found stands in a template.
Source: Office québécois de la langue française, Banque de dépannage linguistique, table of spaces.
Wrong: `50%`
Right: `50&nbsp;%`
Fix: Write U+00A0 (or `&nbsp;` in a template) between the number and its sign.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.proofs import findings_of
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "FR-NBSP-UNIT"
ALIAS = "french-unit"
SEVERITY = Severity.WARNING
APPLIES_TO = Target.ARTICLE


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Texts of the issue and its articles, then what a template adds in the mail."""
    yield from findings_of(subject, ID, SEVERITY)
