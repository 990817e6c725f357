"""The ledger's records: plan, run, delivery, attempt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from newsletter.models.message import CompiledMessage, Envelope, SendResult
from newsletter.models.recipient import Audience


class DeliveryState(StrEnum):
    """One line of meaning per state of a delivery.

    pending: not attempted yet, or attempted and certainly not sent. claimed: an attempt is under way; its
    intent is durable. accepted: the relay took it; never changes afterwards. deferred: the relay asked to
    try later. rejected: the relay refused for good, or retries ran out. unknown: the connection or the
    process died between the final dot and the answer; never sent again unless a person says so. cancelled:
    left out of the run after it was planned (suppressed, consent ended, or stopped by a person).
    """

    PENDING = "pending"
    CLAIMED = "claimed"
    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


FINAL_STATES = frozenset(
    {DeliveryState.ACCEPTED, DeliveryState.REJECTED, DeliveryState.UNKNOWN, DeliveryState.CANCELLED}
)


@dataclass(frozen=True)
class Plan:
    """The frozen content + audience of one intended send, named by its digest (sha256, 64 hex characters).

    The digest covers every compiled message, the header settings in them, and for each recipient address,
    name and edition, in order; and every exclusion with its reason is listed beside it.
    """

    issue: str
    digest: str
    mail_from: str
    messages: Mapping[str, CompiledMessage]
    audience: Audience

    @property
    def short_digest(self) -> str:
        """The first 16 characters: enough to name a plan on the command line."""
        return self.digest[:16]


class RunState(StrEnum):
    """A run is `finished` only when no delivery is pending, claimed or deferred."""

    RUNNING = "running"
    INTERRUPTED = "interrupted"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class Run:
    """The execution of a plan. id: ``2024-02-1``: issue and a counter."""

    id: str
    issue: str
    digest: str
    mail_from: str
    state: RunState
    created_at: datetime
    finished_at: datetime | None
    total: int


class Delivery(NamedTuple):
    """One row per (run, recipient): its state and what the relay last said.

    seq: position in the plan, from 1. attempts: how many were begun. next_at: not before this instant.
    token: this recipient's unsubscribe token for this publication.
    """

    run: str
    seq: int
    address: str
    name: str
    language: str
    edition: str
    message_id: str
    token: str
    consent_expires: date | None
    state: DeliveryState
    attempts: int
    next_at: datetime | None
    code: int
    enhanced: str
    reply: str
    updated_at: datetime | None
    deferrals: int = 0
    """How often the relay asked to try later: what back-off and giving up are counted by."""

    def after(
        self,
        result: SendResult,
        *,
        state: DeliveryState,
        attempts: int,
        deferrals: int,
        next_at: datetime | None,
    ) -> Delivery:
        """As it is after an attempt."""
        who, changed_at = self[:9], self.updated_at
        said = (result.code, result.enhanced, result.reply)
        return Delivery(*who, state, attempts, next_at, *said, changed_at, deferrals)


class Unfinished(Protocol):
    """An envelope that another process is still busy with (signing)."""

    def fileno(self) -> int:
        """A socket that can be read when it is worth calling `finish`."""

    def is_ready(self) -> bool:
        """Whether `finish` has nothing left to do."""

    def finish(self) -> Envelope:
        """The envelope; called early, it is made here. Called once. Raises as `MakeEnvelope` does."""


MakeEnvelope = Callable[[Delivery], Envelope | Unfinished]
"""Merges a message, and signs it or has it signed. Raises ValueError when it cannot be made for this recipient."""


class Decision(StrEnum):
    """What a person or a piece of evidence says of a delivery in doubt.

    accepted: the relay took it. again: it is sent once more, perhaps for the second time.
    """

    ACCEPTED = "accepted"
    AGAIN = "again"


SAID_SO = "a person says so"
"""Why something was decided, when whoever decided gives no reason."""


@dataclass(frozen=True, slots=True)
class Resolution:
    """How a delivery in doubt was settled, or that a refused one is tried again.

    evidence: what proves it, or the reason that `by` gives. by: the person who decided; empty when it is proven.
    """

    seq: int
    decision: Decision
    evidence: str
    at: datetime | None = None
    by: str = ""

    @property
    def words(self) -> str:
        """Why, and on whose word."""
        return f"{self.evidence} ({self.by})" if self.by else self.evidence


@dataclass(frozen=True, slots=True)
class Moment:
    """How many attempts ended with `outcome` within the second that begins at `at`."""

    at: datetime
    outcome: str
    count: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """How many deliveries to `domain` got this answer and stand in `state` now. reply: the words of one."""

    domain: str
    state: str
    code: int
    enhanced: str
    reply: str
    count: int


@dataclass(frozen=True, slots=True)
class ExclusionRow:
    """An exclusion as the ledger keeps it, so that `status` can say who was left out and why."""

    run: str
    address: str
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try of one delivery, as the append-only attempt table keeps it.

    number: 1 for the first try of this delivery. outcome: an `Outcome` value. stage: how far it came.
    """

    run: str
    seq: int
    address: str
    number: int
    started_at: datetime
    ended_at: datetime
    outcome: str
    code: int
    enhanced: str
    reply: str
    stage: str
