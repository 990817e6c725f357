"""A run in this process: a store in a folder, a sink that counts, and what becomes of everybody."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

from ledger_parts import addressed, envelope, plan, recipient

from newsletter.clock import Clock
from newsletter.delivery import DeliveryEvent, DeliverySettings, RunSummary, deliver
from newsletter.errors import NothingToResume, WorldError
from newsletter.inbox import Inbox
from newsletter.models.delivery import Run
from newsletter.models.recipient import Recipient
from newsletter.store import open_store
from newsletter.transport import SmtpSettings, open_transport

URL = "sqlite:///ledger.sqlite3"


class JumpingClock:
    """Waits are over at once; `jump` sets it forward or back, as a wrong time server does."""

    def __init__(self, now: datetime = datetime(2024, 2, 1, 14, 0, tzinfo=UTC)) -> None:
        self.time = now
        self._elapsed = 0.0
        self._lock = threading.Lock()

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return self._elapsed

    def wait(self, seconds: float, stop: threading.Event) -> bool:
        with self._lock:
            self.time += timedelta(seconds=seconds)
            self._elapsed += seconds
        return stop.is_set()

    def jump(self, by: timedelta) -> None:
        with self._lock:
            self.time += by


@dataclass
class CrashDesk:
    """What a run needs, and its accounts."""

    folder: Path
    inbox: Inbox
    clock: Clock = field(default_factory=JumpingClock)
    connections: int = 4
    busy_seconds: float = 10.0
    before: Counter[str] = field(default_factory=Counter)

    def plan(self, who: int | list[Recipient], issue: str = "2024-02") -> Run:
        people = [recipient(f"r{n:03d}@example.com") for n in range(who)] if isinstance(who, int) else who
        with open_store(URL, root=self.folder, clock=self.clock) as store:
            planned = plan(people, issue)
            return store.create_run(planned, addressed(planned))

    def send(
        self,
        run: Run,
        on_event: Callable[[DeliveryEvent], None] = lambda event: None,
        zone: tzinfo = UTC,
        **settings: object,
    ) -> RunSummary:
        with open_store(URL, root=self.folder, clock=self.clock, busy_seconds=self.busy_seconds) as store:
            return deliver(
                run,
                store=store,
                transport=open_transport(SmtpSettings("127.0.0.1", self.inbox.port, starttls="never")),
                envelope_for=envelope,
                settings=DeliverySettings(**{"connections": self.connections, **settings}),  # type: ignore[arg-type]
                clock=self.clock,
                stop=threading.Event(),
                on_event=on_event,
                zone=zone,
                random=lambda: 0.5,
            )

    def send_or_trouble(
        self, run: Run, on_event: Callable[[DeliveryEvent], None] = lambda event: None
    ) -> WorldError | None:
        """As `send`; what of the world stopped it."""
        try:
            self.send(run, on_event)
        except WorldError as trouble:
            return trouble
        except NothingToResume:
            pass
        return None

    def states(self, run: Run) -> dict[str, str]:
        with open_store(URL, root=self.folder, clock=self.clock) as store:
            return {each.address: each.state.value for each in store.deliveries(run.id)}

    def account(self, run: Run, most_unknown: int) -> Counter[str]:
        """Everybody is accepted and has it once, or is in doubt; how many of each."""
        received = self.inbox.per_recipient()
        states = self.states(run)
        for address, state in states.items():
            assert state in ("accepted", "unknown"), f"{address} was lost: {state}"
            assert received[address] == 1 or (state == "unknown" and received[address] == 0), (address, state)
        counts = Counter(states.values())
        assert counts["unknown"] <= most_unknown, counts
        return counts
