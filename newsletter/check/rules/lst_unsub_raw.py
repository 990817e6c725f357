"""List headers travel as they are: no encoded-words, no white space inside the angle brackets.

Why: Python's `email` turns an unsubscribe address that does not fit a line into `=?utf-8?q?...?=`; the header
is then ignored and nobody can leave with one click. Only the raw bytes show it.
Source: RFC 2369 section 2; RFC 2047 section 5(3).
Wrong: `List-Unsubscribe: =?utf-8?q?=3Chttps=3A//...?=`
Right: `List-Unsubscribe: <https://example.org/u/Zk3vQ9sLx0aBc2DeFgHiJk>`
Fix: Shorten `unsubscribe: url:` in `newsletter.yaml`; if it is short, report it with the sample message.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "LST-UNSUB-RAW"
ALIAS = "list-headers-raw"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.MESSAGE

_BROKEN = re.compile(rb"<[^>]*\s[^>]*>")
_RAW = frozenset({"list-unsubscribe", "list-unsubscribe-post", "list-help", "list-archive", "list-owner"})


def check(subject: CheckSubject) -> Iterator[Finding]:
    """The raw bytes of the List-* headers of each sample message."""
    for code, mail in subject.mails.items():
        for header in mail.headers:
            if header.name.lower() not in _RAW:
                continue
            if b"=?" in header.raw:
                message = f"{header.name} holds an encoded-word, so programs ignore it"
            elif _BROKEN.search(header.raw):
                message = f"{header.name} holds white space inside its angle brackets"
            else:
                continue
            place = subject.publication_place("unsubscribe", "url")
            hint = (
                "Shorten unsubscribe: url: in newsletter.yaml; if it is short, report it with the sample message."
            )
            yield place.finding(ID, SEVERITY, message, hint=hint, edition=code)
