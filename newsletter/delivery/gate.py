"""One door to the relay for all: when it is in trouble they wait together; when it is full, some stay out."""

from __future__ import annotations

import threading
from collections.abc import Callable

from newsletter.delivery.retry import reconnect_wait
from newsletter.delivery.settings import DeliverySettings
from newsletter.errors import RelayUnreachable
from newsletter.transport import Session, Transport

Pause = Callable[[float], bool]
"""Wait so many seconds; True when the run is to stop instead."""


class NoRoom(Exception):
    """The relay serves other connections of ours and takes no more of them."""


class RelayGate:
    """Connects, with back-off when that fails. Usable from several threads.

    The first one goes in alone, and so does whoever tries after a failure; while the relay is well, they connect
    side by side.
    """

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
        self._open = 0
        self._connected_once = False

    def connect(self, on_wait: Callable[[float, str], None]) -> Session | None:
        """A new session, to be given back to `close`; None when the run is to stop.

        on_wait: told the seconds and the reason before each wait. Raises NoRoom; TransportTrouble: at once when
        the relay turns us down or was never reached, otherwise after `connect_attempts` failures in a row.
        """
        with self._connecting:
            if not self._connected_once or self._refused + self._lost:
                return self._probe(on_wait)
        if self._pause(0):
            return None
        try:
            return self._try()
        except RelayUnreachable as trouble:
            reason = trouble.what
        with self._connecting:
            self._refused += 1
            return self._probe(on_wait, reason)

    def close(self, session: Session) -> None:
        """Done with a session, whether it works or not."""
        with self._counting:
            self._open -= 1
        session.close()

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
        if self._lost:
            with self._counting:
                self._lost = 0

    def _probe(
        self, on_wait: Callable[[float, str], None], reason: str = "the relay closed the connection"
    ) -> Session | None:
        """Try until it works, alone, with waits in between."""
        while True:
            wait = reconnect_wait(self._refused + self._lost, self._random)
            if wait:
                on_wait(wait, reason)
            if self._pause(wait):
                return None
            try:
                return self._try()
            except RelayUnreachable as trouble:
                self._refused += 1
                if not self._connected_once or self._refused >= self._attempts:
                    raise
                reason = trouble.what

    def _try(self) -> Session:
        try:
            session = self._transport.connect()
        except RelayUnreachable as trouble:
            with self._counting:
                crowded = self._open > 0
            if crowded:
                raise NoRoom(trouble.what) from trouble
            raise
        with self._counting:
            self._open += 1
            self._refused = 0
            self._connected_once = True
        return session
