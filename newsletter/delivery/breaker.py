"""Stops a run whose first answers are mostly refusals: a bad list burns the sender's reputation."""

from __future__ import annotations

import threading

from newsletter.errors import RelayRefused
from newsletter.models.message import Outcome, SendResult


class Breaker:
    """Looks once at the first `stop_after` recipients answered for good. Usable from several threads."""

    def __init__(self, stop_after: int, stop_share: float) -> None:
        self._stop_after = stop_after
        self._stop_share = stop_share
        self._accepted = 0
        self._rejected = 0
        self._lock = threading.Lock()

    def note(self, result: SendResult) -> None:
        """Count one answer. Raises RelayRefused when the run must not go on."""
        with self._lock:
            self._accepted += result.outcome is Outcome.ACCEPTED
            self._rejected += result.outcome is Outcome.REJECTED
            answered = self._accepted + self._rejected
            if result.outcome not in (Outcome.ACCEPTED, Outcome.REJECTED) or answered != self._stop_after:
                return
            rejected = self._rejected
        if rejected > self._stop_share * answered:
            words = " ".join(str(part) for part in (result.code or "", result.enhanced, result.reply) if part)
            raise RelayRefused(
                f"{rejected} of the first {answered} recipients were rejected (the last answer: {words})",
                hint="look at newsletter status; correct the list or the sender, then resume",
            )
