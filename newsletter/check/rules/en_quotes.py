"""English has curly quotation marks, and no space before “:”, “;”, “!” and “?”.

Why: A pair of straight marks becomes curly by itself, « » become “ ”; a mark without a partner cannot. Spaces
before punctuation are those of French.
Source: The Canadian Style 8.
Wrong: `say "yes`, `Note : this`
Right: `say “yes”`, `Note: this`
Fix: Write both marks, or take the space out.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.proofs import findings_of
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "EN-QUOTES"
ALIAS = "english-quotes"
SEVERITY = Severity.WARNING
APPLIES_TO = Target.ARTICLE


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Texts of the issue and its articles, then what a template adds in the mail."""
    yield from findings_of(subject, ID, SEVERITY)
