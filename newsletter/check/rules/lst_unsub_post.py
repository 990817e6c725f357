"""The message says that one POST is enough to leave.

Why: With this header the mail program unsubscribes the reader itself, without opening a page. Gmail and Yahoo
require it.
Source: RFC 8058 sections 3.1 and 5.
Wrong: `List-Unsubscribe-Post: One-Click`
Right: `List-Unsubscribe-Post: List-Unsubscribe=One-Click`
Fix: This comes from the program, not from your files; report it with the sample message.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.places import Place
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "LST-UNSUB-POST"
ALIAS = "one-click"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.MESSAGE

EXACTLY = b"List-Unsubscribe=One-Click"


def check(subject: CheckSubject) -> Iterator[Finding]:
    """List-Unsubscribe-Post of each sample message."""
    for code, mail in subject.mails.items():
        values = [line.value for line in mail.all("List-Unsubscribe-Post")]
        if values != [EXACTLY]:
            shown = " and ".join(value.decode("ascii", "replace") for value in values) or "missing"
            message = f"List-Unsubscribe-Post is {shown}; it must be exactly {EXACTLY.decode()}"
            hint = "The program makes this header; report it with the sample message."
            yield Place(subject.issue.source.file).finding(ID, SEVERITY, message, hint=hint, edition=code)
