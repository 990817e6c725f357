"""A link leads somewhere: to a whole address, or to a place that exists in the mail.

Why: In a mail there is no page that `/fr/nouvelles` or `www.example.org` could be relative to; a link to `#`
does nothing.
Source: caniemail html-anchor-links, note 7: a jump inside the mail needs `<a name>`, because some clients
ignore ids.
Wrong: `url: www.example.org/report`, `[le rapport](/fr/rapport)`, `href="#"`
Right: `url: https://www.example.org/report`
Fix: Write the whole address, from https:// on.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from newsletter.check.page import HtmlPage
from newsletter.check.places import Place
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "LNK-EMPTY"
ALIAS = "link-empty"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.ARTICLE


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Written links, then jumps inside each mail."""
    for link in subject.links:
        url = link.url.strip()
        if url.startswith("#") and len(url) > 1:
            continue
        if url in ("", "#"):
            shown = f" '{link.text}'" if link.text else ""
            message = f"the link{shown} leads nowhere"
            yield link.place.finding(ID, SEVERITY, message, hint="Write the whole address.", edition=link.edition)
        elif not _has_scheme(url):
            message = f"the address is not whole: {url}"
            example = f", e.g. https://{url}" if "." in url and not url.startswith("/") else ""
            hint = f"Write it from https:// on{example}."
            yield link.place.finding(ID, SEVERITY, message, hint=hint, edition=link.edition)
    for code, page in subject.pages.items():
        yield from _jumps(page, subject.issue_place(), code)


def _has_scheme(url: str) -> bool:
    try:
        return bool(urlsplit(url).scheme) and not url.startswith("//")
    except ValueError:
        return True  # LNK-SCHEME says that it cannot be read


def _jumps(page: HtmlPage, place: Place, code: str) -> Iterator[Finding]:
    names = {anchor.get("name") for anchor in page.all("a")}
    ids = {element.get("id") for element in page.root.walk()}
    place = Place(place.file)
    for anchor in page.all("a"):
        url = anchor.get("href")
        target = url[1:]
        if not url.startswith("#") or not target or target in names:
            continue
        if target in ids:
            message = f'the jump to {url} has no <a name="{target}">; some mail clients ignore the id alone'
            hint = f'In the template, put <a name="{target}"></a> at the place.'
            yield place.finding(ID, Severity.WARNING, message, hint=hint, edition=code)
        else:
            message = f"the jump to {url} leads nowhere in this mail"
            yield place.finding(ID, SEVERITY, message, hint="In the template, name the place.", edition=code)
