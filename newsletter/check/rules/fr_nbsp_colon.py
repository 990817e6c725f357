"""A no-break space stands before a colon in French.

Why: Without it the colon can begin a line. In your texts it comes by itself; what is found stands in a
template, or in a text of newsletter.yaml that is printed as it is.
Source: Office québécois de la langue française, Banque de dépannage linguistique, table of spaces.
Wrong: `Date: {{ day }}`
Right: `Date&nbsp;: {{ day }}`
Fix: Write U+00A0 (or `&nbsp;` in a template) before the colon.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.proofs import findings_of
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "FR-NBSP-COLON"
ALIAS = "french-colon"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.ARTICLE


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Texts of the issue and its articles, then what a template adds in the mail."""
    yield from findings_of(subject, ID, SEVERITY)
