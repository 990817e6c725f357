"""A number in French has a decimal comma and spaces between thousands.

Why: `12,345` is twelve and a third to a reader of French.
Source: Office québécois de la langue française, Banque de dépannage linguistique, « Écriture des nombres »;
CLDR fr-CA.
Wrong: `12.5 %`, `12,345 personnes`
Right: `12,5 %`, `12 345 personnes`
Fix: Write the number as the hint says.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.proofs import findings_of
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "FR-NUMBER"
ALIAS = "french-number"
SEVERITY = Severity.WARNING
APPLIES_TO = Target.ARTICLE


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Texts of the issue and its articles, then what a template adds in the mail."""
    yield from findings_of(subject, ID, SEVERITY)
