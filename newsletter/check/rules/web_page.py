"""Each mail leads to its page on the web, and to the same issue in the other languages.

Why: `web_page` in newsletter.yaml says where an issue can be read online. A theme that does not link there leaves
readers whose mail program shows too little without a way out, and those who got the wrong language on the home
page.
Source: practice; WCAG 2.2, 2.4.5 Multiple Ways.
Wrong: `web_page:` in `newsletter.yaml`, and a header that says `<a href="{{ other.website }}">`
Right: `<a href="{{ part.web_page }}">{{ part.t("view_online") }}</a>` and `<a href="{{ other.page }}">`
Fix: In the theme, write both links as `templates/house/blocks/header.mjml.j2` and `templates/house/edition.txt.j2`
do; or take `web_page:` out of `newsletter.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urldefrag

from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity
from newsletter.models.text import languages_of

ID = "WEB-PAGE"
ALIAS = "page-link"
SEVERITY = Severity.WARNING
APPLIES_TO = Target.RENDERED


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Both parts of every edition, when the publication has such pages."""
    if subject.publication.web_page is None:
        return
    for code in subject.pages:
        for part, missing in _missing(subject, code):
            for page in missing:
                message = f"the {part} of the edition '{code}' does not lead to {page}"
                hint = "In the theme, link to part.web_page and other.page as templates/house/ does."
                place = subject.publication_place("web_page")
                yield place.finding(ID, SEVERITY, message, hint=hint, edition=code)


def _missing(subject: CheckSubject, code: str) -> Iterator[tuple[str, list[str]]]:
    wanted = list(_wanted(subject, code))
    links = {urldefrag(anchor.get("href")).url for anchor in subject.pages[code].all("a")}
    yield "HTML", [page for page in wanted if page not in links]
    yield "text", [page for page in wanted if page not in subject.texts.get(code, "")]


def _wanted(subject: CheckSubject, code: str) -> Iterator[str]:
    """Its own page, then those of the languages it is not in."""
    others = [
        one for one in subject.publication.languages if one not in languages_of(code) and one in subject.pages
    ]
    for one in (code, *others):
        if page := subject.publication.page_of(subject.issue.id, one):
            yield page
