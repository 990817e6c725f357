"""Both parts show a way to leave, in the language of the reader, with the same token as the header.

Why: The law asks for it to be set out clearly; not every program shows the header's button.
Source: CASL (S.C. 2010 c. 23) section 6(2)(c); Google and Yahoo sender requirements.
Wrong: an English edition whose only link says "Se désabonner"; a text part without the address
Right: "Unsubscribe" in English, "Se désabonner" in French, in the HTML and in the text
Fix: In the theme, link the word to the unsubscribe slot in both templates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.check.page import Element
from newsletter.check.places import Place
from newsletter.check.rules.interface import Target
from newsletter.check.rules.mime_text_same import urls_of
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity
from newsletter.models.text import languages_of

ID = "LST-UNSUB-BODY"
ALIAS = "unsubscribe-link"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.RENDERED

WORDS = {
    "fr": re.compile(r"désabonn|désinscri|retirer", re.IGNORECASE),
    "en": re.compile(r"unsubscrib", re.IGNORECASE),
}
"""What a reader looks for. In a language not listed the link must stand in the part marked as that language."""


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Links of the HTML, addresses and words of the text."""
    place = Place(subject.issue.source.file)
    for code, page in subject.pages.items():
        links = [a for a in page.all("a") if not a.hidden and _is_own(subject, a.get("href"))]
        text = subject.texts.get(code, "")
        in_text = [url for url in urls_of(text) if _is_own(subject, url)]
        for problem in (*_in_html(links, code), *_in_text(in_text, text, code)):
            hint = "In the theme, link the word to the unsubscribe slot, in the HTML and in the text."
            yield place.finding(ID, SEVERITY, problem, hint=hint, edition=code)
        if len({subject.token_of(url) for url in (*in_text, *(a.get("href") for a in links))}) > 1:
            message = "the unsubscribe links of the message do not carry the same token"
            hint = "The program fills them in; report it with the sample message."
            yield place.finding(ID, SEVERITY, message, hint=hint, edition=code)


def _is_own(subject: CheckSubject, url: str) -> bool:
    return url.startswith(subject.publication.unsubscribe.url.partition("{token}")[0]) and bool(
        subject.token_of(url)
    )


def _in_html(links: list[Element], code: str) -> Iterator[str]:
    if not links:
        yield "the HTML has no link to unsubscribe"
        return
    names = " ".join(link.name() for link in links)
    around = " ".join(link.parent.text() for link in links if link.parent is not None)
    for language in languages_of(code):
        word = WORDS.get(language)
        if word is not None and not word.search(f"{names} {around}"):
            yield f"no link to unsubscribe in '{language}' in the HTML"
        elif word is None and not any(_speaks(link, language) for link in links):
            yield f"no link to unsubscribe in the part of the HTML that is in '{language}'"


def _speaks(link: Element, language: str) -> bool:
    """Whether the nearest element around the link that says a language says this one."""
    said = (one.get("lang") for one in (link, *link.ancestors()))
    return next((tag for tag in said if tag), "").lower().partition("-")[0] == language


def _in_text(urls: list[str], text: str, code: str) -> Iterator[str]:
    if not urls:
        yield "the text part gives no address to unsubscribe"
        return
    for language in languages_of(code):
        word = WORDS.get(language)
        if word is not None and not word.search(text):
            yield f"the text part does not say in '{language}' how to unsubscribe"
    languages = languages_of(code)
    shown = sum(text.count(url) for url in set(urls))
    if shown < len(languages) and not set(languages) <= WORDS.keys():
        yield f"the text part gives the address to unsubscribe {shown} times for {len(languages)} languages"
