"""The sender's address is in a domain of your own, not at a free mail service.

Why: Google, Yahoo and Microsoft refuse mail in their names that does not come from their own servers (DMARC).
Source: Google email sender guidelines ("don't impersonate Gmail From: headers"); Yahoo sender requirements.
Wrong: an address of the association at gmail.com or videotron.ca
Right: `address: nouvelles@example.org`
Fix: Write an address of your own domain under `sender:` in `newsletter.yaml`; answers can go elsewhere with
`reply_to:`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "AUTH-FROM-FREEMAIL"
ALIAS = "free-mail"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.ISSUE

FREE_MAIL = frozenset(
    {
        "aim.com", "aol.com", "bell.net", "cogeco.ca", "fastmail.com", "gmail.com", "gmx.com", "gmx.net",
        "googlemail.com", "icloud.com", "laposte.net", "live.ca", "live.com", "mac.com", "mail.com", "me.com",
        "msn.com", "orange.fr", "outlook.com", "proton.me", "protonmail.com", "rogers.com", "shaw.ca",
        "sympatico.ca", "telus.net", "videotron.ca", "videotron.qc.ca", "zoho.com",
    }
)  # fmt: skip
_FAMILIES = re.compile(r"(yahoo|hotmail|live|outlook|ymail|rocketmail)\.[a-z.]{2,6}", re.IGNORECASE)


def check(subject: CheckSubject) -> Iterator[Finding]:
    """The domain of the sender's address."""
    domain = subject.publication.sender.address.rpartition("@")[2].lower()
    if domain in FREE_MAIL or _FAMILIES.fullmatch(domain):
        message = f"the sender's address is at {domain}, a mail service for everybody"
        hint = "Use an address of your own domain; answers can go elsewhere with reply_to:."
        yield subject.publication_place("sender", "address").finding(ID, SEVERITY, message, hint=hint)
