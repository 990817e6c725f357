"""Readers can answer: the sender's and the reply address are well-formed and not "no-reply".

Why: People answer newsletters, to leave as well; Microsoft asks senders for an address that accepts replies.
Source: Microsoft, requirements for high-volume senders (2025).
Wrong: `reply_to: no-reply@example.org`, `reply_to: ne-pas-repondre@example.org`
Right: `reply_to: communications@example.org`
Fix: Write an address in `newsletter.yaml` that somebody reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Loc, Severity

ID = "AUTH-REPLY"
ALIAS = "no-reply"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.ISSUE

_NO_REPLY = re.compile(
    r"(do[-_.]?not|no)[-_.]?repl(y|ies)|ne[-_.]?pas[-_.]?r[eé]pondre|nepasrepondre", re.IGNORECASE
)
_FORM = re.compile(r"[^\s@<>,;\"()]+@[\w-]+(\.[\w-]+)+")


def check(subject: CheckSubject) -> Iterator[Finding]:
    """The reply address when there is one, else the sender's; the form of both."""
    publication = subject.publication
    written: dict[Loc, str] = {("sender", "address"): publication.sender.address}
    if publication.reply_to:
        written[("reply_to",)] = publication.reply_to
    for loc, address in written.items():
        if not _FORM.fullmatch(address):
            message = f"not an e-mail address: {address}"
            hint = "Write the address alone, e.g. communications@example.org."
            yield subject.publication_place(*loc).finding(ID, SEVERITY, message, hint=hint)
    loc, address = list(written.items())[-1]
    if _NO_REPLY.search(address.partition("@")[0]):
        message = f"answers would go to {address}, which nobody reads"
        hint = "Write an address under reply_to: that somebody reads."
        yield subject.publication_place(*loc).finding(ID, SEVERITY, message, hint=hint)
