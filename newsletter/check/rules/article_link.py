"""What an event, a session or a document names as its link is a link of the article.

Why: An event whose `registration` names no link goes out without the button it was written for.
Source: Project: links stand once in `article.yaml`; everything else names them by id.
Wrong: `registration: inscription`, and only `register:` under `links:`
Right: `registration: register`
Fix: Name a link that stands under `links:` in `article.yaml`, or add it there.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.corpus.health import UNKNOWN_LINK, unknown_links
from newsletter.models.finding import Finding, Severity

ID = UNKNOWN_LINK
ALIAS = "unknown-link"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.ARTICLE


def check(subject: CheckSubject) -> Iterator[Finding]:
    """The articles of the issue."""
    for article in subject.articles:
        yield from unknown_links(article)
