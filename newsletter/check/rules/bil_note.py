"""A mail in two languages says in its first lines that the second language follows.

Why: Who reads the second language only sees the first and deletes the mail.
Source: Practice of Canadian public bodies and associations: "[English follows]", « [Le français suit] ».
Wrong: a mail that begins in French and turns to English after four screens
Right: `<a href="#en" lang="en-CA">English follows</a>` above the French part
Fix: In the theme, put the line into the header, in its own language, with lang.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.opening import WORDS, opening, speaks
from newsletter.check.places import Place
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity
from newsletter.models.text import languages_of

ID = "BIL-NOTE"
ALIAS = "second-language-note"
SEVERITY = Severity.WARNING
APPLIES_TO = Target.RENDERED

_SHORT = 12
"""A note has at most this many words; what is longer is the part itself."""


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Every edition in several languages, for each but the first."""
    for code, page in subject.pages.items():
        for language in languages_of(code)[1:]:
            notes = [
                one for one in opening(page) if speaks(one, language) and 0 < len(one.name().split()) <= _SHORT
            ]
            if not notes:
                message = f"nothing within the first {WORDS} words of the HTML says that '{language}' follows"
                hint = f"In the theme, add a line in '{language}' to the header, with lang."
                yield Place(subject.issue.source.file).finding(ID, SEVERITY, message, hint=hint, edition=code)
