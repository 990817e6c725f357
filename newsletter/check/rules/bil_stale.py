"""A translation is as new as the text it was made from.

Why: When the French text changes and the English one does not, the two editions say different things.
Source: Project: a translation records the digest of the text it was made from under `translated_from`.
Wrong: `translated_from: {language: fr, digest: "sha256:..."}` with the digest of an older French text
Right: the digest of the French text as it is now
Fix: Bring the translation up to date, then write the digest that the finding shows.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.places import place_at
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "BIL-STALE"
ALIAS = "stale-translation"
SEVERITY = Severity.WARNING
APPLIES_TO = Target.ARTICLE


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Every translation that says what it was made from."""
    for article in subject.articles:
        for one in article.translations.values():
            origin = one.data.translated_from
            if origin is None:
                continue
            source = article.translations.get(origin.language)
            if source is None:
                message = f"says it was translated from '{origin.language}', but the article has no such text"
                place = place_at(one.source, "translated_from", "language")
                hint = "Correct the language, or delete translated_from."
                yield place.finding(ID, SEVERITY, message, hint=hint, edition=one.language)
            elif source.digest != origin.digest:
                message = f"{source.source.file} has changed since this translation was made"
                place = place_at(one.source, "translated_from", "digest")
                hint = f'Update the translation, then write digest: "{source.digest}".'
                yield place.finding(ID, SEVERITY, message, hint=hint, edition=one.language)
