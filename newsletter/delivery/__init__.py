"""Sends a run: worker, retry, rate limit, breaker, delivery log."""

from newsletter.delivery.events import DeliveryEvent, Ending, EventKind, Progress, RunSummary
from newsletter.delivery.metrics import exposition
from newsletter.delivery.schedule import Bar, BarKind, find_bar
from newsletter.delivery.settings import DeliverySettings
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
