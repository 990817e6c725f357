"""Our complete sender as a process of its own: `python -m benchmarks._sending.ours PORT COUNT CONNECTIONS FOLDER`.

A plan of COUNT recipients in a ledger in FOLDER, sent as `newsletter send` sends it: consent and suppression asked
again, message merged, intent durable before the final dot, result recorded. The last line of output is JSON:
seconds and processor seconds of `deliver`, and how many the relay accepted.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import threading
import time
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks.merge import edition, publication
from newsletter.clock import SystemClock
from newsletter.commands.envelopes import envelopes
from newsletter.delivery import DeliveryEvent, DeliverySettings, deliver
from newsletter.dkim import Signer
from newsletter.mime import compile_message, message_id, unsubscribe_token
from newsletter.models.delivery import DeliveryState, Plan
from newsletter.models.recipient import Audience, Basis, Consent, Recipient
from newsletter.store import Store, open_store
from newsletter.transport import open_transport, parse_url

SECRET = b"benchmark-secret-benchmark-secret"
ZONE = ZoneInfo("America/Toronto")
NAMES = ("Zoé Tremblay", "Jean Roy", "", "François Côté", "O'Neil, Anne", "Amélie Lévesque")


def plan(count: int) -> Plan:
    """`count` recipients of one 41 kB message."""
    of = publication()
    consent = Consent(Basis.EXPRESS, date(2020, 1, 1), "sign-up form", "form 12", None)
    people = tuple(
        Recipient(f"personne{n}@example.org", NAMES[n % len(NAMES)], "fr", "fr", consent, "members", n + 1)
        for n in range(count)
    )
    message = compile_message(edition(), of)
    return Plan("2024-02", "d" * 64, of.sender.address, {"fr": message}, Audience(people, ()))


def _signer() -> Signer | None:
    """Who signs: NEWSLETTER_BENCH_DKIM names the function that makes it."""
    where = os.environ.get("NEWSLETTER_BENCH_DKIM")
    if not where:
        return None
    module, _, name = where.partition(":")
    found: Signer = getattr(__import__(module, fromlist=[name]), name)()
    return found


def send(store: Store, url: str, connections: int, count: int) -> dict[str, float]:
    """Plan and send; what it took."""
    planned = plan(count)
    run = store.create_run(
        planned,
        (
            (
                one,
                message_id(SECRET, planned.issue, one.address, "example.org"),
                unsubscribe_token(SECRET, "infolettre.example.org", one.address),
            )
            for one in planned.audience.recipients
        ),
    )
    messages, signer, clock = store.load_messages(run.id), _signer(), SystemClock()
    begun, processor = time.perf_counter(), time.process_time()
    with envelopes(run, messages, signer, clock=clock, zone=ZONE, connections=connections) as envelope_for:
        summary = deliver(
            run,
            store=store,
            transport=open_transport(parse_url(url, allow_password=False)),
            envelope_for=envelope_for,
            settings=DeliverySettings(connections=connections, messages_per_connection=10**9),
            clock=clock,
            stop=threading.Event(),
            on_event=_unheard,
        )
    return {
        "seconds": time.perf_counter() - begun,
        "processor": time.process_time() - processor,
        "accepted": summary.counts[DeliveryState.ACCEPTED],
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _unheard(_: DeliveryEvent) -> None:
    """Nobody watches."""


def main(port: str, count: str, connections: str, folder: str) -> None:
    """Port 0 sends to the null transport."""
    url = f"smtp://127.0.0.1:{port}?starttls=never" if int(port) else "null:"
    with open_store("sqlite:///ledger.sqlite3", root=Path(folder), clock=SystemClock()) as store:
        print(json.dumps(send(store, url, int(connections), int(count))))


if __name__ == "__main__":
    main(*sys.argv[1:])
