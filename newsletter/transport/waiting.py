"""How a transaction waits: it says for what, and whoever drives it waits, for one connection or for many.

A transaction is a generator. It yields what it cannot go on without and is sent True when that has come about,
False when the seconds have passed before. So the order of its steps stands in one place, whether a thread waits
for a single connection (`complete`) or for all connections of a run.
"""

from __future__ import annotations

import select
from collections.abc import Callable, Generator
from typing import Final, Protocol, TypeVar

T = TypeVar("T")


class Until:
    """The socket `fileno` can be read, or written, within `seconds`."""

    __slots__ = ("fileno", "seconds", "writing")

    def __init__(self, fileno: int, seconds: float, *, writing: bool = False) -> None:
        self.fileno = fileno
        self.seconds = seconds
        self.writing = writing


class Durable:
    """The intent of this message is on disk, or was refused."""


DURABLE: Final = Durable()

Wish = Until | Durable
Steps = Generator[Wish, bool, T]


class Intent(Protocol):
    """The intent of an attempt, handed over and perhaps not on disk yet."""

    def done(self) -> bool:
        """Whether `wait` would return, or raise, at once."""

    def wait(self) -> None:
        """Return when it is on disk; when this raises, the final dot must not go out."""


class Called:
    """A function that returns when the intent is durable, as an `Intent`."""

    def __init__(self, wait: Callable[[], None]) -> None:
        self.wait = wait

    def done(self) -> bool:
        """Nobody knows."""
        return True


def complete(steps: Steps[T]) -> T:
    """Drive a transaction to its end in this thread; the intent is waited for by `Intent.wait`."""
    came = True
    try:
        wish = next(steps)
        while True:
            came = True if isinstance(wish, Durable) else _wait(wish)
            wish = steps.send(came)
    except StopIteration as end:
        value: T = end.value
        return value


def _wait(until: Until) -> bool:
    seconds = max(0.0, until.seconds)
    if not hasattr(select, "poll"):  # Windows
        sockets = [until.fileno]
        read, write = ([], sockets) if until.writing else (sockets, [])
        return any(select.select(read, write, [], seconds))
    poll = select.poll()
    poll.register(until.fileno, select.POLLOUT if until.writing else select.POLLIN)
    return bool(poll.poll(seconds * 1000))
