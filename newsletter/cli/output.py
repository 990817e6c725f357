"""How results look on a terminal: findings, tables, JSON."""

from __future__ import annotations

import codecs
import json
import os
import shutil
import sys
import textwrap
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

if TYPE_CHECKING:
    from newsletter.models.finding import Finding

_LAST_COLUMN, _SHORTEST_CUT = 24, 12
"""Columns that the last column of a table gets, and the others keep, however narrow the terminal."""
_COLOURS = {"  error  ": "red", "  warning  ": "yellow", "  info  ": "cyan"}


def print_findings(findings: Sequence[Finding], *, err: bool = False, count: bool = True) -> None:
    """The findings as text; on a terminal the severity is coloured, and long lines are broken between words.

    count: end with the line that counts them and says whether they stop a send.
    """
    from newsletter.check.report import as_list, as_text

    text = as_text(findings) if count else as_list(findings)
    for line in _fitted(text.splitlines(), sys.stderr if err else sys.stdout):
        for marker, colour in _COLOURS.items():
            if marker in line:
                before, _, after = line.partition(marker)
                line = f"{before}{click.style(marker, fg=colour, bold=True)}{after}"
                break
        click.echo(line, err=err)


def _fitted(lines: Sequence[str], stream: TextIO) -> Iterator[str]:
    """Lines for a terminal. In a pipe each stays whole, for grep and for editors that jump to file:line."""
    columns = shutil.get_terminal_size((120, 24)).columns if stream.isatty() else 0
    for line in lines:
        if not columns or _width(line) <= columns:
            yield line
            continue
        indent = " " * (7 if line.startswith("    ->") else 4)
        yield from textwrap.wrap(
            line, columns, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
        )


@contextmanager
def read_or_not() -> Iterator[None]:
    """When the reader of stdout (head, less) leaves early, the rest of what is printed goes nowhere."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def print_json(data: object) -> None:
    """One JSON document on stdout: UTF-8 (RFC 8259 section 8.1), or ASCII when stdout is something else."""
    ascii_only = codecs.lookup(sys.stdout.encoding or "ascii").name != "utf-8"
    click.echo(json.dumps(data, ensure_ascii=ascii_only, indent=2))


def shown_path(path: Path) -> str:
    """Relative to the current folder when it lies below: shorter to read and to type."""
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") else relative


def print_table(headers: Sequence[str], rows: Sequence[Sequence[object]], *, indent: str = "  ") -> None:
    """Columns as wide as their widest cell; the last one goes on below itself where the terminal ends.

    Where even that leaves no room, the widest of the others is cut.
    """
    cells = [[str(cell) for cell in row] for row in rows]
    widths = [max((_width(row[i]) for row in [list(headers), *cells]), default=0) for i in range(len(headers))]
    room = shutil.get_terminal_size((120, 24)).columns - len(indent) - 2 * (len(widths) - 1)
    least = min(widths[-1], _LAST_COLUMN)
    while sum(widths[:-1]) > room - least and (widest := max(widths[:-1])) > _SHORTEST_CUT:
        widths[widths.index(widest)] -= 1
    widths[-1] = max(least, min(widths[-1], room - sum(widths[:-1])))
    click.echo(click.style(indent + _line(headers, widths), bold=True))
    for row in cells:
        last = [row[-1]] if _width(row[-1]) <= widths[-1] else textwrap.wrap(row[-1], widths[-1])
        click.echo(indent + _line([*row[:-1], last[0]], widths))
        for more in last[1:]:
            click.echo(indent + _line([*[""] * (len(row) - 1), more], widths))


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(_fit(cell, width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def _fit(cell: str, width: int) -> str:
    taken = _width(cell)
    if taken > width:
        taken, end = 0, 0
        while taken + (step := _columns(cell[end])) <= width - 1:
            taken, end = taken + step, end + 1
        cell, taken = cell[:end] + "…", taken + 1
    return cell + " " * (width - taken)


def _width(text: str) -> int:
    """Columns on a terminal."""
    return len(text) if text.isascii() else sum(map(_columns, text))


@cache
def _columns(char: str) -> int:
    """Accents written as combining marks take none, East Asian characters two."""
    return 0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
