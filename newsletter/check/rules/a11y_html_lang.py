"""The HTML says which language it is in, the right one.

Why: Screen readers choose the voice by it; French read by an English voice cannot be understood.
Source: WCAG 2.2, 3.1.1 Language of Page; Email Markup Consortium report 2025, finding 6.
Wrong: `<html>`, `<html lang="und">`, `<html lang="en">` on the French edition
Right: `<html lang="fr-CA">`
Fix: Set the language in the template (`<mjml lang="...">`) from the edition.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.places import Place
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity
from newsletter.models.text import languages_of

ID = "A11Y-HTML-LANG"
ALIAS = "html-language"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.RENDERED


def check(subject: CheckSubject) -> Iterator[Finding]:
    """The html element of each edition; a mail in several languages begins in the first."""
    for code, page in subject.pages.items():
        wanted = subject.publication.locale(languages_of(code)[0])
        written = page.html.get("lang") if page.html else ""
        if written.lower() != wanted.lower() and written.lower() != wanted.lower().partition("-")[0]:
            problem = f"lang is '{written}', not '{wanted}'" if written else f"no lang; it should be '{wanted}'"
            place = Place(subject.issue.source.file)
            hint = f'In the template, write lang="{wanted}" on the outermost element.'
            yield place.finding(ID, SEVERITY, f"the html element: {problem}", hint=hint, edition=code)
