"""The French and the English of an article name the same days, sums and telephone numbers.

Why: A date that was corrected in one language only sends half of the readers on the wrong day.
Source: Equal quality of both versions, as federal practice words it; the project's promise of equal editions.
Wrong: `le 8 mai` in `fr.md`, `May 9` in `en.md`
Right: `le 8 mai` in `fr.md`, `May 8` in `en.md`
Fix: Find out which one is right, and correct the other. A day that one text names and the other does not is found
as well; waive the rule for the article when that is meant.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.passages import Passage
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.locale.written_facts import WrittenFact, written_facts
from newsletter.models.finding import Finding, Severity

ID = "BIL-FACTS"
ALIAS = "different-facts"
SEVERITY = Severity.WARNING
APPLIES_TO = Target.ARTICLE

_COMPARED = ("fr", "en")
"""Languages whose dates and sums are understood."""

_Said = dict[tuple[str, object], tuple[WrittenFact, Passage]]


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Titles, summaries and bodies of articles in French and English."""
    said: dict[str, dict[str, _Said]] = {}
    files = {one.source.file for article in subject.articles for one in article.translations.values()}
    for passage in subject.passages:
        slug = passage.source.slug
        if slug is not None and passage.language in _COMPARED and passage.source.place.file in files:
            facts = said.setdefault(slug, {}).setdefault(passage.language, {})
            for fact in written_facts(passage.text, passage.locale):
                facts.setdefault((fact.kind, fact.value), (fact, passage))
    for article in subject.articles:
        by_language = said.get(article.slug, {})
        if set(_COMPARED) <= set(article.translations):
            for one, other in (_COMPARED, _COMPARED[::-1]):
                file = article.translations[other].source.file
                yield from _missing(by_language.get(one, {}), by_language.get(other, {}), file)


def _missing(said: _Said, elsewhere: _Said, file: str) -> Iterator[Finding]:
    for key, (fact, passage) in said.items():
        if key in elsewhere:
            continue
        words = " ".join(passage.text[fact.start : fact.end].split())
        message = f"“{words}”: {file} names no such {fact.kind}"
        hint = "Compare the two texts, and correct the one that is wrong."
        yield passage.place_of(fact.start).finding(ID, SEVERITY, message, hint=hint, edition=passage.language)
