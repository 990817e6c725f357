"""A section has at least one article in every edition.

Why: A heading with nothing below it looks like a mistake of the sender.
Source: Project.
Wrong: `select: {kind: job}` in a month without job offers
Right: `select: {kind: [job, call]}`, or no such section this month
Fix: Widen the `select` (dates, kinds, tags), name articles, or delete the section.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity
from newsletter.models.text import languages_of

ID = "ISSUE-EMPTY-SECTION"
ALIAS = "empty-section"
SEVERITY = Severity.WARNING
APPLIES_TO = Target.EDITION


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Sections of each single-language edition, which hold the same as the parts of the others."""
    for code, edition in subject.editions.items():
        if len(languages_of(code)) > 1:
            continue
        for part in edition.parts:
            for index, section in enumerate(part.sections):
                if not section.articles:
                    place = subject.issue_place("sections", index)
                    headings = subject.issue.data.sections[index].heading or {}
                    heading = next((headings[one] for one in subject.publication.languages if one in headings), "")
                    name = f"the section '{heading}'" if heading else f"section {index + 1}"
                    message = f"{name} has no article"
                    if subject.issue.data.sections[index].select is not None:
                        place = subject.issue_place("sections", index, "select")
                        message = f"{name} selects no article"
                    hint = "Widen the select, name articles, or delete the section."
                    yield place.finding(ID, SEVERITY, message, hint=hint, edition=code)
