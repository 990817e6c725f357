"""The last step before a transport: a delivery's message, merged and signed. Send and rehearsal share it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from newsletter.commands.project import Project
from newsletter.mime import Merger, stamp_for
from newsletter.models.delivery import Delivery, MakeEnvelope
from newsletter.models.message import CompiledMessage, Envelope

if TYPE_CHECKING:
    from newsletter.mime.dkim import Signer


def envelopes(
    project: Project, messages: Mapping[str, CompiledMessage], mail_from: str, signer: Signer | None
) -> MakeEnvelope:
    """Merges the message of a delivery, dated now, and signs it when somebody signs; with RSA, when called again.

    What it returns raises ValueError as `Merger.envelope` does, SigningTrouble as `Signer.sign` does.
    """
    zone = ZoneInfo(project.publication.timezone)
    mergers = {code: Merger(message) for code, message in messages.items()}

    def envelope_for(delivery: Delivery) -> Envelope | Callable[[], Envelope]:
        now = project.clock.now().astimezone(zone)
        stamp = stamp_for(
            messages[delivery.edition].links,
            address=delivery.address,
            name=delivery.name,
            token=delivery.token,
            message_id=delivery.message_id,
            date=now,
        )
        envelope = mergers[delivery.edition].envelope(stamp, mail_from)
        if signer is None or not signer.takes_long:
            return signed(envelope, signer, now)
        sign = signer.begin(envelope.data, now)
        return lambda: replace(envelope, data=sign())

    return envelope_for


def signed(envelope: Envelope, signer: Signer | None, at: datetime) -> Envelope:
    """`envelope` with its message signed; as it is without a signer."""
    return envelope if signer is None else replace(envelope, data=signer.sign(envelope.data, at))
