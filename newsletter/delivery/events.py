"""What a run tells while it is sent, and at its end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from newsletter.models.delivery import FINAL_STATES, Delivery, DeliveryState, Run
from newsletter.models.message import SendResult


class EventKind(StrEnum):
    """opened: the run begins. recovered: a delivery the last process left claimed is unknown now. result: an
    attempt has ended. cancelled: left out right before its turn. waiting: nothing to do until the next deferred
    one is due, or until the run may go on. countdown: that wait goes on, told every second. going_on: it is over.
    resting: a domain complained of our rate and gets nothing for a while. reconnecting: the relay is in trouble.
    closed: the run has ended, or stops here.
    """

    OPENED = "opened"
    RECOVERED = "recovered"
    RESULT = "result"
    CANCELLED = "cancelled"
    WAITING = "waiting"
    COUNTDOWN = "countdown"
    GOING_ON = "going_on"
    RESTING = "resting"
    RECONNECTING = "reconnecting"
    CLOSED = "closed"


class Progress(NamedTuple):
    """How far a run is. counts: deliveries per state, as far as known; claimed ones count by their last state.

    accepted_now, seconds: since this process opened the run; by_edition: the same, per edition. last_words: the
    relay's latest answer.
    """

    total: int
    counts: Mapping[DeliveryState, int]
    accepted_now: int
    seconds: float
    by_edition: Mapping[str, int] = MappingProxyType({})
    last_words: str = ""

    @property
    def done(self) -> int:
        """Deliveries in a final state."""
        return sum(count for state, count in self.counts.items() if state in FINAL_STATES)

    @property
    def per_second(self) -> float:
        """Messages accepted per second since this process opened the run."""
        return self.accepted_now / self.seconds if self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """At the rate so far; None when nothing has been accepted yet."""
        return (self.total - self.done) / self.per_second if self.per_second > 0 else None


class DeliveryEvent(NamedTuple):
    """One event. delivery, result: of the kinds that are about one, with its new state. detail: words.

    seconds: how long a ``waiting``, ``resting`` or ``reconnecting`` lasts; of a wait, 0 = until somebody acts.
    """

    kind: EventKind
    progress: Progress
    delivery: Delivery | None = None
    result: SendResult | None = None
    detail: str = ""
    seconds: float = 0.0


class Ending(StrEnum):
    """Why `deliver` returned. finished: nothing is open. stopped: the stop event was set. patience: what is left
    is due later than this process waits for. cancelled: a person gave the run up meanwhile.
    """

    FINISHED = "finished"
    STOPPED = "stopped"
    PATIENCE = "patience"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class RunSummary:
    """The end of a run, or of this process's part of it. counts: from the ledger, over the whole run.

    recovered: what an earlier process left claimed; unknown now.
    """

    run: Run
    ending: Ending
    counts: Mapping[DeliveryState, int]
    recovered: tuple[Delivery, ...]
    accepted_now: int
    seconds: float

    @property
    def open(self) -> int:
        """Deliveries that a resume would attempt."""
        return sum(count for state, count in self.counts.items() if state not in FINAL_STATES)

    @property
    def complete(self) -> bool:
        """Finished, and nobody is in doubt."""
        return self.open == 0 and self.counts[DeliveryState.UNKNOWN] == 0
