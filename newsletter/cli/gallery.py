"""`gallery`: every block of every theme, to look at."""

from __future__ import annotations

from pathlib import Path

import click

from newsletter.cli.group import Settings


@click.command(short_help="Show every block of a theme, in every language, light and dark.")
@click.option("--theme", metavar="NAME", help="Only this theme.  [default: every folder of templates/]")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder to write index.html to.  [default: var/gallery]",
)
@click.option(
    "--lang",
    type=click.Choice(["fr", "en"]),
    help="Language of the page's own words.  [default: the publication's first]",
)
@click.option("--open", "browser", is_flag=True, help="Open it in the browser.")
@click.pass_obj
def gallery(settings: Settings, theme: str | None, out: Path | None, lang: str | None, browser: bool) -> int:
    """Show every block of a theme, in every language, light and dark, on a phone and on a computer.

    Writes one page that needs no network and no server. It shows articles of the corpus, and samples made for hard
    cases. Exit code 1 when a template has mistakes: they stand at their blocks in the page, and are listed here.
    """
    from newsletter.cli.output import print_findings, print_table, shown_path
    from newsletter.commands.gallery import gallery as run
    from newsletter.models.finding import errors

    made, path = run(settings.open_project(), theme, out, language=lang)
    if made.findings:
        print_findings(made.findings, err=True, count=False)
        click.echo(err=True)
    rows = [
        (one.name, row.name, len(row.cases), _span([shot.size for case in row.cases for shot in case.shots]))
        for one in made.themes
        for row in one.rows
    ]
    print_table(("theme", "block", "cases", "bytes"), rows)
    click.echo(f"written to {shown_path(path)}")
    if browser:
        click.launch(path.resolve().as_uri())
    return 1 if errors(made.findings) else 0


def _span(sizes: list[int]) -> str:
    """``820 to 3,110``: what a block costs."""
    if not sizes:
        return "not shown: it has mistakes"
    least, most = min(sizes), max(sizes)
    return f"{least:,} to {most:,}" if least < most else f"{least:,}"
