"""Each header stands in a message once.

Why: Gmail and Yahoo refuse messages with doubled headers, and programs disagree on which of the two counts. A
parser hides the second one, so the raw lines are counted.
Source: RFC 5322 section 3.6; Google email sender guidelines; rspamd MULTIPLE_UNIQUE_HEADERS (+4.9).
Wrong: two `Subject:` lines
Right: one `Subject:` line
Fix: This comes from the program, not from your files; report it with the sample message.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from newsletter.check.places import Place
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "HDR-ONCE"
ALIAS = "header-once"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.MESSAGE

UNIQUE = frozenset(
    {"date", "from", "sender", "reply-to", "to", "cc", "bcc", "message-id", "in-reply-to"}
) | frozenset(
    {"references", "subject", "mime-version", "content-type", "content-transfer-encoding", "content-language"}
)


def check(subject: CheckSubject) -> Iterator[Finding]:
    """The raw header lines of each sample message."""
    for code, mail in subject.mails.items():
        for name, times in Counter(header.name.lower() for header in mail.headers).items():
            if times > 1 and (name in UNIQUE or name.startswith("list-")):
                message = f"the header {name.title()} stands {times} times in the message"
                hint = "The program makes this header; report it with the sample message."
                place = Place(subject.issue.source.file)
                yield place.finding(ID, SEVERITY, message, hint=hint, edition=code)
