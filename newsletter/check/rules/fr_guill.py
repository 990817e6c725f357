"""French quotes between « and », with no-break spaces inside.

Why: Straight quotation marks are for typewriters. A pair of them becomes « » by itself; one without a partner
cannot.
Source: Office québécois de la langue française, Banque de dépannage linguistique, « Guillemets » and table of
spaces.
Wrong: `dire "oui`
Right: `dire « oui »`
Fix: Write both marks. In a template, write `«`, a no-break space, the words, a no-break space and `»`.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.proofs import findings_of
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "FR-GUILL"
ALIAS = "french-quotes"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.ARTICLE


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Texts of the issue and its articles, then what a template adds in the mail."""
    yield from findings_of(subject, ID, SEVERITY)
