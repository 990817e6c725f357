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
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks.merge import edition, publication
from newsletter.clock import SystemClock
from newsletter.delivery import DeliveryEvent, DeliverySettings, deliver
from newsletter.mime import Merger, compile_message, message_id, stamp_for, unsubscribe_token
from newsletter.mime.dkim import Signer
from newsletter.models.delivery import Delivery, DeliveryState, MakeEnvelope, Plan
from newsletter.models.message import CompiledMessage, Envelope
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


def envelopes(messages: dict[str, CompiledMessage], mail_from: str) -> MakeEnvelope:
    """As `newsletter.commands.send` merges them. NEWSLETTER_BENCH_DKIM names who makes the signer."""
    clock = SystemClock()
    signer = _signer()
    mergers = {code: Merger(message) for code, message in messages.items()}

    def envelope_for(delivery: Delivery) -> Envelope | Callable[[], Envelope]:
        stamp = stamp_for(
            messages[delivery.edition].links,
            address=delivery.address,
            name=delivery.name,
            token=delivery.token,
            message_id=delivery.message_id,
            date=clock.now().astimezone(ZONE),
        )
        envelope = mergers[delivery.edition].envelope(stamp, mail_from)
        if signer is None:
            return envelope
        sign = signer.begin(envelope.data, stamp.date)
        finish = lambda: replace(envelope, data=sign())  # noqa: E731 (returned, or called)
        return finish if signer.takes_long else finish()

    return envelope_for


def _signer() -> Signer | None:
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
    envelope_for = envelopes(dict(store.load_messages(run.id)), run.mail_from)
    begun, processor = time.perf_counter(), time.process_time()
    summary = deliver(
        run,
        store=store,
        transport=open_transport(parse_url(url, allow_password=False)),
        envelope_for=envelope_for,
        settings=DeliverySettings(connections=connections, messages_per_connection=10**9),
        clock=SystemClock(),
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
