"""The unsubscribe address is the recipient's own, cannot be guessed, and holds no e-mail address.

Why: Whoever can guess an address can unsubscribe others; whoever sees one with an e-mail address in it, in a
log or a forwarded mail, learns who reads.
Source: RFC 8058 sections 3.1 and 6.
Wrong: `<https://example.org/u?email=zoe@example.com>`, `<https://example.org/u/1234>`
Right: `<https://example.org/u/Zk3vQ9sLx0aBc2DeFgHiJk>`
Fix: Check `unsubscribe: url:` in `newsletter.yaml`: it holds `{token}` and nothing about the person, and is
short.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from urllib.parse import unquote

from newsletter.check.mail import Mail
from newsletter.check.rules.interface import Target
from newsletter.check.rules.lst_unsub import addresses
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "LST-UNSUB-TOKEN"
ALIAS = "unsubscribe-token"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.MESSAGE

MIN_TOKEN = 22
"""Characters: 22 of 64 kinds carry 132 bits; RFC 8058 section 6 asks for what is hard to forge."""
MAX_ADDRESS = 73
"""Characters: fits the header's first line, so no program is tempted to fold or encode it."""


def check(subject: CheckSubject) -> Iterator[Finding]:
    """The https address of each sample message, then whether it is the same for everybody."""
    for code, mail in subject.mails.items():
        place = subject.publication_place("unsubscribe", "url")
        hint = "Check unsubscribe: url: in newsletter.yaml: {token} once, nothing about the person, short."
        for severity, problem in _problems(subject, mail):
            yield place.finding(ID, severity, problem, hint=hint, edition=code)
        compiled = subject.compiled.get(code)
        if compiled is not None and re.search(
            rb"^list-unsubscribe:", compiled.headers, re.IGNORECASE | re.MULTILINE
        ):
            message = "every recipient gets the same List-Unsubscribe"
            yield place.finding(ID, SEVERITY, message, hint=hint, edition=code)


def _problems(subject: CheckSubject, mail: Mail) -> Iterator[tuple[Severity, str]]:
    for url in addresses(mail):
        if not url.lower().startswith("https:"):
            continue
        token = subject.token_of(url)
        if token is None:
            yield SEVERITY, f"the unsubscribe address is not made from the one in newsletter.yaml: {url}"
        elif len(token) < MIN_TOKEN:
            yield (
                SEVERITY,
                f"the token of the unsubscribe address has {len(token)} characters; {MIN_TOKEN} at least",
            )
        if _tells(url, mail.recipient):
            yield SEVERITY, "the unsubscribe address holds the recipient's e-mail address"
        if len(url) > MAX_ADDRESS:
            message = (
                f"the unsubscribe address has {len(url)} characters; {MAX_ADDRESS} fit the header's first line"
            )
            yield Severity.WARNING, message


def _tells(url: str, address: str) -> bool:
    """True when the address stands in the URL, percent-encoded or in base64 too."""
    if "@" in unquote(url).partition("://")[2]:
        return True
    packed = base64.urlsafe_b64encode(address.encode()).decode().rstrip("=")
    return bool(address) and (address in url or packed in url)
