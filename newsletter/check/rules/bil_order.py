"""In a mail of several languages each has one part, in the order of the publication.

Why: The order is a promise (in Québec, French first), and a screen reader changes its voice where a part
begins.
Source: Charter of the French Language (CQLR c. C-11); WCAG 2.2, 3.1.2 Language of Parts.
Wrong: the English part above the French one, when newsletter.yaml says `languages: [fr, en]`
Right: French, then English, each in an element with its lang
Fix: In the theme, loop over the parts as they come. To change the order, change `languages:` in
newsletter.yaml.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.page import Element, HtmlPage
from newsletter.check.places import Place
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity
from newsletter.models.text import languages_of

ID = "BIL-ORDER"
ALIAS = "language-order"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.RENDERED

_PART = 20
"""An element of fewer words is a note or a label, not a part of the mail."""


def check(subject: CheckSubject) -> Iterator[Finding]:
    """The parts of every edition in several languages."""
    for code, page in subject.pages.items():
        wanted = languages_of(code)
        if len(wanted) < 2:
            continue
        found = list(dict.fromkeys(_languages(page)))
        order = [language for language in found if language in wanted]
        if len(order) == len(wanted) and tuple(order) != wanted:
            message = f"the parts come in the order {', '.join(order)}, not {', '.join(wanted)}"
            hint = "In the theme, loop over the parts as they come."
            yield Place(subject.issue.source.file).finding(ID, SEVERITY, message, hint=hint, edition=code)


def _languages(page: HtmlPage) -> Iterator[str]:
    """The language of each long element that says one, but of those that hold another such element."""
    for element in page.body.walk():
        if element.get("lang") and not element.hidden and len(element.text().split()) >= _PART:
            own = _language(element)
            inner = (one for one in element.walk() if one is not element and one.get("lang"))
            if not any(_language(one) != own and len(one.text().split()) >= _PART for one in inner):
                yield own


def _language(element: Element) -> str:
    return element.get("lang").lower().partition("-")[0]
