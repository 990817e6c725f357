"""No picture spies on the reader: none of one pixel, none hidden, none with an address of its own per reader.

Why: Such a picture tells a server who opened the mail, when and where. Readers were not asked, and the
numbers are wrong anyway since mail programs load pictures in advance. No filter objects to it, so only this
rule does.
Source: P-39.1 (Québec) on technology that identifies or profiles, read through section 65.0.1 of its analogue
A-2.1; CNIL draft recommendation of June 2025; Google ("doesn't track open rates").
Wrong: `<img src="https://www.example.org/o/Zk3vQ9sLx0aBc2" width="1" height="1">`
Right: pictures that people can see, the same address for everybody
Fix: Take the picture out of the template.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.page import Element
from newsletter.check.rules.interface import Target
from newsletter.check.rules.prv_pii import secrets_of
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "PRV-PIXEL"
ALIAS = "tracking-pixel"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.RENDERED

SMALLEST = 3
"""Pixels: a picture narrower or lower than this cannot be meant to be seen."""


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Every img element of every edition."""
    for code, page in subject.pages.items():
        secrets = secrets_of(subject, code)
        for image in page.all("img"):
            problem = _judge(image, secrets)
            if problem is not None:
                message = f"the picture {image.get('src')} {problem}"
                hint = "Take it out of the template; this newsletter does not track its readers."
                yield subject.locate(image.get("src"), code).finding(
                    ID, SEVERITY, message, hint=hint, edition=code
                )


def _judge(image: Element, secrets: set[str]) -> str | None:
    for name in ("width", "height"):
        size = image.get(name).removesuffix("px")
        if size.isascii() and size.isdigit() and int(size) < SMALLEST:
            return f"is {size} pixel{'s' if size != '1' else ''} {'wide' if name == 'width' else 'high'}"
    if image.hidden:
        return "is hidden"
    if any(secret in image.get("src") for secret in secrets):
        return "has an address of its own for each reader"
    return None
