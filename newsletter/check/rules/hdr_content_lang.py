"""The message says its languages in Content-Language, the same as the edition's.

Why: Mail programs offer to translate, and choose fonts and voices, by it.
Source: RFC 3282, as RFC 8255 section 5 uses it.
Wrong: no `Content-Language:`, or `en-CA` on the French edition
Right: `Content-Language: fr-CA`; `Content-Language: fr-CA, en-CA` on the edition in both
Fix: Check `locales:` in `newsletter.yaml`. The header itself comes from the program.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.places import Place
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity
from newsletter.models.text import languages_of

ID = "HDR-CONTENT-LANG"
ALIAS = "content-language"
SEVERITY = Severity.WARNING
APPLIES_TO = Target.MESSAGE


def check(subject: CheckSubject) -> Iterator[Finding]:
    """The Content-Language of each sample message."""
    for code, mail in subject.mails.items():
        wanted = [subject.publication.locale(language) for language in languages_of(code)]
        written = mail.first("Content-Language") or ""
        given = [tag.strip() for tag in written.split(",") if tag.strip()]
        if [tag.lower() for tag in given] != [tag.lower() for tag in wanted]:
            shown = f"says {written}" if given else "is missing"
            message = f"Content-Language {shown}; it should be {', '.join(wanted)}"
            hint = "The program makes this header from locales: in newsletter.yaml."
            yield Place(subject.issue.source.file).finding(ID, SEVERITY, message, hint=hint, edition=code)
