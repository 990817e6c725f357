"""The HTML holds nothing that mail clients remove or filters refuse.

Why: Scripts, forms, frames and outside style sheets are cut out of a mail, or the mail goes to the spam
folder because of them. What is loaded from elsewhere also tells that site who reads.
Source: caniemail (html-form, html-script, css-import); Yahoo sender requirements.
Wrong: `<script>`, `<form>`, `<iframe>`, `onclick="..."`, `<link rel="stylesheet">`, `@import`
Right: text, links and pictures; a button is a link
Fix: In the template, link to a page that has the form, the video or the player.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.check.page import Element, HtmlPage
from newsletter.check.places import Place
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "HTML-FORBID"
ALIAS = "html-forbidden"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.RENDERED

ELEMENTS = frozenset({"script", "form", "input", "textarea", "select", "button", "iframe", "frame"}) | frozenset(
    {"frameset", "object", "embed", "applet", "video", "audio", "base"}
)
_IMPORT = re.compile(r"@import\b", re.IGNORECASE)


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Every element, its event attributes, and the style sheets."""
    for code, page in subject.pages.items():
        for problem in dict.fromkeys(_problems(page)):
            message = f"the HTML holds {problem}, which mail clients remove or refuse"
            hint = "Take it out of the template; link to a page instead."
            yield Place(subject.issue.source.file).finding(ID, SEVERITY, message, hint=hint, edition=code)


def _problems(page: HtmlPage) -> Iterator[str]:
    for element in page.root.walk():
        if element.tag in ELEMENTS:
            yield f"<{element.tag}>"
        if _is_refresh(element):
            yield '<meta http-equiv="refresh">'
        if element.tag == "link" and "stylesheet" in element.get("rel").lower():
            yield '<link rel="stylesheet">'
        for name, value in element.attributes.items():
            if name.startswith("on"):
                yield f"{name}="
            elif value.strip().lower().startswith("javascript:"):
                yield f"a javascript: address in {name}="
    if any(_IMPORT.search(style) for style in page.styles):
        yield "@import"


def _is_refresh(element: Element) -> bool:
    return element.tag == "meta" and element.get("http-equiv").lower() == "refresh"
