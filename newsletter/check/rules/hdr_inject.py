"""Nothing that goes into a header holds a line break or another control character.

Why: A line break in a subject or a name would begin a header of its own: a hidden copy, another sender.
Source: RFC 5322 section 2.2; CWE-93. Python's `email` lets NUL pass, and `formataddr` lets line breaks pass.
Wrong: `en: "News\\nBcc: everybody@example.org"`
Right: `en: "News"`
Fix: Delete the line break or character at the place of the finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.check.places import Place
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "HDR-INJECT"
ALIAS = "header-injection"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.ISSUE

CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_RAW_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)|(?<!\r)\n")


def check(subject: CheckSubject) -> Iterator[Finding]:
    """The values of the files that become headers, then the raw headers of each sample message."""
    for place, what, text, code in _values(subject):
        for match in CONTROL.finditer(text):
            message = f"the {what} holds a control character (U+{ord(match[0]):04X})"
            yield place.finding(ID, SEVERITY, message, hint="Delete it; this value is one line.", edition=code)
            break
    for code, mail in subject.mails.items():
        for header in mail.headers:
            if _RAW_CONTROL.search(header.raw):
                message = f"the header {header.name[:40]!r} of the message holds a control character"
                hint = "The program makes this header; report it with the sample message."
                place = Place(subject.issue.source.file)
                yield place.finding(ID, SEVERITY, message, hint=hint, edition=code)


def _values(subject: CheckSubject) -> Iterator[tuple[Place, str, str, str | None]]:
    for code, text in subject.subjects.items():
        yield subject.text_place("subject", code), "subject", text, code
    publication = subject.publication
    for code, text in publication.sender.name.items():
        yield subject.publication_place("sender", "name", code), "sender's name", text, code
    for loc, what, text in (
        (("sender", "address"), "sender's address", publication.sender.address),
        (("reply_to",), "reply address", publication.reply_to or ""),
        (("bounce_address",), "bounce address", publication.bounce_address or ""),
        (("list_id",), "list id", publication.list_id),
        (("unsubscribe", "url"), "unsubscribe address", publication.unsubscribe.url),
        (("unsubscribe", "mailto"), "unsubscribe address", publication.unsubscribe.mailto or ""),
    ):
        yield subject.publication_place(*loc), what, text, None
