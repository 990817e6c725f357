"""Drives a run: N threads with a connection each, until nothing can be attempted any more.

    deliver       opens the ledger, runs rounds, waits between them for deferred recipients, closes
    a round       every connection takes what is due until nothing is
    a connection  take -> check consent and suppression again -> merge -> send (intent durable before the dot)
                  -> record

It knows nothing of SMTP and nothing of SQL.
"""

from __future__ import annotations

import random as chance
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo

from newsletter.clock import Clock
from newsletter.delivery import log
from newsletter.delivery.breaker import Breaker
from newsletter.delivery.events import DeliveryEvent, Ending, RunSummary
from newsletter.delivery.gate import NoRoom, RelayGate
from newsletter.delivery.progress import Reporter
from newsletter.delivery.queue import DueQueue
from newsletter.delivery.ratelimit import RateLimit
from newsletter.delivery.retry import next_step
from newsletter.delivery.settings import DeliverySettings
from newsletter.errors import StoreTrouble, TransportTrouble
from newsletter.models.delivery import FINAL_STATES, Delivery, DeliveryState, Run
from newsletter.models.message import Envelope, Outcome, SendResult
from newsletter.store import Ledger, Store, Withheld
from newsletter.transport import Session, Transport

IDLE_SECONDS = 20.0
"""A connection unused for longer is renewed before the next message: the relay may be about to close it."""

ROOM_SECONDS = 60.0
"""A connection that the relay had no room for is tried again after so long."""

SLICE_SECONDS = 0.25
"""Waits are cut into slices, so that trouble on one connection ends the wait of the others."""


def deliver(
    run: Run,
    *,
    store: Store,
    transport: Transport,
    envelope_for: Callable[[Delivery], Envelope],
    settings: DeliverySettings,
    clock: Clock,
    stop: threading.Event,
    on_event: Callable[[DeliveryEvent], None],
    zone: tzinfo = UTC,
    random: Callable[[], float] = chance.random,
) -> RunSummary:
    """Send what is open of `run`, a new one or one to resume; return when nothing can be attempted any more.

    envelope_for: merges the message of a delivery, right before it is sent; a ValueError rejects that
    recipient. stop: when set, no new delivery is begun, those on the wire end properly, nothing becomes
    unknown; an interrupt after that ends the waiting too, and leaves them in doubt. on_event: called by one
    thread at a time, quickly to return. zone: where the day on which a consent ends is counted.

    Raises RunLocked (another process sends this issue), NothingToResume (the run is finished),
    TransportTrouble (the relay stopped the run; what was not attempted stays open), StoreTrouble.
    Whatever happens, the ledger says what is known of each recipient, and a later call goes on from there.
    """
    with store.hold(run.issue), store.open_ledger(run.id) as ledger:
        course = _Course(
            run, store, ledger, transport, envelope_for, settings, clock, stop, on_event, random, zone
        )
        ending = course.go()
        closed = ledger.close()
        return course.summary(closed, ending)


@dataclass
class _Line:
    """One connection's own state."""

    session: Session | None = None
    sent: int = 0
    opened: float = 0.0
    last_used: float = 0.0


