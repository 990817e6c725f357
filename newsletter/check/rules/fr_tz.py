"""A time zone has its French name in French: HAE, HNE.

Why: Readers know HAE and HNE; EDT and EST are their English names, and two names in one mail look like two
times.
Source: CLDR, short names of Canada's zones in fr-CA; Office québécois de la langue française, Banque de
dépannage linguistique.
Wrong: `à 13 h (EDT)`
Right: `à 13 h (HAE)`
Fix: Write the name the hint gives.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.proofs import findings_of
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "FR-TZ"
ALIAS = "french-zone"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.ARTICLE


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Texts of the issue and its articles, then what a template adds in the mail."""
    yield from findings_of(subject, ID, SEVERITY)
