"""``null:`` accepts every message and delivers none: to measure everything but the relay."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.models.message import Envelope, Outcome, SendResult
from newsletter.transport.waiting import DURABLE

if TYPE_CHECKING:
    from newsletter.transport.interface import Following, UrlContext
    from newsletter.transport.waiting import Intent, Steps

_TAKEN = SendResult(Outcome.ACCEPTED, 250, "2.0.0", "thrown away: the null transport delivers nothing", "dot")


@dataclass(frozen=True)
class NullSettings:
    """See `newsletter.transport.interface.TransportSettings`."""

    safe_url: str = "null:"

    def open(self) -> NullTransport:
        """The transport."""
        return NullTransport()


def null_settings(url: str, context: UrlContext) -> NullSettings:  # noqa: ARG001 (a factory's signature)
    """Settings from ``null:``. Raises ValueError when anything follows."""
    if url.partition(":")[2]:
        raise ValueError("nothing may follow null:")
    return NullSettings()


class NullTransport:
    """See `newsletter.transport.interface.Transport`."""

    name = "null: (delivers nothing)"

    def connect(self) -> NullSession:
        """A session; nothing can go wrong."""
        return NullSession()


class NullSession:
    """See `newsletter.transport.interface.Session`."""

    def send(self, envelope: Envelope, before_final: Callable[[], None]) -> SendResult:  # noqa: ARG002
        """Throw a message away, once its intent is durable."""
        before_final()
        return _TAKEN

    def steps(
        self,
        envelope: Envelope,  # noqa: ARG002
        intent: Intent,
        following: Following | None = None,  # noqa: ARG002
    ) -> Steps[SendResult]:
        """The same for whoever drives many."""
        if not intent.done():
            yield DURABLE
        intent.wait()
        return _TAKEN

    def close(self) -> None:
        """Nothing to release."""
