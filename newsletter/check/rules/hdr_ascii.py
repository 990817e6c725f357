"""Raw headers are plain ASCII; accents travel in encoded-words.

Why: A header with raw accents is only allowed between servers that have agreed on it; others show garbage or
refuse.
Source: RFC 5322 section 2.2, RFC 6532; rspamd SUBJECT_NEEDS_ENCODING and R_MIXED_CHARSET.
Wrong: `Subject: Séances ouvertes` in raw bytes
Right: `Subject: =?utf-8?q?S=C3=A9ances_ouvertes?=`
Fix: This comes from the program, not from your files; report it with the sample message.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.places import Place
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "HDR-ASCII"
ALIAS = "header-ascii"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.MESSAGE


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Every raw header of each sample message."""
    for code, mail in subject.mails.items():
        for header in mail.headers:
            if not header.raw.isascii():
                message = f"the header {header.name[:40]} of the message holds bytes that are not ASCII"
                hint = "The program makes this header; report it with the sample message."
                place = Place(subject.issue.source.file)
                yield place.finding(ID, SEVERITY, message, hint=hint, edition=code)
