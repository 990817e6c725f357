"""A message stays below 1 MB as it is sent, and always below 10 MB.

Why: It goes to everybody: 1 MB to 10,000 people is 10 GB through the relay, and some data of each reader's plan.
Above 10 MB many servers refuse it.
Source: Postfix, message_size_limit (10,240,000 bytes by default); limits of providers are at 20 to 25 MB.
Wrong: two reports attached, pictures inside the mail
Right: links to both
Fix: Link to files instead of attaching them; load pictures from the web site.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.places import Place
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "SIZE-MESSAGE"
ALIAS = "message-size"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.MESSAGE

WARN_FROM = 1_000_000
REFUSED_FROM = 10_240_000
"""Bytes: Postfix's default; a longer name of somebody must not decide."""


def check(subject: CheckSubject) -> Iterator[Finding]:
    """The size of each sample message, all of it."""
    for code, mail in subject.mails.items():
        size = len(mail.raw)
        if size <= WARN_FROM:
            continue
        severity = SEVERITY if size > REFUSED_FROM else Severity.WARNING
        limit = REFUSED_FROM if size > REFUSED_FROM else WARN_FROM
        message = f"the message has {size / 1e6:.1f} MB, more than {limit / 1e6:g}"
        hint = "Link to files instead of attaching them; load pictures from the web site."
        yield Place(subject.issue.source.file).finding(ID, severity, message, hint=hint, edition=code)
