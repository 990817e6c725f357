"""Reading and parsing: text to plain data that knows where each value stands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from newsletter.errors import FileTrouble
from newsletter.models.finding import Finding, Loc, Severity, SourceMap
from newsletter.yamlfile.syntax import syntax_finding

MAX_BYTES = 2_000_000
"""Largest file read, in bytes: an issue is some kilobytes, so more is a mistake (a picture saved as YAML)."""

_MAX_DEPTH = 40
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@dataclass(frozen=True)
class YamlDocument:
    """The data of one file (dicts, lists, strings, None) and where each value stands."""

    data: Any
    source: SourceMap


class _Mistakes(Exception):
    """Carries a finding out of the recursion; never leaves this module."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


def read_text(path: Path, root: Path) -> tuple[str | None, list[Finding]]:
    """The file's text, a BOM removed; None with findings when it is not UTF-8 or too large.

    Raises FileTrouble when it cannot be read at all.
    """
    name = relative_name(path, root)
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise FileTrouble(
            f"cannot be read: {error.strerror}", where=name, hint="Check the file's name and its permissions."
        ) from error
    if len(raw) > MAX_BYTES:
        return None, [Finding("YAML-SIZE", Severity.ERROR, f"the file has {len(raw)} bytes; too large", name)]
    try:
        return raw.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - (raw.rfind(b"\n", 0, error.start) + 1) + 1
        message = f"not UTF-8: byte 0x{raw[error.start]:02x}"
        hint = "Save the file as UTF-8 (in the editor: Save with Encoding, UTF-8)."
        return None, [Finding("YAML-ENCODING", Severity.ERROR, message, name, line, column, hint)]


def relative_name(path: Path, root: Path) -> str:
    """`path` as people see it: relative to the project root, with forward slashes."""
    if ".." not in path.parts:
        # Nearly every path; asking the file system for each of thousands of files costs more than reading them.
        with suppress(ValueError):
            return path.relative_to(root).as_posix()
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return path.as_posix()


def parse_yaml(text: str, file: str, *, first_line: int = 1) -> tuple[YamlDocument | None, list[Finding]]:
    """Parse `text`, which starts on line `first_line` of `file`."""
    composer = _Composer(text, file, first_line - 1)
    try:
        data = composer.document()
    except yaml.MarkedYAMLError as error:
        return None, [syntax_finding(error, text, file, first_line)]
    except yaml.reader.ReaderError as error:
        position = error.position if isinstance(error.position, int) else 0
        line = text.count("\n", 0, position) + first_line
        message = f"a character that YAML does not allow: U+{ord(_character(error)):04X}"
        return None, [Finding("YAML-SYNTAX", Severity.ERROR, message, file, line, None, "Delete the character.")]
    except _Mistakes as mistake:
        return None, [mistake.finding]
    if composer.findings:
        return None, composer.findings
    return YamlDocument(data, SourceMap(file, composer.positions)), []


def read_yaml(path: Path, root: Path) -> tuple[YamlDocument | None, list[Finding]]:
    """Read and parse a YAML file. Raises FileTrouble when it cannot be read."""
    text, findings = read_text(path, root)
    if text is None:
        return None, findings
    return parse_yaml(text, relative_name(path, root))


class _Composer:
    """Parser events to plain data: keeps positions, collects duplicate keys, refuses aliases and deep nests.

    It reads events instead of PyYAML's nodes because composing nodes overflows the C stack on a line of
    100,000 opening brackets.
    """

    def __init__(self, text: str, file: str, line_offset: int) -> None:
        self._events: Iterator[Any] = yaml.parse(text, Loader=_Loader)
        self._file = file
        self._offset = line_offset
        self.positions: dict[Loc, tuple[int, int]] = {(): (line_offset + 1, 1)}
        self.findings: list[Finding] = []

    def document(self) -> Any:
        data: Any = None
        documents = 0
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise _Mistakes(self._finding("YAML-SYNTAX", "a second document (---) in the file", event))
            elif isinstance(event, yaml.NodeEvent):
                data = self._value(event, ())
        return data

    def _value(self, event: Any, loc: Loc) -> Any:
        if isinstance(event, yaml.AliasEvent):
            hint = "Write the value out again; text that starts with * must stand in quotes."
            raise _Mistakes(self._finding("YAML-ALIAS", "aliases (*name) are not supported", event, hint))
        if isinstance(event, yaml.ScalarEvent):
            return None if event.style in (None, "") and event.value in _NULLS else event.value
        if len(loc) > _MAX_DEPTH:
            raise _Mistakes(self._finding("YAML-SYNTAX", "nested too deeply", event))
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(loc)
        return self._mapping(loc)

    def _sequence(self, loc: Loc) -> list[Any]:
        data: list[Any] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            self.positions[(*loc, len(data))] = self._place(event)
            data.append(self._value(event, (*loc, len(data))))
        return data

    def _mapping(self, loc: Loc) -> dict[str, Any]:
        data: dict[str, Any] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise _Mistakes(self._finding("YAML-SYNTAX", "a key must be a word, not a list or pairs", event))
            key = event.value
            if key in data:
                first_line = self.positions[(*loc, key)][0]
                message = f"the key '{key}' stands here twice (first on line {first_line})"
                self.findings.append(self._finding("YAML-DUPLICATE-KEY", message, event, "Keep one of them."))
                self._value(next(self._events), (*loc, f"{key} again"))
                continue
            self.positions[(*loc, key)] = self._place(event)
            data[key] = self._value(next(self._events), (*loc, key))
        return data

    def _place(self, event: Any) -> tuple[int, int]:
        return event.start_mark.line + 1 + self._offset, event.start_mark.column + 1

    def _finding(self, rule: str, message: str, event: Any, hint: str | None = None) -> Finding:
        line, column = self._place(event)
        return Finding(rule, Severity.ERROR, message, self._file, line, column, hint)


def _character(error: yaml.reader.ReaderError) -> str:
    if isinstance(error.character, str):
        return error.character[:1] or "\ufffd"
    return chr(int(error.character))
