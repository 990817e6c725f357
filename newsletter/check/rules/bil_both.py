"""Every text stands in every language of the publication.

Why: A reader who chose English must not meet a gap, or French, where a text was forgotten; every language
carries the same news.
Source: Charter of the French Language (CQLR c. C-11) and the project's promise of equal editions.
Wrong: `heading: {fr: À venir}`
Right: `heading: {fr: À venir, en: Coming up}`
Fix: Add the missing language where the finding points. When an article really exists in one language only,
waive the rule for that article and language, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.places import localized, place_at
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject, Chosen
from newsletter.models.article import Article
from newsletter.models.finding import Finding, Severity

ID = "BIL-BOTH"
ALIAS = "both-languages"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.ARTICLE

_BY_TRANSLATION = frozenset({"links", "alts"})
"""Blocks whose languages other rules judge: an address may exist in one language only (LNK-PARITY)."""


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Missing translations, then missing languages inside the issue, the articles and the publication."""
    for chosen in subject.chosen:
        yield from _missing_translation(subject, chosen)
    for loc, texts in localized(subject.issue.data):
        for language in subject.publication.languages:
            if language not in texts:
                place = subject.issue_place(*loc)
                yield place.finding(ID, SEVERITY, _message(loc, language), hint=_hint(language), edition=language)
    for article in subject.articles:
        yield from _inside(article, subject.publication.languages)
    for loc, texts in localized(subject.publication):
        if loc != ("locales",):
            for language in set(subject.publication.languages) - set(texts):
                place = subject.publication_place(*loc)
                yield place.finding(ID, SEVERITY, _message(loc, language), hint=_hint(language), edition=language)


def _missing_translation(subject: CheckSubject, chosen: Chosen) -> Iterator[Finding]:
    if chosen.article is None:
        return
    for language in subject.publication.languages:
        if language not in chosen.article.translations:
            have = ", ".join(chosen.article.translations) or "no language"
            yield chosen.place.finding(
                ID,
                SEVERITY,
                f"the article '{chosen.slug}' has no text in '{language}' (it has {have})",
                hint=f"Write corpus/{chosen.slug}/{language}.md, or waive it under waive: with rule BIL-BOTH, "
                f"article {chosen.slug}, language {language} and the reason.",
                edition=language,
            )


def _inside(article: Article, languages: tuple[str, ...]) -> Iterator[Finding]:
    for loc, texts in localized(article.data):
        if loc[0] in _BY_TRANSLATION:
            continue
        for language in languages:
            if language in article.translations and language not in texts:
                place = place_at(article.source, *loc)
                yield place.finding(ID, SEVERITY, _message(loc, language), hint=_hint(language), edition=language)
    with_kicker = [one for one in article.translations.values() if one.data.kicker]
    for one in article.translations.values():
        if with_kicker and not one.data.kicker:
            place = place_at(one.source, "title")
            message = f"no kicker, and {with_kicker[0].source.file} has one"
            yield place.finding(ID, SEVERITY, message, hint="Add 'kicker: ...' here.", edition=one.language)


def _message(loc: tuple[str | int, ...], language: str) -> str:
    name = next((step for step in reversed(loc) if isinstance(step, str)), "text")
    return f"the {name.replace('_', ' ')} has no text in '{language}'"


def _hint(language: str) -> str:
    return f"Add '{language}: ...'."
