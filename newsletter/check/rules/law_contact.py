"""Every mail gives one more way to reach the sender: telephone, e-mail or web address, in both parts.

Why: The law asks for it besides the mailing address; it must stay valid for 60 days after the mail.
Source: SOR/2012-36 section 2(1)(d); CASL section 6(3).
Wrong: a footer with the mailing address alone
Right: the mailing address, and `communications@example.org`
Fix: In the theme, show one of the values under `contact:` of `newsletter.yaml` in the footer.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.places import folded
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity
from newsletter.models.text import languages_of

ID = "LAW-CONTACT"
ALIAS = "contact"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.RENDERED


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Visible words and link addresses of each edition."""
    contact = subject.publication.contact
    for code, part, body in subject.bodies():
        page = subject.pages[code]
        targets = {a.get("href").casefold() for a in page.all("a")} if part == "HTML" else set()
        for language in languages_of(code):
            ways = [way for way in (contact.email, contact.phone, (contact.web or {}).get(language)) if way]
            shown = (folded(way) in body or any(folded(way) in target for target in targets) for way in ways)
            if not any(shown):
                message = f"the {part} gives no way to reach the sender in '{language}'"
                hint = f"In the theme, show one of these in the footer: {', '.join(ways) or 'contact: e-mail'}."
                yield subject.publication_place("contact").finding(ID, SEVERITY, message, hint=hint, edition=code)
