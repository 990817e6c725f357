"""A mail has one heading of the first level.

Why: It is the title that people jump to first; two of them, or none, hide what the mail is.
Source: Email Markup Consortium report 2025, finding 4; WCAG 2.2, 1.3.1.
Wrong: a mail with no `<h1>`, or one per article
Right: `<h1>` once, for the name of the issue; `<h2>` for sections, `<h3>` for articles
Fix: In the template, make one heading the h1. In Markdown, begin with `##`, not with `#`.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.places import Place
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity
from newsletter.models.text import languages_of

ID = "A11Y-H1"
ALIAS = "one-h1"
SEVERITY = Severity.WARNING
APPLIES_TO = Target.RENDERED


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Exactly one h1; in a mail of several languages one per language is fine too."""
    for code, page in subject.pages.items():
        titles = [one for one in page.body.all("h1") if not one.hidden]
        if not titles:
            message = "the mail has no heading of the first level (h1)"
            hint = "In the template, make the title of the issue an h1."
            yield Place(subject.issue.source.file).finding(ID, SEVERITY, message, hint=hint, edition=code)
        elif len(titles) > len(languages_of(code)):
            extra = titles[-1].text()
            message = f"{len(titles)} headings of the first level (h1); the last is '{extra}'"
            hint = "Keep one; in Markdown begin with ##."
            yield subject.locate(extra, code).finding(ID, SEVERITY, message, hint=hint, edition=code)
