"""Command line: parse, call one command, print, choose the exit code. Heavy imports happen inside commands."""

from __future__ import annotations

import logging
from pathlib import Path

import click

from newsletter import __version__
from newsletter.cli.group import NewsletterGroup, Settings


@click.group(
    cls=NewsletterGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Start with: newsletter preview. Exit codes and all settings: docs/reference/.",
)
@click.option(
    "--project",
    "-C",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    envvar="NEWSLETTER_PROJECT",
    help="Folder of the project, or a folder in it.  [default: the current folder]",
)
@click.option("--debug", is_flag=True, envvar="NEWSLETTER_DEBUG", help="Show the traceback of an error.")
@click.option(
    "--verbose",
    "-v",
    is_flag=True,
    help="Log what happens on stderr; addresses are hashed unless configured.",
)
@click.version_option(__version__, prog_name="newsletter")
@click.pass_context
def main(context: click.Context, project: Path | None, debug: bool, verbose: bool) -> None:
    """Bilingual newsletters as files: compose, check, preview, send.

    ISSUE is the name of a file in issues/ (2024-02) or its path.
    """
    logger = logging.getLogger("newsletter")
    logger.handlers = [logging.StreamHandler() if verbose else logging.NullHandler()]
    logger.setLevel(logging.INFO if verbose else logging.CRITICAL)
    context.obj = Settings(project or Path.cwd(), debug)
