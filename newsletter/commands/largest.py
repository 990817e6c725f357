"""How large the messages of a plan get, to compare with what a relay takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from heapq import heappush, heappushpop
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from newsletter.commands.envelopes import signed
from newsletter.commands.plan import stamp
from newsletter.commands.project import Project
from newsletter.mime import make_envelope
from newsletter.models.delivery import Plan
from newsletter.models.message import CompiledMessage
from newsletter.models.recipient import MAX_NAME, Recipient

if TYPE_CHECKING:
    from newsletter.dkim import Signer

CANDIDATES = 8
"""Recipients of an edition whose message is made to be measured: an estimate chooses them."""


def largest_message(project: Project, plan: Plan, secret: bytes, signer: Signer | None = None) -> int:
    """Bytes of the largest message that the transport is handed, seeds included, signed when somebody signs.

    The recipients with most to say of themselves are chosen by an estimate, then their messages are made. Whoever
    slips through that is found by the session, which compares every message once more before it sends it. Raises
    SigningTrouble as `Signer.sign` does.
    """
    now = project.clock.now().astimezone(ZoneInfo(project.publication.timezone))
    largest = 0
    for recipients in _candidates(plan).values():
        envelopes = (
            make_envelope(
                plan.messages[each.edition], stamp(project.publication, each, plan, secret, now), plan.mail_from
            )
            for each in recipients
        )
        longest = max(envelopes, key=lambda envelope: len(envelope.data))
        # Signatures of one edition are equally long: only times and hashes differ in them.
        largest = max(largest, len(signed(longest, signer, now).data))
    return largest


def _candidates(plan: Plan) -> dict[str, list[Recipient]]:
    """Edition -> those of its recipients whose messages are the longest by an estimate."""
    estimates = {code: _estimate(message) for code, message in plan.messages.items()}
    heaps: dict[str, list[tuple[int, int, Recipient]]] = {}
    for number, recipient in enumerate(plan.audience.recipients):
        heap = heaps.setdefault(recipient.edition, [])
        size = estimates[recipient.edition](recipient)
        if len(heap) < CANDIDATES:
            heappush(heap, (size, number, recipient))
        elif size > heap[0][0]:
            heappushpop(heap, (size, number, recipient))
    return {edition: [recipient for *_, recipient in heap] for edition, heap in heaps.items()}


def _estimate(message: CompiledMessage) -> Callable[[Recipient], int]:
    """About how many bytes of the message are a recipient's own."""
    slots = Counter(slot.name for slot in message.slots)
    # Both stand once in the To field as well.
    names, addresses = slots["name"] + slots["greeting_name"] + 1, slots["email"] + 1

    def estimate(recipient: Recipient) -> int:
        return names * _encoded(recipient.name) + addresses * len(recipient.address.encode())

    return estimate


def _encoded(name: str) -> int:
    """Bytes of a name in HTML and quoted-printable: three for each one outside ASCII."""
    name = name[:MAX_NAME]
    escaped = 5 * sum(map(name.count, "&<>\"'"))
    if name.isascii():
        return len(name) + escaped
    return 3 * len(name.encode("utf-8", "replace")) - 2 * sum(map(str.isascii, name)) + escaped
