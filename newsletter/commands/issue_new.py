"""A first draft of an issue, made from what the corpus has new: the editor decides, the draft says what."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import groupby
from pathlib import Path
from zoneinfo import ZoneInfo

from newsletter.check.rules import hdr_subject_len, pre_len
from newsletter.check.rules.date_past import ends_of
from newsletter.commands.corpus import OpenCorpus
from newsletter.commands.files import write_file
from newsletter.commands.issue_words import (
    HEADINGS,
    LAYOUTS,
    LEAD,
    heading_for,
    propose_preheader,
    propose_subject,
)
from newsletter.commands.project import Project
from newsletter.commands.usage import issue_order, issues_in_order, resolve_issues
from newsletter.compose import ChosenSection, issue_ids, slugs_of
from newsletter.corpus import load_article
from newsletter.corpus.index import CorpusIndex
from newsletter.errors import Refusal, UnknownName
from newsletter.locale import NBSP
from newsletter.models.article import Article, Corpus, Kind
from newsletter.models.issue import Issue, IssueData, Layout
from newsletter.models.publication import Publication
from newsletter.models.text import one_line
from newsletter.yamledit import in_flow
from newsletter.yamlfile import parse_yaml, validate

MOST = 12
"""Articles in a draft when `--limit` does not say: what the sample issues have, and what people read."""

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_DAY = re.compile(r"(\d{4})-(\d\d)(?:-(\d\d))?(?![0-9])")
_SATURDAY = 5
_LEADING = (Kind.PUBLICATION, Kind.PROJECT, Kind.NEWS, Kind.EVENT)
"""Kinds that can open an issue, with a text long enough for it."""


@dataclass(frozen=True)
class DraftSection:
    """A section of a draft. proposal: the words known for its heading, which a language may lack."""

    heading: Mapping[str, str]
    layout: Layout
    articles: tuple[Article, ...]
    proposal: Mapping[str, str]


@dataclass(frozen=True)
class Draft:
    """An issue that was drafted. since: the first day whose articles are new, None for all there are.

    left_out: slug -> why a new article is not in the draft. notes: what the person should know besides.
    """

    issue: str
    file: str
    day: date
    previous: Issue | None
    since: date | None
    subject: Mapping[str, str]
    preheader: Mapping[str, str]
    sections: tuple[DraftSection, ...]
    left_out: Mapping[str, str]
    notes: tuple[str, ...]


def new_issue(
    project: Project, name: str, *, day: date | None = None, since: date | None = None, limit: int = MOST
) -> Draft:
    """Draft the issue called `name` from the corpus and write its file.

    day: when it goes out; read from the name when None: `2022-05-12`; `2022-05` is today in that month, its first
    day when it is still to come, and when it is over the last working day that leaves least out.
    since: the first day that is new; the day of the issue before when None. limit: articles at most, the newest.

    Raises UnknownName (a name that says no date), Refusal (the file exists, or nothing is new), FileTrouble.
    """
    path = _path_of(project, name)
    file, languages = f"issues/{path.name}", project.publication.languages
    if path.exists():
        hint = f"Add to it: newsletter issue add {path.stem} SLUG --section N; or choose another name."
        raise Refusal("the file exists and is not overwritten", where=file, hint=hint)
    days = [day] if day else _days_of(project, path.stem)
    index = OpenCorpus(project).index
    plan = _best_plan(project, index.outline, path.stem, days, since)
    if not plan.articles:
        raise _nothing_new(path.stem, plan)
    articles = plan.articles[:limit]
    left_out = plan.left_out | {one.slug: f"{limit} articles are newer (--limit)" for one in plan.articles[limit:]}
    sections = tuple(_sections(articles, plan.day, languages))
    lead = sections[0].articles[0]
    second = [one.articles[0] for one in sections if one.articles[0] is not lead] or [*sections[0].articles[1:]]
    subject = propose_subject(lead, project.publication)
    preheader = propose_preheader(lead, second[:1], subject, project.publication)
    notes = tuple(_notes(project, index))
    draft = Draft(
        path.stem, file, plan.day, plan.previous, plan.since, subject, preheader, sections, left_out, notes
    )
    text = "\n".join(_lines(project, draft, index.outline, plan.used)) + "\n"
    _require_valid(text, file)
    write_file(path, text)
    return draft


def _path_of(project: Project, name: str) -> Path:
    stem = Path(name).name
    for suffix in (".yaml", ".yml"):
        stem = stem.removesuffix(suffix)
    if not _ID.fullmatch(stem):
        raise UnknownName(
            f"'{name}' cannot be the name of an issue", hint="Use letters, digits and hyphens: 2022-05."
        )
    return project.issues / f"{stem}.yaml"


@dataclass(frozen=True)
class _Plan:
    """What an issue of one day would have. since: the first day that is new to it, None for all."""

    day: date
    previous: Issue | None
    used: frozenset[str]
    since: date | None
    articles: list[Article]
    left_out: dict[str, str]


@dataclass(frozen=True)
class _History:
    """Every issue there is, resolved, the oldest first."""

    issues: tuple[tuple[Issue, tuple[ChosenSection, ...]], ...]

    def before(self, day: date, issue_id: str) -> tuple[Issue | None, frozenset[str]]:
        """The issue before the one of `day` and `issue_id`, and what all issues before it ran."""
        earlier = [one for one in self.issues if issue_order(one[0]) < (day, issue_id)]
        used = frozenset(slug for _, sections in earlier for slug in slugs_of(sections))
        return (earlier[-1][0] if earlier else None), used


def _days_of(project: Project, issue_id: str) -> list[date]:
    """The days the issue may go out, as its name says: one, or all of a month that is over."""
    hint = "Give it: --date 2022-05-12; or name the issue by its month: 2022-05."
    match = _DAY.match(issue_id)
    if match is None:
        raise UnknownName(f"the name '{issue_id}' does not say when the issue goes out", hint=hint)
    year, month, day = int(match[1]), int(match[2]), int(match[3] or 1)
    try:
        first = date(year, month, day)
    except ValueError:
        raise UnknownName(f"'{match[0]}' is no date", hint=hint) from None
    if match[3]:
        return [first]
    today = project.clock.now().astimezone(ZoneInfo(project.publication.timezone)).date()
    last = calendar.monthrange(year, month)[1]
    if today > first.replace(day=last):
        return [first.replace(day=one) for one in range(1, last + 1)]
    return [max(first, today)]


def _best_plan(project: Project, corpus: Corpus, issue_id: str, days: Sequence[date], since: date | None) -> _Plan:
    """The plan of the day that leaves out least; of such days, the last one that is no Saturday or Sunday."""
    history = _History(tuple(resolve_issues(project, corpus)))
    articles = _newest_first(corpus)
    read = cache(lambda slug: load_article(project.corpus / slug, project.root)[0])
    plans: list[_Plan] = []
    for day in days:
        previous, used = history.before(day, issue_id)
        first = since or (previous.data.date if previous else None)
        fresh = [
            one for one in articles if one.slug not in used and (first or date.min) <= one.data.published <= day
        ]
        whole = [article for one in fresh if (article := read(one.slug)) is not None]
        chosen, left_out = _choose(whole, project.publication.languages, day)
        plans.append(_Plan(day, previous, used, first, chosen, left_out))
    return max(plans, key=lambda one: (len(one.articles), one.day.weekday() < _SATURDAY, one.day))


def _choose(
    articles: Sequence[Article], languages: Sequence[str], day: date
) -> tuple[list[Article], dict[str, str]]:
    """Those of `articles` that can run on `day`, and why the others cannot."""
    left_out: dict[str, str] = {}
    chosen: list[Article] = []
    for article in articles:
        missing = [code for code in languages if code not in article.translations]
        over = [(end, words) for _, end, words in ends_of(article) if end < day]
        if missing:
            left_out[article.slug] = f"it has no text in {', '.join(missing)}"
        elif over:
            left_out[article.slug] = f"{over[0][1]} on {over[0][0].isoformat()}"
        else:
            chosen.append(article)
    return chosen, left_out


def _newest_first(corpus: Corpus) -> list[Article]:
    articles = sorted(corpus.articles.values(), key=lambda one: one.slug)
    return sorted(articles, key=lambda one: one.data.published, reverse=True)


def _nothing_new(issue_id: str, plan: _Plan) -> Refusal:
    span = f"from {plan.since.isoformat()} to" if plan.since else "up to"
    before = plan.previous
    after = f" (issue {before.id} came out on {before.data.date.isoformat()})" if before else ""
    why = "; ".join(f"{slug}: {reason}" for slug, reason in list(plan.left_out.items())[:5])
    hint = f"Left out: {why}." if why else "Look further back with --since 2020-01-01, or add articles to corpus/."
    what = f"nothing is new for issue {issue_id}: no unused article was published {span} {plan.day.isoformat()}"
    return Refusal(f"{what}{after}", hint=hint)


def _sections(articles: Sequence[Article], day: date, languages: Sequence[str]) -> Iterator[DraftSection]:
    """The leading article by itself, then the others by kind; a short issue needs no lead of its own."""
    rest = list(articles)
    lead = next(
        (article for article in articles if article.data.kind in _LEADING and not _is_coming(article, day)), None
    )
    if lead is not None and len(articles) > 2:
        rest.remove(lead)
        yield DraftSection(heading_for(LEAD, languages), Layout.FEATURE, (lead,), LEAD)
    order = list(HEADINGS)
    kinds = {article.slug: _kind_here(article, day) for article in rest}
    rest.sort(key=lambda article: order.index(kinds[article.slug]))
    for kind, group in groupby(rest, key=lambda article: kinds[article.slug]):
        found = tuple(group)
        if kind is Kind.EVENT:
            found = tuple(
                sorted(found, key=lambda one: one.data.event.start.isoformat() if one.data.event else "")
            )
        yield DraftSection(heading_for(HEADINGS[kind], languages), LAYOUTS[kind], found, HEADINGS[kind])


def _kind_here(article: Article, day: date) -> Kind:
    """An event that is over is told as news: nobody can come any more."""
    kind = article.data.kind
    return Kind.NEWS if kind is Kind.EVENT and not _is_coming(article, day) else kind


def _is_coming(article: Article, day: date) -> bool:
    """An event that is not over; the report on one is published after it."""
    return any(path == ("event", "end") and end >= day for path, end, _ in ends_of(article))


def _notes(project: Project, index: CorpusIndex) -> Iterator[str]:
    """Files that could not be read, so that what they hold is not in the draft, or is in it a second time."""
    readable = {issue.id for issue in issues_in_order(project)}
    for one in issue_ids(project.issues, project.root):
        if one not in readable:
            yield f"issues/{one}.yaml has mistakes: what it runs counts as unused here"
    if index.broken:
        yield f"these articles have mistakes and were not looked at: {', '.join(index.broken)}"


def _require_valid(text: str, file: str) -> None:
    document, findings = parse_yaml(text, file)
    if document is not None:
        _, findings = validate(IssueData, document)
    if findings:
        hint = "This is a defect of newsletter; nothing was written."
        raise Refusal(f"the draft would not be sound: {findings[0].message}", where=file, hint=hint)


def _lines(project: Project, draft: Draft, corpus: Corpus, used: frozenset[str]) -> Iterator[str]:
    """The file, with a comment wherever the editor decides."""
    publication = project.publication
    after = f"issue {draft.previous.id}" if draft.previous else "the beginning"
    lead = draft.sections[0].articles[0]
    yield "# yaml-language-server: $schema=../schemas/issue.schema.json"
    yield "#"
    yield f"# A draft from the corpus: what is new since {after}, in every language, and not in an issue yet."
    yield "# Read every line that says Decide, then look at it and have it checked:"
    yield f"#   newsletter preview {draft.issue}"
    yield f"#   newsletter check {draft.issue}"
    yield "#"
    yield "# Decide: the day it goes out. Nothing below is over by then; with another day, check tells what is."
    yield f"date: {draft.day.isoformat()}"
    best, most = hdr_subject_len.PHONE, hdr_subject_len.DESKTOP
    yield f"# Decide: proposed from the title of {lead.slug}. {best} characters are best, {most} the most."
    yield "subject:"
    yield from (f"  {code}: {_quoted(text)}" for code, text in draft.subject.items())
    least, most = pre_len.SHORTEST, pre_len.LONGEST
    yield f"# Decide: proposed from its summary. {least} to {most} characters that say more than the subject."
    yield "preheader:"
    yield from (f"  {code}: {_quoted(text)}" for code, text in draft.preheader.items())
    yield "# Decide: a few words of welcome (Markdown), or none."
    yield "# intro:"
    yield from (f'#   {code}: "..."' for code in publication.languages)
    yield f"template: {draft.previous.data.template if draft.previous else 'house'}"
    yield "# Decide: what leads, the order, what is too much. Behind each article stands the day it was published."
    yield "sections:"
    for section in draft.sections:
        yield from _section_lines(section, publication)
    yield from _left_out_lines(draft, corpus, used)
    yield "# Decide: who gets it."
    yield f"audience: {{lists: {in_flow(_lists(project, draft.previous))}}}"


def _section_lines(section: DraftSection, publication: Publication) -> Iterator[str]:
    if section.heading:
        heading = ", ".join(f"{code}: {_quoted(text)}" for code, text in section.heading.items())
        yield f"  - heading: {{{heading}}}"
        yield f"    layout: {section.layout.value}"
    else:
        known = ((code, section.proposal.get(code, "...")) for code in publication.languages)
        heading = ", ".join(f"{code}: {_quoted(text)}" for code, text in known)
        yield f"  - # Decide: heading: {{{heading}}}"
        yield f"    layout: {section.layout.value}"
    yield "    articles:"
    for article in section.articles:
        title = article.translations[publication.languages[0]].data.title
        shown = one_line("".join(char for char in title if char.isprintable() or char == NBSP), 70)
        yield f"      - {in_flow(article.slug)}  # {article.data.published.isoformat()}: {shown}"


def _left_out_lines(draft: Draft, corpus: Corpus, used: frozenset[str]) -> Iterator[str]:
    if draft.left_out:
        yield "# New, but left out:"
        yield from (f"#   {slug}: {why}" for slug, why in draft.left_out.items())
    if draft.since is not None:
        older = [one for one in _newest_first(corpus) if one.slug not in used and one.data.published < draft.since]
        if older:
            command = f"newsletter issue add {draft.issue} SLUG --section N"
            yield f"# Older and never used, {len(older)} in all; {command}:"
            yield from (f"#   {one.slug} ({one.data.published.isoformat()})" for one in older[:5])


def _lists(project: Project, previous: Issue | None) -> list[str]:
    """The lists of the issue before; those there are when this is the first one."""
    if previous is not None:
        return list(previous.data.audience.lists)
    return sorted(path.stem for path in project.recipients.glob("*.csv")) or ["members"]


def _quoted(text: str) -> str:
    """In quotes whatever it is: a person will change it."""
    written = in_flow(text)
    return written if written.startswith('"') else f'"{written}"'
