"""An hour in English is written “1 p.m.” or “1:30 p.m.”, and its zone EDT or EST.

Why: One way for all hours, that of the times the newsletter writes itself.
Source: The Canadian Style 5.12; CLDR en-CA.
Wrong: `at 1pm`, `at 13:30`, `1 p.m. (HAE)`
Right: `at 1 p.m.`, `at 1:30 p.m.`, `1 p.m. (EDT)`
Fix: Write the hour as the hint says; the no-break space comes by itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.proofs import findings_of
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "EN-HOUR"
ALIAS = "english-hour"
SEVERITY = Severity.WARNING
APPLIES_TO = Target.ARTICLE


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Texts of the issue and its articles, then what a template adds in the mail."""
    yield from findings_of(subject, ID, SEVERITY)
