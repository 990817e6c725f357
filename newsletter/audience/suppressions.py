"""Addresses that must never be mailed again: the file people keep, and joining it with what the ledger knows."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from newsletter.audience.address import normalise_address
from newsletter.audience.csvfile import read_rows
from newsletter.models.finding import Finding, Severity
from newsletter.models.recipient import Suppression, SuppressionList
from newsletter.models.text import one_line
from newsletter.yamlfile import relative_name

LONG_AGO = date(1970, 1, 1)
"""Since when somebody is left out whose row does not say it."""


def read_suppressions(path: Path, root: Path) -> tuple[SuppressionList, tuple[Finding, ...]]:
    """`recipients/suppressions.csv`: email, and if known reason, since, source.

    Nobody drops out of it for a badly written row: a missing reason or date is filled in. A row whose address
    cannot be read is told (``AUD-SUPPRESSION``), since it protects nobody. No file means no suppressions, told
    as a warning. Of several rows for one address the first counts. Raises FileTrouble when the file cannot be
    read.
    """
    findings: list[Finding] = []
    entries: dict[str, Suppression] = {}
    name = relative_name(path, root)
    try:
        rows = read_rows(
            path, root, required=("email",), optional=("reason", "since", "source"), findings=findings
        )
        for row in rows:
            try:
                address = normalise_address(row.cells["email"])
            except ValueError as error:
                message = f"'{one_line(row.cells['email'], 80)}' suppresses nobody: {error}"
                hint = "Correct the address, or remove the row."
                findings.append(Finding("AUD-SUPPRESSION", Severity.WARNING, message, name, row.line, hint=hint))
                continue
            reason = one_line(row.cells["reason"], 200) or "suppressed"
            source = one_line(row.cells["source"], 200) or name
            entries.setdefault(address, Suppression(address, reason, _since(row.cells["since"]), source))
    except FileNotFoundError:
        hint = (
            "Make the file with the line 'email,reason,since,source', or bring it back: people who left are in it."
        )
        message = "there is no list of suppressed addresses; only those of the ledger are left out"
        findings.append(Finding("AUD-SUPPRESSIONS-FILE", Severity.WARNING, message, name, hint=hint))
    return SuppressionList(entries), tuple(findings)


def merge_suppressions(*lists: SuppressionList) -> SuppressionList:
    """Everybody of all lists; for an address in several, the list named first tells the reason."""
    entries: dict[str, Suppression] = {}
    for one in reversed(lists):
        entries.update(one.entries)
    return SuppressionList(entries)


def _since(written: str) -> date:
    try:
        return date.fromisoformat(written[:10])
    except ValueError:
        return LONG_AGO