class _Course:
    """One process's work on a run."""

    def __init__(
        self,
        run: Run,
        store: Store,
        ledger: Ledger,
        transport: Transport,
        envelope_for: Callable[[Delivery], Envelope],
        settings: DeliverySettings,
        clock: Clock,
        stop: threading.Event,
        on_event: Callable[[DeliveryEvent], None],
        random: Callable[[], float],
        zone: tzinfo,
    ) -> None:
        self._run = run
        self._store = store
        self._ledger = ledger
        self._envelope_for = envelope_for
        self._settings = settings
        self._clock = clock
        self._stop = stop
        self._random = random
        self._zone = zone
        self._queue = DueQueue(ledger)
        self._limit = RateLimit(settings.per_second)
        self._breaker = Breaker(settings.stop_after, settings.stop_share)
        self._gate = RelayGate(transport, settings, pause=self._pause, random=random)
        self._report = Reporter(run, store.counts(run.id), clock, on_event, store.secret())
        self._halt = threading.Event()
        self._stayed_out: float | None = None
        self._trouble: BaseException | None = None
        self._losses: dict[int, int] = {}
        log.opened(run, settings.connections, transport.name)

    # -- the whole

    def go(self) -> Ending:
        """Rounds, with waits for deferred recipients in between. Raises what stopped the run."""
        self._report.opened(self._ledger.recovered)
        while True:
            self._round()
            if self._trouble is not None:
                log.stopped(self._run, self._trouble)
                raise self._trouble
            if self._stop.is_set():
                return Ending.STOPPED
            if self._queue.ready():
                # A connection stayed out and gave its delivery back when the others had ended already.
                continue
            due = self._queue.next_due()
            if due is None:
                return Ending.FINISHED
            wait = (due - self._clock.now()).total_seconds()
            if wait > self._settings.patience:
                return Ending.PATIENCE
            if wait > 0:
                self._report.waiting(self._queue.waiting(), wait)
            if self._pause(wait):
                return Ending.STOPPED

    def summary(self, closed: Run, ending: Ending) -> RunSummary:
        """The end, in the ledger's figures."""
        counts = self._store.counts(self._run.id)
        if ending is Ending.STOPPED and not any(count for s, count in counts.items() if s not in FINAL_STATES):
            ending = Ending.FINISHED
        return self._report.closed(closed, ending, counts, self._ledger.recovered)

    def _round(self) -> None:
        """Let every connection work until nothing is due; returns when all have ended."""
        threads = [self._connection(number) for number in range(1, self._settings.connections + 1)]
        try:
            while threads:
                threads[0].join(SLICE_SECONDS)
                threads = [thread for thread in threads if thread.is_alive()]
                if self._room_by_now(len(threads)):
                    threads.append(self._connection(len(threads) + 1))
        except BaseException:
            # Ctrl-C that nobody turned into `stop`: let messages on the wire end before the ledger closes. When
            # `stop` was set already, somebody is tired of waiting for them: those stay claimed, in doubt.
            self._halt.set()
            if not self._stop.is_set():
                for thread in threads:
                    thread.join()
            raise

    def _connection(self, number: int) -> threading.Thread:
        thread = threading.Thread(target=self._work, name=f"connection-{number}", daemon=True)
        thread.start()
        return thread

    def _room_by_now(self, working: int) -> bool:
        """Whether to try one more connection: some had no room, and that was a while ago."""
        if self._stayed_out is None or not 0 < working < self._settings.connections:
            return False
        now = self._clock.monotonic()
        if now - self._stayed_out < ROOM_SECONDS:
            return False
        self._stayed_out = now
        return True

    def _pause(self, seconds: float) -> bool:
        """Wait; True when the run is to stop."""
        end = self._clock.monotonic() + seconds
        while not (self._stop.is_set() or self._halt.is_set()):
            left = end - self._clock.monotonic()
            if left <= 0:
                return False
            self._clock.wait(min(left, SLICE_SECONDS), self._stop)
        return True

    # -- one connection

    def _work(self) -> None:
        line = _Line()
        try:
            while not (self._stop.is_set() or self._halt.is_set()):
                delivery = self._queue.take(self._clock.now())
                if delivery is None:
                    break
                if not self._left_out(delivery) and not self._attempt(line, delivery):
                    break
        except NoRoom as full:
            self._stayed_out = self._clock.monotonic()
            self._report.reconnecting(ROOM_SECONDS, f"going on with fewer connections: {full}")
        except BaseException as error:  # noqa: BLE001 (handed to the thread that called `deliver`, which raises it)
            self._halt_for(error)
        finally:
            self._hang_up(line)

    def _hang_up(self, line: _Line) -> None:
        if line.session is not None:
            self._gate.close(line.session)
            line.session = None

    def _halt_for(self, error: BaseException) -> None:
        if self._trouble is None or isinstance(error, StoreTrouble):
            self._trouble = error
        self._halt.set()

    def _left_out(self, delivery: Delivery) -> bool:
        """Consent, suppression and other runs of the issue, as they are at this moment."""
        reason = self._ledger.withheld(delivery)
        if reason is None and delivery.consent_expires is not None:
            today = self._clock.now().astimezone(self._zone).date()
            if delivery.consent_expires < today:
                reason = f"consent expired on {delivery.consent_expires.isoformat()}"
        if reason is None:
            return False
        self._leave_out(delivery, reason)
        return True

    def _leave_out(self, delivery: Delivery, reason: str) -> None:
        self._ledger.cancel(delivery, reason)
        self._report.cancelled(
            replace(delivery, state=DeliveryState.CANCELLED, reply=reason), delivery.state, reason
        )

    def _attempt(self, line: _Line, delivery: Delivery) -> bool:
        """One delivery, start to end; False when the run is to stop before it was begun."""
        try:
            if self._pause(self._limit.reserve(self._clock.monotonic())) or not self._ready(line):
                return False
        except NoRoom:
            self._queue.again(delivery)
            raise
        assert line.session is not None
        started_at = self._clock.now()
        number = delivery.attempts + 1
        try:
            envelope = self._envelope_for(delivery)
        except ValueError as error:
            self._settle(line, delivery, started_at, SendResult(Outcome.REJECTED, 0, "", str(error), "merge"))
            return True
        # On its way to the disk while the envelope is on its way to the relay; the dot waits for both.
        intent = self._ledger.intend(delivery, number)
        try:
            result = line.session.send(envelope, intent.wait)
        except Withheld as late:
            # They left while their message was on its way; the connection was dropped without the dot.
            self._hang_up(line)
            self._leave_out(delivery, late.reason)
            return True
        except TransportTrouble as trouble:
            # Raised only when this message was certainly not sent; the run stops, the recipient stays open.
            with suppress(StoreTrouble):
                self._write_down(
                    delivery, started_at, SendResult(Outcome.NOT_SENT, 0, "", trouble.what, "stopped")
                )
            raise
        line.sent += 1
        line.last_used = self._clock.monotonic()
        self._settle(line, delivery, started_at, result)
        return True

    def _ready(self, line: _Line) -> bool:
        """A session that can take a message; False when the run is to stop."""
        now = self._clock.monotonic()
        worn = line.sent >= self._settings.messages_per_connection
        old = now - line.opened > self._settings.seconds_per_connection
        if worn or old or now - line.last_used > IDLE_SECONDS:
            self._hang_up(line)
        if line.session is None:
            line.session = self._gate.connect(self._report.reconnecting)
            line.sent, line.opened = 0, self._clock.monotonic()
            line.last_used = line.opened
        return line.session is not None

    # -- results

    def _settle(self, line: _Line, delivery: Delivery, started_at: datetime, result: SendResult) -> None:
        """Record a result and draw its consequences for queue, relay and rate."""
        after = self._write_down(delivery, started_at, result)
        if after.state is DeliveryState.PENDING:
            self._queue.again(after)
        elif after.state is DeliveryState.DEFERRED:
            self._queue.later(after)
        if result.reconnect:
            self._hang_up(line)
        self._breaker.note(result)
        if result.outcome is Outcome.ACCEPTED:
            self._limit.accepted()
        if 400 <= result.code < 500 and (result.stage == "mail" or result.enhanced.startswith("4.7.")):
            self._limit.slow_down()
        if result.outcome in (Outcome.NOT_SENT, Outcome.UNKNOWN) or result.code == 421:
            self._gate.lost(result.reply)
        else:
            self._gate.served()

    def _write_down(self, delivery: Delivery, started_at: datetime, result: SendResult) -> Delivery:
        """The ledger's line for this attempt; the delivery as it is now."""
        if result.outcome is Outcome.NOT_SENT:
            self._losses[delivery.seq] = self._losses.get(delivery.seq, 0) + 1
        step = next_step(
            result,
            deferrals=delivery.deferrals,
            losses=self._losses.get(delivery.seq, 0),
            now=self._clock.now(),
            settings=self._settings,
            random=self._random,
        )
        if step.gave_up:
            result = replace(result, reply=f"gave up after {step.deferrals} tries: {result.reply}")
        number = delivery.attempts + 1
        self._ledger.record(
            delivery,
            number,
            result,
            state=step.state,
            deferrals=step.deferrals,
            next_at=step.next_at,
            started_at=started_at,
        )
        after = replace(
            delivery,
            state=step.state,
            attempts=number,
            deferrals=step.deferrals,
            next_at=step.next_at,
            code=result.code,
            enhanced=result.enhanced,
            reply=result.reply,
        )
        self._report.result(after, delivery.state, result)
        return after
