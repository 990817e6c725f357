"""The command line of the corpus: every command and option is explained; progress is for people who wait."""

from __future__ import annotations

import io
import sys

import click
import pytest

from newsletter.cli import main
from newsletter.cli.corpus import _progress, corpus


def test_every_command_and_option_has_words() -> None:
    context = click.Context(corpus, parent=click.Context(main))
    names = corpus.list_commands(context)
    assert names == sorted({*names, "accept", "import", "list", "new", "search", "show", "status", "translate"})
    for name in names:
        command = corpus.get_command(context, name)
        assert command is not None
        assert command.help, name
        for parameter in command.params:
            if isinstance(parameter, click.Option) and parameter.name not in ("form", "help"):
                assert parameter.help, f"{name} {parameter.name}"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "total", "shown"), [(Terminal, 900, True), (Terminal, 90, False), (io.StringIO, 900, False)]
)
def test_progress_is_shown_only_to_somebody_who_waits(
    monkeypatch: pytest.MonkeyPatch, stream: type[io.StringIO], total: int, shown: bool
) -> None:
    screen = stream()
    monkeypatch.setattr(sys, "stderr", screen)
    for done in range(total + 1):
        _progress(done, total)
    assert bool(screen.getvalue()) is shown
    if shown:
        assert screen.getvalue().endswith("reading articles: 900 of 900\n")
        assert screen.getvalue().count("\r") == 10
