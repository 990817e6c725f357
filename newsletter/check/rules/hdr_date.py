"""The message carries the date and time it was written, with its time zone.

Why: Messages without a date are taken for spam, and sorted at the wrong end of the mailbox. The zone `-0000`
says "unknown", which Python writes for a time without zone.
Source: RFC 5322 sections 3.3 and 3.6.1; SpamAssassin MISSING_DATE (+2.7).
Wrong: `Date: Thu, 06 May 2021 13:00:00 -0000`
Right: `Date: Thu, 06 May 2021 09:00:00 -0400`
Fix: This comes from the program, not from your files; report it with the sample message.
"""

from __future__ import annotations

from collections.abc import Iterator
from email.utils import parsedate_to_datetime

from newsletter.check.places import Place
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "HDR-DATE"
ALIAS = "header-date"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.MESSAGE


def check(subject: CheckSubject) -> Iterator[Finding]:
    """The Date header of each sample message."""
    for code, mail in subject.mails.items():
        problem = _judge(mail.first("Date"))
        if problem is not None:
            hint = "The program makes this header; report it with the sample message."
            place = Place(subject.issue.source.file)
            yield place.finding(ID, SEVERITY, problem, hint=hint, edition=code)


def _judge(written: str | None) -> str | None:
    if not written:
        return "the message has no Date header"
    try:
        parsed = parsedate_to_datetime(written)
    except (TypeError, ValueError, OverflowError):
        return f"the Date header cannot be read: {written}"
    if parsed.tzinfo is None:
        return f"the Date header has no time zone: {written}"
    return None
