"""French has curly apostrophes, the letter œ, and accents on capitals.

Why: Straight apostrophes and three dots are corrected in your texts by themselves; what is found stands in a
template. `coeur` and `A la une` cannot be corrected without knowing the word.
Source: Office québécois de la langue française, Banque de dépannage linguistique, « Accents sur les majuscules
», « Ligature ».
Wrong: `le coeur`, `A la une`, `l’Etat`
Right: `le cœur`, `À la une`, `l’État`
Fix: Write the word as the hint says.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.proofs import findings_of
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "FR-APOS"
ALIAS = "french-apostrophe"
SEVERITY = Severity.WARNING
APPLIES_TO = Target.ARTICLE


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Texts of the issue and its articles, then what a template adds in the mail."""
    yield from findings_of(subject, ID, SEVERITY)
