"""The figures of a run in Prometheus' text format (its documentation, "Exposition formats")."""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.delivery.events import Progress
from newsletter.models.delivery import DeliveryState, Run


def exposition(run: Run, progress: Progress) -> str:
    """All metrics of a run, each with help and type. No address is among them."""
    return "".join(f"{line}\n" for line in _lines(run, progress))


def _lines(run: Run, progress: Progress) -> Iterator[str]:
    labels = f'run="{_escaped(run.id)}",issue="{_escaped(run.issue)}"'
    yield from _head("newsletter_deliveries", "Deliveries of the run by state.")
    for state in DeliveryState:
        yield f'newsletter_deliveries{{{labels},state="{state.value}"}} {progress.counts.get(state, 0)}'
    yield from _head("newsletter_recipients", "People the run is for.")
    yield f"newsletter_recipients{{{labels}}} {progress.total}"
    yield from _head("newsletter_accepted_now", "Messages the relay took since this process opened the run.")
    for edition, count in sorted(progress.by_edition.items()):
        yield f'newsletter_accepted_now{{{labels},edition="{_escaped(edition)}"}} {count}'
    yield from _head("newsletter_accepted_per_second", "Messages accepted per second since then.")
    yield f"newsletter_accepted_per_second{{{labels}}} {progress.per_second:.3f}"


def _head(name: str, words: str) -> Iterator[str]:
    yield f"# HELP {name} {words}"
    yield f"# TYPE {name} gauge"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
