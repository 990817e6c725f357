"""One connection before a run: what can be known of the relay is known before anything is written down or sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from newsletter.errors import RelayRefused
from newsletter.transport.interface import Transport


@runtime_checkable
class SizeLimited(Protocol):
    """A session that may say how many bytes a message may have; 0: it sets no limit, or says none."""

    @property
    def size_limit(self) -> int:
        """Bytes (RFC 1870)."""


def try_out(transport: Transport, largest: Callable[[], int]) -> None:
    """Connect, compare, hang up. largest: bytes of the run's largest message, asked only when there is a limit.

    Raises RelayRefused when that message is too large, and what `Transport.connect` raises.
    """
    session = transport.connect()
    try:
        limit = session.size_limit if isinstance(session, SizeLimited) else 0
    finally:
        session.close()
    if limit:
        refuse_larger(largest(), limit, transport.name)


def refuse_larger(size: int, limit: int, where: str) -> None:
    """Raise RelayRefused when a message of `size` bytes is more than `limit`."""
    if size > limit:
        raise RelayRefused(
            f"the message has {size} bytes, the relay takes at most {limit}",
            where=where,
            hint="shorten the issue, or attach and embed less",
        )
