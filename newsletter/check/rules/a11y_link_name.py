"""Every link has words to click on, in each language.

Why: A link without words is read aloud as its address, letter by letter, and cannot be found by eye.
Source: WCAG 2.2, 2.4.4 Link Purpose and 4.1.2 Name, Role, Value; Email Markup Consortium report 2025, finding
5.
Wrong: `links: {register: {url: ...}}` in `article.yaml` and no `links:` in `en.md`
Right: `links: {register: "Register for the open sessions"}` in `en.md`
Fix: Add the label, under the link's own name, to the file the finding points at.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.corpus.health import label_findings
from newsletter.models.finding import Finding, Severity

ID = "A11Y-LINK-NAME"
ALIAS = "link-name"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.ARTICLE


def check(subject: CheckSubject) -> Iterator[Finding]:
    """The labels in the translations, then every link of the HTML."""
    for article in subject.articles:
        for one in article.translations.values():
            yield from label_findings(article, one)
    reported = {link.url for link in subject.links if link.slug and link.text is None}
    for code, page in subject.pages.items():
        for anchor in page.all("a"):
            url = anchor.get("href")
            if url and not anchor.name() and url not in reported:
                place = subject.locate(url, code)
                message = f"a link without words leads to {url}"
                hint = "Give it words; for a linked picture, an alt text that says where the link leads."
                yield place.finding(ID, SEVERITY, message, hint=hint, edition=code)
