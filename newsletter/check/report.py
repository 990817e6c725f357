"""Findings as people and as programs read them. Colours are the command line's business."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby

from newsletter.models.finding import Finding, Severity

WITHOUT_FILE = "(no file)"


def counts(findings: Iterable[Finding]) -> dict[str, int]:
    """How many findings of each severity, worst first, none left out."""
    counted = Counter(finding.severity for finding in findings)
    return {severity.value: counted[severity] for severity in Severity}


def as_text(findings: Sequence[Finding]) -> str:
    """One block per file, the files with the worst findings first, then a line that counts.

    A finding is ``file:line:column  severity  RULE  message``, its edition in brackets when there is one, and
    below it ``-> what to do``. Ends with a line end.
    """
    return "\n".join([*_lines(_by_file(findings)), summary(findings)]) + "\n"


def as_list(findings: Sequence[Finding]) -> str:
    """As `as_text` without the line that counts: where something else than an issue was looked at."""
    return "\n".join(_lines(_by_file(findings)))


def _by_file(findings: Sequence[Finding]) -> list[list[Finding]]:
    by_file = sorted(findings, key=lambda finding: (finding.file or "", finding.sort_key()))
    blocks = [list(block) for _, block in groupby(by_file, key=lambda finding: finding.file)]
    blocks.sort(key=lambda block: (min(finding.severity.rank for finding in block), block[0].file or ""))
    return blocks


def _lines(blocks: Sequence[list[Finding]]) -> list[str]:
    lines: list[str] = []
    for block in blocks:
        block.sort(key=lambda finding: (finding.line or 0, finding.column or 0, finding.sort_key()))
        for finding in block:
            edition = f" [{finding.edition}]" if finding.edition else ""
            place = finding.place or WITHOUT_FILE
            lines.append(f"{place}  {finding.severity.value}  {finding.rule}{edition}  {finding.message}")
            if finding.hint:
                lines.append(f"    -> {finding.hint}")
        lines.append("")
    return lines


def summary(findings: Sequence[Finding]) -> str:
    """``2 errors, 1 warning: ...``: how many, and whether they stop a send."""
    if not findings:
        return "Nothing to report: this issue is sound."
    counted = counts(findings)
    words = [
        f"{number} {name if number == 1 or name == 'info' else name + 's'}"
        for name, number in counted.items()
        if number
    ]
    end = "errors stop a send" if counted[Severity.ERROR.value] else "nothing here stops a send"
    return f"{', '.join(words)}: {end}."


def as_data(findings: Iterable[Finding]) -> list[dict[str, object]]:
    """Findings as plain data for JSON; keys are added, never renamed."""
    return [
        {
            "id": finding.rule,
            "severity": finding.severity.value,
            "message": finding.message,
            "file": finding.file,
            "line": finding.line,
            "column": finding.column,
            "hint": finding.hint,
            "edition": finding.edition,
        }
        for finding in findings
    ]


def as_json(findings: Sequence[Finding]) -> str:
    """``{"findings": [...], "counts": {...}}``, an interface: keys are added, never renamed."""
    document = {"findings": as_data(findings), "counts": counts(findings)}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
