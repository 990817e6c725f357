"""What an inbox does wrong on purpose."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Stage = Literal["connect", "ehlo", "mail", "rcpt", "data", "body", "dot"]


@dataclass(frozen=True, slots=True)
class Fault:
    """At `stage`, for `recipient` (None: anybody), so many `times` (None: always).

    First wait `delay` seconds; then say `reply` instead of the right answer (after a 421 the connection closes),
    or `drop` the connection, or stay silent for ever (`silent`), or, with none of these, answer rightly.
    keep: at stage ``dot``, the message was taken before the connection was dropped: the lost reply of RFC 1047.
    The recipient is not known yet at ``connect``, ``ehlo`` and ``mail``.
    """

    stage: Stage
    reply: str | None = None
    drop: bool = False
    silent: bool = False
    delay: float = 0.0
    recipient: str | None = None
    times: int | None = 1
    keep: bool = False


class Script:
    """Faults in order; each is used up after its `times`. Usable from several threads."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self._lock = threading.Lock()
        self._faults: list[tuple[Fault, list[int]]] = []
        self.add(*faults)

    def add(self, *faults: Fault) -> None:
        """Append faults."""
        with self._lock:
            self._faults += [(fault, [0]) for fault in faults]

    def clear(self) -> None:
        """From now on everything goes right."""
        with self._lock:
            self._faults.clear()

    def take(self, stage: Stage, recipient: str | None = None) -> Fault | None:
        """The fault for this moment, counted as used; None when all goes right."""
        with self._lock:
            for fault, used in self._faults:
                if fault.stage != stage or (fault.recipient is not None and fault.recipient != recipient):
                    continue
                if fault.times is None or used[0] < fault.times:
                    used[0] += 1
                    return fault
        return None
