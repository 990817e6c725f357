"""A text is not the same words in two languages.

Why: Identical texts are nearly always a translation that was forgotten after a copy. Short names that are
written the same way in several languages are left alone.
Source: Project.
Wrong: `heading: {fr: Coming up this month, en: Coming up this month}`
Right: `heading: {fr: À venir ce mois-ci, en: Coming up this month}`
Fix: Translate the text where the finding points. When two languages really say the same (a title that is
never translated), waive the rule with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import combinations

from newsletter.check.places import Place, localized, place_at, strings
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.article import Article
from newsletter.models.finding import Finding, Loc, Severity

ID = "BIL-SAME-TEXT"
ALIAS = "same-text"
SEVERITY = Severity.WARNING
APPLIES_TO = Target.ARTICLE

MAX_NAME_WORDS = 4
"""A text of up to this many words that all begin with a capital is taken for a name."""
_ADDRESS = re.compile(r"(https?:|mailto:|tel:)\S+$|\S+@\S+$")


def check(subject: CheckSubject) -> Iterator[Finding]:
    """The issue's own texts, then those of its articles."""
    languages = subject.publication.languages
    names = {text for _, texts in localized(subject.publication) for text in texts.values()}
    for loc, texts in localized(subject.issue.data):
        places = {code: subject.issue_place(*loc, code) for code in texts}
        yield from _compare(texts, places, languages, names)
    for article in subject.articles:
        for loc, texts in localized(article.data):
            places = {code: place_at(article.source, *loc, code) for code in texts}
            yield from _compare(texts, places, languages, names)
        yield from _translations(article, languages, names)


def _translations(article: Article, languages: tuple[str, ...], names: set[str]) -> Iterator[Finding]:
    texts: dict[Loc, dict[str, str]] = {}
    places: dict[Loc, dict[str, Place]] = {}
    for code, one in article.translations.items():
        for loc, text in strings(one.data):
            if loc[0] != "translated_from":
                texts.setdefault(loc, {})[code] = text
                places.setdefault(loc, {})[code] = place_at(one.source, *loc)
        texts.setdefault(("body",), {})[code] = one.body
        places.setdefault(("body",), {})[code] = Place(one.source.file, one.body_line, 1)
    for loc, by_language in texts.items():
        yield from _compare(by_language, places[loc], languages, names)


def _compare(
    texts: Mapping[str, str], places: Mapping[str, Place], languages: tuple[str, ...], names: set[str]
) -> Iterator[Finding]:
    for first, other in combinations(languages, 2):
        text = texts.get(first)
        if text and text == texts.get(other) and text not in names and not _is_name(text):
            line = text.splitlines()[0]
            shown = line if len(line) <= 60 else line[:59].rstrip() + "…"
            message = f"the same text in '{first}' and '{other}': {shown}"
            hint = f"Translate it into '{other}' or into '{first}', or waive {ID} when both say the same."
            yield places[other].finding(ID, SEVERITY, message, hint=hint, edition=other)


def _is_name(text: str) -> bool:
    words = text.split()
    if len(words) <= 1 or _ADDRESS.match(text):
        return True
    return len(words) <= MAX_NAME_WORDS and all(not word[0].islower() for word in words)
