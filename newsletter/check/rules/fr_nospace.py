"""In French Canada no space stands before “;”, “!” and “?”.

Why: That is the habit of France, where the space is thin. In your texts the space is taken out by itself; what
is found stands in a template.
Source: Office québécois de la langue française, Banque de dépannage linguistique, table of spaces: the thin
space is left out where there is none.
Wrong: `Vraiment ?`
Right: `Vraiment?`
Fix: Take the space out.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.proofs import findings_of
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "FR-NOSPACE"
ALIAS = "french-no-space"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.ARTICLE


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Texts of the issue and its articles, then what a template adds in the mail."""
    yield from findings_of(subject, ID, SEVERITY)
