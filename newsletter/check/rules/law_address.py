"""Every mail gives the sender's mailing address, with its postal code, in both parts.

Why: The law asks for it: a street address, a post office box, a rural route or general delivery.
Source: SOR/2012-36 section 2(1)(d), under CASL section 6(2)(b).
Wrong: `mailing_address: {fr: "Montréal (Québec)", ...}`
Right: `mailing_address: {fr: "12, rue de l’Exemple, Montréal (Québec) H2X 1Y4", ...}`
Fix: Write the whole address under `mailing_address:` in `newsletter.yaml`; in the theme, show it in the
footer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.check.places import folded
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity
from newsletter.models.text import languages_of

ID = "LAW-ADDRESS"
ALIAS = "mailing-address"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.ISSUE

_POSTAL_CODE = re.compile(r"\b[A-Z]\d[A-Z][\s\u00a0]*\d[A-Z]\d\b")


def check(subject: CheckSubject) -> Iterator[Finding]:
    """The address as written, then as shown in each edition."""
    for language, address in subject.publication.mailing_address.items():
        if not _POSTAL_CODE.search(address):
            place = subject.publication_place("mailing_address", language)
            message = f"the mailing address in '{language}' has no Canadian postal code"
            hint = "Write the whole address, e.g. 12, rue de l’Exemple, Montréal (Québec) H2X 1Y4."
            yield place.finding(ID, SEVERITY, message, hint=hint, edition=language)
    for code, part, body in subject.bodies():
        for language in languages_of(code):
            wanted = subject.publication.mailing_address.get(language)
            if wanted and folded(wanted) not in body:
                place = subject.publication_place("mailing_address", language)
                message = f"the {part} does not show the mailing address in '{language}'"
                hint = "In the theme, show it in the footer, as it is written in newsletter.yaml."
                yield place.finding(ID, SEVERITY, message, hint=hint, edition=code)
