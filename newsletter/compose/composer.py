"""Issue + corpus + language -> edition: every reference resolved, every override applied.

The rules that decide whether an edition can be made at all (an unknown slug, a text missing in a language)
are reported here, because here is where nothing can go on without them; all others belong to `check`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from newsletter.models.article import Article, Corpus, Kind
from newsletter.models.finding import Finding, Loc, Severity, did_you_mean
from newsletter.models.issue import (
    LANGUAGE_SEPARATOR,
    ArticleChoice,
    Edition,
    EditionArticle,
    EditionSection,
    Issue,
    LanguagePart,
    Layout,
    SectionData,
    Select,
)
from newsletter.models.text import languages_of


@dataclass(frozen=True)
class ChosenArticle:
    """An article an issue runs, and where in the issue file it was chosen."""

    article: Article
    choice: ArticleChoice
    layout: Layout
    loc: Loc


@dataclass(frozen=True)
class ChosenSection:
    """A section with its slugs looked up and its `select` resolved."""

    data: SectionData
    articles: tuple[ChosenArticle, ...]
    loc: Loc


def choose_articles(
    issue: Issue, corpus: Corpus, languages: Collection[str], used: Collection[str]
) -> tuple[tuple[ChosenSection, ...], list[Finding]]:
    """Look up what the issue names and resolve what it selects.

    languages: those an article must exist in to be selected. used: slugs that earlier issues ran.
    An article named anywhere in the issue is never selected a second time.
    """
    findings: list[Finding] = []
    taken = {_choice(item).article for section in issue.data.sections for item in section.articles}
    sections: list[ChosenSection] = []
    for index, section in enumerate(issue.data.sections):
        chosen: list[ChosenArticle] = []
        for position, item in enumerate(section.articles):
            choice = _choice(item)
            loc: Loc = ("sections", index, "articles", position)
            article = corpus.articles.get(choice.article)
            if article is None:
                findings.append(_unknown_article(issue, choice.article, loc, corpus))
                continue
            chosen.append(ChosenArticle(article, choice, choice.layout or section.layout, loc))
        if section.select is not None:
            for article in select_articles(section.select, corpus, languages, taken, used):
                taken.add(article.slug)
                choice = ArticleChoice(article=article.slug)
                chosen.append(ChosenArticle(article, choice, section.layout, ("sections", index, "select")))
        sections.append(ChosenSection(section, tuple(chosen), ("sections", index)))
    return tuple(sections), findings


def select_articles(
    select: Select, corpus: Corpus, languages: Collection[str], taken: Collection[str], used: Collection[str]
) -> list[Article]:
    """The articles a `select` means, newest first, slugs deciding ties, cut at its limit.

    Only articles that exist in all `languages` count, so that a selection can never break an issue.
    """
    kinds = (select.kind,) if isinstance(select.kind, Kind) else select.kind
    found = [
        article
        for article in corpus.articles.values()
        if (kinds is None or article.data.kind in kinds)
        and set(select.tags) <= set(article.data.tags)
        and _within(article.data.published, select.since, select.before)
        and article.slug not in taken
        and not (select.unused and article.slug in used)
        and set(languages) <= set(article.translations)
    ]
    found.sort(key=lambda article: article.slug)
    found.sort(key=lambda article: article.data.published, reverse=True)
    return found[: select.limit]


def articles_of(sections: tuple[ChosenSection, ...]) -> list[Article]:
    """All articles of an issue, in order."""
    return [chosen.article for section in sections for chosen in section.articles]


def slugs_of(sections: tuple[ChosenSection, ...]) -> list[str]:
    """Slugs of all articles of an issue, in order."""
    return [chosen.article.slug for section in sections for chosen in section.articles]


def compose_edition(
    issue: Issue, sections: tuple[ChosenSection, ...], code: str
) -> tuple[Edition | None, list[Finding]]:
    """The issue in the language or languages of `code`; None when a text is missing that is not waived."""
    languages = languages_of(code)
    findings: list[Finding] = []
    parts = [_compose_part(issue, sections, language, findings) for language in languages]
    subject = _joined(issue, "subject", issue.data.subject, code, findings)
    preheader = _joined(issue, "preheader", issue.data.preheader, code, findings)
    if findings:
        return None, findings
    files = {issue.source.file: None}
    for section in sections:
        for chosen in section.articles:
            files.update(dict.fromkeys(chosen.article.files))
    edition = Edition(
        issue.id, code, issue.data.date, issue.data.template, subject, preheader, tuple(parts), tuple(files)
    )
    return edition, findings


def _compose_part(
    issue: Issue, sections: tuple[ChosenSection, ...], language: str, findings: list[Finding]
) -> LanguagePart:
    composed: list[EditionSection] = []
    for section in sections:
        heading = _text(issue, section.data.heading, language, (*section.loc, "heading"), findings)
        articles = [_compose_article(issue, chosen, language, findings) for chosen in section.articles]
        composed.append(
            EditionSection(heading, section.data.layout, tuple(article for article in articles if article))
        )
    intro = _text(issue, issue.data.intro, language, ("intro",), findings)
    return LanguagePart(language, issue.data.subject.get(language, ""), intro, tuple(composed))


def _compose_article(
    issue: Issue, chosen: ChosenArticle, language: str, findings: list[Finding]
) -> EditionArticle | None:
    article = chosen.article
    translation = article.translations.get(language)
    if translation is None:
        if not _waived(issue, article.slug, language):
            findings.append(_missing_translation(issue, chosen, language))
        return None
    title = _text(issue, chosen.choice.title, language, (*chosen.loc, "title"), findings)
    summary = _text(issue, chosen.choice.summary, language, (*chosen.loc, "summary"), findings)
    return EditionArticle(
        article, translation, chosen.layout, title or translation.data.title, summary or translation.data.summary
    )


def _text(
    issue: Issue, texts: Mapping[str, str] | None, language: str, loc: Loc, findings: list[Finding]
) -> str | None:
    if texts is None:
        return None
    if language not in texts:
        findings.append(_missing_text(issue, str(loc[-1]), language, loc))
    return texts.get(language)


def _joined(issue: Issue, name: str, texts: Mapping[str, str], code: str, findings: list[Finding]) -> str:
    """Its own text when the edition has one; else the texts of its languages, the first language first."""
    if code in texts:
        return texts[code]
    for language in languages_of(code):
        if language not in texts:
            findings.append(_missing_text(issue, name, language, (name,)))
    return LANGUAGE_SEPARATOR.join(texts.get(language, "") for language in languages_of(code))


def _missing_text(issue: Issue, name: str, language: str, loc: Loc) -> Finding:
    message = f"the {name} has no text in '{language}'"
    return issue.source.finding("BIL-BOTH", Severity.ERROR, message, *loc, hint=f"Add '{language}: ...'.")


def _missing_translation(issue: Issue, chosen: ChosenArticle, language: str) -> Finding:
    slug = chosen.article.slug
    if language in chosen.article.faulty:
        message = (
            f"the article '{slug}' cannot be shown in '{language}': corpus/{slug}/{language}.md has a mistake"
        )
        hint = "Correct that first: it is reported at its own line."
        return issue.source.finding("BIL-BOTH", Severity.ERROR, message, *chosen.loc, hint=hint)
    have = ", ".join(chosen.article.translations) or "no language"
    return issue.source.finding(
        "BIL-BOTH",
        Severity.ERROR,
        f"the article '{slug}' has no text in '{language}' (it has {have})",
        *chosen.loc,
        hint=f"Write corpus/{slug}/{language}.md, or waive it: waive: [{{rule: BIL-BOTH, article: {slug}, "
        f"language: {language}, reason: ...}}].",
    )


def _waived(issue: Issue, slug: str, language: str) -> bool:
    return any(
        waiver.rule.lower() in ("bil-both", "both-languages")
        and waiver.article == slug
        and waiver.language == language
        for waiver in issue.data.waive
    )


def _unknown_article(issue: Issue, slug: str, loc: Loc, corpus: Corpus) -> Finding:
    if slug in corpus.faulty:
        message = f"the article '{slug}' cannot be used: its folder corpus/{slug}/ has a mistake"
        hint = "Correct that first: it is reported at its own line."
        return issue.source.finding("ISSUE-SLUG", Severity.ERROR, message, *loc, hint=hint)
    write = f"There is no folder corpus/{slug}/: write the article, or take this line out."
    hint = did_you_mean(slug, corpus.articles) or write
    return issue.source.finding("ISSUE-SLUG", Severity.ERROR, f"unknown article '{slug}'", *loc, hint=hint)


def _choice(item: str | ArticleChoice) -> ArticleChoice:
    return item if isinstance(item, ArticleChoice) else ArticleChoice(article=item)


def _within(day: date, since: date | None, before: date | None) -> bool:
    return (since is None or day >= since) and (before is None or day < before)
