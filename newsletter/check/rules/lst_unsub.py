"""The message has one List-Unsubscribe header with one https address, and at most a mailto beside it.

Why: Gmail and Yahoo require it of everyone who sends much mail; it makes the "Unsubscribe" button beside the
sender's name. Without it people press "Spam" instead.
Source: RFC 8058 section 3.1; RFC 2369 section 2; Google and Yahoo sender requirements.
Wrong: no such header; `List-Unsubscribe: http://...`; a header that does not begin with `<`
Right: `List-Unsubscribe: <https://example.org/u/Zk3vQ9sLx0aBc2DeFgHiJk>, <mailto:leave@example.org>`
Fix: Check `unsubscribe: url:` in `newsletter.yaml`. The header itself comes from the program.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.check.mail import Mail
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "LST-UNSUB"
ALIAS = "list-unsubscribe"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.MESSAGE

_ADDRESS = re.compile(r"<([^<>]*)>")


def check(subject: CheckSubject) -> Iterator[Finding]:
    """List-Unsubscribe of each sample message."""
    for code, mail in subject.mails.items():
        for problem in _problems(mail):
            place = subject.publication_place("unsubscribe", "url")
            hint = "The program makes this header from unsubscribe: url: in newsletter.yaml."
            yield place.finding(ID, SEVERITY, problem, hint=hint, edition=code)


def addresses(mail: Mail) -> list[str]:
    """The addresses between angle brackets of all List-Unsubscribe headers."""
    values = (line.value.decode("ascii", "replace") for line in mail.all("List-Unsubscribe"))
    return [address for value in values for address in _ADDRESS.findall(value)]


def _problems(mail: Mail) -> Iterator[str]:
    lines = mail.all("List-Unsubscribe")
    if not lines:
        yield "the message has no List-Unsubscribe header"
        return
    if len(lines) > 1:
        yield f"the message has {len(lines)} List-Unsubscribe headers"
    if not all(line.value.startswith(b"<") for line in lines):
        yield "List-Unsubscribe does not begin with '<', so programs ignore it"
    found = addresses(mail)
    secure = [address for address in found if address.lower().startswith("https:")]
    if len(secure) != 1:
        yield f"List-Unsubscribe holds {len(secure)} https addresses; it must hold one"
    for address in found:
        if not address.lower().startswith(("https:", "mailto:")):
            yield f"List-Unsubscribe holds an address that is neither https nor mailto: {address}"
