"""Links show where they lead: no URL shorteners.

Why: Readers cannot see where a shortened address leads, spammers use the same services, and the service
counts every click.
Source: Google email sender guidelines ("links should be visible and easy to understand"); privacy.
Wrong: `url: https://bit.ly/3xYz`
Right: `url: https://www.example.org/rapport-2024`
Fix: Open the short address in a browser and copy the one it leads to.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "LNK-SHORT"
ALIAS = "link-shortener"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.ARTICLE

SHORTENERS = frozenset(
    {
        "bit.ly", "bitly.com", "buff.ly", "cutt.ly", "dlvr.it", "fb.me", "goo.gl", "hubs.ly", "is.gd", "j.mp",
        "lnkd.in", "ow.ly", "rb.gy", "rebrand.ly", "shorturl.at", "t.co", "t.ly", "tiny.cc", "tinyurl.com",
        "trib.al", "urlz.fr", "v.gd", "wp.me", "x.co",
    }
)  # fmt: skip


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Every link people wrote, and those the template adds."""
    for link in subject.links:
        try:
            host = (urlsplit(link.url.strip()).hostname or "").removeprefix("www.")
        except ValueError:
            continue
        if host in SHORTENERS:
            message = f"a shortened link: {link.url}"
            hint = "Open it in a browser and copy the address it leads to."
            yield link.place.finding(ID, SEVERITY, message, hint=hint, edition=link.edition)
