"""Which issues ran an article: what "already ran in" and `select: {unused: true}` mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from newsletter.commands.project import Project
from newsletter.compose import ChosenSection, choose_articles, issue_ids, load_issue, slugs_of
from newsletter.models.article import Corpus
from newsletter.models.issue import Issue


def issue_order(issue: Issue) -> tuple[date, str]:
    """Issues come one after the other by date; ids decide between those of one day."""
    return issue.data.date, issue.id


def issues_in_order(project: Project) -> list[Issue]:
    """Every issue that can be read, the oldest first; files with mistakes are for `check` to report.

    Raises FileTrouble when the folder cannot be read.
    """
    loaded = (
        load_issue(project.issues / f"{one}.yaml", project.root)[0]
        for one in issue_ids(project.issues, project.root)
    )
    return sorted((issue for issue in loaded if issue is not None), key=issue_order)


def resolve_issues(project: Project, corpus: Corpus) -> Iterator[tuple[Issue, tuple[ChosenSection, ...]]]:
    """Every issue that can be read with its sections resolved, the oldest first.

    An issue's `unused` leaves out what the issues before it ran. Raises FileTrouble.
    """
    used: set[str] = set()
    for issue in issues_in_order(project):
        sections, _ = choose_articles(issue, corpus, project.publication.languages, used)
        used.update(slugs_of(sections))
        yield issue, sections


def ran_in(project: Project, corpus: Corpus, *, before: Issue | None = None) -> Mapping[str, tuple[str, ...]]:
    """Slug -> ids of the issues that run the article, the oldest first; articles that never ran have no entry.

    before: only issues that come earlier than this one. Raises FileTrouble.
    """
    ran: dict[str, tuple[str, ...]] = {}
    for issue, sections in resolve_issues(project, corpus):
        if before is not None and issue_order(issue) >= issue_order(before):
            break
        for slug in dict.fromkeys(slugs_of(sections)):
            ran[slug] = (*ran.get(slug, ()), issue.id)
    return ran
