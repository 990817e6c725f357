"""Links use https, mailto or tel, and lead to a public address.

Why: An http link can be read and changed on the way; filters distrust links to bare IP numbers, odd ports and
addresses with a password inside; a link to a test server works for nobody else.
Source: SpamAssassin NORMAL_HTTP_TO_IP and rspamd HTTP_TO_IP; Yahoo sender requirements.
Wrong: `url: http://www.example.org/report`, `url: https://192.0.2.7/report`, `url: https://localhost:8000/`
Right: `url: https://www.example.org/report`
Fix: Open the address with https:// in a browser and copy what works. When the site has no https, link to a
page of your own that tells how to reach it.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from urllib.parse import SplitResult, urlsplit

from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "LNK-SCHEME"
ALIAS = "link-scheme"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.ARTICLE

SCHEMES = frozenset({"https", "mailto", "tel"})
_NOT_PUBLIC = (".local", ".localhost", ".internal", ".test", ".lan")
_STAGING = ("staging.", "dev.", "preprod.", "localhost")


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Every link people wrote, and those the template adds."""
    for link in subject.links:
        problem = judge(link.url)
        if problem is not None:
            message, hint = problem
            yield link.place.finding(ID, SEVERITY, f"{message}: {link.url}", hint=hint, edition=link.edition)


def judge(url: str) -> tuple[str, str] | None:
    """What is wrong with the address and what to do, or None. Addresses without scheme are LNK-EMPTY's."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return "the address cannot be read", "Copy it again from the browser."
    if not parts.scheme:
        return None
    if parts.scheme not in SCHEMES:
        if parts.scheme == "http":
            return "the link is http, not https", "Write https:// and try it in a browser."
        return f"a link cannot begin with {parts.scheme}:", "Use https://, mailto: or tel:."
    if parts.scheme != "https":
        return None
    return _judge_host(parts, port)


def _judge_host(parts: SplitResult, port: int | None) -> tuple[str, str] | None:
    host = (parts.hostname or "").lower()
    if "@" in parts.netloc:
        return "the address holds a user name", "Delete everything between // and @."
    if not host:
        return "the address has no host", "Copy it again from the browser."
    if _is_ip(host):
        return "the link leads to an IP number", "Use the name of the site."
    if port not in (None, 443):
        return f"the link has a port ({port})", "Use the public address of the page, without a port."
    if host.endswith(_NOT_PUBLIC) or host.startswith(_STAGING) or "." not in host:
        return "the link leads to a server that readers cannot reach", "Use the public address of the page."
    return None


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
