"""Whom a run addresses, and whom it leaves out and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property

MAX_NAME = 100
"""Longest name kept, in characters: longer ones are cut with an ellipsis when a list is read."""


class Basis(StrEnum):
    """Basis of consent (CASL, S.C. 2010 c. 23, s. 10; SOR/2013-221)."""

    EXPRESS = "express"
    PURCHASE = "implied:purchase"
    CONTRACT = "implied:contract"
    INQUIRY = "implied:inquiry"
    DONATION = "implied:donation"
    VOLUNTEER = "implied:volunteer"
    MEMBERSHIP = "implied:membership"
    PUBLISHED_ADDRESS = "implied:published_address"
    DISCLOSED_ADDRESS = "implied:disclosed_address"


@dataclass(frozen=True, slots=True)
class Consent:
    """Basis, date, source and proof that allow mailing an address. expires: last day it holds, None = no end."""

    basis: Basis
    consented_on: date
    source: str
    proof: str
    expires: date | None


@dataclass(frozen=True, slots=True)
class Recipient:
    """One addressee.

    address: normalised: NFC, lower case, ASCII (IDNA) domain; the identity for duplicates and suppressions.
    edition: the edition code they get. language: what the list said (empty when unknown).
    list_name, line: where they stand.
    """

    address: str
    name: str
    language: str
    edition: str
    consent: Consent
    list_name: str
    line: int


class Reason(StrEnum):
    """Why somebody on a list is left out of a run."""

    INVALID_ADDRESS = "invalid address"
    DUPLICATE = "duplicate"
    SUPPRESSED = "suppressed"
    CONSENT_EXPIRED = "consent expired"
    CONSENT_MISSING = "consent missing"
    UNKNOWN_LANGUAGE = "unknown language"
    ALREADY_RECEIVED = "already received"


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Somebody left out: the address as the list has it, the reason, a sentence of detail, and where."""

    address: str
    reason: Reason
    detail: str
    list_name: str
    line: int


@dataclass(frozen=True)
class Audience:
    """The resolved set for a run, with an exclusion for everyone left out.

    A million people are not held in memory: both may be sequences that read their rows anew each time they are
    gone through, in the same order.
    """

    recipients: Sequence[Recipient]
    exclusions: Sequence[Exclusion]

    @cached_property
    def total(self) -> int:
        """How many people get something."""
        return len(self.recipients)

    @cached_property
    def _editions(self) -> Mapping[str, int]:
        return dict(Counter(recipient.edition for recipient in self.recipients).most_common())

    def per_edition(self) -> Mapping[str, int]:
        """Edition code -> how many get it, most first."""
        return self._editions

    def per_reason(self) -> dict[str, int]:
        """Reason -> how many are left out for it, most first."""
        return dict(Counter(exclusion.reason.value for exclusion in self.exclusions).most_common())


@dataclass(frozen=True, slots=True)
class Suppression:
    """A reason never to mail an address again."""

    address: str
    reason: str
    since: date
    source: str


@dataclass(frozen=True)
class SuppressionList:
    """Suppressions by normalised address."""

    entries: Mapping[str, Suppression] = field(default_factory=dict)

    def get(self, address: str) -> Suppression | None:
        """The suppression of a normalised address, or None."""
        return self.entries.get(address)
