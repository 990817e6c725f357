"""Lists to audience: one decision per row, in one order, and a reason for everyone left out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from newsletter.audience.address import normalise_address
from newsletter.audience.consent import CharityOnly, ConsentMissing, read_consent
from newsletter.audience.csvfile import Row, read_rows
from newsletter.audience.edition import choose_edition
from newsletter.models.finding import Finding, Severity, did_you_mean
from newsletter.models.publication import Publication
from newsletter.models.recipient import (
    MAX_NAME,
    Audience,
    Exclusion,
    Reason,
    Recipient,
    SuppressionList,
)
from newsletter.models.text import one_line
from newsletter.yamlfile import relative_name

REQUIRED = ("email", "language", "basis", "consented_on", "source", "proof")
OPTIONAL = ("name",)
SUPPRESSIONS_FILE = "suppressions"
"""Stem of the file beside the lists that is not one of them."""


def resolve(
    lists: Mapping[str, Path],
    publication: Publication,
    suppressions: SuppressionList,
    *,
    already: Collection[str],
    on: date,
    root: Path,
) -> tuple[Audience, tuple[Finding, ...]]:
    """Every row of every list, in order, becomes a recipient or an exclusion.

    suppressions: of the file and the ledger together. already: normalised addresses that have received this
    issue. on: the day of sending, in the publication's time zone. A row is judged in this order, and the first
    that holds is its reason: invalid address, suppressed, already received, duplicate, consent missing, consent
    expired, unknown language. Of several rows for one address the first that may be mailed is taken; so an
    expired consent on one list does not hide an express one on another.

    Files that cannot be used are findings (``AUD-...``), never exceptions; a bad row is an exclusion. Raises
    FileTrouble when a list exists and cannot be read.
    """
    judge = _Judge(publication, suppressions, frozenset(already), on)
    findings: list[Finding] = []
    for list_name, path in lists.items():
        read = _list_rows(list_name, path, root, findings)
        before = len(judge.recipients) + len(judge.exclusions)
        problems = len(findings)
        for row in read:
            judge.decide(row, list_name)
        if len(judge.recipients) + len(judge.exclusions) == before and len(findings) == problems:
            name = relative_name(path, root)
            findings.append(Finding("AUD-EMPTY", Severity.INFO, "the list holds nobody", name, 1))
    if judge.barred:
        message = f"{judge.barred} people are left out: their basis counts for registered charities only"
        hint = "Set 'registered_charity: true' under publication if you are one (S.C. 2010 c. 23 s. 10(13))."
        findings.append(Finding("AUD-CHARITY", Severity.WARNING, message, "newsletter.yaml", hint=hint))
    return Audience(tuple(judge.recipients), tuple(judge.exclusions)), tuple(findings)


@dataclass
class _Judge:
    """Decides row after row; remembers who is in already, to find duplicates."""

    publication: Publication
    suppressions: SuppressionList
    already: frozenset[str]
    on: date
    recipients: list[Recipient] = field(default_factory=list)
    exclusions: list[Exclusion] = field(default_factory=list)
    taken: dict[str, tuple[str, int]] = field(default_factory=dict)
    barred: int = 0
    """Left out because only a registered charity may rely on their basis."""

    def decide(self, row: Row, list_name: str) -> None:
        outcome = self._outcome(row, list_name)
        if isinstance(outcome, Recipient):
            self.taken[outcome.address] = (list_name, row.line)
            self.recipients.append(outcome)
        else:
            reason, detail = outcome
            written = one_line(row.cells["email"], 254)
            self.exclusions.append(Exclusion(written, reason, detail, list_name, row.line))

    def _outcome(self, row: Row, list_name: str) -> Recipient | tuple[Reason, str]:
        try:
            address = normalise_address(row.cells["email"])
        except ValueError as error:
            return Reason.INVALID_ADDRESS, str(error)
        if (suppression := self.suppressions.get(address)) is not None:
            return Reason.SUPPRESSED, f"{suppression.reason}, since {suppression.since} ({suppression.source})"
        if address in self.already:
            return Reason.ALREADY_RECEIVED, "this address has this issue from an earlier run, or may have it"
        if (first := self.taken.get(address)) is not None:
            return Reason.DUPLICATE, f"the same address stands in {first[0]}, line {first[1]}"
        if row.surplus:
            return (
                Reason.CONSENT_MISSING,
                f"the row has {row.surplus} cells too many, so its data cannot be trusted",
            )
        try:
            consent = read_consent(row.cells, registered_charity=self.publication.registered_charity, on=self.on)
        except ConsentMissing as lacking:
            self.barred += isinstance(lacking, CharityOnly)
            return Reason.CONSENT_MISSING, str(lacking)
        if consent.expires is not None and consent.expires < self.on:
            detail = f"{consent.basis} of {consent.consented_on} held until {consent.expires}"
            return Reason.CONSENT_EXPIRED, detail
        language = one_line(row.cells["language"], MAX_NAME)
        edition = choose_edition(language, self.publication)
        if edition is None:
            said = f"language '{language}' is not one of this publication" if language else "language is empty"
            return Reason.UNKNOWN_LANGUAGE, f"{said}, and unknown_language is 'exclude'"
        name = one_line(row.cells["name"], MAX_NAME)
        return Recipient(address, name, language, edition, consent, list_name, row.line)


def _list_rows(list_name: str, path: Path, root: Path, findings: list[Finding]) -> Iterator[Row]:
    try:
        yield from read_rows(path, root, required=REQUIRED, optional=OPTIONAL, findings=findings)
    except FileNotFoundError:
        there = sorted(f.stem for f in path.parent.glob("*.csv") if f.stem != SUPPRESSIONS_FILE)
        known = f"Lists here: {', '.join(there)}." if there else f"There is no list in {path.parent.name}/ yet."
        hint = did_you_mean(list_name, there) or known
        message = f"there is no list '{list_name}'"
        findings.append(Finding("AUD-LIST", Severity.ERROR, message, relative_name(path, root), hint=hint))
