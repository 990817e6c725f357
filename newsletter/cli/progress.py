"""The progress of a run on a terminal: one bar that moves, words when something happens."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import click

from newsletter.delivery import DeliveryEvent, EventKind
from newsletter.delivery import Progress as Figures
from newsletter.models.delivery import DeliveryState, Run

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

_EVERY = 10
"""Without a terminal a line is printed each time another tenth is done."""


@contextmanager
def _heard_or_not() -> Iterator[None]:
    """What cannot be told (terminal or reading program are gone) must not end a run: silence from then on."""
    try:
        yield
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


def say(words: str) -> None:
    """One line of chatter on stderr."""
    with _heard_or_not():
        click.echo(words, err=True)


class Progress:
    """A bar on stderr when that is a terminal; a line per tenth when it is not. Use as a context manager."""

    def __init__(self) -> None:
        self.run: Run | None = None
        self._bar: ProgressBar[Any] | None = None
        self._terminal = sys.stderr.isatty()
        self._tenth = 0
        self._done = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            with _heard_or_not():
                self._bar.render_finish()

    def start(self, run: Run) -> None:
        """The run begins."""
        self.run = run
        say(f"run {run.id}")
        if self._terminal:
            self._bar = click.progressbar(
                length=run.total,
                label="sending",
                file=sys.stderr,
                show_pos=True,
                show_eta=True,
                item_show_func=lambda words: str(words) if words else "",
                update_min_steps=max(1, run.total // 500),
            )
            with _heard_or_not():
                self._bar.render_progress()

    def on_event(self, event: DeliveryEvent) -> None:
        """Something happened; called by one thread at a time."""
        if event.kind in (EventKind.WAITING, EventKind.RECONNECTING):
            self._say(f"{event.kind.value} {event.seconds:.0f} s: {event.detail}")
        elif event.kind is EventKind.RECOVERED and event.delivery is not None:
            self._say(f"in doubt since the last time: {event.delivery.address}")
        self._move(event.progress)

    def _move(self, figures: Figures) -> None:
        step, self._done = figures.done - self._done, figures.done
        if self._bar is not None:
            with _heard_or_not():
                self._bar.update(step, _in_words(figures))
            return
        tenth = figures.done * _EVERY // figures.total if figures.total else _EVERY
        if tenth > self._tenth:
            self._tenth = tenth
            say(f"{figures.done:,} of {figures.total:,}: {_in_words(figures)}")

    def _say(self, words: str) -> None:
        say(f"{chr(10) if self._bar is not None else ''}{words}")


def _in_words(figures: Figures) -> str:
    interesting = (
        DeliveryState.ACCEPTED,
        DeliveryState.DEFERRED,
        DeliveryState.REJECTED,
        DeliveryState.UNKNOWN,
        DeliveryState.CANCELLED,
    )
    counts = ", ".join(
        f"{figures.counts[state]:,} {state.value}" for state in interesting if figures.counts[state]
    )
    return f"{counts}, {figures.per_second:,.0f}/s" if counts else ""
