"""The message has one well-formed Message-ID in the sender's own domain.

Why: Replies, bounces and our own ledger find a message by it; relays that miss it make one up, and filters
take a badly formed one as a mark of spam.
Source: RFC 5322 section 3.6.4; SpamAssassin INVALID_MSGID (+2.6); Gmail header limits (500 characters).
Wrong: `Message-ID: <1234@localhost>`
Right: `Message-ID: <f3b1c2d4.2021-05@example.org>`
Fix: Check `sender: address:` in `newsletter.yaml`: its domain is used. The rest comes from the program.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.check.places import Place
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "HDR-MSGID"
ALIAS = "message-id"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.MESSAGE

MAX_LENGTH = 500
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_FORM = re.compile(rf"<({_ATOM}(?:\.{_ATOM})*)@((?:[A-Za-z0-9-]+\.)+[A-Za-z0-9-]+)>")


def check(subject: CheckSubject) -> Iterator[Finding]:
    """The Message-ID of each sample message."""
    for code, mail in subject.mails.items():
        found = mail.all("Message-ID")
        written = found[0].value.decode("ascii", "replace") if found else ""
        problem = _judge(written, subject.publication.sender.address)
        if problem is not None:
            hint = "The program makes this header from the domain of sender: address: in newsletter.yaml."
            place = Place(subject.issue.source.file)
            yield place.finding(ID, SEVERITY, problem, hint=hint, edition=code)


def _judge(written: str, sender: str) -> str | None:
    if not written:
        return "the message has no Message-ID"
    match = _FORM.fullmatch(written)
    if match is None:
        return f"the Message-ID is not of the form <left@domain>: {written[:100]}"
    if len(written) > MAX_LENGTH:
        return f"the Message-ID has {len(written)} characters; {MAX_LENGTH} at most"
    domain, own = match[2].lower(), _wire_domain(sender)
    if domain != own and not domain.endswith(f".{own}") and not own.endswith(f".{domain}"):
        return f"the Message-ID is in the domain {domain}, the sender in {own}"
    return None


def _wire_domain(address: str) -> str:
    """The domain of an address as it travels: A-labels, lower case."""
    domain = address.rpartition("@")[2].lower()
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:  # not a domain at all; AUTH-REPLY says so
        return domain
