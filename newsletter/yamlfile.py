"""YAML that keeps positions: every mistake a person makes in a file comes back as a finding with line and column.

Plain scalars are never guessed at: ``no``, ``2021.10``, ``2021-05-06`` and ``12:30`` reach the model as the
text that was written, and the model's type decides what they mean. Only an empty value, ``~`` and ``null``
are null. Aliases are refused: nobody needs them in these files, and nested ones can fill the memory.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError

from newsletter.errors import FileTrouble
from newsletter.models.finding import Finding, Loc, Severity, SourceMap, did_you_mean

MAX_BYTES = 2_000_000
"""Largest file read, in bytes: an issue is some kilobytes, so more is a mistake (a picture saved as YAML)."""

_MAX_DEPTH = 40
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_ENTRY = re.compile(r"""\s*(?:- +)?(?P<key>[\w+-]+): +(?P<value>.*?)\s*$""")
"""A line ``key: value``, maybe the first of a list's item."""
_QUOTES = {"'": "single", '"': "double"}
_PATTERN_HINTS = {
    "^[a-z]{2,3}$": "Write a language as its code: fr, en.",
    r"^[a-z]{2,3}(\+[a-z]{2,3})*$": "Write languages as their codes: fr, en, fr+en.",
    "^#[0-9a-fA-F]{6}$": "Write a colour as # and six of 0-9 and a-f: #0b5f70.",
}
_SLUG_PATTERN = "^[a-z0-9]+(-[a-z0-9]+)*$"
_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_Model = TypeVar("_Model", bound=BaseModel)


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
        return None, [_syntax_finding(error, text, file, first_line)]
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


def validate(model: type[_Model], document: YamlDocument) -> tuple[_Model | None, list[Finding]]:
    """The document as a record of type `model`, or a finding for each thing that does not fit it."""
    if document.data is None or not isinstance(document.data, dict):
        what = "the file is empty" if document.data is None else "expected 'key: value' lines at the top"
        return None, [document.source.finding("SCHEMA-VALUE", Severity.ERROR, what)]
    try:
        return model.model_validate(document.data), []
    except ValidationError as error:
        return None, _schema_findings(error, model, document)


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


def _syntax_finding(error: yaml.MarkedYAMLError, text: str, file: str, first_line: int) -> Finding:
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


def _schema_findings(error: ValidationError, model: type[BaseModel], document: YamlDocument) -> list[Finding]:
    raw: list[tuple[Loc, Any]] = []
    for item in error.errors():
        missing = (item["loc"][-1],) if item["type"] == "missing" else ()
        raw.append(((*_data_loc(item["loc"], document.data), *missing), item))
    findings: dict[tuple[Loc, str], Finding] = {}
    for loc, item in raw:
        # A value that fits no branch of a union is reported once per branch; the branch that got deepest was
        # meant. A list that lost all its items to mistakes is not "too short" besides.
        if any(len(other) > len(loc) and other[: len(loc)] == loc for other, _ in raw):
            continue
        finding = _schema_finding(item, loc, model, document)
        findings.setdefault((loc, finding.rule), finding)
    return [finding for key, finding in findings.items() if key not in _misspelt(findings)]


def _misspelt(findings: Mapping[tuple[Loc, str], Finding]) -> set[tuple[Loc, str]]:
    """Keys that are missing only because they stand there misspelt, which is said already."""
    meant = {(loc[:-1], finding.hint) for (loc, rule), finding in findings.items() if rule == "SCHEMA-KEY"}
    return {
        (loc, rule)
        for loc, rule in findings
        if rule == "SCHEMA-MISSING" and (loc[:-1], f"Did you mean '{loc[-1]}'?") in meant
    }


def _data_loc(loc: Sequence[str | int], data: Any) -> Loc:
    """`loc` of pydantic without the parts that name union branches and are no path into the data."""
    path: list[str | int] = []
    for part in loc:
        known = (isinstance(data, dict) and part in data) or (
            isinstance(data, list) and isinstance(part, int) and part < len(data)
        )
        if known:
            path.append(part)
            data = data[part]
    return tuple(path)


