"""A link that shows an address leads to that address.

Why: Words that show one site and lead to another are how phishing works; filters and people both distrust
them.
Source: SpamAssassin HTTPS_HTTP_MISMATCH.
Wrong: `[www.example.org](https://track.example.com/x1)`
Right: `[www.example.org](https://www.example.org/)`, `[the report](https://www.example.org/report)`
Fix: Lead the link to the site it shows, or give it words instead of an address.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from newsletter.check.places import place_at
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "LNK-MISMATCH"
ALIAS = "link-mismatch"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.ARTICLE

_ADDRESS = re.compile(r"(?:https?://)?((?:[\w-]+\.)+[a-z]{2,})(?::\d+)?(?:[/?#]\S*)?", re.IGNORECASE)
_MAIL = re.compile(r"[\w.+-]+@([\w-]+\.)+[a-z]{2,}", re.IGNORECASE)


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Labels of article links against their addresses, then links whose words are beside the address."""
    for article in subject.articles:
        for one in article.translations.values():
            for name, label in one.data.links.items():
                link = article.data.links.get(name)
                url = link.url_for(one.language) if link else None
                if url and (shown := mismatch(label, url)):
                    place = place_at(one.source, "links", name)
                    message = f"the link shows {shown} and leads to {url}"
                    yield place.finding(ID, SEVERITY, message, hint=_HINT, edition=one.language)
    for address in subject.links:
        if address.text and (shown := mismatch(address.text, address.url)):
            message = f"the link shows {shown} and leads to {address.url}"
            yield address.place.finding(ID, SEVERITY, message, hint=_HINT, edition=address.edition)


_HINT = "Lead it to the site it shows, or give it words instead of an address."


def mismatch(text: str, url: str) -> str | None:
    """The site or address that `text` shows, when `url` leads elsewhere."""
    text = text.strip().rstrip(".,;")
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if _MAIL.fullmatch(text):
        target = parts.path if parts.scheme == "mailto" else url
        return text if target.casefold() != text.casefold() else None
    shown = _ADDRESS.fullmatch(text)
    if shown is None:
        return None
    wanted, given = shown[1].lower().removeprefix("www."), (parts.hostname or "").removeprefix("www.")
    return None if wanted == given else shown[1]
