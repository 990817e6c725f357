"""CSV as people really export it, read row by row, with a finding for what makes a file unreadable.

Accepted: UTF-8 with or without byte order mark; comma, semicolon (Excel in French) or tab; quoted fields; any line
ends; columns in any order; empty rows. Not guessed: other encodings. A wrong guess would send mail to
`ZoÃ©`, so the finding names the encoding and how to save the file.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from newsletter.errors import FileTrouble
from newsletter.models.finding import Finding, Severity, did_you_mean
from newsletter.yamlfile import relative_name

DELIMITERS = (",", ";", "\t")
EXTRA_PREFIX = "x_"
"""Columns of the list's own keeping; they are not read and not remarked on."""

_SAVE_AS = "Save the file as UTF-8 (in Excel: Save As, CSV UTF-8; LibreOffice asks for the character set)."
_FRENCH = {
    "courriel": "email",
    "adresse": "email",
    "adresse courriel": "email",
    "nom": "name",
    "prénom": "name",
    "langue": "language",
    "base": "basis",
    "fondement": "basis",
    "consentement": "consented_on",
    "date": "consented_on",
    "preuve": "proof",
    "raison": "reason",
    "motif": "reason",
    "depuis": "since",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the cells of all columns asked for, stripped, empty when it has none; `line` is its first line.

    surplus: how many non-empty cells it has beyond the header; then its cells cannot be trusted.
    """

    line: int
    cells: Mapping[str, str]
    surplus: int = 0


def read_rows(
    path: Path,
    root: Path,
    *,
    required: Sequence[str],
    optional: Sequence[str],
    findings: list[Finding],
) -> Iterator[Row]:
    """Rows of a CSV file in their order, never more than one in memory.

    What is wrong with the file goes to `findings` (``AUD-ENCODING``, ``AUD-CSV``, ``AUD-COLUMN`` ...); reading
    ends at an error. Raises FileTrouble when the file cannot be read, FileNotFoundError when there is none.
    """
    name = relative_name(path, root)
    try:
        mistake = _encoding_mistake(path, name)
        if mistake is not None:
            findings.append(mistake)
            return
        with path.open(encoding="utf-8-sig", newline="") as handle:
            yield from _rows(handle, name, [*required, *optional], required, findings)
    except FileNotFoundError:
        raise
    except OSError as error:
        what = f"The file cannot be read: {error.strerror or error}"
        raise FileTrouble(what, where=name, hint="Check its permissions.") from error


def _encoding_mistake(path: Path, name: str) -> Finding | None:
    """Why the file is not UTF-8, with the place of the first byte that says so."""
    with path.open("rb") as handle:
        start = handle.read(4096)
        utf16 = start.startswith((b"\xff\xfe", b"\xfe\xff")) or start.count(0) > len(start) // 4
        if utf16 and start:
            return _error("AUD-ENCODING", "the file is written in UTF-16, not UTF-8", name, 1, _SAVE_AS)
        handle.seek(0)
        for line, raw in enumerate(handle, 1):
            try:
                raw.decode("utf-8")
            except UnicodeDecodeError as error:
                byte = raw[error.start : error.start + 1]
                column = len(raw[: error.start].decode("utf-8")) + 1
                meant = byte.decode("cp1252", "replace")
                message = (
                    "the file is not written in UTF-8; it looks like Windows-1252 (Excel's plain CSV): "
                    f"byte {byte.hex().upper()} would be {meant!r}"
                )
                return Finding("AUD-ENCODING", Severity.ERROR, message, name, line, column, _SAVE_AS)
    return None


def _rows(
    handle: Iterator[str], name: str, columns: Sequence[str], required: Sequence[str], findings: list[Finding]
) -> Iterator[Row]:
    header_line, text = next(((n, line) for n, line in enumerate(handle, 1) if line.strip()), (1, ""))
    if not text:
        hint = f"The first line names the columns: {','.join(columns)}"
        findings.append(_error("AUD-EMPTY", "the file is empty", name, 1, hint))
        return
    delimiter = max(DELIMITERS, key=lambda mark: _known_names(text, mark, columns))
    header = _split(text, delimiter)
    mistakes = _header_findings(header, name, header_line, columns, required)
    findings += mistakes
    if any(finding.severity is Severity.ERROR for finding in mistakes):
        return
    places = {column: header.index(column) if column in header else None for column in columns}
    surplus: list[int] = []
    spanning: list[int] = []
    reader = csv.reader(handle, delimiter=delimiter, strict=True)
    while True:
        line = header_line + reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            findings.append(_quotes_finding(error, name, line))
            return
        if cells is None:
            break
        if not any(map(str.strip, cells)):
            continue
        if header_line + reader.line_num > line:
            spanning.append(line)
        extra = sum(1 for cell in cells[len(header) :] if cell.strip())
        if extra:
            surplus.append(line)
        cells += [""] * (len(header) - len(cells))
        found = {column: "" if at is None else cells[at].strip() for column, at in places.items()}
        yield Row(line, found, extra)
    findings += _shape_findings(name, surplus, spanning)


def _split(line: str, delimiter: str) -> list[str]:
    try:
        cells = next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:  # a cell of more than 128 kB: no header
        return []
    return [" ".join(cell.split()).casefold() for cell in cells]


def _known_names(line: str, delimiter: str, columns: Sequence[str]) -> int:
    return len(set(_split(line, delimiter)) & set(columns))


def _header_findings(
    header: Sequence[str], name: str, line: int, columns: Sequence[str], required: Sequence[str]
) -> list[Finding]:
    """Missing and doubled columns are errors, with what was probably meant; columns of no use are told."""
    missing = [column for column in required if column not in header]
    doubled = sorted({cell for cell in header if cell in columns and header.count(cell) > 1})
    unused = [cell for cell in header if cell and cell not in columns and not cell.startswith(EXTRA_PREFIX)]
    findings = [
        _error(
            "AUD-COLUMN", f"the column '{column}' is missing", name, line, _missing_hint(column, unused, required)
        )
        for column in missing
    ]
    for column in doubled:
        message = f"the column '{column}' stands there twice"
        findings.append(_error("AUD-COLUMN", message, name, line, "Remove or rename one of them."))
    absent = [column for column in columns if column not in header and column not in required]
    for cell in unused if not missing else ():
        hint = did_you_mean(_FRENCH.get(cell, cell), absent) or f"'{EXTRA_PREFIX}{cell}' says that it is meant so."
        message = f"the column '{cell}' is not read"
        findings.append(Finding("AUD-COLUMN-UNUSED", Severity.INFO, message, name, line, hint=hint))
    return findings


def _missing_hint(column: str, unused: Sequence[str], required: Sequence[str]) -> str:
    for cell in unused:
        if _FRENCH.get(cell) == column or did_you_mean(cell, [column]):
            return f"Rename the column '{cell}' to '{column}'."
    return f"The first line must name the columns {', '.join(required)}."


def _quotes_finding(error: csv.Error, name: str, line: int) -> Finding:
    message = f"the quotation marks of this row do not pair ({error}); the rows from here on were not read"
    return _error("AUD-CSV", message, name, line, 'Write a quotation mark inside a cell twice: "Jean ""Jo"" Roy".')


def _shape_findings(name: str, surplus: Sequence[int], spanning: Sequence[int]) -> Iterator[Finding]:
    if surplus:
        message = f"{_lines(surplus)} more cells than the header has columns"
        hint = "Put a cell that holds the delimiter between quotation marks."
        yield Finding("AUD-CELLS", Severity.WARNING, message, name, surplus[0], hint=hint)
    if spanning:
        message = f"{_lines(spanning)} a cell that runs over several lines"
        hint = "Check that no quotation mark is left open: rows inside such a cell are not read as rows."
        yield Finding("AUD-MULTILINE", Severity.WARNING, message, name, spanning[0], hint=hint)


def _lines(lines: Sequence[int]) -> str:
    if len(lines) == 1:
        return f"line {lines[0]} has"
    shown = ", ".join(map(str, lines[:5]))
    return f"lines {shown}{' and others' if len(lines) > 5 else ''} ({len(lines)} in all) have"


def _error(rule: str, message: str, name: str, line: int, hint: str) -> Finding:
    return Finding(rule, Severity.ERROR, message, name, line, hint=hint)
