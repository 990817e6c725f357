"""Headings go down one level at a time and none is empty.

Why: People who hear the mail use headings as its table of contents; a skipped level sounds like a missing
chapter.
Source: axe-core rules heading-order and empty-heading (best practice); WCAG 2.2, 1.3.1.
Wrong: `<h2>` followed by `<h4>`; `<h3></h3>`
Right: `<h2>` followed by `<h3>`
Fix: In Markdown, use one `#` more than the heading above it. In the template, use the next level.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.page import HEADINGS
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "A11Y-HEAD-ORDER"
ALIAS = "heading-order"
SEVERITY = Severity.WARNING
APPLIES_TO = Target.RENDERED


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Every heading against the one before it."""
    for code, page in subject.pages.items():
        before = 0
        for heading in page.body.all(*HEADINGS):
            if heading.hidden:
                continue
            level, text = int(heading.tag[1]), heading.name()
            if not text:
                message = f"an empty heading (h{level})"
                hint = "Give it words, or delete it."
                yield subject.locate("", code).finding(ID, SEVERITY, message, hint=hint, edition=code)
            elif before and level > before + 1:
                message = f"the heading '{text}' is an h{level} below an h{before}"
                hint = f"Make it an h{before + 1}."
                yield subject.locate(text, code).finding(ID, SEVERITY, message, hint=hint, edition=code)
            before = level
