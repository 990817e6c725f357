"""Who else is told what happens while a run is sent: programs that read lines, and a monitoring system."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import click

from newsletter.cli.output import read_or_not
from newsletter.cli.progress import Progress, say
from newsletter.commands.files import write_file
from newsletter.commands.status import RunStatus, summary
from newsletter.delivery import DeliveryEvent, EventKind, exposition
from newsletter.errors import FileTrouble
from newsletter.models.delivery import Run

_PAUSE = 5.0
"""Seconds between two writings of the metrics: what collects them looks every 15 seconds or so."""


class Listeners:
    """The terminal, and whoever else asked."""

    def __init__(self, progress: Progress, *, lines: bool, metrics: Path | None) -> None:
        self._progress = progress
        self._metrics = MetricsFile(metrics) if metrics else None
        self._lines = lines

    def start(self, run: Run) -> None:
        """The run begins."""
        self._progress.start(run)
        if self._metrics:
            self._metrics.start(run)

    def on_event(self, event: DeliveryEvent) -> None:
        """Something happened; called by one thread at a time."""
        self._progress.on_event(event)
        if self._metrics:
            self._metrics.on_event(event)
        if self._lines and event.kind is not EventKind.COUNTDOWN:
            print_line(event)


def print_ending(status: RunStatus) -> None:
    """The last line of JSON: the run as the ledger has it at the end."""
    click.echo(json.dumps({"event": "ended", **summary(status)}))


def print_line(event: DeliveryEvent) -> None:
    """The event as one line of JSON on stdout. A reader that is gone does not end the run."""
    with read_or_not():
        click.echo(json.dumps(as_data(event)))


def as_data(event: DeliveryEvent) -> dict[str, object]:
    """The event as data: `event` says its kind; what it has nothing to say about is left out."""
    progress, delivery, result = event.progress, event.delivery, event.result
    data: dict[str, object] = {
        "event": event.kind.value,
        "done": progress.done,
        "total": progress.total,
        "per_second": round(progress.per_second, 1),
    }
    if delivery is not None:
        data |= {"address": delivery.address, "edition": delivery.edition, "state": delivery.state.value}
    if result is not None:
        data |= {
            "outcome": result.outcome.value,
            "code": result.code or None,
            "enhanced": result.enhanced,
            "reply": result.reply,
            "stage": result.stage,
        }
    if event.detail:
        data["detail"] = event.detail
    if event.seconds:
        data["seconds"] = round(event.seconds, 1)
    return data


class MetricsFile:
    """Keeps a file for Prometheus' textfile collector up to date: every few seconds, and at the end.

    Raises FileTrouble when it cannot be written to begin with; later trouble with it is told once, and does not
    end the run.
    """

    def __init__(self, path: Path, monotonic: Callable[[], float] = time.monotonic) -> None:
        write_file(path, "")
        self._path: Path | None = path
        self._monotonic = monotonic
        self._written: float | None = None
        self._run: Run | None = None

    def start(self, run: Run) -> None:
        """The run begins."""
        self._run = run

    def on_event(self, event: DeliveryEvent) -> None:
        """Write when it is time."""
        now = self._monotonic()
        due = self._written is None or now - self._written >= _PAUSE or event.kind is EventKind.CLOSED
        if self._run is None or self._path is None or not due:
            return
        self._written = now
        try:
            write_file(self._path, exposition(self._run, event.progress))
        except FileTrouble as trouble:
            self._path = None
            say(f"the metrics are not written any more: {trouble}")
