"""An article stands once in an issue.

Why: The second time, readers think it is news and find that it is not; it is nearly always a slip of copying.
Source: Project.
Wrong: `open-sessions` under two headings
Right: `open-sessions` under the heading where readers look for it
Fix: Delete one of the two lines.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "ISSUE-REPEAT"
ALIAS = "article-twice"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.ISSUE


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Every appearance after the first."""
    first: dict[str, int | None] = {}
    for chosen in subject.chosen:
        if chosen.slug in first:
            message = f"the article '{chosen.slug}' stands in this issue already, on line {first[chosen.slug]}"
            yield chosen.place.finding(ID, SEVERITY, message, hint="Delete one of the two lines.")
        else:
            first[chosen.slug] = chosen.place.line
