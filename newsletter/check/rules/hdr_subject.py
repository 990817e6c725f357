"""Every edition has a subject of its own, and the message carries it unchanged.

Why: A mail without subject is not opened; many filters hold it back. Gmail refuses headers beyond its limits.
Source: RFC 5322 section 3.6.5; rspamd EMPTY_SUBJECT and MISSING_SUBJECT; Gmail header limits (998
characters).
Wrong: a message whose `Subject:` is missing, empty, or not the one of the issue
Right: `Subject: Open sessions and street trees`
Fix: Write the subject for each language under `subject:` of the issue. When the message carries another one,
the program is at fault; report it.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "HDR-SUBJECT"
ALIAS = "subject"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.ISSUE

MAX_LENGTH = 998


def check(subject: CheckSubject) -> Iterator[Finding]:
    """The subjects as composed, then as the sample messages carry them."""
    for code, text in subject.subjects.items():
        place = subject.text_place("subject", code)
        if not text.strip(" /"):
            yield place.finding(ID, SEVERITY, "the subject is empty", hint="Write one.", edition=code)
        elif len(text) > MAX_LENGTH:
            message = f"the subject has {len(text)} characters; {MAX_LENGTH} at most"
            yield place.finding(ID, SEVERITY, message, hint="Shorten it.", edition=code)
    for code, mail in subject.mails.items():
        place = subject.text_place("subject", code)
        carried = mail.first("Subject")
        wanted = subject.subjects.get(code)
        if not carried:
            message = "the message carries no subject"
            yield place.finding(ID, SEVERITY, message, hint=_REPORT, edition=code)
        elif wanted is not None and " ".join(carried.split()) != " ".join(wanted.split()):
            message = f"the message carries another subject: {carried}"
            yield place.finding(ID, SEVERITY, message, hint=_REPORT, edition=code)


_REPORT = "The program makes this header; report it with the sample message."
