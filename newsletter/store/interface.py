"""What a store must do. SQLite is the first; PostgreSQL for several machines fits behind the same protocols.

A second store keeps three promises: an intent's `wait` returns only when it would survive a power cut and only to
the process that holds the run (compare and set on the fence, never on time); results are written in
the order they are handed over; `accepted` never changes.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from newsletter.models.control import Terms
from newsletter.models.delivery import (
    SAID_SO,
    Attempt,
    Delivery,
    DeliveryState,
    ExclusionRow,
    Moment,
    Plan,
    Refusal,
    Resolution,
    Run,
)
from newsletter.models.message import CompiledMessage, SendResult
from newsletter.models.recipient import Recipient, SuppressionList
from newsletter.store.control import Controls

Addressed = tuple[Recipient, str, str]
"""A recipient, their Message-ID (no brackets), their unsubscribe token."""


class Withheld(Exception):
    """This delivery must not go out now: somebody left, or got the issue from another run. `reason` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class IntentUnderWay(Protocol):
    """An intent handed over and perhaps not on disk yet."""

    def done(self) -> bool:
        """Whether `wait` would return, or raise, at once."""

    def wait(self) -> None:
        """Return when it is on disk.

        Raises RunLocked when this process no longer holds the run, Withheld when the address was suppressed or
        served meanwhile, StoreTrouble when it cannot be written. After any of them, the final dot must not go out.
        """


class Ledger(Protocol):
    """A run opened for sending: at most one process has it. Usable from several threads.

    run: as it was when opened. recovered: deliveries that the last holder left claimed; they are `unknown` now.
    """

    run: Run
    recovered: tuple[Delivery, ...]

    def pending(self, after: int, limit: int) -> list[Delivery]:
        """Pending deliveries in plan order, from the first with seq greater than `after`."""

    def pending_of(self, seqs: Sequence[int]) -> list[Delivery]:
        """Those of `seqs`, at most a few hundred, that are pending, in plan order."""

    def deferred(self) -> list[Delivery]:
        """Deferred deliveries, the one due first first."""

    def withheld(self, delivery: Delivery) -> str | None:
        """Why this one is not to be sent to now (suppressed, received in another run of the issue), or None.

        A look before the work of an attempt; what is decided is decided again with the intent.
        """

    def intend(self, delivery: Delivery, number: int) -> IntentUnderWay:
        """Hand over the intent of attempt `number`; does not wait. The final dot waits for it.

        Nobody suppressed by then can be sent to: that is looked at in the transaction that writes the intent.
        Raises StoreTrouble after a failed write.
        """

    def record(
        self,
        delivery: Delivery,
        number: int,
        result: SendResult,
        *,
        state: DeliveryState,
        deferrals: int,
        next_at: datetime | None,
        started_at: datetime,
    ) -> None:
        """Hand over the result of attempt `number`; does not wait. Raises StoreTrouble after a failed write."""

    def queued(self) -> bool:
        """Whether something that was handed over is not being written yet."""

    def flush(self, *, patient: bool = True) -> bool:
        """Write what was handed over, as an intent's `wait` does; what fails is raised by that, or the next call.

        Not patient: nothing is written, and the answer is False, when another is writing just now.
        """

    def cancel(self, delivery: Delivery, reason: str) -> None:
        """Leave this delivery out, for `reason`; does not wait."""

    def close(self) -> Run:
        """Write what is queued; the run is then finished, or interrupted when deliveries are open.

        Raises StoreTrouble when something could not be written.
        """

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Store(Protocol):
    """All that is remembered between commands. Every method raises StoreTrouble when the database fails.

    controls: what people want of runs, approvals, paces.
    """

    @property
    def controls(self) -> Controls: ...

    def close(self) -> None:
        """Release the database."""

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def secret(self) -> bytes:
        """32 random bytes of this installation, made once."""

    def suppress(self, address: str, reason: str, source: str) -> bool:
        """Never mail this normalised address again; False when it was suppressed already (the first one stays)."""

    def suppress_all(self, suppressions: Iterable[tuple[str, str, str]]) -> int:
        """As `suppress`, for many (address, reason, source) in one transaction; how many are new."""

    def unsuppress(self, address: str) -> bool:
        """Forget a suppression, because a person says so; False when there was none."""

    def is_suppressed(self, address: str) -> str | None:
        """The reason, or None."""

    def suppression_list(self) -> SuppressionList:
        """All suppressions."""

    def hold(self, issue: str) -> AbstractContextManager[None]:
        """Be the only process that plans and sends this issue. Raises RunLocked. Nests within one thread."""

    def is_held(self, issue: str) -> bool:
        """Is a process planning or sending this issue right now? Tells a run under way from one that died."""

    def create_run(self, plan: Plan, deliveries: Iterable[Addressed], terms: Terms | None = None) -> Run:
        """Plan, messages, deliveries, exclusions and terms in one transaction; a failure leaves nothing."""

    def open_ledger(self, run: str) -> Ledger:
        """Open a run for sending; see `Ledger`. Raises UnknownName; NothingToResume when it is finished."""

    def abandon(self, run: str, reason: str) -> int:
        """A person gives a run up: what is open is cancelled for `reason`, and the run is finished.

        Returns how many were cancelled; what a crash left claimed becomes unknown. Raises UnknownName, RunLocked,
        NothingToResume when it is finished already.
        """

    def resolve_unknown(self, run: str, resolutions: Iterable[Resolution]) -> int:
        """Settle deliveries in doubt: accepted for good, or pending, which the next resume sends again.

        Returns how many there were; what is not unknown stays as it is. The attempts that ended unknown, and why
        they were settled so, stay on record. All or none. Raises UnknownName, RunLocked.
        """

    def reopen_rejected(self, run: str, by: str, reason: str = SAID_SO) -> int:
        """`by` has refused ones tried again, by the next resume, for `reason`.

        Returns how many. The attempts that were refused stay on record. Raises UnknownName, RunLocked.
        """

    def resolutions(self, run: str) -> list[Resolution]:
        """How deliveries in doubt were settled, and which refused ones were to be tried again, in order."""

    def load_messages(self, run: str) -> Mapping[str, CompiledMessage]:
        """Edition -> the message that was confirmed, verified. Raises RunDamaged when it is another."""

    def run(self, run: str) -> Run:
        """One run. Raises UnknownName."""

    def runs(self, issue: str | None = None) -> list[Run]:
        """All runs, newest first."""

    def latest_run(self, issue: str | None = None) -> Run | None:
        """The newest run."""

    def counts(self, run: str) -> dict[DeliveryState, int]:
        """Deliveries per state; every state is a key."""

    def counts_by_edition(self, run: str) -> dict[str, dict[DeliveryState, int]]:
        """Edition -> deliveries per state."""

    def deliveries(self, run: str, states: Iterable[DeliveryState] = ()) -> Iterator[Delivery]:
        """Deliveries in plan order, only of `states` when given."""

    def attempts(self, run: str, seq: int | None = None) -> Iterator[Attempt]:
        """Attempts in the order they were recorded, of one delivery when `seq` is given."""

    def timeline(self, run: str) -> list[Moment]:
        """How many attempts ended how, second by second, in order."""

    def refusals(self, run: str) -> list[Refusal]:
        """Deliveries that the relay refused or put off, by receiving domain and answer, the most first."""

    def exclusions(self, run: str) -> list[ExclusionRow]:
        """Who was left out when the run was planned."""

    def received(self, issue: str) -> Container[str]:
        """Addresses that have, or may have, this issue already: accepted, claimed or unknown in any run of it.

        Each is looked up when it is asked for.
        """
