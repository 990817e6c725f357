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
from datetime import UTC, tzinfo

from newsletter.clock import Clock
from newsletter.delivery import log
from newsletter.delivery.breaker import Breaker
from newsletter.delivery.caps import Lanes
from newsletter.delivery.connection import Connection, Shared
from newsletter.delivery.events import DeliveryEvent, Ending, RunSummary
from newsletter.delivery.gate import NoRoom, RelayGate
from newsletter.delivery.loop import Loop
from newsletter.delivery.mx import MailHosts
from newsletter.delivery.progress import Reporter
from newsletter.delivery.queue import DueQueue
from newsletter.delivery.ratelimit import RateLimit
from newsletter.delivery.settings import DeliverySettings
from newsletter.delivery.settling import Settlement
from newsletter.delivery.standby import SLICE_SECONDS, Standby
from newsletter.errors import StoreTrouble
from newsletter.models.delivery import FINAL_STATES, MakeEnvelope, Run
from newsletter.store import Ledger, Store
from newsletter.transport import Transport

ROOM_SECONDS = 60.0
"""A connection that the relay had no room for is tried again after so long."""

TICK_SECONDS = 1e-6
"""The shortest wait: times of day are counted in microseconds."""


def deliver(
    run: Run,
    *,
    store: Store,
    transport: Transport,
    envelope_for: MakeEnvelope,
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

    envelope_for: merges the message of a delivery, right before it is sent, or returns what does the long rest of
    it (signing), which is then done beside the other connections; a ValueError rejects that recipient. stop: when
    set, no new delivery is begun, those on the wire end properly, nothing becomes unknown; an interrupt after that
    ends the waiting too, and leaves them in doubt. on_event: called by one thread at a time, quickly to return.
    zone: where days and quiet hours are counted. by_hand: a person asked for it and waits here for the run's time;
    otherwise it returns when that has not come. mail_hosts: who finds the mail host of a domain, when the settings
    ask.

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


class _Course:
    """One process's work on a run."""

    def __init__(
        self,
        run: Run,
        store: Store,
        ledger: Ledger,
        transport: Transport,
        envelope_for: MakeEnvelope,
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
        self._settings = settings
        self._clock = clock
        self._stop = stop
        controls = store.controls
        self._lanes = Lanes(settings.domains, hosts, transport.name, controls, clock.now().timestamp())
        self._limit = RateLimit(settings.per_second, transport.name, controls)
        gate = RelayGate(transport, settings, pause=self._pause, random=random)
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
        self._queue = DueQueue(ledger, self._lanes, self._seeds or None, longest=settings.longest_wait)
        self._halt = threading.Event()
        self._stayed_out: float | None = None
        self._trouble: BaseException | None = None
        settlement = Settlement(
            ledger,
            controls,
            limit=self._limit,
            lanes=self._lanes,
            report=self._report,
            settings=settings,
            random=random,
        )
        self._shared = Shared(
            ledger=ledger,
            queue=self._queue,
            lanes=self._lanes,
            limit=self._limit,
            breaker=Breaker(settings.stop_after, settings.stop_share),
            gate=gate,
            standby=self._standby,
            settlement=settlement,
            report=self._report,
            settings=settings,
            clock=clock,
            zone=zone,
            envelope_for=envelope_for,
            halted=self._halted,
            pause=self._pause,
            halt_for=self._halt_for,
            stay_out=self._stay_out,
            seeds=lambda: self._seeds,
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
        loop = Loop(self._ledger, (Connection(self._shared).work() for _ in range(self._settings.connections)))
        try:
            while not loop.join(SLICE_SECONDS):
                if self._room_by_now(loop.working):
                    loop.add(Connection(self._shared).work())
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

    # -- what the connections ask of it

    def _halted(self) -> bool:
        """The run is to stop, or may not go on for now."""
        return self._stop.is_set() or self._halt.is_set() or self._standby.bar() is not None

    def _pause(self, seconds: float) -> bool:
        """Wait; True when halted."""
        end = self._clock.monotonic() + seconds
        # Never skipped, however short: who comes back at the same moment would ask for the same wait for ever.
        left = max(seconds, TICK_SECONDS) if seconds > 0 else 0.0
        while not self._halted():
            if left < TICK_SECONDS:
                return False
            self._clock.wait(min(left, SLICE_SECONDS), self._stop)
            left = end - self._clock.monotonic()
        return True

    def _halt_for(self, error: BaseException) -> None:
        if self._trouble is None or isinstance(error, StoreTrouble):
            self._trouble = error
        self._halt.set()

    def _stay_out(self, full: NoRoom) -> None:
        self._stayed_out = self._clock.monotonic()
        self._report.reconnecting(ROOM_SECONDS, f"going on with fewer connections: {full}")
