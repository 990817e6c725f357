"""Pictures are loaded from a whole https address.

Why: Mail clients show pictures by address only. Gmail drops pictures packed into the mail (`data:`), a
relative address has nothing to be relative to, and http is refused or shown with a warning.
Source: caniemail image-base64 (no in Gmail); Google email sender guidelines.
Wrong: `url: images/platane.jpg`, `url: http://www.example.org/platane.jpg`, `url: data:image/png;base64,...`
Right: `url: https://www.example.org/images/platane.jpg`
Fix: Put the picture on the web site and write its whole address.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "IMG-HTTPS"
ALIAS = "image-https"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.ARTICLE

_SHOWN = 80


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Every picture people wrote, and those of the template."""
    inside = {file.url for file in subject.assets.files}
    for image in subject.images:
        if image.url in inside:
            continue
        problem = _judge(image.url.strip())
        if problem is not None:
            shown = image.url if len(image.url) <= _SHOWN else image.url[:_SHOWN] + "…"
            message = f"{problem}: {shown or '(empty)'}"
            hint = "Put it on the web site and write its whole address, from https:// on."
            yield image.place.finding(ID, SEVERITY, message, hint=hint, edition=image.edition)


def _judge(url: str) -> str | None:
    try:
        parts = urlsplit(url)
    except ValueError:
        return "the picture's address cannot be read"
    if parts.scheme == "https" and parts.hostname:
        return None
    if parts.scheme == "http":
        return "the picture is loaded over http"
    if parts.scheme in {"data", "cid"}:
        return f"the picture is packed into the mail ({parts.scheme}:)"
    return "the picture's address is not whole"
