"""Both languages of an article are about equally long.

Why: French takes a fifth more words than English. A text that is much shorter than the other usually lacks a
paragraph.
Source: Project.
Wrong: 200 words in `fr.md`, 90 in `en.md`
Right: 200 words in `fr.md`, 170 in `en.md`
Fix: Read both side by side. When one says the same in fewer words, nothing needs to be done.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.places import Place
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.locale.detection import word_count
from newsletter.models.finding import Finding, Severity

ID = "BIL-LENGTH"
ALIAS = "language-length"
SEVERITY = Severity.INFO
APPLIES_TO = Target.ARTICLE

LEAST, MOST = 0.8, 1.6
"""Words of French for one of English."""
LEAST_WORDS = 40


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Bodies of articles in French and English."""
    for article in subject.articles:
        french, english = article.translations.get("fr"), article.translations.get("en")
        if french is None or english is None:
            continue
        words = {one.language: word_count(one.body) for one in (french, english)}
        if min(words.values()) == 0 or max(words.values()) < LEAST_WORDS:
            continue
        if not LEAST <= words["fr"] / words["en"] <= MOST:
            short = french if words["fr"] / words["en"] < LEAST else english
            other = english if short is french else french
            place = Place(short.source.file, short.body_line, 1)
            message = (
                f"{words[short.language]} words in the text, but {words[other.language]} in {other.source.file}"
            )
            hint = "Read both side by side: a paragraph may be missing."
            yield place.finding(ID, SEVERITY, message, hint=hint, edition=short.language)
