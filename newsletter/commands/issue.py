"""What the issues hold: all of them in a list, one of them with its selections resolved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from newsletter.commands.corpus import OpenCorpus
from newsletter.commands.project import Project
from newsletter.commands.status import open_project_store
from newsletter.commands.usage import ran_in, resolve_issues
from newsletter.compose import ChosenSection, choose_articles, find_issue, issue_ids, load_issue, slugs_of
from newsletter.errors import ProjectMistake, UnknownName
from newsletter.models.delivery import DeliveryState
from newsletter.models.finding import Finding
from newsletter.models.issue import Issue, SectionData
from newsletter.store.connection import path_of


@dataclass(frozen=True)
class SentRun:
    """One run of an issue: how many of its people the relay accepted it for."""

    run: str
    state: str
    day: date
    accepted: int
    total: int


@dataclass(frozen=True)
class IssueLine:
    """One issue in the list. day, subject and articles are None when its file has mistakes.

    runs: the oldest first; None when there is no ledger, so that nothing is known.
    """

    id: str
    file: str
    day: date | None
    subject: Mapping[str, str] | None
    articles: int | None
    runs: tuple[SentRun, ...] | None


@dataclass(frozen=True)
class ShownArticle:
    """An article of an issue. title: per language, as this issue has it. selected: chosen by rule.

    ran_before: issues of an earlier date that run it too. known: the corpus has it.
    """

    slug: str
    layout: str
    title: Mapping[str, str]
    selected: bool
    ran_before: tuple[str, ...]
    known: bool = True


@dataclass(frozen=True)
class ShownSection:
    """A section of an issue. number: what `--section` takes. select: the rule in words, or None."""

    number: int
    heading: Mapping[str, str]
    layout: str
    select: str | None
    articles: tuple[ShownArticle, ...]


@dataclass(frozen=True)
class ShownIssue:
    """An issue as `issue show` tells it."""

    issue: Issue
    sections: tuple[ShownSection, ...]
    findings: tuple[Finding, ...]


def list_issues(project: Project) -> list[IssueLine]:
    """All issues, the oldest first; those with mistakes, whose dates are unknown, after the others.

    Raises FileTrouble, StoreTrouble.
    """
    corpus = OpenCorpus(project).index.outline
    runs = _runs(project)
    lines: list[IssueLine] = []
    for issue, sections in resolve_issues(project, corpus):
        data, count = issue.data, len(slugs_of(sections))
        sent = None if runs is None else tuple(runs.get(issue.id, ()))
        lines.append(IssueLine(issue.id, issue.source.file, data.date, data.subject, count, sent))
    known = {line.id for line in lines}
    for name in issue_ids(project.issues, project.root):
        if name not in known:
            sent = None if runs is None else tuple(runs.get(name, ()))
            lines.append(IssueLine(name, f"issues/{name}.yaml", None, None, None, sent))
    return lines


def show_issue(project: Project, name: str | None) -> ShownIssue:
    """The issue called `name`, the newest when None.

    Raises UnknownName, FileTrouble; ProjectMistake when its file has mistakes.
    """
    issue = load_sound_issue(project, name)
    corpus = OpenCorpus(project).index.outline
    ran = ran_in(project, corpus, before=issue)
    sections, findings = choose_articles(issue, corpus, project.publication.languages, ran.keys())
    shown = tuple(
        ShownSection(
            index + 1,
            section.data.heading or {},
            section.data.layout.value,
            select_words(section.data),
            _shown_articles(section, ran),
        )
        for index, section in enumerate(sections)
    )
    return ShownIssue(issue, shown, tuple(findings))


def load_sound_issue(project: Project, name: str | None) -> Issue:
    """The issue called `name`, the newest when None. Raises UnknownName, FileTrouble, ProjectMistake."""
    path = find_issue(name, project.issues, project.root)
    issue, findings = load_issue(path, project.root)
    if issue is None:
        raise ProjectMistake(f"issue {path.stem} has mistakes; correct them first", findings)
    return issue


def section_title(number: int, section: SectionData) -> str:
    """A section as messages name it: ``2 (À lire / Worth reading)``."""
    return f"{number} ({' / '.join(section.heading.values())})" if section.heading else str(number)


def sections_hint(issue: Issue) -> str:
    """All sections of the issue, to choose from."""
    titles = [section_title(index + 1, section) for index, section in enumerate(issue.data.sections)]
    return f"Its sections: {', '.join(titles)}."


def select_words(section: SectionData) -> str | None:
    """The rule of a section as its file writes it, on one line."""
    if section.select is None:
        return None
    parts: list[str] = []
    for key, value in section.select.model_dump(mode="json", exclude_defaults=True).items():
        shown = (
            f"[{', '.join(value)}]" if isinstance(value, list) else str(value).lower() if value is True else value
        )
        parts.append(f"{key}: {shown}")
    return "{" + ", ".join(parts) + "}"


def runs_of(project: Project, issue_id: str) -> tuple[SentRun, ...]:
    """The runs of one issue, the oldest first; none when there is no ledger. Raises StoreTrouble."""
    return tuple((_runs(project) or {}).get(issue_id, ()))


def _shown_articles(section: ChosenSection, ran: Mapping[str, tuple[str, ...]]) -> tuple[ShownArticle, ...]:
    """What the section names, in the order of the file, then what it selects."""
    found = {chosen.loc: chosen for chosen in section.articles if chosen.loc[-1] != "select"}
    shown: list[ShownArticle] = []
    for position, item in enumerate(section.data.articles):
        slug = item if isinstance(item, str) else item.article
        chosen = found.get((*section.loc, "articles", position))
        if chosen is None:
            shown.append(ShownArticle(slug, section.data.layout.value, {}, False, ran.get(slug, ()), known=False))
            continue
        titles = {code: one.data.title for code, one in chosen.article.translations.items()}
        titles |= chosen.choice.title or {}
        shown.append(ShownArticle(slug, chosen.layout.value, titles, False, ran.get(slug, ())))
    for chosen in section.articles:
        if chosen.loc[-1] == "select":
            titles = {code: one.data.title for code, one in chosen.article.translations.items()}
            slug = chosen.article.slug
            shown.append(ShownArticle(slug, chosen.layout.value, titles, True, ran.get(slug, ())))
    return tuple(shown)


def _runs(project: Project) -> dict[str, list[SentRun]] | None:
    """Issue -> its runs; None when there is no ledger yet. Looking must not make one."""
    try:
        if not path_of(project.config.store, project.root).is_file():
            return None
    except UnknownName:
        return None
    found: dict[str, list[SentRun]] = {}
    with open_project_store(project) as store:
        for run in reversed(store.runs()):
            accepted = store.counts(run.id)[DeliveryState.ACCEPTED]
            day = run.created_at.astimezone(ZoneInfo(project.publication.timezone)).date()
            one = SentRun(run.id, run.state.value, day, accepted, run.total)
            found.setdefault(run.issue, []).append(one)
    return found
