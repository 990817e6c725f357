"""The deliveries of a run that can be attempted now, handed to one connection each."""

from __future__ import annotations

import threading
from array import array
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush

from newsletter.delivery.caps import Lane, Lanes, domain_of
from newsletter.models.delivery import Delivery
from newsletter.store import Ledger

BATCH = 500
PAGES = 20
"""Pages of pending ones that one look goes through in search of somebody whose lane is free."""
RELOAD = 50
"""Deliveries of a full lane that are read again at a time."""
FOR_EVER = timedelta(days=36_500).total_seconds()


@dataclass
class _Parked:
    """Deliveries whose lane is full, in order. Those never attempted are only numbers: there may be a million."""

    lane: Lane
    front: deque[Delivery] = field(default_factory=deque)
    seqs: array[int] = field(default_factory=lambda: array("q"))
    taken: int = 0

    def __len__(self) -> int:
        return len(self.front) + len(self.seqs) - self.taken


class DueQueue:
    """Pending ones first, in plan order, then deferred ones that are due. Usable from several threads.

    Whoever's domain has its fill is put aside, the others go on, and they go first when their domain takes one
    more. Holds in memory what is deferred, one batch of what is pending, and the numbers of those put aside. Each
    delivery is out with at most one connection: it comes back only by `again` or `later`. last: only deliveries up
    to this number are handed out, None = all. longest: seconds that nobody is deferred for; one that is due later
    was deferred by a clock that has been set back since, and is due now.
    """

    def __init__(
        self, ledger: Ledger, lanes: Lanes, last: int | None = None, *, longest: float = FOR_EVER
    ) -> None:
        self._ledger = ledger
        self._lanes = lanes
        self._lock = threading.Lock()
        self._again: deque[Delivery] = deque()
        self._pending: deque[Delivery] = deque()
        self._parked: dict[str, _Parked] = {}
        self._after = 0
        self._last = last
        self._longest = timedelta(seconds=longest)
        self._exhausted = False
        deferred = [(_due(delivery), delivery.seq, delivery) for delivery in ledger.deferred()]
        self._deferred = [each for each in deferred if last is None or each[1] <= last]
        self._held_back = deferred if last is not None else []
        heapify(self._deferred)

    def open_all(self) -> None:
        """From now on hand out all, whatever `last` was."""
        with self._lock:
            if self._last is not None:
                for each in self._held_back:
                    if each[1] > self._last:
                        heappush(self._deferred, each)
                self._last, self._exhausted, self._held_back = None, False, []

    def take(self, now: datetime) -> Delivery | None:
        """The next one to attempt; None when there is none now.

        One whose mail host has to be looked up first has no place in a lane yet: see `admit`.
        """
        with self._lock:
            if self._parked and (found := self._unpark(now.timestamp())) is not None:
                return found
            for _ in range(PAGES * BATCH):
                delivery = self._next(now)
                if delivery is None or not self._lanes.any:
                    return delivery
                domain = domain_of(delivery.address)
                if self._lanes.must_ask(domain) or self._admit(delivery, now.timestamp()):
                    return delivery
            return None

    def admit(self, delivery: Delivery, now: datetime) -> bool:
        """Give a delivery, whose mail host is known by now, its place; False when it has to wait for one."""
        with self._lock:
            return self._admit(delivery, now.timestamp())

    def again(self, delivery: Delivery) -> None:
        """It was certainly not sent: to be attempted once more in this run."""
        with self._lock:
            self._again.append(delivery)

    def later(self, delivery: Delivery) -> None:
        """It is deferred until its `next_at`."""
        with self._lock:
            heappush(self._deferred, (_due(delivery), delivery.seq, delivery))

    def ready(self) -> bool:
        """Whether one is there that was given back by `again`, or was not looked at yet."""
        with self._lock:
            return bool(self._again or self._pending) or not self._exhausted

    def plenty(self, number: int) -> bool:
        """Whether more than `number` are certainly left for others."""
        return len(self._pending) > number

    def lane_opens_in(self, now: datetime) -> float | None:
        """Seconds until one of those put aside may go; None when nobody is."""
        with self._lock:
            moment = now.timestamp()
            return min((self._lanes.ready_in(one.lane, moment) for one in self._parked.values()), default=None)

    def next_due(self, now: datetime) -> datetime | None:
        """When the first deferred one, or one that was put aside, is due; None when nothing waits."""
        with self._lock:
            moments = [now if self._is_due(now) else self._deferred[0][0]] if self._deferred else []
            moments += [
                now + timedelta(seconds=self._lanes.ready_in(parked.lane, now.timestamp()))
                for parked in self._parked.values()
            ]
            return min(moments, default=None)

    def waiting(self) -> int:
        """How many are deferred or put aside."""
        with self._lock:
            return len(self._deferred) + sum(map(len, self._parked.values()))

    # -- under the lock

    def _next(self, now: datetime) -> Delivery | None:
        if not self._pending and not self._exhausted:
            found = self._ledger.pending(self._after, BATCH)
            if self._last is not None:
                found = [delivery for delivery in found if delivery.seq <= self._last]
            self._pending.extend(found)
            self._exhausted = not self._pending
            if self._pending:
                self._after = self._pending[-1].seq
        if self._pending:
            return self._pending.popleft()
        if self._again:
            return self._again.popleft()
        if self._deferred and self._is_due(now):
            return heappop(self._deferred)[2]
        return None

    def _is_due(self, now: datetime) -> bool:
        due = self._deferred[0][0]
        return due <= now or due - now > self._longest

    def _admit(self, delivery: Delivery, now: float) -> bool:
        lane = self._lanes.lane_of(domain_of(delivery.address))
        if lane is None:
            return True
        parked = self._parked.get(lane.name)
        if parked is None and self._lanes.take(lane, delivery.seq, now):
            return True
        if parked is None:
            parked = self._parked[lane.name] = _Parked(lane)
        if delivery.attempts or delivery.seq <= (parked.seqs[-1] if parked.seqs else 0):
            # What the ledger says of it may still be on its way there: this one is kept as it is.
            parked.front.append(delivery)
        else:
            parked.seqs.append(delivery.seq)
        return False

    def _unpark(self, now: float) -> Delivery | None:
        """The first one whose lane is free again; lanes take turns."""
        for name in list(self._parked):
            parked = self._parked.pop(name)
            found = None
            if self._lanes.ready_in(parked.lane, now) <= 0:
                head = self._head(parked)
                if head is not None and self._lanes.take(parked.lane, head.seq, now):
                    found = parked.front.popleft()
            if len(parked):
                self._parked[name] = parked
            if found is not None:
                return found
        return None

    def _head(self, parked: _Parked) -> Delivery | None:
        while not parked.front and parked.taken < len(parked.seqs):
            seqs = parked.seqs[parked.taken : parked.taken + RELOAD]
            parked.taken += len(seqs)
            parked.front.extend(self._ledger.pending_of(seqs.tolist()))
        return parked.front[0] if parked.front else None


def _due(delivery: Delivery) -> datetime:
    assert delivery.next_at is not None, "a deferred delivery says when"
    return delivery.next_at
