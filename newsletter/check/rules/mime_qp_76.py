"""Quoted-printable lines are at most 76 characters.

Why: Longer lines are broken by some servers, in the middle of an address if it so happens.
Source: RFC 2045 section 6.7, rule 5. Python's default policy for mail writes 78.
Wrong: a quoted-printable line of 78 characters
Right: the same with a soft line break (`=` at its end) before the 76th
Fix: This comes from the program, not from your files; report it with the sample message.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.places import Place
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "MIME-QP-76"
ALIAS = "quoted-printable"
SEVERITY = Severity.WARNING
APPLIES_TO = Target.MESSAGE

MAX_LINE = 76


def check(subject: CheckSubject) -> Iterator[Finding]:
    """The lines of each quoted-printable part of each sample message."""
    for code, mail in subject.mails.items():
        for part in mail.root.walk():
            if part.encoding != "quoted-printable" or part.parts:
                continue
            longest = max((len(line) for line in part.body.splitlines()), default=0)
            if longest > MAX_LINE:
                message = f"the part {part.content_type} has an encoded line of {longest} characters"
                hint = f"{MAX_LINE} at most; the program encodes the message, report it with the sample message."
                place = Place(subject.issue.source.file)
                yield place.finding(ID, SEVERITY, message, hint=hint, edition=code)
