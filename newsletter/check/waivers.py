"""Findings an editor accepts by name, with a reason: `waive:` of an issue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity, did_you_mean
from newsletter.models.issue import Waiver
from newsletter.models.text import languages_of

WAIVE_UNKNOWN = "WAIVE-UNKNOWN"
WAIVE_UNUSED = "WAIVE-UNUSED"
_ALL_RULES = "All rules are listed in docs/reference/rules.md."


def rule_hint(name: str, names: Mapping[str, str]) -> str:
    """The nearest known rule, or where all of them are listed."""
    capitals = name.upper() == name
    known = set(names.values()) if capitals else set(names)
    return did_you_mean(name if capitals else name.lower(), sorted(known)) or _ALL_RULES


def accepts(waiver: Waiver, *, slug: str | None, language: str | None) -> bool:
    """True when the waiver covers that article in that language; a part it does not name is not asked for."""
    right_article = waiver.article is None or waiver.article == slug
    right_language = waiver.language is None or waiver.language in languages_of(language or "")
    return right_article and right_language


def is_waived(subject: CheckSubject, rule_id: str, alias: str, *, slug: str, language: str) -> bool:
    """True when the issue accepts this rule's finding about that article in that language."""
    names = {rule_id.lower(), alias}
    return any(
        waiver.rule.lower() in names and accepts(waiver, slug=slug, language=language)
        for waiver in subject.issue.data.waive
    )


def apply_waivers(
    subject: CheckSubject, findings: Iterable[Finding], names: Mapping[str, str]
) -> Iterator[Finding]:
    """The findings, errors and warnings that are waived turned into infos that name the reason.

    A waiver of an unknown rule, and one that covers nothing, are findings of their own: a reason that stays
    behind would silently accept the next mistake.
    """
    waivers = subject.issue.data.waive
    articles = _article_places(subject)
    used: set[int] = set()
    for finding in findings:
        slug = articles.get((finding.file, finding.line)) or articles.get((finding.file, None))
        language = finding.edition or _language_of(subject, finding)
        reason: str | None = None
        for index, waiver in enumerate(waivers):
            if names.get(waiver.rule.lower()) == finding.rule and accepts(waiver, slug=slug, language=language):
                used.add(index)
                reason = reason or waiver.reason
        if reason is not None and finding.severity is not Severity.INFO:
            message = f"{finding.message} (waived: {reason})"
            yield replace(finding, severity=Severity.INFO, message=message, hint=None)
        else:
            yield finding
    for index, waiver in enumerate(waivers):
        place = subject.issue_place("waive", index)
        if waiver.rule.lower() not in names:
            hint = rule_hint(waiver.rule, names)
            message = f"the waiver names a rule that does not exist: {waiver.rule}"
            yield place.finding(WAIVE_UNKNOWN, Severity.WARNING, message, hint=hint)
        elif index not in used:
            message = f"the waiver of {waiver.rule} covers nothing any more"
            yield place.finding(WAIVE_UNUSED, Severity.INFO, message, hint="Delete this waiver.")


def _article_places(subject: CheckSubject) -> dict[tuple[str | None, int | None], str]:
    """(file, line) -> slug: all lines of an article's files, and its own lines in the issue."""
    places: dict[tuple[str | None, int | None], str] = {}
    for article in subject.articles:
        for file in {article.source.file, *article.files, *(t.source.file for t in article.translations.values())}:
            places[(file, None)] = article.slug
    source = subject.issue.source
    for chosen in subject.chosen:
        if chosen.entry is None:
            continue
        prefix = ("sections", chosen.section, "articles", chosen.entry)
        for loc, (line, _) in source.positions.items():
            if loc[: len(prefix)] == prefix:
                places[(source.file, line)] = chosen.slug
    return places


def _language_of(subject: CheckSubject, finding: Finding) -> str | None:
    """The language of the translation a finding points into."""
    for article in subject.articles:
        for language, translation in article.translations.items():
            if translation.source.file == finding.file:
                return language
    return None
