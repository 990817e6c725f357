"""A run from plan to end over a real inbox, with a clock that moves only when somebody waits."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from ledger_parts import addressed, envelope, plan, recipient

from newsletter.delivery import DeliveryEvent, DeliverySettings, EventKind, RunSummary, deliver
from newsletter.delivery.mx import MailHosts
from newsletter.inbox import Inbox
from newsletter.models.delivery import Delivery, Run
from newsletter.models.message import Envelope
from newsletter.models.recipient import Recipient
from newsletter.store import SqliteStore, open_store
from newsletter.transport import SmtpSettings, open_transport


class HeldClock:
    """Moves when told, or when somebody waits: then at once by what they wait for."""

    def __init__(self) -> None:
        self.time = datetime(2024, 2, 1, 14, 0, tzinfo=UTC)
        self.waited = 0.0
        self.on_wait: Callable[[], None] | None = None
        self._lock = threading.Lock()

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return self.time.timestamp()

    def wait(self, seconds: float, stop: threading.Event) -> bool:
        with self._lock:
            self.time += timedelta(seconds=seconds)
            self.waited += seconds
        if self.on_wait is not None:
            self.on_wait()
        return stop.is_set()


@dataclass
class Desk:
    """All that `deliver` needs, and what it told."""

    store: SqliteStore
    inbox: Inbox
    clock: HeldClock
    stop: threading.Event = field(default_factory=threading.Event)
    events: list[DeliveryEvent] = field(default_factory=list)
    envelope_for: Callable[[Delivery], Envelope] = envelope
    on_event: Callable[[DeliveryEvent], None] | None = None
    mail_hosts: MailHosts | None = None

    def plan(self, who: Iterable[str | Recipient], issue: str = "2024-02") -> Run:
        people = [each if isinstance(each, Recipient) else recipient(f"{each}@example.com") for each in who]
        planned = plan(people, issue)
        return self.store.create_run(planned, addressed(planned))

    def send(self, run: Run, zone: tzinfo = UTC, **settings: object) -> RunSummary:
        return deliver(
            run,
            store=self.store,
            transport=open_transport(
                SmtpSettings(
                    "127.0.0.1",
                    self.inbox.port,
                    starttls="never",
                    connect_timeout=10,
                    timeout=10,
                    final_timeout=10,
                )
            ),
            envelope_for=lambda delivery: self.envelope_for(delivery),
            settings=DeliverySettings(**{"connections": 1, **settings}),  # type: ignore[arg-type]
            clock=self.clock,
            stop=self.stop,
            on_event=self._note,
            zone=zone,
            random=lambda: 0.5,
            mail_hosts=self.mail_hosts,
        )

    def _note(self, event: DeliveryEvent) -> None:
        self.events.append(event)
        if self.on_event is not None:
            self.on_event(event)

    def states(self, run: Run) -> dict[str, str]:
        return {each.address.split("@")[0]: each.state.value for each in self.store.deliveries(run.id)}

    def got_it(self) -> list[str]:
        return [message.rcpt_to[0].split("@")[0] for message in self.inbox.messages]

    def kinds(self) -> list[EventKind]:
        return [event.kind for event in self.events]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    clock = HeldClock()
    with Inbox() as inbox, open_store("sqlite:///n.sqlite3", root=tmp_path, clock=clock) as store:
        yield Desk(store, inbox, clock)
