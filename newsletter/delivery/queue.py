"""The deliveries of a run that can be attempted now, handed to one connection each."""

from __future__ import annotations

import threading
from collections import deque
from datetime import datetime
from heapq import heapify, heappop, heappush

from newsletter.models.delivery import Delivery
from newsletter.store import Ledger

BATCH = 500


class DueQueue:
    """Pending ones first, in plan order, then deferred ones that are due. Usable from several threads.

    Holds in memory what is deferred, and one batch of what is pending. Each delivery is out with at most one
    connection: it comes back only by `again` or `later`.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._lock = threading.Lock()
        self._again: deque[Delivery] = deque()
        self._pending: deque[Delivery] = deque()
        self._after = 0
        self._exhausted = False
        self._deferred = [(_due(delivery), delivery.seq, delivery) for delivery in ledger.deferred()]
        heapify(self._deferred)

    def take(self, now: datetime) -> Delivery | None:
        """The next one to attempt; None when there is none now."""
        with self._lock:
            if not self._pending and not self._exhausted:
                self._pending.extend(self._ledger.pending(self._after, BATCH))
                self._exhausted = not self._pending
                if self._pending:
                    self._after = self._pending[-1].seq
            if self._pending:
                return self._pending.popleft()
            if self._again:
                return self._again.popleft()
            if self._deferred and self._deferred[0][0] <= now:
                return heappop(self._deferred)[2]
            return None

    def again(self, delivery: Delivery) -> None:
        """It was certainly not sent: to be attempted once more in this run."""
        with self._lock:
            self._again.append(delivery)

    def later(self, delivery: Delivery) -> None:
        """It is deferred until its `next_at`."""
        with self._lock:
            heappush(self._deferred, (_due(delivery), delivery.seq, delivery))

    def ready(self) -> bool:
        """Whether one is there that was given back by `again`."""
        with self._lock:
            return bool(self._again)

    def next_due(self) -> datetime | None:
        """When the first deferred one is due; None when nothing is deferred."""
        with self._lock:
            return self._deferred[0][0] if self._deferred else None

    def waiting(self) -> int:
        """How many are deferred."""
        with self._lock:
            return len(self._deferred)


def _due(delivery: Delivery) -> datetime:
    assert delivery.next_at is not None, "a deferred delivery says when"
    return delivery.next_at
