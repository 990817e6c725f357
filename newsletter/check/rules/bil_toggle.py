"""A mail in one language leads to the other within its first lines, in that language's own words.

Why: Who gets the wrong language looks for the way out at the top, and for a word that can be understood:
"English version", not "Version anglaise".
Source: WCAG 2.2, 3.1.2 Language of Parts; practice of Canadian public bodies.
Wrong: `<a href="https://www.example.org/en/">Version anglaise</a>` in the footer
Right: `<a href="https://www.example.org/en/" lang="en-CA" hreflang="en-CA">English version</a>` above the first
heading
Fix: In the theme, put the link into the header, with lang and hreflang.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.opening import WORDS, opening, speaks
from newsletter.check.page import HtmlPage
from newsletter.check.places import Place
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "BIL-TOGGLE"
ALIAS = "language-link"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.RENDERED

_OWN_NAMES = {"fr": "français", "en": "english"}
"""What the label says at least, in the language it leads to; of other languages nothing is asked."""


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Every edition in one language, for every other language of the publication that has pages on the web."""
    publication = subject.publication
    for code, page in subject.pages.items():
        if code not in publication.languages:
            continue
        for other in publication.languages:
            online = other in publication.website or publication.web_page is not None
            if other != code and online and (problem := _judge(page, other)) is not None:
                hint = "In the theme, link to the other language in the header, with lang and hreflang."
                yield Place(subject.issue.source.file).finding(ID, SEVERITY, problem, hint=hint, edition=code)


def _judge(page: HtmlPage, other: str) -> str | None:
    links = [one for one in opening(page) if one.tag == "a" and speaks(one, other) and one.get("href")]
    if not links:
        return f"no link to the language '{other}' within the first {WORDS} words of the HTML"
    names = " ".join(link.name() for link in links)
    if _OWN_NAMES.get(other, "") not in names.lower():
        return f"the link to the language '{other}' does not say so in that language: “{names}”"
    return None
