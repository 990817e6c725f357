"""The last step before a transport: a delivery's message, merged and signed. Send and rehearsal share it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from newsletter.clock import Clock
from newsletter.mime import Merger, stamp_for
from newsletter.models.delivery import Delivery, MakeEnvelope, Run, Unfinished
from newsletter.models.message import CompiledMessage, Envelope

if TYPE_CHECKING:
    from newsletter.dkim import Pending, Signer

Merge = Callable[[Delivery, datetime], Envelope]


@contextmanager
def envelopes(
    run: Run,
    messages: Mapping[str, CompiledMessage],
    signer: Signer | None,
    *,
    clock: Clock,
    zone: tzinfo,
    connections: int,
) -> Iterator[MakeEnvelope]:
    """What merges the message of a delivery of `run`, dated now, and signs it when somebody signs.

    It raises ValueError as `Merger.envelope` does, SigningTrouble as `Signer.sign` does. zone: of the Date field.
    A large run is signed by processes of their own, for `connections` at a time, which end with this context.
    """
    merge = _merging(messages, run.mail_from)
    if signer is None:
        yield lambda delivery: merge(delivery, clock.now().astimezone(zone))
        return
    from newsletter.dkim import SigningProcesses, worthwhile

    with SigningProcesses(signer, connections, worthwhile(run.total)) as processes:

        def envelope_for(delivery: Delivery) -> Envelope | Unfinished:
            at = clock.now().astimezone(zone)
            envelope = merge(delivery, at)
            pending = processes.begin(envelope.data, at)
            return signed(envelope, signer, at) if pending is None else _BeingSigned(envelope, pending)

        yield envelope_for


def signed(envelope: Envelope, signer: Signer | None, at: datetime) -> Envelope:
    """`envelope` with its message signed; as it is without a signer."""
    return envelope if signer is None else envelope._replace(data=signer.sign(envelope.data, at))


def _merging(messages: Mapping[str, CompiledMessage], mail_from: str) -> Merge:
    mergers = {code: Merger(message) for code, message in messages.items()}

    def merge(delivery: Delivery, at: datetime) -> Envelope:
        stamp = stamp_for(
            messages[delivery.edition].links,
            address=delivery.address,
            name=delivery.name,
            token=delivery.token,
            message_id=delivery.message_id,
            date=at,
        )
        return mergers[delivery.edition].envelope(stamp, mail_from)

    return merge


class _BeingSigned:
    """See `newsletter.models.delivery.Unfinished`."""

    __slots__ = ("_envelope", "_pending", "fileno", "is_ready")

    def __init__(self, envelope: Envelope, pending: Pending) -> None:
        self._envelope = envelope
        self._pending = pending
        self.fileno, self.is_ready = pending.fileno, pending.is_ready

    def finish(self) -> Envelope:
        return self._envelope._replace(data=self._pending.finish())
