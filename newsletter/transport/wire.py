"""Bytes and replies over an open socket, and in which stage it broke.

The socket does not block; whoever drives the transaction waits, see `waiting`. So a write that fits the kernel's
buffer costs one system call, and looking whether the relay has said something costs one too.
"""

from __future__ import annotations

import re
import socket
import ssl
import time
from contextlib import suppress

from newsletter.transport.replies import BadReply, Reply, take_reply
from newsletter.transport.waiting import Steps, Until

_CHUNK = 16384
"""A whole TLS record (RFC 8446 section 5.1): nothing stays in the TLS layer, where nobody would see it."""

_EARLY = re.compile(rb"(?:[^\n]*\n)?354")
"""The answer to DATA in the first line or the second, where it is at least the third."""

_FRESH_SECONDS = 1.0

_REST_SECONDS = 30.0
"""How long the rest of a reply may take that has begun unasked: the dot goes out only when it is understood."""

_SLOWEST = 1000
"""Bytes per second; a relay that takes less than that is as good as one that takes nothing."""


class Lost(Exception):
    """The connection failed in `stage`. untouched: of a write, that certainly no byte of it went out."""

    def __init__(self, stage: str, words: str, *, untouched: bool = False) -> None:
        super().__init__(words)
        self.stage = stage
        self.words = words
        self.untouched = untouched


class Wire:
    """Owns `sock`. Used by one thread at a time."""

    def __init__(self, sock: socket.socket) -> None:
        sock.setblocking(False)
        self._sock = sock
        self._fileno = sock.fileno()
        self._buffer = bytearray()
        self._heard_at = time.monotonic()
        self._broken: OSError | None = None

    def write(self, stage: str, data: bytes | memoryview, seconds: float) -> Steps[None]:
        """All of `data`. seconds: how long the relay may take nothing of it. Raises Lost."""
        begun = 0.0
        # TLS may have taken bytes that it says nothing of.
        untouched = not isinstance(self._sock, ssl.SSLSocket)
        try:
            while True:
                try:
                    sent = self._sock.send(data)
                except (BlockingIOError, ssl.SSLWantWriteError):
                    writing = True
                except ssl.SSLWantReadError:
                    writing = False
                else:
                    if sent == len(data):
                        return
                    data = memoryview(data)[sent:]
                    untouched = False
                    continue
                now = time.monotonic()
                begun = begun or now
                left = begun + seconds + len(data) / _SLOWEST - now
                if not (yield Until(self._fileno, min(seconds, left), writing=writing)):
                    raise Lost(stage, f"the relay took no data for {seconds:g} s", untouched=untouched)
        except OSError as error:
            words = f"the connection broke: {error.strerror or error}"
            raise Lost(stage, words, untouched=untouched) from error

    def heard(self) -> Reply | None:
        """The next reply, if it has come already; what is wrong with it is met by `read`."""
        try:
            return take_reply(self._buffer) if self._buffer else None
        except BadReply:
            return None

    def is_out_of_order(self) -> bool:
        """What has come so far cannot be the answers to MAIL, RCPT and DATA: that to DATA comes too early.

        For after the answer to a dot that those commands went with: what was taken for that is then one of theirs.
        """
        return _EARLY.match(self._buffer) is not None

    def read(self, stage: str, seconds: float) -> Steps[Reply]:
        """The next reply, all of it within `seconds`. Raises Lost."""
        deadline = 0.0
        try:
            while (reply := take_reply(self._buffer)) is None:
                now = time.monotonic()
                deadline = deadline or now + seconds
                if not (yield Until(self._fileno, deadline - now)):
                    raise Lost(stage, f"the relay did not answer within {seconds:g} s")
                self._take(stage)
        except BadReply as error:
            raise Lost(stage, str(error)) from error
        except OSError as error:
            raise Lost(stage, f"the connection broke: {error.strerror or error}") from error
        return reply

    def is_fresh(self) -> bool:
        """It answered within the last second, and no more than it was asked: what it says now is met by `read`."""
        return not self._buffer and time.monotonic() - self._heard_at < _FRESH_SECONDS

    def is_silent(self) -> bool:
        """It says nothing; otherwise `overheard` tells what. Almost always so, and `overheard` costs more."""
        if self._buffer:
            return False
        try:
            self._buffer += self._sock.recv(_CHUNK)
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return True
        except OSError as error:
            self._broken = error
        return False

    def overheard(self, stage: str) -> Steps[Reply | None]:
        """What the relay has said unasked; Lost when it has hung up. Waits only for the rest of what has begun."""
        try:
            try:
                self._take(stage)
            except Lost:
                # What it said before it hung up is worth more than that it did.
                if (last := take_reply(self._buffer)) is None:
                    raise
                return last
            if not self._buffer:
                return None
            return take_reply(self._buffer) or (yield from self.read(stage, _REST_SECONDS))
        except BadReply as error:
            raise Lost(stage, str(error)) from error
        except OSError as error:
            raise Lost(stage, f"the connection broke: {error.strerror or error}") from error

    def close(self) -> None:
        """Release the connection. Never raises."""
        with suppress(OSError):
            self._sock.close()

    def _take(self, stage: str) -> None:
        """What has arrived, perhaps nothing. Raises Lost at the end of the stream, OSError."""
        if self._broken is not None:
            raise self._broken
        try:
            received = self._sock.recv(_CHUNK)
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return
        if not received:
            raise Lost(stage, "the relay closed the connection")
        self._buffer += received
        self._heard_at = time.monotonic()
