"""`report`: a run on a page."""

from __future__ import annotations

from pathlib import Path

import click

from newsletter.cli.group import Settings


@click.command(short_help="Write a page about a run, to read and to keep.")
@click.argument("run", required=False)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write; var/reports/RUN.html if not given.",
)
@click.option(
    "--language", type=click.Choice(["en", "fr"]), help="Of the page; the publication's first if not given."
)
@click.pass_obj
def report(settings: Settings, run: str | None, out: Path | None, language: str | None) -> None:
    """Write a page about RUN, the newest when not given: counts, refusals by domain and reason, when it went out,
    who was in doubt and how that was settled, who was left out. It names people, so only you may read the file.
    """
    from newsletter.cli.output import shown_path
    from newsletter.commands.files import write_file
    from newsletter.commands.report import make_report, write_page
    from newsletter.commands.status import open_project_store

    project = settings.open_project()
    with open_project_store(project) as store:
        made = make_report(project, store, run)
    path = out or project.var / "reports" / f"{made.status.run.id}.html"
    write_file(path, write_page(made, language or project.publication.languages[0]), private=True)
    click.echo(f"written: {shown_path(path)}")
