"""What is wrong with YAML that cannot be parsed, in words of people who write it."""

from __future__ import annotations

import re
from collections.abc import Sequence

import yaml

from newsletter.models.finding import Finding, Severity

_ENTRY = re.compile(r"""\s*(?:- +)?(?P<key>[\w+-]+): +(?P<value>.*?)\s*$""")
"""A line ``key: value``, maybe the first of a list's item."""
_QUOTES = {"'": "single", '"': "double"}


def syntax_finding(error: yaml.MarkedYAMLError, text: str, file: str, first_line: int) -> Finding:
    """The parser's error at the place a person looks for it, with what to write instead."""
    mark = error.problem_mark or error.context_mark
    row, column = (mark.line, mark.column) if mark else (0, 0)
    lines = text.splitlines()
    problem = error.problem or "not YAML"
    message = f"YAML cannot read this line: {problem}"
    hint = "Check the indentation and the quotes of this line and the one above."
    if "\t" in _before(lines, row, column + 1) or "tab character" in problem:
        message, hint = "a tab is used where YAML needs spaces", "Replace the tab by spaces."
    elif (start := _open_quote(error, lines, row)) is not None:
        row, column = start
        message, hint = (
            "the quote that opens here is not closed on its line",
            "Put the closing quote after the text.",
        )
    elif "mapping values are not allowed" in problem:
        message, hint = 'a ": " in the middle of text, where YAML takes it for a key', _quoted(lines, row)
    elif problem == "did not find expected key" and (entry := _entry(lines, row)) and entry["value"][0] in _QUOTES:
        quote = entry["value"][0]
        message = f"the text goes on after its closing {_QUOTES[quote]} quote"
        hint = "Put the whole text in double quotes." if quote == "'" else r"Write “ ” or \" inside of the text."
    elif "undefined alias" in problem:
        message, hint = "text that starts with * must stand in quotes", "Put the text in quotes."
    return Finding(
        "YAML-SYNTAX", Severity.ERROR, message, file, row + first_line, column + 1 if mark else None, hint
    )


def _before(lines: Sequence[str], row: int, column: int) -> str:
    """The blanks a line begins with, up to `column`."""
    line = lines[row][:column] if row < len(lines) else ""
    return line[: len(line) - len(line.lstrip())]


def _entry(lines: Sequence[str], row: int) -> re.Match[str] | None:
    """The line as ``key: value``; None when it is none, or has no value."""
    entry = _ENTRY.match(lines[row]) if row < len(lines) else None
    return entry if entry and entry["value"] else None


def _open_quote(error: yaml.MarkedYAMLError, lines: Sequence[str], row: int) -> tuple[int, int] | None:
    """Where the quote opens that swallowed the lines up to `row`, whose own first quote then closed it."""
    if error.context == "while scanning a quoted scalar" and error.context_mark:
        return error.context_mark.line, error.context_mark.column
    if error.problem != "did not find expected key" or row == 0:
        return None
    entry = _entry(lines, row - 1)
    if entry is None or entry["value"][0] not in _QUOTES or entry["value"].count(entry["value"][0]) != 1:
        return None
    return row - 1, entry.start("value")


def _quoted(lines: Sequence[str], row: int) -> str:
    entry = _entry(lines, row)
    if entry is None or entry["value"][0] in "[{'\"&*!|>":
        return 'Text that holds ": " must stand in quotes.'
    value = entry["value"]
    if value[0] in "“”" and value[-1] in "“”":
        value = value[1:-1]  # what a word processor makes of straight quotes
    value = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'Put the text in straight quotes: {entry["key"]}: "{value}"'
