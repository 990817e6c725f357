"""Drives a run: N connections, all from one thread (`loop`), until nothing can be attempted any more.

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
from newsletter.delivery.caps import Lanes, domain_of
from newsletter.delivery.events import DeliveryEvent, Ending, RunSummary
from newsletter.delivery.gate import NoRoom, RelayGate
from newsletter.delivery.loop import Aside, Loop, Work
from newsletter.delivery.mx import MailHosts
from newsletter.delivery.progress import Reporter
from newsletter.delivery.queue import DueQueue
from newsletter.delivery.ratelimit import RateLimit
from newsletter.delivery.settings import DeliverySettings
from newsletter.delivery.settling import Settlement, seed_failed
from newsletter.delivery.standby import SLICE_SECONDS, Standby
from newsletter.errors import StoreTrouble, TransportTrouble
from newsletter.models.delivery import FINAL_STATES, Delivery, DeliveryState, Run
from newsletter.models.message import Envelope, Outcome, SendResult
from newsletter.store import IntentUnderWay, Ledger, Store, Withheld
from newsletter.transport import Session, Steps, Transport

IDLE_SECONDS = 20.0
"""A connection unused for longer is renewed before the next message: the relay may be about to close it."""

LONGEST_SECONDS = 86_400.0
"""Nobody is deferred for longer, nor than twice the longest wait that is configured."""

TICK_SECONDS = 1e-6
"""The shortest wait: times of day are counted in microseconds."""

ROOM_SECONDS = 60.0
"""A connection that the relay had no room for is tried again after so long."""


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
    by_hand: bool = True,
    mail_hosts: MailHosts | None = None,
) -> RunSummary:
    """Send what is open of `run`, a new one or one to resume; return when nothing can be attempted any more.

    envelope_for: merges the message of a delivery, right before it is sent; a ValueError rejects that
    recipient. stop: when set, no new delivery is begun, those on the wire end properly, nothing becomes
    unknown; an interrupt after that ends the waiting too, and leaves them in doubt. on_event: called by one
    thread at a time, quickly to return. zone: where days and quiet hours are counted. by_hand: a person asked for
    it and waits here for the run's time; otherwise it returns when that has not come. mail_hosts: who finds the
    mail host of a domain, when the settings ask for that.

    Raises RunLocked (another process sends this issue), NothingToResume (the run is finished), Refusal (it should
    have begun long ago), TransportTrouble (the relay stopped the run; what was not attempted stays open),
    StoreTrouble. Whatever happens, the ledger says what is known of each recipient, and a later call goes on from
    there.
    """
    with store.hold(run.issue), store.open_ledger(run.id) as ledger:
        hosts = (mail_hosts or MailHosts()) if settings.by_mx else None
        course = _Course(
            *(run, store, ledger, transport, envelope_for, settings, clock, stop, on_event, random, zone),
            *(by_hand, hosts),
        )
        try:
            ending = course.go()
        finally:
            course.release()
        closed = ledger.close()
        if ending is Ending.CANCELLED:
            store.abandon(run.id, store.controls.of(run.id).reason or "given up")
            closed = store.run(run.id)
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
        by_hand: bool,
        hosts: MailHosts | None,
    ) -> None:
        self._run = run
        self._store = store
        self._ledger = ledger
        self._envelope_for = envelope_for
        self._settings = settings
        self._clock = clock
        self._stop = stop
        self._zone = zone
        controls = store.controls
        self._lanes = Lanes(settings.domains, hosts, transport.name, controls, clock.now().timestamp())
        self._limit = RateLimit(settings.per_second, transport.name, controls)
        self._breaker = Breaker(settings.stop_after, settings.stop_share)
        self._gate = RelayGate(transport, settings, pause=self._pause, random=random)
        self._report = Reporter(run, store.counts(run.id), clock, on_event, store.secret(), settings.log_addresses)
        self._standby = Standby(
            run,
            store=store,
            relay=transport.name,
            settings=settings,
            zone=zone,
            clock=clock,
            stop=stop,
            report=self._report,
            by_hand=by_hand,
        )
        self._seeds = self._standby.seeds
        self._queue = DueQueue(
            ledger, self._lanes, self._seeds or None, longest=max(LONGEST_SECONDS, 2 * max(settings.retry_waits))
        )
        self._halt = threading.Event()
        self._stayed_out: float | None = None
        self._trouble: BaseException | None = None
        self._settlement = Settlement(
            ledger,
            controls,
            limit=self._limit,
            lanes=self._lanes,
            report=self._report,
            settings=settings,
            clock=clock,
            random=random,
        )
        log.opened(run, settings.connections, transport.name)

    # -- the whole

    def go(self) -> Ending:
        """Rounds, with waits in between: for the run's time, for those deferred. Raises what stopped the run."""
        self._report.opened(self._ledger.recovered)
        while True:
            if (bar := self._standby.bar()) is not None:
                if (ending := self._standby.wait_out(bar)) is not None:
                    return ending
                continue
            self._standby.begin()
            self._round()
            if self._trouble is not None:
                log.stopped(self._run, self._trouble)
                raise self._trouble
            if self._stop.is_set():
                return Ending.STOPPED
            if self._standby.bar() is not None or self._queue.ready():
                # A connection stayed out and gave its delivery back when the others had ended already.
                continue
            if (ending := self._until_next_round()) is not None:
                return ending

    def release(self) -> None:
        """Leave what is shared with other processes as the next one needs it."""
        with suppress(StoreTrouble):
            self._limit.close()
            self._lanes.close()

    def _until_next_round(self) -> Ending | None:
        """Wait until somebody is due again; the ending when nobody is, or not soon enough."""
        due = self._queue.next_due(self._clock.now())
        if due is None:
            if not self._seeds:
                return Ending.FINISHED
            self._seeds = 0
            self._queue.open_all()
            return None
        wait = (due - self._clock.now()).total_seconds()
        waiting = self._queue.waiting()
        if wait > self._settings.patience:
            self._standby.leave(f"{waiting:,} to be tried again", due)
            return Ending.PATIENCE
        if wait > 0:
            self._report.waiting(waiting, wait)
        self._pause(wait)
        return Ending.STOPPED if self._stop.is_set() else None

    def summary(self, closed: Run, ending: Ending) -> RunSummary:
        """The end, in the ledger's figures."""
        counts = self._store.counts(self._run.id)
        if ending is Ending.STOPPED and not any(count for s, count in counts.items() if s not in FINAL_STATES):
            ending = Ending.FINISHED
        return self._report.closed(closed, ending, counts, self._ledger.recovered)

    def _round(self) -> None:
        """Let every connection work until nothing is due; returns when all have ended."""
        loop = Loop(self._ledger, (self._work() for _ in range(self._settings.connections)))
        try:
            while not loop.join(SLICE_SECONDS):
                if self._room_by_now(loop.working):
                    loop.add(self._work())
        except BaseException:
            # Ctrl-C that nobody turned into `stop`: let messages on the wire end before the ledger closes. When
            # `stop` was set already, somebody is tired of waiting for them: those stay claimed, in doubt.
            self._halt.set()
            if not self._stop.is_set():
                loop.join()
            raise

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
        """Wait; True when the run is to stop, or may not go on for now."""
        end = self._clock.monotonic() + seconds
        # Never skipped, however short: who comes back at the same moment would ask for the same wait for ever.
        left = max(seconds, TICK_SECONDS) if seconds > 0 else 0.0
        while not (self._stop.is_set() or self._halt.is_set() or self._standby.bar() is not None):
            if left < TICK_SECONDS:
                return False
            self._clock.wait(min(left, SLICE_SECONDS), self._stop)
            left = end - self._clock.monotonic()
        return True

    # -- one connection

    def _work(self) -> Work[None]:
        line = _Line()
        try:
            yield from self._deliveries(line)
        except NoRoom as full:
            self._stayed_out = self._clock.monotonic()
            self._report.reconnecting(ROOM_SECONDS, f"going on with fewer connections: {full}")
        except GeneratorExit:
            raise
        except BaseException as error:  # noqa: BLE001 (handed to the thread that called `deliver`, which raises it)
            self._halt_for(error)
        yield from self._hang_up(line)

    def _deliveries(self, line: _Line) -> Work[None]:
        while not (self._stop.is_set() or self._halt.is_set() or self._standby.bar() is not None):
            delivery = self._queue.take(self._clock.now())
            if delivery is None:
                if not (yield from self._lane_opens_soon()):
                    return
                continue
            if not (yield from self._has_place(delivery)):
                continue
            if self._left_out(delivery):
                self._done(delivery)
            elif not (yield from self._attempt(line, delivery)):
                return

    def _rest(self, seconds: float) -> Work[bool]:
        """`_pause`, while the other connections go on."""
        if seconds <= 0:
            return self._pause(0)
        return bool((yield Aside(lambda: self._pause(seconds))))

    def _lane_opens_soon(self) -> Work[bool]:
        """Wait, with the connection open, for a domain that takes one more soon; False when none does."""
        wait = self._queue.lane_opens_in(self._clock.now())
        if wait is None or wait > IDLE_SECONDS:
            return False
        return not (yield from self._rest(min(wait, SLICE_SECONDS)))

    def _has_place(self, delivery: Delivery) -> Work[bool]:
        """Find out the mail host of a new domain, outside every lock; False when it has its fill."""
        domain = domain_of(delivery.address)
        if not self._lanes.any or not self._lanes.must_ask(domain):
            return True
        yield Aside(lambda: self._lanes.look_up(domain))
        return self._queue.admit(delivery, self._clock.now())

    def _done(self, delivery: Delivery, *, accepted: bool = False) -> None:
        """Whatever became of it, its domain may have the next one."""
        now = self._clock.now().timestamp()
        self._lanes.done(domain_of(delivery.address), delivery.seq, accepted=accepted, now=now)

    def _hang_up(self, line: _Line) -> Work[None]:
        if (session := line.session) is not None:
            line.session = None
            yield Aside(lambda: self._gate.close(session))

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

    def _attempt(self, line: _Line, delivery: Delivery) -> Work[bool]:
        """One delivery, start to end; False when the run is to stop, or wait, before it was begun."""
        day = self._standby.take()
        kept = False
        try:
            if day is None or (yield from self._rest(self._limit.reserve(self._clock.now().timestamp()))):
                self._give_back(delivery)
                return False
            if not (yield from self._ready(line)):
                self._give_back(delivery)
                return False
            kept = (yield from self._transact(line, delivery)) in (Outcome.ACCEPTED, Outcome.UNKNOWN)
            return True
        except NoRoom:
            self._give_back(delivery)
            raise
        finally:
            if day is not None and not kept:
                self._standby.give_back(day)

    def _give_back(self, delivery: Delivery) -> None:
        self._done(delivery)
        self._queue.again(delivery)

    def _transact(self, line: _Line, delivery: Delivery) -> Work[Outcome | None]:
        """One attempt over a session; None when they left meanwhile."""
        assert line.session is not None
        started_at = self._clock.now()
        try:
            envelope = self._envelope_for(delivery)
        except ValueError as error:
            yield from self._settle(
                line, delivery, started_at, SendResult(Outcome.REJECTED, 0, "", str(error), "merge")
            )
            return Outcome.REJECTED
        # On its way to the disk while the envelope is on its way to the relay; the dot waits for both.
        intent = self._ledger.intend(delivery, delivery.attempts + 1)
        try:
            result = yield from _sent(line.session, envelope, intent)
        except Withheld as late:
            # They left while their message was on its way; the connection was dropped without the dot.
            yield from self._hang_up(line)
            self._done(delivery)
            self._leave_out(delivery, late.reason)
            return None
        except TransportTrouble as trouble:
            # Raised only when this message was certainly not sent; the run stops, the recipient stays open.
            with suppress(StoreTrouble):
                self._settlement.write_down(
                    delivery, started_at, SendResult(Outcome.NOT_SENT, 0, "", trouble.what, "stopped")
                )
            raise
        line.sent += 1
        line.last_used = self._clock.monotonic()
        yield from self._settle(line, delivery, started_at, result)
        return result.outcome

    def _ready(self, line: _Line) -> Work[bool]:
        """A session that can take a message; False when the run is to stop."""
        now = self._clock.monotonic()
        worn = line.sent >= self._settings.messages_per_connection
        old = now - line.opened > self._settings.seconds_per_connection
        if worn or old or now - line.last_used > IDLE_SECONDS:
            yield from self._hang_up(line)
        if line.session is None:
            line.session = yield Aside(self._connected)
            line.sent, line.opened = 0, self._clock.monotonic()
            line.last_used = line.opened
        return line.session is not None

    def _connected(self) -> Session | None:
        try:
            return self._gate.connect(self._report.reconnecting)
        except TransportTrouble as trouble:
            # At once, so that those who wait for their turn to connect do not try as well.
            self._halt_for(trouble)
            raise

    # -- results

    def _settle(self, line: _Line, delivery: Delivery, started_at: datetime, result: SendResult) -> Work[None]:
        """Record a result and draw its consequences for queue, relay, domain and rate."""
        self._done(delivery, accepted=result.outcome is Outcome.ACCEPTED)
        rest = self._settlement.heed(delivery, result)
        after = self._settlement.write_down(delivery, started_at, result, rest)
        if after.state is DeliveryState.PENDING:
            self._queue.again(after)
        elif after.state is DeliveryState.DEFERRED:
            self._queue.later(after)
        if result.reconnect:
            yield from self._hang_up(line)
        if self._seeds and after.state in (DeliveryState.REJECTED, DeliveryState.UNKNOWN):
            raise seed_failed(after)
        self._breaker.note(result)
        if result.outcome in (Outcome.NOT_SENT, Outcome.UNKNOWN) or result.code == 421:
            self._gate.lost(result.reply)
        else:
            self._gate.served()


def _sent(session: Session, envelope: Envelope, intent: IntentUnderWay) -> Work[SendResult]:
    """The result of one message; a session that does not say what it waits for has a thread to wait in."""
    steps: Callable[[Envelope, IntentUnderWay], Steps[SendResult]] | None = getattr(session, "steps", None)
    if steps is not None:
        return (yield from steps(envelope, intent))
    result: SendResult = yield Aside(lambda: session.send(envelope, intent.wait))
    return result
