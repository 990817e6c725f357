"""`corpus import` and `corpus accept`: how content gets in."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from newsletter.cli.group import Settings


@click.command("import")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Report only; write nothing.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_obj
def import_(settings: Settings, paths: tuple[Path, ...], dry_run: bool, form: str) -> None:
    """Read saved pages and write a draft of every new article to corpus/_drafts/.

    PATH is a text capture, an HTML page, a Markdown file, an RSS or Atom file, or a folder of them. An article
    that was imported before is recognised, also in slightly different words.
    """
    from newsletter.cli.output import print_json
    from newsletter.commands.corpus_import import import_pages
    from newsletter.corpus.importing import as_data, as_lines

    project = settings.open_project()
    with _Progress() as progress:
        plan = import_pages(project, paths, dry_run=dry_run, progress=progress.show)
    if form == "json":
        print_json(as_data(plan))
        return
    for line in as_lines(plan, dry_run=dry_run):
        click.echo(line)


@click.command()
@click.argument("slugs", metavar="SLUG...", nargs=-1, required=True)
@click.pass_obj
def accept(settings: Settings, slugs: tuple[str, ...]) -> None:
    """Move drafts from corpus/_drafts/ into the corpus, once they are complete."""
    from newsletter.cli.output import print_findings
    from newsletter.commands.corpus_import import accept_draft

    project = settings.open_project()
    for slug in slugs:
        article, findings = accept_draft(project, slug)
        if findings:
            print_findings(findings, err=True)
        click.echo(f"{slug} is in the corpus, in {' and '.join(sorted(article.translations))}")
        for language in project.publication.languages:
            if language not in article.translations:
                click.echo(f"  to translate it: newsletter corpus translate {slug} {language}")


class _Progress:
    """What is being done, on stderr: one line that changes on a terminal; a line per step elsewhere."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._last = ""

    def __enter__(self) -> _Progress:
        return self

    def __exit__(self, *_: object) -> None:
        if self._terminal and self._last:
            click.echo("\r\033[K", nl=False, err=True)

    def show(self, what: str, done: int, total: int) -> None:
        """Show a step; counts only where they change something to see."""
        if self._terminal:
            shown = f"{what} {done:,} of {total:,}" if total else what
            click.echo(f"\r\033[K{shown[:100]}", nl=False, err=True)
        elif what != self._last and (total > 200 or not total):
            click.echo(f"{what}: {total:,}" if total else what, err=True)
        self._last = what
