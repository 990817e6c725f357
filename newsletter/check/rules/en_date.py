"""A date in English is written “Saturday, May 8, 2021”.

Why: `05/08/2021` is 5 August to one reader and 8 May to another; one way for all dates is easier to scan.
Source: The Canadian Style 5.14; ISO 8601 for dates in figures.
Wrong: `May 8th`, `8 May 2021`, `Saturday May 8`
Right: `May 8`, `May 8, 2021`, `Saturday, May 8`
Fix: Write the date as the hint says.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.proofs import findings_of
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "EN-DATE"
ALIAS = "english-date"
SEVERITY = Severity.WARNING
APPLIES_TO = Target.ARTICLE


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Texts of the issue and its articles, then what a template adds in the mail."""
    yield from findings_of(subject, ID, SEVERITY)
