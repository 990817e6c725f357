"""The command group: a command is imported when it is called, and every error becomes words and an exit code."""

from __future__ import annotations

import codecs
import errno
import io
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsletter.cli.lazy import LazyGroup
from newsletter.errors import FileTrouble, NewsletterError, ProjectMistake

if TYPE_CHECKING:
    from newsletter.commands.project import Project

_COMMANDS = {
    "approve": "newsletter.cli.control:approve",
    "build": "newsletter.cli.issue:build",
    "cancel": "newsletter.cli.control:cancel",
    "check": "newsletter.cli.issue:check",
    "corpus": "newsletter.cli.corpus:corpus",
    "demo": "newsletter.cli.demo:demo",
    "dkim": "newsletter.cli.dkim:dkim",
    "gallery": "newsletter.cli.gallery:gallery",
    "issue": "newsletter.cli.issues:issue",
    "pause": "newsletter.cli.control:pause",
    "preview": "newsletter.cli.issue:preview",
    "report": "newsletter.cli.report:report",
    "resolve": "newsletter.cli.resolve:resolve",
    "run": "newsletter.cli.daemon:run",
    "schema": "newsletter.cli.reference:schema",
    "send": "newsletter.cli.send:send",
    "status": "newsletter.cli.status:status",
    "suppress": "newsletter.cli.status:suppress",
    "unpause": "newsletter.cli.control:unpause",
}
_SUMMARIES = {
    "approve": "Agree to a plan as the second person.",
    "build": "Write each edition as HTML, text and a sample .eml, and the files to upload.",
    "cancel": "Give a run up: nobody else of it gets the issue.",
    "check": "Report every mistake found in an issue and in what it uses.",
    "corpus": "List, search, show, translate and import articles.",
    "demo": "Compose, check and send an issue to an inbox on this machine.",
    "dkim": "Make keys that sign the mails, and show their DNS records.",
    "gallery": "Show every block of a theme, in every language, light and dark.",
    "issue": "Draft, list, show and edit issues.",
    "pause": "Stop a run for a while, wherever it is sent.",
    "preview": "Show an issue in the browser, renewed at every save.",
    "report": "Write a page about a run, to read and to keep.",
    "resolve": "Settle who is in doubt: by logs, or by your word.",
    "run": "Go on with every run when its time comes.",
    "schema": "Print the JSON Schema of a file people write, or write them all.",
    "send": "Show what would be sent to whom, and send it when confirmed.",
    "status": "Say who got an issue, who did not, and why.",
    "suppress": "Never mail an address again.",
    "unpause": "Let a paused run go on.",
}
"""First sentences of the commands' own help, for `newsletter --help`; a test holds them to it."""
INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells count it: 128 + SIGINT."""
BUG = 70
"""Exit code of a defect of this program (EX_SOFTWARE of sysexits.h)."""
_STDOUT_FAILS = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EFBIG)
"""What writing a report to a full disk meets. Files that we open ourselves are named in the error."""


@dataclass(frozen=True)
class Settings:
    """Options that stand before the command."""

    start: Path
    debug: bool

    def open_project(self) -> Project:
        """The project the command is about."""
        from newsletter.commands.project import open_project

        return open_project(self.start, os.environ)


class NewsletterGroup(LazyGroup):
    """Commands are imported when they are needed, so that `--help` stays fast; errors become words."""

    elsewhere = _COMMANDS
    summaries = _SUMMARIES

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run the command line; never shows a traceback unless asked."""
        kwargs["standalone_mode"] = False
        _write_any_letter()
        try:
            code = super().main(*args, **kwargs)
            sys.exit(code if isinstance(code, int) else 0)
        except click.exceptions.Abort:
            click.echo("\ninterrupted", err=True)
            sys.exit(INTERRUPTED)
        except click.ClickException as error:
            error.show()
            sys.exit(error.exit_code)
        except NewsletterError as error:
            _show(error)
            sys.exit(error.exit_code)
        except OSError as error:
            if error.filename is not None or error.errno not in _STDOUT_FAILS:
                _show_bug(error)
                sys.exit(BUG)
            _show(FileTrouble(f"the report cannot be written: {error.strerror}", where="standard output"))
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(FileTrouble.exit_code)
        except Exception as error:  # noqa: BLE001 - the last wall: a person sees words, never a traceback
            _show_bug(error)
            sys.exit(BUG)


def _write_any_letter() -> None:
    """Make stdout take every character: UTF-8 where the locale says nothing, escapes where it lacks one."""
    stdout = sys.stdout
    if not isinstance(stdout, io.TextIOWrapper):
        return
    if codecs.lookup(stdout.encoding).name == "ascii":
        stdout.reconfigure(encoding="utf-8")
    if stdout.errors == "strict":
        stdout.reconfigure(errors="backslashreplace")


def _debugging() -> bool:
    return "--debug" in sys.argv or bool(os.environ.get("NEWSLETTER_DEBUG"))


def _print_traceback() -> None:
    import traceback

    traceback.print_exc()


def _show(error: NewsletterError) -> None:
    if _debugging():
        _print_traceback()
    if isinstance(error, ProjectMistake):
        from newsletter.cli.output import print_findings

        print_findings(error.findings, err=True, count=False)
    click.echo(click.style("error: ", fg="red", bold=True) + str(error), err=True)


def _show_bug(error: Exception) -> None:
    if _debugging():
        _print_traceback()
        return
    click.echo(
        f"error: this is a defect of newsletter: {type(error).__name__}: {error}\n"
        "  -> Run the same command with `newsletter --debug ...` and report what it prints.",
        err=True,
    )
