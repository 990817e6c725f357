"""Sends a run: worker, retry, rate limit, breaker, delivery log."""

from typing import TYPE_CHECKING

from newsletter.delivery.events import DeliveryEvent, Ending, EventKind, Progress, RunSummary
from newsletter.delivery.metrics import exposition
from newsletter.delivery.schedule import Bar, BarKind, find_bar
from newsletter.delivery.settings import DeliverySettings

if TYPE_CHECKING:
    from newsletter.delivery.worker import deliver

__all__ = [
    "Bar",
    "BarKind",
    "DeliveryEvent",
    "DeliverySettings",
    "Ending",
    "EventKind",
    "Progress",
    "RunSummary",
    "deliver",
    "exposition",
    "find_bar",
]


def __getattr__(name: str) -> object:
    """`deliver` is imported by those who send: every command reads the settings, few need store and transport."""
    if name == "deliver":
        from newsletter.delivery.worker import deliver

        return deliver
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
