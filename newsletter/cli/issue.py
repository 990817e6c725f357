"""`build`, `check`, `preview`: what one does with an issue before sending it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsletter.cli.group import Settings

if TYPE_CHECKING:
    from newsletter.commands.assets import WrittenAssets


@click.command()
@click.argument("issue", required=False)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder to write to.  [default: var/build/ISSUE]",
)
@click.option("--embed", is_flag=True, help="Write pages with their pictures inside too, to show around.")
@click.pass_obj
def build(settings: Settings, issue: str | None, out: Path | None, embed: bool) -> None:
    """Write each edition as HTML, text and a sample .eml, and the files to upload.

    ISSUE is the newest when not given. Pictures and calendar files go to the folder assets/ beside the mails; the
    pages of the issue for your web site to web/, when newsletter.yaml says where they will be (web_page). What is
    new in them must be online before the issue is sent.
    """
    from newsletter.cli.output import print_findings, print_table, shown_path
    from newsletter.commands.build import article_sizes, sizes
    from newsletter.commands.build import build as run
    from newsletter.models.web_page import page_folder

    project = settings.open_project()
    built = run(project, issue, out, embed=embed)
    prepared = built.prepared
    if prepared.findings:
        print_findings(prepared.findings, err=True)
        click.echo(err=True)
    click.echo(f"Issue {prepared.issue_id}: {len(prepared.samples)} editions, {len(built.files)} files")
    print_table(
        ("edition", "HTML", "as sent", "text"),
        [(one.code, f"{one.html:,} B", f"{one.encoded:,} B", f"{one.text:,} B") for one in sizes(prepared)],
    )
    codes = tuple(prepared.samples)
    click.echo("what each article adds to the HTML:")
    print_table(
        ("article", *codes),
        [
            (one.slug, *(f"{one.bytes[code]:,} B" if code in one.bytes else "" for code in codes))
            for one in article_sizes(prepared)
        ],
    )
    click.echo(f"written to {shown_path(built.folder)}")
    if built.previews:
        click.echo(f"with their pictures inside: {', '.join(path.name for path in built.previews)}")
    if built.assets.files:
        _print_upload("files", built.assets, project.config.assets_url)
    if pattern := project.publication.web_page:
        _print_upload("pages", built.web, page_folder(pattern))


def _print_upload(what: str, written: WrittenAssets, url: str | None) -> None:
    """What is to be uploaded, and where to."""
    from newsletter.cli.output import shown_path

    count = len(written.files)
    folder = shown_path(written.folder)
    if not written.new:
        click.echo(f"{what} to upload: {folder} ({count}, none new since the last build)")
        return
    click.echo(f"{what} to upload: {folder} ({count}, new since the last build: {len(written.new)})")
    for name in written.new:
        click.echo(f"  {name}")
    click.echo(f"They must be online below {url} before the issue is sent.")


@click.command()
@click.argument("issue", required=False)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_obj
def check(settings: Settings, issue: str | None, form: str) -> int:
    """Report every mistake found in an issue and in what it uses.

    ISSUE is the newest when not given. Exit code 1 when there are errors.
    """
    from newsletter.check.report import as_json
    from newsletter.cli.output import print_findings
    from newsletter.commands.build import prepare
    from newsletter.models.finding import errors

    prepared = prepare(settings.open_project(), issue)
    if form == "json":
        click.echo(as_json(prepared.findings), nl=False)
    else:
        click.echo(f"Issue {prepared.issue_id}")
        print_findings(prepared.findings)
    return 1 if errors(prepared.findings) else 0


@click.command(short_help="Show an issue in the browser, renewed at every save.")
@click.argument("issue", required=False)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8025, show_default=True, help="0 takes any free port."
)
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Another address lets others see the preview."
)
@click.option("--browser/--no-browser", default=True, help="Open the browser.  [default: yes]")
@click.pass_obj
def preview(settings: Settings, issue: str | None, port: int, host: str, browser: bool) -> None:
    """Show an issue in the browser and follow every change of its files.

    ISSUE is the newest when not given. Ctrl-C ends it.
    """
    from newsletter.commands.build import find
    from newsletter.preview import serve
    from newsletter.preview.project import preview_build, preview_gallery

    project = settings.open_project()
    issue_id = find(project, issue)
    serve(
        preview_build(settings.open_project, project.root, issue_id),
        root=project.root,
        host=host,
        port=port,
        open_browser=browser,
        gallery=preview_gallery(settings.open_project),
        on_ready=lambda url: click.echo(f"Issue {issue_id}: {url}  (Ctrl-C ends the preview)"),
        on_note=lambda note: click.echo(note, err=True),
    )
