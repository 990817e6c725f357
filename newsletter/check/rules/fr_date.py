"""A date in French is written day, month, year, in small letters, and the first is “1er”.

Why: `08/05/2021` is 8 May to one reader and 5 August to another; capitals and commas are those of English.
Source: Office québécois de la langue française, Banque de dépannage linguistique, « Écriture des dates »; ISO
8601 for dates in figures.
Wrong: `le 1 juin`, `le Samedi 8 Mai, 2021`, `08/05/2021`
Right: `le 1er juin`, `le samedi 8 mai 2021`, `2021-05-08`
Fix: Write the date as the hint says.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.proofs import findings_of
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "FR-DATE"
ALIAS = "french-date"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.ARTICLE


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Texts of the issue and its articles, then what a template adds in the mail."""
    yield from findings_of(subject, ID, SEVERITY)
