"""An hour in French is written with “h” and 24 hours.

Why: Readers find `13 h` at a glance; `1 p.m.` is English, `13:00` is for timetables, and every way of its own
makes a mail look careless. Minutes are left out when there are none.
Source: Office québécois de la langue française, Banque de dépannage linguistique, « Écriture des heures »; Le
guide du rédacteur 1.1.12.
Wrong: `à 13h30`, `à 13 h 00`, `à 1 p.m.`
Right: `à 13 h 30`, `à 13 h`
Fix: Write the hour as the hint says; the no-break spaces come by themselves. Times that are data (`start:` of
an event) are always written right.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.proofs import findings_of
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "FR-HOUR"
ALIAS = "french-hour"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.ARTICLE


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Texts of the issue and its articles, then what a template adds in the mail."""
    yield from findings_of(subject, ID, SEVERITY)
