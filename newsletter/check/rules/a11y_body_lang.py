"""The content says its language again, on the elements right below body; each language of a mail on its own part.

Why: Many web mails throw html and body away and keep only what is inside; without a second `lang` the
language is lost. In a mail in two languages each part needs its own.
Source: Email Markup Consortium report 2025, finding 2 (missing in 96.7 % of mails); WCAG 2.2, 3.1.2 Language
of Parts.
Wrong: `<body><div>...</div></body>`
Right: `<body><div lang="fr-CA" dir="ltr">...</div></body>`
Fix: In the template, set `lang` on the wrapper of each language.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.page import Element, HtmlPage
from newsletter.check.places import Place
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity
from newsletter.models.text import languages_of

ID = "A11Y-BODY-LANG"
ALIAS = "body-language"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.RENDERED


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Every visible element below body, then every language of the edition."""
    place = Place(subject.issue.source.file)
    for code, page in subject.pages.items():
        bare = [one for one in page.body.elements if not one.hidden and one.text() and _unsaid(one)]
        if bare:
            message = f"the content below body has no lang (<{bare[0].tag}>)"
            hint = "In the template, set lang on the wrapper of each language."
            yield place.finding(ID, SEVERITY, message, hint=hint, edition=code)
            continue
        for language in languages_of(code):
            if not _has_part(page, language):
                message = f"no part of the mail is marked as '{language}'"
                hint = f'In the template, set lang="{subject.publication.locale(language)}" on that part.'
                yield place.finding(ID, SEVERITY, message, hint=hint, edition=code)


def _unsaid(element: Element) -> bool:
    return element.get("lang").lower() in {"", "und"}


def _has_part(page: HtmlPage, language: str) -> bool:
    return any(_speaks(element, language) and not element.hidden for element in page.body.walk())


def _speaks(element: Element, language: str) -> bool:
    return element.tag != "a" and element.get("lang").lower().partition("-")[0] == language
