"""One connection of a run: takes what is due, sends it, and draws the consequences of each answer.

Its work is a generator that yields what it waits for (`loop`), so that one thread drives all of them. This is done
for every message: what a message does not need is not asked.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import NamedTuple

from newsletter.clock import Clock
from newsletter.delivery.breaker import Breaker
from newsletter.delivery.caps import Lanes, domain_of
from newsletter.delivery.gate import NoRoom, RelayGate
from newsletter.delivery.loop import Aside, Work
from newsletter.delivery.progress import Reporter
from newsletter.delivery.queue import DueQueue
from newsletter.delivery.ratelimit import RateLimit
from newsletter.delivery.settings import DeliverySettings
from newsletter.delivery.settling import Settlement, seed_failed
from newsletter.delivery.standby import SLICE_SECONDS, Standby
from newsletter.errors import StoreTrouble, TransportTrouble
from newsletter.models.delivery import Delivery, DeliveryState, MakeEnvelope, Unfinished
from newsletter.models.message import Envelope, Outcome, SendResult
from newsletter.store import IntentUnderWay, Ledger, Withheld
from newsletter.transport import Following, Session, Steps, Until

IDLE_SECONDS = 20.0
"""A connection unused for longer is renewed before the next message: the relay may be about to close it."""

FINISHING_SECONDS = 10.0
"""How long the process that signs a message may take; then it is signed here."""

SendSteps = Callable[[Envelope, IntentUnderWay, Following], Steps[SendResult]]


class _Ahead(NamedTuple):
    """Who comes next on a connection. made: what `envelope_for` made; None: it has to be made yet."""

    delivery: Delivery
    made: Envelope | Unfinished | None


@dataclass(frozen=True, slots=True)
class Shared:
    """What all connections of a run use.

    halted: the run stops, or waits, before the next message. pause: wait so many seconds, True when halted.
    halt_for: the run stops, because of this. stay_out: the relay has no room for one more connection. seeds: how
    many of the first deliveries are to our own people, while those are sent.
    """

    ledger: Ledger
    queue: DueQueue
    lanes: Lanes
    limit: RateLimit
    breaker: Breaker
    gate: RelayGate
    standby: Standby
    settlement: Settlement
    report: Reporter
    settings: DeliverySettings
    clock: Clock
    zone: tzinfo
    envelope_for: MakeEnvelope
    halted: Callable[[], bool]
    pause: Callable[[float], bool]
    halt_for: Callable[[BaseException], None]
    stay_out: Callable[[NoRoom], None]
    seeds: Callable[[], int]


class Connection:
    """One of them; `work` is given to the loop."""

    def __init__(self, shared: Shared) -> None:
        self._shared = shared
        self._session: Session | None = None
        self._steps: SendSteps | None = None
        self._ahead: _Ahead | None = None
        self._sent = 0
        self._opened = 0.0
        self._last_used = 0.0

    def work(self) -> Work[None]:
        """All it does, to its end. Raises nothing: what stops the run goes to `halt_for`."""
        try:
            yield from self._deliveries()
        except NoRoom as full:
            self._shared.stay_out(full)
        except GeneratorExit:
            raise
        except BaseException as error:  # noqa: BLE001 (handed to the thread that called `deliver`, which raises it)
            self._shared.halt_for(error)
        if self._ahead is not None:
            self._give_back(self._ahead.delivery)
        yield from self._hang_up()

    def _deliveries(self) -> Work[None]:
        shared = self._shared
        while not shared.halted():
            if self._ahead is not None:
                if not (yield from self._go_on_with(self._ahead)):
                    return
                continue
            now = shared.clock.now()
            delivery = shared.queue.take(now)
            if delivery is None:
                if not (yield from self._lane_opens_soon()):
                    return
                continue
            if shared.lanes.any:
                if not (yield from self._has_place(delivery)):
                    continue
                # The look-up may have taken seconds.
                now = shared.clock.now()
            if self._left_out(delivery):
                self._done(delivery)
            elif not (yield from self._attempt(delivery, now)):
                return

    def _go_on_with(self, ahead: _Ahead) -> Work[bool]:
        """The one that was taken ahead; False when the run is to stop."""
        if self._road_is_free() and (self._session is not None or (yield from self._connect())):
            self._ahead = None
            # A day may have ended since it was taken; the rest is asked again in the transaction of its intent.
            if (reason := self._consent_ended(ahead.delivery)) is None:
                yield from self._transact(*ahead)
            else:
                self._leave_out(ahead.delivery, reason)
                yield from self._hang_up()
            return True
        # Somebody has asked for less meanwhile. Where its envelope was begun, that ends with the connection.
        self._ahead = None
        self._give_back(ahead.delivery)
        yield from self._hang_up()
        return not self._shared.halted()

    def _rest(self, seconds: float) -> Work[bool]:
        """`pause`, while the other connections go on."""
        return bool((yield Aside(lambda: self._shared.pause(seconds))))

    def _lane_opens_soon(self) -> Work[bool]:
        """Wait, with the connection open, for a domain that takes one more soon; False when none does."""
        wait = self._shared.queue.lane_opens_in(self._shared.clock.now())
        if wait is None or wait > IDLE_SECONDS:
            return False
        return not (yield from self._rest(min(wait, SLICE_SECONDS)))

    def _has_place(self, delivery: Delivery) -> Work[bool]:
        """Find out the mail host of a new domain, outside every lock; False when it has its fill."""
        shared, domain = self._shared, domain_of(delivery.address)
        if not shared.lanes.must_ask(domain):
            return True
        yield Aside(lambda: shared.lanes.look_up(domain))
        return shared.queue.admit(delivery, shared.clock.now())

    def _done(self, delivery: Delivery, *, accepted: bool = False) -> None:
        """Whatever became of it, its domain may have the next one."""
        shared = self._shared
        if shared.lanes.any:
            now = shared.clock.now().timestamp()
            shared.lanes.done(domain_of(delivery.address), delivery.seq, accepted=accepted, now=now)

    def _left_out(self, delivery: Delivery) -> bool:
        """Consent, suppression and other runs of the issue, as they are at this moment."""
        reason = self._shared.ledger.withheld(delivery) or self._consent_ended(delivery)
        if reason is None:
            return False
        self._leave_out(delivery, reason)
        return True

    def _consent_ended(self, delivery: Delivery) -> str | None:
        if (last_day := delivery.consent_expires) is None:
            return None
        today = self._shared.clock.now().astimezone(self._shared.zone).date()
        return f"consent expired on {last_day.isoformat()}" if last_day < today else None

    def _leave_out(self, delivery: Delivery, reason: str) -> None:
        self._shared.ledger.cancel(delivery, reason)
        self._shared.report.cancelled(
            delivery._replace(state=DeliveryState.CANCELLED, reply=reason), delivery.state, reason
        )

    def _give_back(self, delivery: Delivery) -> None:
        self._done(delivery)
        self._shared.queue.again(delivery)

    # -- one delivery

    def _attempt(self, delivery: Delivery, now: datetime) -> Work[bool]:
        """One delivery, start to end; False when the run is to stop, or wait, before it was begun."""
        shared = self._shared
        day = shared.standby.take()
        kept = False
        try:
            wait = 0.0 if day is None else shared.limit.reserve(now.timestamp())
            if day is None or (wait > 0 and (yield from self._rest(wait))):
                self._give_back(delivery)
                return False
            if self._is_worn():
                yield from self._hang_up()
            if self._session is None and not (yield from self._connect()):
                self._give_back(delivery)
                return False
            kept = (yield from self._transact(delivery)) in (Outcome.ACCEPTED, Outcome.UNKNOWN)
            return True
        except NoRoom:
            self._give_back(delivery)
            raise
        finally:
            if day is not None and not kept:
                shared.standby.give_back(day)

    def _road_is_free(self) -> bool:
        """Only the ledger has to be asked before a message: nobody is kept apart, slowed down or counted."""
        shared = self._shared
        return not (shared.lanes.any or shared.limit.rate is not None or shared.standby.counts or shared.seeds())

    def _look_ahead(self) -> None:
        """Take the next one as well, and merge it; only while there are enough for all connections."""
        shared = self._shared
        if (
            not shared.queue.plenty(shared.settings.connections)
            or not self._road_is_free()
            or self._sent + 1 >= shared.settings.messages_per_connection
            or self._is_worn()
        ):
            return
        delivery = shared.queue.take(shared.clock.now())
        if delivery is None or self._left_out(delivery):
            return
        made: Envelope | Unfinished | None = None
        # Whoever cannot be written to is told so when it is their turn.
        with suppress(ValueError):
            made = shared.envelope_for(delivery)
        self._ahead = _Ahead(delivery, made)

    def _following(self) -> Envelope | None:
        """See `newsletter.transport.Following`: the one that was taken ahead."""
        ahead = self._ahead
        made = None if ahead is None else ahead.made
        if made is None or isinstance(made, Envelope):
            return made
        assert ahead is not None
        # Whatever becomes of this one, the message before it must not suffer: its dot is due.
        envelope: Envelope | None = None
        try:
            if not made.is_ready():
                return None
            envelope = made.finish()
        except ValueError:
            # Made anew, and refused, when it is their turn.
            pass
        except BaseException as trouble:  # noqa: BLE001 (as in `work`)
            self._shared.halt_for(trouble)
        self._ahead = _Ahead(ahead.delivery, envelope)
        return envelope

    def _transact(self, delivery: Delivery, made: Envelope | Unfinished | None = None) -> Work[Outcome | None]:
        """One attempt over the session; None when they left meanwhile. made: what `envelope_for` made already."""
        shared = self._shared
        started_at = shared.clock.now()
        try:
            envelope = yield from self._finished(made or shared.envelope_for(delivery))
        except ValueError as error:
            refused = SendResult(Outcome.REJECTED, 0, "", str(error), "merge")
            yield from self._settle(delivery, started_at, refused)
            return Outcome.REJECTED
        self._look_ahead()
        # On its way to the disk while the envelope is on its way to the relay; the dot waits for both.
        intent = shared.ledger.intend(delivery, delivery.attempts + 1)
        try:
            if self._steps is not None:
                result = yield from self._steps(envelope, intent, self._following)
            else:
                result = yield from self._waited_for(envelope, intent)
        except Withheld as late:
            # They left while their message was on its way; the connection was dropped without the dot.
            yield from self._hang_up()
            self._done(delivery)
            self._leave_out(delivery, late.reason)
            return None
        except TransportTrouble as trouble:
            # Raised only when this message was certainly not sent; the run stops, the recipient stays open.
            with suppress(StoreTrouble):
                not_sent = SendResult(Outcome.NOT_SENT, 0, "", trouble.what, "stopped")
                shared.settlement.write_down(delivery, started_at, not_sent, shared.clock.now())
            raise
        self._sent += 1
        self._last_used = shared.clock.monotonic()
        yield from self._settle(delivery, started_at, result)
        return result.outcome

    def _finished(self, made: Envelope | Unfinished) -> Work[Envelope]:
        if isinstance(made, Envelope):
            return made
        if not made.is_ready():
            yield Until(made.fileno(), FINISHING_SECONDS)
        return made.finish()

    def _waited_for(self, envelope: Envelope, intent: IntentUnderWay) -> Work[SendResult]:
        """Of a session that does not say what it waits for: it has a thread to wait in."""
        session = self._session
        assert session is not None
        result: SendResult = yield Aside(lambda: session.send(envelope, intent.wait))
        return result

    def _settle(self, delivery: Delivery, started_at: datetime, result: SendResult) -> Work[None]:
        """Record a result and draw its consequences for queue, relay, domain and rate."""
        shared = self._shared
        self._done(delivery, accepted=result.outcome is Outcome.ACCEPTED)
        now = shared.clock.now()
        rest = shared.settlement.heed(delivery, result, now)
        after = shared.settlement.write_down(delivery, started_at, result, now, rest)
        if after.state is DeliveryState.PENDING:
            shared.queue.again(after)
        elif after.state is DeliveryState.DEFERRED:
            shared.queue.later(after)
        if result.reconnect:
            yield from self._hang_up()
        if after.state in (DeliveryState.REJECTED, DeliveryState.UNKNOWN) and shared.seeds():
            raise seed_failed(after)
        shared.breaker.note(result)
        if result.outcome in (Outcome.NOT_SENT, Outcome.UNKNOWN) or result.code == 421:
            shared.gate.lost(result.reply)
        else:
            shared.gate.served()

    # -- its session

    def _is_worn(self) -> bool:
        """Whether the session, if there is one, is better renewed before it takes another message."""
        now = self._shared.clock.monotonic()
        settings = self._shared.settings
        return (
            self._sent >= settings.messages_per_connection
            or now - self._opened > settings.seconds_per_connection
            or now - self._last_used > IDLE_SECONDS
        )

    def _connect(self) -> Work[bool]:
        """A session; False when the run is to stop."""
        session: Session | None = yield Aside(self._connected)
        self._session = session
        self._steps = getattr(session, "steps", None)
        self._sent, self._opened = 0, self._shared.clock.monotonic()
        self._last_used = self._opened
        return session is not None

    def _connected(self) -> Session | None:
        try:
            return self._shared.gate.connect(self._shared.report.reconnecting)
        except TransportTrouble as trouble:
            # At once, so that those who wait for their turn to connect do not try as well.
            self._shared.halt_for(trouble)
            raise

    def _hang_up(self) -> Work[None]:
        if (session := self._session) is not None:
            self._session = self._steps = None
            yield Aside(lambda: self._shared.gate.close(session))
