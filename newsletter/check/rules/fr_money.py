"""A sum in French has the sign behind it, a decimal comma and spaces between thousands.

Why: `1,234` is one and a quarter to a reader of French.
Source: Office québécois de la langue française, Banque de dépannage linguistique, « Écriture des sommes
d’argent »; CLDR fr-CA.
Wrong: `$25`, `1,234.50 $`
Right: `25 $`, `1 234,50 $`
Fix: Write the sum as the hint says.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.proofs import findings_of
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "FR-MONEY"
ALIAS = "french-money"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.ARTICLE


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Texts of the issue and its articles, then what a template adds in the mail."""
    yield from findings_of(subject, ID, SEVERITY)