def _schema_finding(item: Any, loc: Loc, model: type[BaseModel], document: YamlDocument) -> Finding:
    kind, where = item["type"], _path_in_words(loc)
    if kind == "missing":
        missing, where = str(loc[-1]), _path_in_words(loc[:-1])
        message = f"'{missing}' is missing" + (f" in {where}" if where else "")
        return document.source.finding(
            "SCHEMA-MISSING", Severity.ERROR, message, *loc, hint=f"Add '{missing}: ...'."
        )
    if kind == "extra_forbidden":
        allowed = sorted(set(_keys_at(model, loc[:-1])))
        hint = did_you_mean(str(loc[-1]), allowed) or (f"Known here: {', '.join(allowed)}." if allowed else None)
        return document.source.finding("SCHEMA-KEY", Severity.ERROR, f"unknown key '{loc[-1]}'", *loc, hint=hint)
    return document.source.finding(
        "SCHEMA-VALUE", Severity.ERROR, f"{where}: {_in_words(item)}", *loc, hint=_value_hint(item)
    )


def _path_in_words(loc: Loc) -> str:
    """The keys that line and column do not show: ``layout`` of ``sections.0.layout``; of an item, its list."""
    parts = list(loc)
    while parts and isinstance(parts[-1], int):
        parts.pop()
    numbers = [at for at, part in enumerate(parts) if isinstance(part, int)]
    return ".".join(str(part) for part in parts[numbers[-1] + 1 if numbers else 0 :])


def _in_words(item: Any) -> str:
    kind, given = item["type"], item["input"]
    shown = f"'{given}'" if isinstance(given, str) else {None: "nothing"}.get(given) if given is None else None
    expected = {
        "string_type": "expected text",
        "string_too_short": "expected text",
        "string_pattern_mismatch": "not written as it must be",
        "date_from_datetime_parsing": "not a date",
        "date_parsing": "not a date",
        "date_type": "expected a date",
        "datetime_parsing": "not a date and time",
        "datetime_from_date_parsing": "not a date and time",
        "datetime_type": "expected a date and time",
        "int_parsing": "not a whole number",
        "bool_parsing": "expected true or false",
        "dict_type": "expected 'key: value' pairs",
        "model_type": "expected 'key: value' pairs",
        "tuple_type": "expected a list",
        "list_type": "expected a list",
    }.get(kind)
    if kind in ("enum", "literal_error"):
        expected = f"expected {item['ctx']['expected']}"
    if kind == "value_error":
        expected = str(item["ctx"]["error"])
        shown = None
    text = expected or str(item["msg"])
    return f"{text}, got {shown}" if shown else text


def _value_hint(item: Any) -> str | None:
    kind, given = item["type"], item["input"]
    if kind in ("enum", "literal_error") and isinstance(given, str):
        known = [word.strip(" '") for word in item["ctx"]["expected"].replace(" or ", ", ").split(",")]
        return did_you_mean(_ascii(given), known)
    if kind.startswith("date_"):
        return "Write year, month and day in digits: 2021-05-08."
    if kind.startswith("datetime_"):
        return "Write day and local time in digits: 2021-05-08T13:30."
    if kind == "string_pattern_mismatch":
        return _pattern_hint(item["ctx"]["pattern"], str(given))
    return None


def _pattern_hint(pattern: str, given: str) -> str:
    if pattern != _SLUG_PATTERN:
        return _PATTERN_HINTS.get(pattern, f"It must match {pattern}")
    slug = re.sub(r"[^a-z0-9]+", "-", _ascii(given)).strip("-")
    rule = "Use lower-case letters without accents, digits and single hyphens"
    return f"{rule}: {slug}" if slug else f"{rule}."


def _ascii(text: str) -> str:
    """Lower case, accents taken off."""
    return "".join(char for char in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(char))


def _keys_at(model: type[BaseModel], loc: Loc) -> Iterator[str]:
    """Keys allowed at `loc` below `model`, following every branch of unions."""
    models = [model]
    for part in loc:
        inner: list[type[BaseModel]] = []
        for candidate in models:
            field = candidate.model_fields.get(str(part)) if isinstance(part, str) else None
            inner += _models_in(field.annotation) if field else []
        models = inner or models
    for candidate in models:
        yield from candidate.model_fields


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for argument in get_args(annotation) for found in _models_in(argument)]
