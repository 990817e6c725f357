"""How the answers of `newsletter corpus` look, as text and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click
import yaml

from newsletter.cli.output import print_table
from newsletter.commands.corpus import ArticleLine, Found, ShownArticle
from newsletter.commands.corpus_status import CorpusStatus
from newsletter.corpus.index import Excerpt
from newsletter.models.finding import Finding

_SHOWN_NAMES = 10
_COLOURS = {"error": "red", "warning": "yellow", "info": "cyan"}


def line_data(line: ArticleLine) -> dict[str, Any]:
    """One article of a list, for programs."""
    entry = line.entry
    data: dict[str, Any] = {
        "slug": entry.slug,
        "kind": entry.kind.value,
        "published": entry.published.isoformat(),
        "tags": list(entry.tags),
        "title": {language: one.title for language, one in entry.translations.items()},
        "stale": list(entry.stale),
        "ran_in": list(line.ran_in),
    }
    if line.language is not None:
        match = line.match
        data["match"] = {
            "language": line.language,
            "field": line.field,
            "file": match.file if match else None,
            "line": match.line if match else None,
            "text": match.text if match else None,
        }
    return data


def print_lines(lines: Sequence[ArticleLine], language: str) -> None:
    """A list of articles as a table."""
    if not lines:
        click.echo("no article fits")
        return
    print_table(
        ("published", "kind", "slug", "texts", "ran in", "title"),
        [
            (
                line.entry.published,
                line.entry.kind.value,
                line.entry.slug,
                _texts(line),
                _ran_in(line.ran_in),
                line.entry.title(language),
            )
            for line in lines
        ],
    )
    click.echo(counted(len(lines), "article"))


def print_found(found: Found, language: str) -> None:
    """What a search found: title, then the line it was found on."""
    if not found.total:
        click.echo("nothing found")
        return
    for line in found.lines:
        entry = line.entry
        ran = f"  ran in {', '.join(line.ran_in)}" if line.ran_in else ""
        click.echo(
            f"{click.style(entry.slug, bold=True)}  {entry.kind.value}  {entry.published}  {_texts(line)}{ran}"
        )
        click.echo(f"  {entry.title(line.language or language)}")
        if line.match is not None:
            click.echo(f"    {line.match.file}:{line.match.line}: {_marked(line.match)}")
    more = found.total - len(found.lines)
    click.echo(counted(found.total, "article") + (f"; {more} more with --limit 0" if more else ""))


def shown_data(shown: ShownArticle) -> dict[str, Any]:
    """Everything about an article, for programs."""
    article = shown.article
    return {
        "slug": article.slug,
        **article.data.model_dump(mode="json", exclude_none=True),
        "files": list(article.files),
        "translations": [
            {
                "language": one.language,
                "state": one.state,
                "file": one.file,
                "title": one.title,
                "summary": one.summary,
                "words": one.words,
                "made_from": one.made_from,
                "body": one.body,
                "digest": one.digest,
            }
            for one in shown.translations
        ],
        "ran_in": list(shown.ran_in),
        "links_elsewhere": [
            {"url": one.url, "articles": list(one.articles), "issues": list(one.issues)}
            for one in shown.links_elsewhere
        ],
        "problems": [problem_data(one) for one in shown.problems],
    }


def print_shown(shown: ShownArticle) -> None:
    """Everything about an article, for people."""
    article = shown.article
    click.echo(f"{click.style(article.slug, bold=True)}  {article.data.kind.value}  {article.data.published}")
    click.echo(f"already ran in: {', '.join(shown.ran_in) or 'no issue'}")
    for one in shown.translations:
        click.echo()
        state = one.state + (f" from {one.made_from}" if one.made_from else "")
        count = f", {one.words} words" if one.words else ""
        click.echo(click.style(f"{one.language}: {state}{count}", bold=True) + f"  {one.file}")
        if one.state == "missing":
            click.echo(f"  -> newsletter corpus translate {article.slug} {one.language}")
        if one.title is not None:
            click.echo(f"  {one.title}")
            for paragraph in (one.summary or "", *(one.body or "").split("\n\n")):
                if paragraph.strip():
                    click.echo()
                    click.echo(click.wrap_text(paragraph, 100, "  ", "  "))
    click.echo()
    data = article.data.model_dump(
        mode="json", exclude_none=True, exclude_defaults=True, exclude={"kind", "published"}
    )
    click.echo(yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=100).rstrip())
    for link in shown.links_elsewhere:
        issues = f", which ran in {', '.join(link.issues)}" if link.issues else ""
        click.echo(f"{link.url} is also a link of {', '.join(link.articles)}{issues}")
    if shown.problems:
        click.echo()
        print_problems(shown.problems)


def status_data(found: CorpusStatus) -> dict[str, Any]:
    """The state of the corpus, for programs."""
    return {
        "articles": found.articles,
        "broken": list(found.broken),
        "languages": {
            one.language: {
                "complete": one.complete,
                "missing": list(one.missing),
                "stale": list(one.stale),
                "missing_alts": list(one.alts),
                "missing_labels": list(one.labels),
            }
            for one in found.languages
        },
        "problems": [problem_data(one) for one in found.problems],
        "unused": list(found.unused),
        "drafts": list(found.drafts),
    }


def print_status(found: CorpusStatus) -> None:
    """The state of the corpus, for people: a table, what to correct, what never ran."""
    broken = f", {len(found.broken)} more cannot be read" if found.broken else ""
    click.echo(f"{counted(found.articles, 'article')}{broken}")
    print_table(
        ("language", "complete", "missing", "stale", "without alt text", "without link label"),
        [
            (
                one.language,
                f"{one.complete} of {found.articles}",
                len(one.missing),
                len(one.stale),
                len(one.alts),
                len(one.labels),
            )
            for one in found.languages
        ],
    )
    click.echo(f"never used: {_few(found.unused, 'newsletter corpus list --unused')}")
    if found.drafts:
        click.echo(
            f"drafts: {_few(found.drafts, 'see corpus/_drafts/')}; take one in: newsletter corpus accept SLUG"
        )
    click.echo()
    print_problems(found.problems)
    click.echo(f"{counted(len(found.problems), 'problem')}" if found.problems else "Nothing to correct.")


def print_problems(problems: Sequence[Finding]) -> None:
    """Findings, one below the other, the worst first."""
    for one in problems:
        edition = f" [{one.edition}]" if one.edition else ""
        severity = click.style(one.severity.value, fg=_COLOURS[one.severity.value], bold=True)
        click.echo(f"{one.place}  {severity}  {one.rule}{edition}  {one.message}")
        if one.hint:
            click.echo(f"    -> {one.hint}")


def problem_data(one: Finding) -> dict[str, Any]:
    """A finding, for programs: the keys of `newsletter check --format json`."""
    return {
        "id": one.rule,
        "severity": one.severity.value,
        "message": one.message,
        "file": one.file,
        "line": one.line,
        "column": one.column,
        "hint": one.hint,
        "edition": one.edition,
    }


def counted(number: int, word: str) -> str:
    """``1 article``, ``2 articles``."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def _few(names: Sequence[str], where_all: str) -> str:
    """The first of many names."""
    more = len(names) - _SHOWN_NAMES
    end = f" and {more} more ({where_all})" if more > 0 else ""
    return (", ".join(names[:_SHOWN_NAMES]) or "none") + end


def _texts(line: ArticleLine) -> str:
    """The languages there are; one that is stale has a mark."""
    entry = line.entry
    return " ".join(f"{one}{'!' if one in entry.stale else ''}" for one in entry.translations) or "none"


def _ran_in(issues: Sequence[str]) -> str:
    if not issues:
        return "-"
    return issues[-1] if len(issues) == 1 else f"{issues[-1]} +{len(issues) - 1}"


def _marked(match: Excerpt) -> str:
    """The excerpt, what was found in bold on a terminal."""
    pieces: list[str] = []
    at = 0
    for start, end in match.marks:
        pieces += [match.text[at:start], click.style(match.text[start:end], fg="yellow", bold=True)]
        at = end
    return "".join([*pieces, match.text[at:]])
