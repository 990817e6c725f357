"""Every mail names the organisation that sends it, in both parts.

Why: The law asks that the sender can be recognised.
Source: SOR/2012-36 section 2(1)(a), under CASL (S.C. 2010 c. 23) section 6(2)(a).
Wrong: a footer with the newsletter's name alone
Right: the name written under `organisation:` in `newsletter.yaml` in the footer
Fix: In the theme, show the organisation in the footer of the HTML and of the text.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.places import folded
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity
from newsletter.models.text import languages_of

ID = "LAW-NAME"
ALIAS = "sender-name"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.RENDERED


def check(subject: CheckSubject) -> Iterator[Finding]:
    """The organisation's name in each language of each edition."""
    for code, part, body in subject.bodies():
        for language in languages_of(code):
            name = subject.publication.organisation.get(language)
            if name and folded(name) not in body:
                place = subject.publication_place("organisation", language)
                message = f"the {part} does not name the organisation, {name}"
                hint = "In the theme, show the organisation in the footer."
                yield place.finding(ID, SEVERITY, message, hint=hint, edition=code)
