"""The text part says the same as the HTML: its words, and the same links.

Why: Some people read only the text part. Filters compare both and take a stub ("see the web version") for
spam.
Source: SpamAssassin MPART_ALT_DIFF (+2.2); rspamd R_PARTS_DIFFER (+1).
Wrong: a text part of one line; a button whose address the text part does not have
Right: the same content and the same addresses in both
Fix: In the theme's text template, write out what the finding says is missing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from newsletter.check.page import HtmlPage
from newsletter.check.places import Place
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "MIME-TEXT-SAME"
ALIAS = "text-part"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.RENDERED

MIN_SHARE = 0.6
"""Of the words of the HTML, at least this share must stand in the text."""
_WORD = re.compile(r"\w+")
_URL = re.compile(r"https?://[^\s<>\"«»]+")
_ENDING = ".,;:!?'’…"


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Words are an error, addresses a warning."""
    place = Place(subject.issue.source.file)
    for code, page in subject.pages.items():
        text = subject.texts.get(code, "")
        if not text.strip():
            message = "the text part is missing or empty"
            hint = "In the theme, write the text template."
            yield place.finding(ID, SEVERITY, message, hint=hint, edition=code)
            continue
        share = word_share(page.text(), text)
        if share < MIN_SHARE:
            message = f"the text part holds {share:.0%} of the words of the HTML; {MIN_SHARE:.0%} at least"
            hint = "In the theme's text template, write out the content of every article."
            yield place.finding(ID, SEVERITY, message, hint=hint, edition=code)
        yield from _links(subject, page, text, code)


def word_share(html: str, text: str) -> float:
    """The share of the words of `html`, each as often as it stands there, that `text` holds."""
    wanted, given = Counter(_WORD.findall(html.casefold())), Counter(_WORD.findall(text.casefold()))
    total = wanted.total()
    return (wanted & given).total() / total if total else 1.0


def urls_of(text: str) -> set[str]:
    """The http(s) addresses in plain text, without the punctuation of the sentence around them."""
    found: set[str] = set()
    for url in _URL.findall(text):
        url = url.rstrip(_ENDING)
        while url.endswith(")") and url.count(")") > url.count("("):
            url = url[:-1].rstrip(_ENDING)
        found.add(url)
    return found


def _links(subject: CheckSubject, page: HtmlPage, text: str, code: str) -> Iterator[Finding]:
    in_text = urls_of(text)
    in_html = {anchor.get("href") for anchor in page.all("a")}
    in_html = {url for url in in_html if url.startswith(("http://", "https://"))}
    for url in sorted(in_html - in_text):
        message = f"the HTML links to {url}, the text part does not"
        hint = "In the theme's text template, write the address out."
        yield subject.locate(url, code).finding(ID, Severity.WARNING, message, hint=hint, edition=code)
    for url in sorted(in_text - in_html - {image.get("src") for image in page.all("img")}):
        if url not in page.text():
            message = f"the text part gives {url}, the HTML does not link to it"
            hint = "Make both parts of the theme show the same links."
            yield subject.locate(url, code).finding(ID, Severity.WARNING, message, hint=hint, edition=code)
