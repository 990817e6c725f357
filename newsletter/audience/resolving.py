"""Lists to audience: one decision per row, in one order, and a reason for everyone left out."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Protocol

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


class Roster(Protocol):
    """Holds who was taken in and who was left out, in order, each address once."""

    def add(self, recipient: Recipient) -> bool:
        """Take somebody in; False when the address is in already."""

    def leave_out(self, exclusion: Exclusion) -> None:
        """Record somebody who is left out."""

    def place_of(self, address: str) -> tuple[str, int] | None:
        """List and line of the recipient with this address, or None."""

    def audience(self) -> Audience:
        """All of them."""


def resolve(
    lists: Mapping[str, Path],
    publication: Publication,
    suppressions: SuppressionList,
    *,
    already: Container[str],
    on: date,
    root: Path,
    roster: Roster,
) -> tuple[Audience, tuple[Finding, ...]]:
    """Every row of every list, in order, becomes a recipient or an exclusion.

    suppressions: of the file and the ledger together. already: normalised addresses that have received this
    issue. on: the day of sending, in the publication's time zone. roster: an empty one, that takes them in. A row
    is judged in this order, and the first that holds is its reason: invalid address, suppressed, already received,
    duplicate, consent missing, consent expired, unknown language. Of several rows for one address the first that
    may be mailed is taken; so an expired consent on one list does not hide an express one on another.

    Files that cannot be used are findings (``AUD-...``), never exceptions; a bad row is an exclusion. Raises
    FileTrouble when a list exists and cannot be read, StoreTrouble when the temporary folder is full.
    """
    judge = _Judge(publication, suppressions, already, on, roster)
    findings: list[Finding] = []
    for list_name, path in lists.items():
        read = _list_rows(list_name, path, root, findings)
        before = judge.rows
        problems = len(findings)
        for row in read:
            judge.decide(row, list_name)
        if judge.rows == before and len(findings) == problems:
            name = relative_name(path, root)
            findings.append(Finding("AUD-EMPTY", Severity.INFO, "the list holds nobody", name, 1))
    if judge.barred:
        message = f"{judge.barred} people are left out: their basis counts for registered charities only"
        hint = "Set 'registered_charity: true' under publication if you are one (S.C. 2010 c. 23 s. 10(13))."
        findings.append(Finding("AUD-CHARITY", Severity.WARNING, message, "newsletter.yaml", hint=hint))
    return roster.audience(), tuple(findings)


@dataclass
class _Judge:
    """Decides row after row; the roster remembers who is in already."""

    publication: Publication
    suppressions: SuppressionList
    already: Container[str]
    on: date
    roster: Roster
    rows: int = 0
    barred: int = 0
    """Left out because only a registered charity may rely on their basis."""

    def __post_init__(self) -> None:
        # Lists repeat the same few language cells.
        self._edition_of = lru_cache(maxsize=256)(lambda cell: choose_edition(cell, self.publication))

    def decide(self, row: Row, list_name: str) -> None:
        self.rows += 1
        outcome = self._outcome(row, list_name)
        if isinstance(outcome, Recipient):
            if self.roster.add(outcome):
                return
            outcome = self._duplicate(outcome.address)
        reason, detail = outcome
        written = one_line(row.cells["email"], 254)
        self.roster.leave_out(Exclusion(written, reason, detail, list_name, row.line))

    def _outcome(self, row: Row, list_name: str) -> Recipient | tuple[Reason, str]:
        try:
            address = normalise_address(row.cells["email"])
        except ValueError as error:
            return Reason.INVALID_ADDRESS, str(error)
        if (suppression := self.suppressions.get(address)) is not None:
            return Reason.SUPPRESSED, f"{suppression.reason}, since {suppression.since} ({suppression.source})"
        if address in self.already:
            return Reason.ALREADY_RECEIVED, "this address has this issue from an earlier run, or may have it"
        try:
            return self._recipient(row, address, list_name)
        except _LeftOut as left_out:
            if self.roster.place_of(address) is not None:
                return self._duplicate(address)
            self.barred += left_out.barred
            return left_out.reason, left_out.detail

    def _duplicate(self, address: str) -> tuple[Reason, str]:
        first = self.roster.place_of(address)
        assert first is not None, "a duplicate has a first"
        return Reason.DUPLICATE, f"the same address stands in {first[0]}, line {first[1]}"

    def _recipient(self, row: Row, address: str, list_name: str) -> Recipient:
        if row.surplus:
            detail = f"the row has {row.surplus} cells too many, so its data cannot be trusted"
            raise _LeftOut(Reason.CONSENT_MISSING, detail)
        try:
            consent = read_consent(row.cells, registered_charity=self.publication.registered_charity, on=self.on)
        except ConsentMissing as lacking:
            barred = isinstance(lacking, CharityOnly)
            raise _LeftOut(Reason.CONSENT_MISSING, str(lacking), barred=barred) from None
        if consent.expires is not None and consent.expires < self.on:
            detail = f"{consent.basis} of {consent.consented_on} held until {consent.expires}"
            raise _LeftOut(Reason.CONSENT_EXPIRED, detail)
        language = one_line(row.cells["language"], MAX_NAME)
        edition = self._edition_of(language)
        if edition is None:
            said = f"language '{language}' is not one of this publication" if language else "language is empty"
            raise _LeftOut(Reason.UNKNOWN_LANGUAGE, f"{said}, and unknown_language is 'exclude'")
        name = one_line(row.cells["name"], MAX_NAME)
        return Recipient(address, name, language, edition, consent, list_name, row.line)


class _LeftOut(ValueError):
    """Why a row does not become a recipient. barred: its basis counts for registered charities only."""

    def __init__(self, reason: Reason, detail: str, *, barred: bool = False) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail
        self.barred = barred


def _list_rows(list_name: str, path: Path, root: Path, findings: list[Finding]) -> Iterator[Row]:
    try:
        yield from read_rows(path, root, required=REQUIRED, optional=OPTIONAL, findings=findings)
    except FileNotFoundError:
        there = sorted(f.stem for f in path.parent.glob("*.csv") if f.stem != SUPPRESSIONS_FILE)
        known = f"Lists here: {', '.join(there)}." if there else f"There is no list in {path.parent.name}/ yet."
        hint = did_you_mean(list_name, there) or known
        message = f"there is no list '{list_name}'"
        findings.append(Finding("AUD-LIST", Severity.ERROR, message, relative_name(path, root), hint=hint))
