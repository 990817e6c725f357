"""A subject is not all capitals.

Why: It reads as shouting, screen readers may spell it out, and spam filters count it.
Source: SpamAssassin SUBJ_ALL_CAPS; rspamd SUBJ_ALL_CAPS (+3).
Wrong: `fr: "SÉANCES OUVERTES EN MAI"`
Right: `fr: "Séances ouvertes en mai"`
Fix: Write it in ordinary letters.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "HDR-SUBJECT-CAPS"
ALIAS = "subject-capitals"
SEVERITY = Severity.WARNING
APPLIES_TO = Target.ISSUE

MIN_LETTERS = 10
"""Shorter ones may be an abbreviation."""


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Letters of each subject."""
    for code, text in subject.subjects.items():
        letters = [character for character in text if character.isalpha()]
        if len(letters) >= MIN_LETTERS and all(letter.isupper() for letter in letters):
            place = subject.text_place("subject", code)
            hint = "Write it in ordinary letters."
            yield place.finding(ID, SEVERITY, "the subject is all capitals", hint=hint, edition=code)
