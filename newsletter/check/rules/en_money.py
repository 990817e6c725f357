"""A sum in English has the sign in front of it, a decimal point and commas between thousands.

Why: `25 $` shows that the text was carried over from French.
Source: The Canadian Style 5.26; CLDR en-CA.
Wrong: `25 $`, `$1 234,50`
Right: `$25`, `$1,234.50`
Fix: Write the sum as the hint says.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.proofs import findings_of
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "EN-MONEY"
ALIAS = "english-money"
SEVERITY = Severity.WARNING
APPLIES_TO = Target.ARTICLE


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Texts of the issue and its articles, then what a template adds in the mail."""
    yield from findings_of(subject, ID, SEVERITY)
