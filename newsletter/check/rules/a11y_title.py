"""The HTML has a title.

Why: It names the window when the mail is opened in a browser, and screen readers announce it first.
Source: WCAG 2.2, 2.4.2 Page Titled; Email Markup Consortium report 2025, finding 9.
Wrong: `<title></title>`
Right: `<title>Séances ouvertes et arbres de rue</title>`
Fix: In the template, put the subject into the title (`<mj-title>`).
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.page import Element
from newsletter.check.places import Place
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "A11Y-TITLE"
ALIAS = "html-title"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.RENDERED


def check(subject: CheckSubject) -> Iterator[Finding]:
    """The title element of each edition."""
    for code, page in subject.pages.items():
        titles = [_content(element) for element in page.all("title")]
        if not any(titles):
            message = "the HTML has no title" if not titles else "the title of the HTML is empty"
            hint = "In the template, put the subject into <mj-title>."
            yield Place(subject.issue.source.file).finding(ID, SEVERITY, message, hint=hint, edition=code)


def _content(element: Element) -> str:
    return "".join(child for child in element.children if isinstance(child, str)).strip()
