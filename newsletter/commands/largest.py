"""How large the messages of a plan get, to compare with what a relay takes."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from newsletter.commands.plan import stamp
from newsletter.commands.project import Project
from newsletter.mime import merge
from newsletter.models.delivery import Plan
from newsletter.models.recipient import Recipient


def largest_message(project: Project, plan: Plan, secret: bytes) -> int:
    """Bytes of the largest message: each edition's with the recipient who has most to say of themselves.

    Signatures are not in it: a relay's limit is megabytes, theirs are hundreds of bytes, and the session compares
    every message once more before it sends it.
    """
    now = project.clock.now().astimezone(ZoneInfo(project.publication.timezone))
    longest: dict[str, Recipient] = {}
    for recipient in plan.audience.recipients:
        if recipient.edition not in longest or _own(recipient) > _own(longest[recipient.edition]):
            longest[recipient.edition] = recipient
    return max(
        len(merge(plan.messages[code], stamp(project.publication, recipient, plan, secret, now)))
        for code, recipient in longest.items()
    )


def _own(recipient: Recipient) -> int:
    return len(recipient.name.encode()) + len(recipient.address)
