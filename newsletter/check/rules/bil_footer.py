"""Every mail says why the reader gets it, in each of its languages, in both parts.

Why: The footer is where people look when they want to leave or complain; a footer in the other language is
none.
Source: CASL (S.C. 2010 c. 23) section 6(2), "clearly and prominently"; Charter of the French Language.
Wrong: an English edition that ends with "Vous recevez cette infolettre parce que …"
Right: `reason:` of newsletter.yaml, in the language of the part, in the HTML and in the text
Fix: In the theme, print `publication.reason` of each part in its footer, in both templates.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.places import Place
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.locale import typography
from newsletter.models.finding import Finding, Severity
from newsletter.models.text import languages_of

ID = "BIL-FOOTER"
ALIAS = "footer-language"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.RENDERED


def check(subject: CheckSubject) -> Iterator[Finding]:
    """The reason, in the HTML and in the text of every edition."""
    publication = subject.publication
    for code, page in subject.pages.items():
        for part, text in (("HTML", page.text()), ("text", subject.texts.get(code, ""))):
            shown = _bare(text)
            for language in languages_of(code):
                reason = publication.reason.get(language, "")
                ways = {_bare(reason), _bare(typography(reason, publication.locale(language)))}
                if not any(way in shown for way in ways):
                    message = f"the {part} does not say in '{language}' why the reader gets it"
                    hint = "In the theme, print the reason of newsletter.yaml in the footer of each part."
                    yield Place(subject.issue.source.file).finding(ID, SEVERITY, message, hint=hint, edition=code)


def _bare(text: str) -> str:
    """Without any space, so that a no-break space or the end of a line makes no difference."""
    return "".join(text.casefold().split())
