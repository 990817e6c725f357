"""`newsletter issue ...`: issues drafted, listed, shown and edited in place."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from newsletter.cli.group import Settings
from newsletter.cli.lazy import LazyGroup

if TYPE_CHECKING:
    from newsletter.commands.issue import IssueLine, ShownArticle, ShownIssue
    from newsletter.commands.issue_edit import Change
    from newsletter.commands.issue_new import Draft

_LAYOUTS = ("feature", "digest", "agenda", "documents", "notices", "people", "text")
_FORMAT = click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
_DAY = click.DateTime(["%Y-%m-%d"])


@click.group(cls=LazyGroup)
def issue() -> None:
    """Draft, list, show and edit issues.

    The commands that edit put text in and take it out where it belongs: comments, indentation and quotes stay as
    they are, and a file that would not be sound afterwards is not written.
    """


@issue.command("new")
@click.argument("name", metavar="ISSUE")
@click.option("--date", "day", type=_DAY, metavar="YYYY-MM-DD", help="Day it goes out.  [default: from the name]")
@click.option(
    "--since",
    type=_DAY,
    metavar="YYYY-MM-DD",
    help="First day of what is new.  [default: day of the issue before]",
)
@click.option("--limit", type=click.IntRange(1, 100), default=12, show_default=True, help="Articles at most.")
@_FORMAT
@click.pass_obj
def new(
    settings: Settings, name: str, day: datetime | None, since: datetime | None, limit: int, form: str
) -> None:
    """Draft ISSUE from what the corpus has new.

    New is what was published since the issue before, in every language, and in no issue yet; it is grouped by
    kind. ISSUE is the name of the file to be: 2022-05-12 goes out on that day; 2022-05 today in that month, on its
    first day when it is still to come, and when it is over on the last working day that leaves least of
    what is new out. Never overwrites a file.
    """
    from newsletter.cli.output import print_json
    from newsletter.commands.issue_new import new_issue

    draft = new_issue(
        settings.open_project(),
        name,
        day=day.date() if day else None,
        since=since.date() if since else None,
        limit=limit,
    )
    if form == "json":
        print_json(_draft_record(draft))
    else:
        _print_draft(draft)


def _draft_record(draft: Draft) -> dict[str, object]:
    return {
        "issue": draft.issue,
        "file": draft.file,
        "date": draft.day.isoformat(),
        "previous": draft.previous.id if draft.previous else None,
        "since": draft.since.isoformat() if draft.since else None,
        "subject": dict(draft.subject),
        "preheader": dict(draft.preheader),
        "sections": [
            {
                "number": number,
                "heading": dict(section.heading),
                "layout": section.layout.value,
                "articles": [article.slug for article in section.articles],
            }
            for number, section in enumerate(draft.sections, start=1)
        ],
        "left_out": [{"slug": slug, "reason": why} for slug, why in draft.left_out.items()],
        "notes": list(draft.notes),
    }


def _print_draft(draft: Draft) -> None:
    span = f"published from {draft.since} to {draft.day}" if draft.since else f"published up to {draft.day}"
    after = f", after issue {draft.previous.id}" if draft.previous else ""
    count = sum(len(section.articles) for section in draft.sections)
    size = f"{_counted(count, 'article')} in {_counted(len(draft.sections), 'section')}"
    click.echo(f"{draft.file}: {size}, {span}{after}")
    for number, section in enumerate(draft.sections, start=1):
        heading = " / ".join(section.heading.values()) or "(no heading)"
        click.echo(f"  {number}. {heading}: {', '.join(article.slug for article in section.articles)}")
    for slug, why in draft.left_out.items():
        click.echo(f"  left out: {slug}: {why}")
    _print_notes(draft.notes)
    click.echo(f"Next: decide what its comments ask, then: newsletter preview {draft.issue}")


@issue.command("add")
@click.argument("name", metavar="ISSUE")
@click.argument("slugs", metavar="SLUG...", nargs=-1, required=True)
@click.option("--section", "-s", metavar="N|WORDS", help="Number of the section, or words of its heading.")
@click.option("--new-section", is_flag=True, help="Put them in a new section at the end.")
@click.option(
    "--heading",
    metavar="LANG=TEXT",
    multiple=True,
    help="Heading of the new section, once per language.  [default: by kind]",
)
@click.option("--layout", type=click.Choice(_LAYOUTS), help="Layout of the articles, or of the new section.")
@_FORMAT
@click.pass_obj
def add(
    settings: Settings,
    name: str,
    slugs: tuple[str, ...],
    section: str | None,
    new_section: bool,
    heading: tuple[str, ...],
    layout: str | None,
    form: str,
) -> None:
    """Put articles into a section of ISSUE.

    They go to its end. All of them, or none when one cannot be added; `issue remove` takes one out again.
    """
    from newsletter.commands.issue_edit import add_articles
    from newsletter.models.issue import Layout

    if section is not None and new_section:
        raise click.UsageError("--section and --new-section exclude each other.")
    if heading and not new_section:
        raise click.UsageError("--heading needs --new-section.")
    texts = dict(_heading_text(one) for one in heading)
    change = add_articles(
        settings.open_project(),
        name,
        slugs,
        section=section,
        new_section=new_section,
        layout=Layout(layout) if layout else None,
        heading=texts or None,
    )
    _print_change(change, form)


@issue.command("remove")
@click.argument("name", metavar="ISSUE")
@click.argument("slug")
@click.option("--section", "-s", metavar="N|WORDS", help="Which section, when the article stands in several.")
@_FORMAT
@click.pass_obj
def remove(settings: Settings, name: str, slug: str, section: str | None, form: str) -> None:
    """Take an article out of ISSUE.

    A section that has nothing else goes with it. Comments on lines of their own stay.
    """
    from newsletter.commands.issue_edit import remove_article

    _print_change(remove_article(settings.open_project(), name, slug, section=section), form)


@issue.command("freeze")
@click.argument("name", metavar="ISSUE")
@_FORMAT
@click.pass_obj
def freeze(settings: Settings, name: str, form: str) -> None:
    """Replace each select by what it chooses now.

    The slugs go into the file, and the lines of the select become comments, so that the rule can be read and
    used again.
    """
    from newsletter.commands.issue_edit import freeze_issue

    _print_change(freeze_issue(settings.open_project(), name), form)


@issue.command("list")
@_FORMAT
@click.pass_obj
def list_(settings: Settings, form: str) -> None:
    """List all issues, and which were sent.

    By date, with subject and number of articles; an issue with mistakes comes last.
    """
    from newsletter.cli.output import print_json, print_table
    from newsletter.commands.issue import list_issues

    project = settings.open_project()
    lines = list_issues(project)
    if form == "json":
        print_json({"issues": [_line_data(line) for line in lines]})
        return
    language = project.publication.languages[0]
    print_table(
        ("issue", "date", "articles", "sent", "subject"),
        [
            (
                line.id,
                line.day or "?",
                "?" if line.articles is None else line.articles,
                _sent(line),
                _text(line, language),
            )
            for line in lines
        ],
    )


@issue.command("show")
@click.argument("name", metavar="[ISSUE]", required=False)
@_FORMAT
@click.pass_obj
def show(settings: Settings, name: str | None, form: str) -> int:
    """Show the sections and articles of an issue.

    Selections are resolved, and each article says where it ran before. ISSUE is the newest when not given. Exit
    code 1 when it names an article that the corpus does not have.
    """
    from newsletter.cli.output import print_findings, print_json
    from newsletter.commands.issue import show_issue
    from newsletter.models.finding import errors

    project = settings.open_project()
    shown = show_issue(project, name)
    if form == "json":
        print_json(_shown_data(shown))
    else:
        _print_shown(shown, project.publication.languages[0])
    if shown.findings:
        print_findings(shown.findings, err=True)
    return 1 if errors(shown.findings) else 0


def _heading_text(option: str) -> tuple[str, str]:
    language, equals, text = option.partition("=")
    if not equals or not text.strip():
        raise click.BadParameter(f"'{option}' is not LANG=TEXT, e.g. fr='À lire'.", param_hint="--heading")
    return language.strip(), text.strip()


def _print_change(change: Change, form: str) -> None:
    if form == "json":
        from newsletter.cli.output import print_json

        print_json(
            {
                "issue": change.issue,
                "file": change.file,
                "changed": change.changed,
                "done": list(change.done),
                "notes": list(change.notes),
            }
        )
        return
    for sentence in change.done:
        click.echo(f"{change.file}: {sentence}")
    if not change.changed:
        click.echo(f"{change.file}: nothing to change")
    _print_notes(change.notes)


def _print_notes(notes: tuple[str, ...]) -> None:
    for note in notes:
        click.echo(click.style("note: ", fg="yellow") + note, err=True)


def _counted(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _line_data(line: IssueLine) -> dict[str, object]:
    return {
        "issue": line.id,
        "file": line.file,
        "date": line.day.isoformat() if line.day else None,
        "subject": dict(line.subject) if line.subject else None,
        "articles": line.articles,
        "sent": None if line.runs is None else any(run.accepted for run in line.runs),
        "runs": [
            {
                "run": run.run,
                "state": run.state,
                "date": run.day.isoformat(),
                "accepted": run.accepted,
                "total": run.total,
            }
            for run in line.runs or ()
        ],
    }


def _sent(line: IssueLine) -> str:
    """The last run that reached somebody, with what all runs reached; a run that reached nobody yet says so."""
    if not line.runs:
        return "no" if line.runs == () else "no ledger"
    last = line.runs[-1]
    reached = sum(run.accepted for run in line.runs)
    return f"{last.day}, {reached} accepted" + ("" if last.state == "finished" else f", {last.state}")


def _text(line: IssueLine, language: str) -> str:
    if line.subject is None:
        return f"has mistakes: newsletter check {line.id}"
    return line.subject.get(language) or next(iter(line.subject.values()), "")


def _shown_data(shown: ShownIssue) -> dict[str, object]:
    data = shown.issue.data
    return {
        "issue": shown.issue.id,
        "file": shown.issue.source.file,
        "date": data.date.isoformat(),
        "subject": dict(data.subject),
        "lists": list(data.audience.lists),
        "sections": [
            {
                "number": section.number,
                "heading": dict(section.heading),
                "layout": section.layout,
                "select": section.select,
                "articles": [
                    {
                        "slug": one.slug,
                        "title": dict(one.title),
                        "layout": one.layout,
                        "selected": one.selected,
                        "known": one.known,
                        "ran_before": list(one.ran_before),
                    }
                    for one in section.articles
                ],
            }
            for section in shown.sections
        ],
    }


def _print_shown(shown: ShownIssue, language: str) -> None:
    data = shown.issue.data
    subject = data.subject.get(language) or next(iter(data.subject.values()), "")
    click.echo(f"Issue {shown.issue.id}, {data.date}: {subject}")
    width = max((len(one.slug) for section in shown.sections for one in section.articles), default=0)
    for section in shown.sections:
        heading = " / ".join(section.heading.values()) or "(no heading)"
        click.echo(click.style(f"{section.number}. {heading}", bold=True) + f"  [{section.layout}]")
        chosen = {one.selected for one in section.articles}
        for one in section.articles:
            if not one.selected:
                click.echo(_article_line(one, section.layout, language, width))
        if section.select is not None:
            click.echo(f"   select {section.select}" + ("" if True in chosen else ": nothing now"))
            for one in section.articles:
                if one.selected:
                    click.echo(_article_line(one, section.layout, language, width))


def _article_line(one: ShownArticle, section_layout: str, language: str, width: int) -> str:
    if not one.known:
        return f"   {one.slug:<{width}}  not in the corpus"
    title = one.title.get(language) or next(iter(one.title.values()), "")
    layout = f"  [{one.layout}]" if one.layout != section_layout else ""
    ran = f"  (ran in {', '.join(one.ran_before)})" if one.ran_before else ""
    return f"   {one.slug:<{width}}  {title}{layout}{ran}"
