"""Tables and the line of progress fit the terminal they are shown on, whatever stands in them."""

from __future__ import annotations

import io
import re

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.cli import progress
from newsletter.cli.output import print_findings, print_table
from newsletter.cli.progress import Progress, bar_line
from newsletter.delivery import DeliveryEvent, EventKind
from newsletter.delivery import Progress as Figures
from newsletter.models.delivery import DeliveryState
from newsletter.models.finding import Finding, Severity

A_TABLE = [
    ("priya.raman@example.com", "rejected", "550 5.1.1 The mailbox does not exist on this server any more, sorry"),
    ("a.very.long.local.part.indeed.of.somebody@a.department.of.an.example.org", "unknown", "no answer"),
]


def table(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, columns: int) -> list[str]:
    monkeypatch.setenv("COLUMNS", str(columns))
    print_table(("address", "state", "answer"), A_TABLE)
    return capsys.readouterr().out.splitlines()


@pytest.mark.parametrize("columns", [60, 80, 120, 200])
def test_no_line_of_a_table_is_wider_than_the_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    assert max(map(len, table(capsys, monkeypatch, columns))) <= columns


def test_an_answer_that_does_not_fit_goes_on_below_itself_and_nothing_is_lost(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = table(capsys, monkeypatch, 80)
    start = lines[0].index("answer")
    assert " ".join(line[start:].strip() for line in lines[1:-1]) == A_TABLE[0][2]
    assert lines[2][:start].strip() == ""
    assert lines[-1].startswith("  a.very.long")
    assert "…" in lines[-1]


def test_a_finding_is_broken_between_words_on_a_terminal_and_whole_in_a_pipe(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    message = "the link 'competition' already ran in 2021-04, with the article 'datajam-2021-call'"
    finding = Finding("CORPUS-RAN", Severity.INFO, message, "corpus/one/article.yaml", 12, 3, "Look at both.")
    monkeypatch.setenv("COLUMNS", "60")
    print_findings([finding])
    piped = capsys.readouterr().out
    assert piped.splitlines()[0].endswith(message)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    print_findings([finding])
    shown = click.unstyle(capsys.readouterr().out)
    assert max(map(len, shown.splitlines())) <= 60
    assert shown.split() == piped.split()


def figures(accepted: int, total: int = 1200, *, rejected: int = 0, seconds: float = 10.0) -> Figures:
    counts = {DeliveryState.ACCEPTED: accepted, DeliveryState.REJECTED: rejected}
    counts[DeliveryState.PENDING] = total - accepted - rejected
    return Figures(total, counts, accepted, seconds)


@pytest.mark.parametrize(
    ("columns", "line"),
    [
        (120, "████████░░░░░░░░░░░░░░░░░░░░░░░░  312 of 1,200 · 300 accepted, 12 rejected · 30/s · 30 s left"),
        (80, "████░░░░░░░░░░░░░░  312 of 1,200 · 300 accepted, 12 rejected · 30/s · 30 s left"),
        (60, "██░░░░░░░░  312 of 1,200 · 300 accepted, 12 rejected · 30/s"),
        (40, "██████░░░░░░░░░░░░░░░░░░░  312 of 1,200"),
        (20, "312 of 1,200"),
    ],
)
def test_the_line_says_how_far_how_fast_and_how_long_as_far_as_there_is_room(columns: int, line: str) -> None:
    assert bar_line(figures(300, rejected=12), columns) == line


def test_a_terminal_without_blocks_gets_ascii() -> None:
    assert bar_line(figures(300, rejected=12), 60, blocks=False).isascii()


@given(
    st.integers(0, 100_000),
    st.integers(0, 100_000),
    st.integers(1, 200_000),
    st.floats(0, 1e6),
    st.integers(10, 200),
    st.booleans(),
)
def test_the_line_never_fills_the_terminal(
    accepted: int, rejected: int, more: int, seconds: float, columns: int, blocks: bool
) -> None:
    line = bar_line(
        figures(accepted, accepted + rejected + more, rejected=rejected, seconds=seconds), columns, blocks=blocks
    )
    assert len(line) < columns
    assert "\n" not in line


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True

    def screen(self) -> list[str]:
        """What stands on each line when everything is written."""
        return [re.split("\r", line)[-1].rstrip() for line in self.getvalue().split("\n")]


def test_words_stand_on_lines_of_their_own_and_the_bar_below_them(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setattr(progress, "_PAUSE", 1e9)
    with Progress() as shown:
        shown.on_event(DeliveryEvent(EventKind.RESULT, figures(9, 10)))
        shown.on_event(DeliveryEvent(EventKind.WAITING, figures(9, 10), detail="1 deferred", seconds=59.0))
        assert terminal.screen()[1].endswith("  9 of 10 · 9 accepted")
        shown.on_event(DeliveryEvent(EventKind.RESULT, figures(9, 10, rejected=1)))
    lines = terminal.screen()
    assert lines[0] == "waiting 59 s: 1 deferred"
    assert lines[1].endswith("  10 of 10 · 9 accepted, 1 rejected")
    assert lines[2:] == [""]


def test_without_a_terminal_a_line_per_tenth(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = io.StringIO()
    monkeypatch.setattr("sys.stderr", pipe)
    with Progress() as shown:
        for done in range(1, 1001):
            shown.on_event(DeliveryEvent(EventKind.RESULT, figures(done, 1000, seconds=done / 50)))
    lines = pipe.getvalue().splitlines()
    assert len(lines) == 10
    assert lines[0] == "100 of 1,000, 100 accepted, 50/s"
