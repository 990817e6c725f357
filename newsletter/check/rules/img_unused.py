"""Every file in `images/` of an article is one of its pictures.

Why: A file left behind is a picture that was meant to be shown, or one that the next editor takes for shown.
Source: Project.
Wrong: `images/hall.jpg` beside an `article.yaml` that names no `file: hall.jpg`
Right: `images: {hall: {file: hall.jpg}}`, or no such file
Fix: Name it under `images:`, or remove it.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.places import place_at
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "IMG-UNUSED"
ALIAS = "image-unused"
SEVERITY = Severity.INFO
APPLIES_TO = Target.ARTICLE


def check(subject: CheckSubject) -> Iterator[Finding]:
    """The files that were found beside each article of the issue."""
    for article in subject.articles:
        for file in subject.assets.unused.get(article.slug, ()):
            message = f"no picture of the article is the file images/{file}"
            hint = f"Name it under images: 'an-id: {{file: {file}}}', or remove it."
            yield place_at(article.source, "images").finding(ID, SEVERITY, message, hint=hint)
