"""Keeps the figures of a run while it is sent, and tells them: to the log and to whoever listens."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

from newsletter.clock import Clock
from newsletter.delivery import log
from newsletter.delivery.events import DeliveryEvent, Ending, EventKind, Progress, RunSummary
from newsletter.models.delivery import Delivery, DeliveryState, Run
from newsletter.models.message import Outcome, SendResult


class Reporter:
    """Usable from several threads; the listener is called by one at a time. counts: as the run was opened."""

    def __init__(
        self,
        run: Run,
        counts: Mapping[DeliveryState, int],
        clock: Clock,
        on_event: Callable[[DeliveryEvent], None],
        secret: bytes,
        log_addresses: bool = False,
    ) -> None:
        self._run = run
        self._counts = dict(counts)
        self._clock = clock
        self._on_event = on_event
        self._secret = secret
        self._log_addresses = log_addresses
        self._begun = clock.monotonic()
        self._accepted = 0
        self._by_edition: dict[str, int] = {}
        self._last_words = ""
        self._lock = threading.Lock()

    def opened(self, recovered: tuple[Delivery, ...]) -> None:
        """The run begins; some deliveries may be in doubt since the last process."""
        self._tell(EventKind.OPENED)
        for delivery in recovered:
            log.recovered(delivery, self._who(delivery))
            self._tell(EventKind.RECOVERED, delivery, detail=delivery.reply)

    def result(self, delivery: Delivery, before: DeliveryState, result: SendResult) -> None:
        """An attempt has ended; `delivery` has its new state."""
        if log.wants_attempts():
            log.attempt(delivery, self._who(delivery), result, words=self._log_addresses)
        self._tell(EventKind.RESULT, delivery, before, result)

    def cancelled(self, delivery: Delivery, before: DeliveryState, reason: str) -> None:
        """A delivery was left out right before its turn."""
        if log.wants_attempts():
            log.cancelled(delivery, self._who(delivery), reason)
        self._tell(EventKind.CANCELLED, delivery, before, detail=reason)

    def waiting(self, deferred: int, seconds: float) -> None:
        """Nothing to do until a deferred one is due."""
        log.waiting(self._run, deferred, seconds)
        self._tell(EventKind.WAITING, detail=f"{deferred:,} to be tried again", seconds=seconds)

    def barred(self, words: str, seconds: float) -> None:
        """The run does not go on for so long, 0 = until somebody acts."""
        log.barred(self._run, words)
        self._tell(EventKind.WAITING, detail=words, seconds=seconds)

    def countdown(self, words: str, seconds: float) -> None:
        """That wait goes on."""
        self._tell(EventKind.COUNTDOWN, detail=words, seconds=seconds)

    def going_on(self) -> None:
        """That wait is over."""
        log.going_on(self._run)
        self._tell(EventKind.GOING_ON)

    def resting(self, domain: str, seconds: float) -> None:
        """A domain complained of our rate."""
        log.resting(self._run, domain, seconds)
        self._tell(EventKind.RESTING, detail=domain, seconds=seconds)

    def reconnecting(self, seconds: float, reason: str) -> None:
        """The relay is in trouble."""
        log.reconnecting(self._run, seconds, reason)
        self._tell(EventKind.RECONNECTING, detail=reason, seconds=seconds)

    def closed(
        self, run: Run, ending: Ending, counts: Mapping[DeliveryState, int], recovered: tuple[Delivery, ...]
    ) -> RunSummary:
        """The end, in the ledger's figures."""
        self._counts = dict(counts)
        seconds = self._clock.monotonic() - self._begun
        summary = RunSummary(run, ending, dict(counts), recovered, self._accepted, seconds)
        log.closed(run, ending, summary.open, counts[DeliveryState.UNKNOWN])
        self._tell(EventKind.CLOSED, detail=ending)
        return summary

    def _tell(
        self,
        kind: EventKind,
        delivery: Delivery | None = None,
        before: DeliveryState | None = None,
        result: SendResult | None = None,
        *,
        detail: str = "",
        seconds: float = 0.0,
    ) -> None:
        with self._lock:
            if delivery is not None and before is not None:
                self._counts[before] -= 1
                self._counts[delivery.state] += 1
            if delivery is not None and result is not None:
                self._count(delivery, result)
            elapsed = self._clock.monotonic() - self._begun
            progress = Progress(
                self._run.total,
                dict(self._counts),
                self._accepted,
                elapsed,
                dict(self._by_edition),
                self._last_words,
            )
            self._on_event(DeliveryEvent(kind, progress, delivery, result, detail, seconds))

    def _count(self, delivery: Delivery, result: SendResult) -> None:
        if result.outcome is Outcome.ACCEPTED:
            self._accepted += 1
            self._by_edition[delivery.edition] = self._by_edition.get(delivery.edition, 0) + 1
        if result.reply:
            self._last_words = f"{result.code} {result.reply}" if result.code else result.reply

    def _who(self, delivery: Delivery) -> str:
        return delivery.address if self._log_addresses else log.pseudonym(self._secret, delivery.address)
