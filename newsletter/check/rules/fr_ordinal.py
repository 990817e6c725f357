"""An ordinal in French is shortened to 1er, 1re, 2e.

Why: `2ème` and `1ère` are common, and wrong.
Source: Office québécois de la langue française, Banque de dépannage linguistique, « Abréviation des adjectifs
numéraux ordinaux ».
Wrong: `la 2ème rencontre`, `la 1ère fois`
Right: `la 2e rencontre`, `la 1re fois`
Fix: Write the ordinal as the hint says.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.proofs import findings_of
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "FR-ORDINAL"
ALIAS = "french-ordinal"
SEVERITY = Severity.WARNING
APPLIES_TO = Target.ARTICLE


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Texts of the issue and its articles, then what a template adds in the mail."""
    yield from findings_of(subject, ID, SEVERITY)
