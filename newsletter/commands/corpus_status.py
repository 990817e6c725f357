"""The state of the corpus: what is complete, what is stale, what is broken, what no issue ever ran."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from newsletter.commands.corpus import OpenCorpus, drafts, text_file
from newsletter.commands.project import Project
from newsletter.commands.usage import issue_order
from newsletter.compose import choose_articles, issue_ids, load_issue, slugs_of
from newsletter.corpus.health import MISSING_ALT, MISSING_LABEL, STALE
from newsletter.models.finding import Finding, Severity
from newsletter.models.issue import Issue

MISSING_TRANSLATION = "BIL-BOTH"


@dataclass(frozen=True)
class LanguageStatus:
    """One language of the publication: slugs of the articles with something missing.

    complete: how many articles have a text in it that lacks nothing and is up to date.
    """

    language: str
    complete: int
    missing: tuple[str, ...]
    stale: tuple[str, ...]
    alts: tuple[str, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True)
class CorpusStatus:
    """The state of the corpus. articles: those that can be read. broken: folders that cannot.

    problems: all that somebody should correct, worst first. unused: articles that no issue runs, oldest first.
    drafts: what waits to be accepted.
    """

    articles: int
    broken: tuple[str, ...]
    languages: tuple[LanguageStatus, ...]
    problems: tuple[Finding, ...]
    unused: tuple[str, ...]
    drafts: tuple[str, ...]


def corpus_status(corpus: OpenCorpus) -> CorpusStatus:
    """Look through all articles and issues. Raises FileTrouble."""
    project, entries = corpus.project, corpus.index.entries
    problems = [one for entry in entries.values() for one in entry.problems]
    problems += [one for findings in corpus.index.broken.values() for one in findings]
    problems += _missing_translations(corpus)
    used, of_issues = _issues(project, corpus)
    problems += of_issues
    by_language = {language: _language(corpus, language) for language in project.publication.languages}
    unused = sorted((entry.published, slug) for slug, entry in entries.items() if slug not in used)
    return CorpusStatus(
        len(entries),
        tuple(corpus.index.broken),
        tuple(by_language.values()),
        tuple(sorted(dict.fromkeys(problems), key=Finding.sort_key)),
        tuple(slug for _, slug in unused),
        drafts(project),
    )


def _missing_translations(corpus: OpenCorpus) -> Iterator[Finding]:
    for slug, entry in corpus.index.entries.items():
        for language in corpus.project.publication.languages:
            file = text_file(entry.files[0], language)
            if language not in entry.translations and file not in entry.files:
                hint = f"newsletter corpus translate {slug} {language}" if entry.translations else f"Write {file}."
                message = f"the article has no text in '{language}'"
                yield Finding(MISSING_TRANSLATION, Severity.WARNING, message, entry.files[0], hint=hint)


def _language(corpus: OpenCorpus, language: str) -> LanguageStatus:
    rules = (MISSING_TRANSLATION, STALE, MISSING_ALT, MISSING_LABEL)
    lacks: dict[str, list[str]] = {rule: [] for rule in rules}
    complete = 0
    for slug, entry in corpus.index.entries.items():
        if language not in entry.translations:
            lacks[MISSING_TRANSLATION].append(slug)
            continue
        found = {one.rule for one in entry.problems if one.edition == language and _is_lack(one)}
        for rule in found:
            lacks[rule].append(slug)
        complete += not found
    return LanguageStatus(
        language,
        complete,
        tuple(lacks[MISSING_TRANSLATION]),
        tuple(lacks[STALE]),
        tuple(lacks[MISSING_ALT]),
        tuple(lacks[MISSING_LABEL]),
    )


def _is_lack(problem: Finding) -> bool:
    """Words for a picture or link that is not there are a mistake, but readers miss nothing."""
    if problem.rule in (MISSING_ALT, MISSING_LABEL):
        return problem.severity is Severity.ERROR
    return problem.rule == STALE


def _issues(project: Project, corpus: OpenCorpus) -> tuple[set[str], list[Finding]]:
    """Slugs that issues run; what issues name and the corpus does not have, and issues that cannot be read."""
    issues: list[Issue] = []
    findings: list[Finding] = []
    for name in issue_ids(project.issues, project.root):
        issue, problems = load_issue(project.issues / f"{name}.yaml", project.root)
        findings += problems
        if issue is not None:
            issues.append(issue)
    used: set[str] = set()
    for issue in sorted(issues, key=issue_order):
        sections, problems = choose_articles(issue, corpus.index.outline, project.publication.languages, used)
        findings += problems
        used.update(slugs_of(sections))
    return used, findings
