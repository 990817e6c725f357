"""`newsletter corpus ...`: articles listed, searched, shown, counted, laid down and translated."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

import click

from newsletter.cli.group import Settings
from newsletter.cli.lazy import LazyGroup

if TYPE_CHECKING:
    from newsletter.commands.corpus import OpenCorpus, Wanted

_KINDS = ("news", "event", "publication", "job", "person", "media", "project", "call")
_ELSEWHERE = {
    "accept": "newsletter.cli.corpus_import:accept",
    "import": "newsletter.cli.corpus_import:import_",
}
"""Commands that other modules hold, imported when they are called."""

_KIND = click.Choice(_KINDS)
_FORMAT = click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
_DAY = click.DateTime(["%Y-%m-%d"])
_Command = TypeVar("_Command", bound=Callable[..., Any])


class CorpusGroup(LazyGroup):
    """Knows the commands of the importer by name."""

    elsewhere = _ELSEWHERE


@click.group(cls=CorpusGroup)
def corpus() -> None:
    """List, search, show, translate and import articles.

    What is listed and searched is an index in var/cache/, kept fresh by itself; it may be deleted at any time.
    """


def _wanted(command: _Command) -> _Command:
    """The options that say which articles."""
    options = (
        click.option("--kind", "kinds", multiple=True, type=_KIND, help="Of this kind, or of one of these."),
        click.option("--tag", "tags", multiple=True, help="With this tag; given again, with all of them."),
        click.option("--language", metavar="LANG", help="With a text in this language."),
        click.option("--missing", metavar="LANG", help="Without a text in this language."),
        click.option("--since", type=_DAY, help="Published on this day or later."),
        click.option("--before", type=_DAY, help="Published before this day."),
        click.option("--used/--unused", default=None, help="Run by an issue, or by none."),
        click.option("--link", metavar="TEXT", help="With a link whose address holds this text."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@corpus.command("list")
@_wanted
@_FORMAT
@click.pass_obj
def list_(settings: Settings, /, form: str, **options: Any) -> None:
    """List articles, the newest first, and where each already ran."""
    from newsletter.cli.corpus_view import line_data, print_lines
    from newsletter.cli.output import print_json
    from newsletter.commands.corpus import list_articles

    opened = _open(settings)
    lines = list_articles(opened, _as_wanted(options))
    if form == "json":
        print_json({"total": len(lines), "articles": [line_data(line) for line in lines]})
        return
    print_lines(lines, options["language"] or opened.project.publication.languages[0])
    _say_broken(opened)


@corpus.command()
@click.argument("words", nargs=-1, required=True)
@_wanted
@click.option(
    "--limit", type=click.IntRange(0), default=20, show_default=True, help="Articles at most; 0 for all."
)
@_FORMAT
@click.pass_obj
def search(settings: Settings, /, words: tuple[str, ...], limit: int, form: str, **options: Any) -> None:
    """Search the texts of all languages; the best match first.

    Every one of WORDS must occur in the same language, or begin a word there. Accents and case do not matter.
    """
    from newsletter.cli.corpus_view import line_data, print_found
    from newsletter.cli.output import print_json
    from newsletter.commands.corpus import search_articles

    opened = _open(settings)
    found = search_articles(opened, " ".join(words), _as_wanted(options), limit=limit or None)
    if form == "json":
        print_json({"total": found.total, "articles": [line_data(line) for line in found.lines]})
        return
    print_found(found, opened.project.publication.languages[0])
    _say_broken(opened)


@corpus.command()
@click.argument("slug")
@_FORMAT
@click.pass_obj
def show(settings: Settings, slug: str, form: str) -> None:
    """Show everything about an article: data, texts, translations, links, and where it already ran."""
    from newsletter.cli.corpus_view import print_shown, shown_data
    from newsletter.cli.output import print_json
    from newsletter.commands.corpus import show_article

    shown = show_article(_open(settings), slug)
    if form == "json":
        print_json(shown_data(shown))
    else:
        print_shown(shown)


@corpus.command()
@_FORMAT
@click.pass_obj
def status(settings: Settings, form: str) -> int:
    """Say what is missing, stale or broken in the corpus, and what no issue ever ran.

    Exit code 1 when an article cannot be read, lacks a translation, an alt text or a link label, has a stale
    translation or a reference that leads nowhere, or when an issue names an article that does not exist. Articles
    that never ran are no mistake.
    """
    from newsletter.cli.corpus_view import print_status, status_data
    from newsletter.cli.output import print_json
    from newsletter.commands.corpus_status import corpus_status

    found = corpus_status(_open(settings))
    if form == "json":
        print_json(status_data(found))
    else:
        print_status(found)
    return 1 if found.problems else 0


@corpus.command()
@click.argument("slug")
@click.option("--kind", required=True, type=_KIND, help="What it is about; decides what it must say.")
@click.option("--published", type=_DAY, help="Day it is made known.  [default: today]")
@click.option("--tag", "tags", multiple=True, help="A tag to begin with; may be given several times.")
@click.option(
    "--language",
    "languages",
    metavar="LANG",
    multiple=True,
    help="Lay down this text only.  [default: every language]",
)
@_FORMAT
@click.pass_obj
def new(
    settings: Settings,
    slug: str,
    kind: str,
    published: datetime | None,
    tags: tuple[str, ...],
    languages: tuple[str, ...],
    form: str,
) -> None:
    """Lay down a new article to fill in; comments say what each key means.

    SLUG is the name of its folder: small letters, digits and hyphens. Never overwrites anything.
    """
    from newsletter.commands.corpus_new import new_article
    from newsletter.models.article import Kind

    opened = _open(settings)
    day = published.date() if published else None
    laid = new_article(opened, slug, Kind(kind), published=day, tags=tags, languages=languages)
    _print_laid(laid.slug, laid.files, form)
    if form == "text":
        click.echo("Next: fill in the empty values, then: newsletter corpus status")


@corpus.command()
@click.argument("slug")
@click.argument("language", metavar="LANG")
@click.option("--from", "source", metavar="LANG", help="Language to translate from.  [default: the original]")
@click.option("--done", is_flag=True, help="The text is up to date: write the digest of its source into it.")
@_FORMAT
@click.pass_obj
def translate(settings: Settings, slug: str, language: str, source: str | None, done: bool, form: str) -> None:
    """Lay down a translation of an article into LANG, the source beside it as comments.

    Never overwrites a text. After bringing a stale translation up to date, say so with --done.
    """
    from newsletter.commands.corpus_new import mark_up_to_date, translate_article

    opened = _open(settings)
    if done:
        laid = mark_up_to_date(opened, slug, language, source=source)
    else:
        laid = translate_article(opened, slug, language, source=source)
    _print_laid(laid.slug, laid.files, form)
    if form == "json":
        return
    if not done:
        click.echo("Next: fill in the empty values and write the text below the second ---.")
    elif not laid.files:
        click.echo(f"{laid.slug}: the text in '{language}' was up to date already")


def _open(settings: Settings) -> OpenCorpus:
    from newsletter.commands.corpus import OpenCorpus

    return OpenCorpus(settings.open_project(), progress=_progress)


def _progress(done: int, total: int) -> None:
    """One line on stderr that changes; only for a person who would otherwise wait without a word."""
    if total < 500 or not sys.stderr.isatty() or (done % 100 and done < total):
        return
    click.echo(f"\rreading articles: {done:,} of {total:,}" + ("\n" if done == total else ""), err=True, nl=False)


def _as_wanted(options: dict[str, Any]) -> Wanted:
    from newsletter.commands.corpus import Wanted
    from newsletter.models.article import Kind

    return Wanted(
        kinds=tuple(Kind(kind) for kind in options["kinds"]),
        tags=options["tags"],
        language=options["language"],
        missing=options["missing"],
        since=options["since"].date() if options["since"] else None,
        before=options["before"].date() if options["before"] else None,
        used=options["used"],
        link=options["link"],
    )


def _say_broken(opened: OpenCorpus) -> None:
    count = len(opened.index.broken)
    if count:
        words = "1 article has mistakes and is" if count == 1 else f"{count} articles have mistakes and are"
        click.echo(f"{click.style('note:', fg='yellow')} {words} not listed: newsletter corpus status", err=True)


def _print_laid(slug: str, files: tuple[str, ...], form: str) -> None:
    if form == "json":
        from newsletter.cli.output import print_json

        print_json({"slug": slug, "files": list(files)})
        return
    for file in files:
        click.echo(file)
