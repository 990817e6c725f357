"""The progress of a run on a terminal: one line that is drawn anew, words when something happens."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

import click

from newsletter.delivery import DeliveryEvent, EventKind
from newsletter.delivery import Progress as Figures
from newsletter.models.delivery import DeliveryState, Run

_PARTS = 10
"""Without a terminal a line is printed each time another tenth is done."""
_PAUSE = 0.1
"""Seconds between two drawings: a thousand messages a second must not wait for the terminal."""
_WIDEST, _NARROWEST = 32, 8
"""Columns of the bar itself."""
_WORDS = 40
"""Characters shown of the relay's latest answer."""
_SHOWN = (
    DeliveryState.ACCEPTED,
    DeliveryState.DEFERRED,
    DeliveryState.REJECTED,
    DeliveryState.UNKNOWN,
    DeliveryState.CANCELLED,
)


@contextmanager
def _heard_or_not() -> Iterator[None]:
    """What cannot be told (terminal or reading program are gone) must not end a run: silence from then on."""
    try:
        yield
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


def say(words: str, *, end: str = "\n") -> None:
    """One line of chatter on stderr."""
    with _heard_or_not():
        click.echo(words + end, nl=False, err=True)


class Progress:
    """A bar on stderr when that is a terminal; a line per tenth when it is not. Use as a context manager."""

    def __init__(self) -> None:
        self.run: Run | None = None
        self._terminal = sys.stderr.isatty()
        self._figures: Figures | None = None
        self._drawn = 0.0
        self._part = 0
        self._length = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._terminal and self._figures is not None:
            self._draw(self._figures)
            say("")
            self._figures = None

    def start(self, run: Run) -> None:
        """A run begins, the first one or another."""
        self.run = run
        self._figures, self._part = None, 0
        self.tell(f"run {run.id}")

    def tell(self, words: str) -> None:
        """A line of its own; a bar that stands there stays above it, as it was."""
        if self._terminal and self._length:
            say("")
            self._length = 0
        say(words)

    def on_event(self, event: DeliveryEvent) -> None:
        """Something happened; called by one thread at a time."""
        figures = self._figures = event.progress
        if event.kind is EventKind.WAITING:
            self._say(_waiting(event))
        elif event.kind is EventKind.COUNTDOWN:
            if self._terminal:
                self._over(_waiting(event))
            return
        elif event.kind is EventKind.GOING_ON:
            self._say("going on")
        elif event.kind is EventKind.RESTING:
            self._say(f"{event.detail} says we are too fast: nothing goes there for {_length(event.seconds)}")
        elif event.kind is EventKind.RECONNECTING:
            self._say(f"the relay is in trouble, next try in {event.seconds:.0f} s: {event.detail}")
        elif event.kind is EventKind.RECOVERED and event.delivery is not None:
            self._say(f"in doubt since the last time: {event.delivery.address}")
        if self._terminal:
            if time.monotonic() - self._drawn >= _PAUSE or figures.done == figures.total:
                self._draw(figures)
            return
        part = figures.done * _PARTS // figures.total if figures.total else _PARTS
        if part > self._part:
            self._part = part
            say(", ".join([_position(figures), *_counts(figures), *_rate(figures)]))

    def _draw(self, figures: Figures) -> None:
        self._drawn = time.monotonic()
        self._over(bar_line(figures, _columns(), blocks=_knows_blocks()))

    def _say(self, words: str) -> None:
        if not self._terminal:
            say(words)
            return
        self._over(words)
        say("")
        self._length = 0
        if self._figures is not None:
            self._draw(self._figures)

    def _over(self, line: str) -> None:
        """Write over the bar, with blanks where it was longer: no escape sequence, so any terminal does it."""
        say("\r" + line.ljust(self._length), end="")
        self._length = len(line)


def _waiting(event: DeliveryEvent) -> str:
    if not event.seconds:
        return f"waiting: {event.detail}"
    return f"waiting {_length(event.seconds)}: {event.detail}"


def _length(seconds: float) -> str:
    """As a person says it: ``9 min 58 s``, ``14 h 03 min``."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02} min"
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"


def bar_line(figures: Figures, columns: int, *, blocks: bool = True) -> str:
    """The line for a terminal of so many columns, one less at most: a full line would wrap in some of them.

    What matters least goes first when there is no room: the relay's words, editions, time left, rate, counts, the
    bar.
    """
    words = [
        *(_position(figures), ", ".join(_counts(figures)), *_rate(figures), *_time_left(figures)),
        *(", ".join(_editions(figures)), _last_words(figures)),
    ]
    words = [word for word in words if word]
    separator = " · " if blocks else ", "
    while len(words) > 1 and len("  ".join(("", separator.join(words)))) + _NARROWEST > columns - 1:
        words.pop()
    text = separator.join(words)
    width = min(_WIDEST, columns - 1 - len(text) - 2)
    if width < _NARROWEST:
        return text[: max(0, columns - 1)]
    full = width * figures.done // figures.total if figures.total else width
    done, rest = ("█", "░") if blocks else ("#", "-")
    return f"{done * full}{rest * (width - full)}  {text}"


def _position(figures: Figures) -> str:
    return f"{figures.done:,} of {figures.total:,}"


def _counts(figures: Figures) -> list[str]:
    return [f"{figures.counts[state]:,} {state.value}" for state in _SHOWN if figures.counts.get(state)]


def _rate(figures: Figures) -> list[str]:
    return [f"{figures.per_second:,.0f}/s"] if figures.per_second >= 1 else []


def _time_left(figures: Figures) -> list[str]:
    """Told only where it is worth a look: from ten seconds on."""
    seconds = figures.seconds_left
    if seconds is None or seconds < 10:
        return []
    hours, minutes = divmod(round(seconds / 60), 60)
    if hours:
        return [f"{hours} h {minutes:02} min left"]
    return [f"{minutes} min left" if seconds >= 90 else f"{seconds:.0f} s left"]


def _editions(figures: Figures) -> list[str]:
    """Told when there are several."""
    by_edition = figures.by_edition
    return [f"{code} {count:,}" for code, count in sorted(by_edition.items())] if len(by_edition) > 1 else []


def _last_words(figures: Figures) -> str:
    words = " ".join(figures.last_words.split())
    return f"relay: {words[:_WORDS]}…" if len(words) > _WORDS else f"relay: {words}" if words else ""


def _columns() -> int:
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or 80
    except (OSError, ValueError):
        return 80


def _knows_blocks() -> bool:
    try:
        "█░·".encode(sys.stderr.encoding or "ascii")
    except (LookupError, UnicodeEncodeError):
        return False
    return True
