"""A translation is as new as the text it was made from.

Why: When the French text changes and the English one does not, the two editions say different things.
Source: Project: a translation records the digest of the text it was made from under `translated_from`.
Wrong: `translated_from: {language: fr, digest: "sha256:..."}` with the digest of an older French text
Right: the digest of the French text as it is now
Fix: Bring the translation up to date, then run `newsletter corpus translate SLUG en --done`, or write the digest
that the finding shows.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.corpus.health import stale_finding
from newsletter.models.finding import Finding, Severity

ID = "BIL-STALE"
ALIAS = "stale-translation"
SEVERITY = Severity.WARNING
APPLIES_TO = Target.ARTICLE


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Every translation that says what it was made from."""
    for article in subject.articles:
        for language in article.translations:
            if (stale := stale_finding(article, language)) is not None:
                yield stale
