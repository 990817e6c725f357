"""A subject is in the language of its edition; that of a mail in two languages has both, “French / English”.

Why: The subject is all that many people read; in the wrong language it says that the mail is not for them.
Source: Project.
Wrong: `en: "Les séances ouvertes du mois"`, `fr+en: "Séances ouvertes et arbres"`
Right: `en: "The open sessions of the month"`, `fr+en: "Séances ouvertes / Open sessions"`
Fix: Translate the subject. In a mail of two languages put ` / ` between them, in the order of the mail.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.locale.detection import guess_language, tells_apart
from newsletter.models.finding import Finding, Severity
from newsletter.models.issue import LANGUAGE_SEPARATOR
from newsletter.models.text import languages_of

ID = "BIL-SUBJECT"
ALIAS = "subject-language"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.ISSUE


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Subjects, and preheaders too, half by half."""
    for field, texts in (("subject", subject.subjects), ("preheader", subject.preheaders)):
        for code, text in texts.items():
            if (fault := _judge(text, languages_of(code), field)) is not None:
                message, hint = fault
                yield subject.text_place(field, code).finding(ID, SEVERITY, message, hint=hint, edition=code)


def _judge(text: str, languages: tuple[str, ...], field: str) -> tuple[str, str] | None:
    halves = text.split(LANGUAGE_SEPARATOR) if len(languages) > 1 else [text]
    if len(halves) != len(languages):
        wanted = LANGUAGE_SEPARATOR.join(f"({language})" for language in languages)
        if field == "preheader":
            return None  # a preheader may be one sentence that both understand
        return f"the {field} of a mail in {len(languages)} languages has no part for each", f"Write “{wanted}”."
    for language, half in zip(languages, halves, strict=True):
        guessed = guess_language(half, least=2)
        if guessed is not None and guessed != language and tells_apart(language):
            return f"the {field} in '{language}' reads like '{guessed}': “{half}”", f"Write it in '{language}'."
    return None
