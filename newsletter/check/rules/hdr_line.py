"""Header lines are at most 998 bytes, and 78 in Subject, From and To.

Why: Servers may cut or refuse longer lines; the shorter limit is what mail programs are asked to keep.
Source: RFC 5322 section 2.1.1.
Wrong: a `Subject:` line of 200 characters without a fold
Right: the same folded before a space, each line 78 characters at most
Fix: This comes from the program, not from your files; report it with the sample message.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.places import Place
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "HDR-LINE"
ALIAS = "header-line"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.MESSAGE

HARD_LIMIT = 998
SOFT_LIMIT = 78
_SOFT = frozenset({"subject", "from", "to"})
"""Others may be longer: an unsubscribe address must not be broken (RFC 2369 section 2)."""


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Every line of every header of each sample message."""
    for code, mail in subject.mails.items():
        for header in mail.headers:
            longest = max(len(line) for line in header.raw.split(b"\r\n"))
            limit = SOFT_LIMIT if header.name.lower() in _SOFT else HARD_LIMIT
            if longest > limit:
                severity = SEVERITY if longest > HARD_LIMIT else Severity.WARNING
                shown = HARD_LIMIT if longest > HARD_LIMIT else limit
                message = f"the header {header.name[:40]} has a line of {longest} bytes; {shown} at most"
                hint = "The program makes this header; report it with the sample message."
                place = Place(subject.issue.source.file)
                yield place.finding(ID, severity, message, hint=hint, edition=code)
