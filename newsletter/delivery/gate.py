"""One door to the relay for all connections: when it is in trouble, they wait together."""

from __future__ import annotations

import threading
from collections.abc import Callable

from newsletter.delivery.retry import reconnect_wait
from newsletter.delivery.settings import DeliverySettings
from newsletter.errors import RelayUnreachable
from newsletter.transport import Session, Transport

Pause = Callable[[float], bool]
"""Wait so many seconds; True when the run is to stop instead."""


class RelayGate:
    """Connects, one at a time, with back-off. Usable from several threads."""

    def __init__(
        self, transport: Transport, settings: DeliverySettings, *, pause: Pause, random: Callable[[], float]
    ) -> None:
        self._transport = transport
        self._attempts = settings.connect_attempts
        self._max_losses = settings.connect_attempts * settings.connections
        self._pause = pause
        self._random = random
        self._connecting = threading.Lock()
        self._counting = threading.Lock()
        self._refused = 0
        self._lost = 0
        self._connected_once = False

    def connect(self, on_wait: Callable[[float, str], None]) -> Session | None:
        """A new session; None when the run is to stop.

        on_wait: told the seconds and the reason before each wait. Raises TransportTrouble: at once when the
        relay turns us down or was never reached, otherwise after `connect_attempts` failures in a row.
        """
        with self._connecting:
            reason = "the relay closed the connection"
            while True:
                wait = reconnect_wait(self._refused + self._lost, self._random)
                if wait:
                    on_wait(wait, reason)
                if self._pause(wait):
                    return None
                try:
                    session = self._transport.connect()
                except RelayUnreachable as trouble:
                    with self._counting:
                        self._refused += 1
                    if not self._connected_once or self._refused >= self._attempts:
                        raise
                    reason = trouble.what
                else:
                    with self._counting:
                        self._refused = 0
                    self._connected_once = True
                    return session

    def lost(self, words: str) -> None:
        """A connection was lost, or the relay pushed us back. Raises RelayUnreachable when it keeps doing so."""
        with self._counting:
            self._lost += 1
            lost = self._lost
        if lost >= self._max_losses:
            raise RelayUnreachable(
                f"the relay broke off {lost} times in a row: {words}",
                where=self._transport.name,
                hint="wait, then resume the run; nobody was skipped",
            )

    def served(self) -> None:
        """The relay took a message, or refused one for its own sake: it works."""
        with self._counting:
            self._lost = 0
