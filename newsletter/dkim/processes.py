"""Signing in processes beside this one: a signature costs more than the rest of a message, and Python computes in
one thread at a time.

What is asked of them is never needed: whoever gets no answer signs here. So they may be late, be killed, or not
start at all, and a run only takes longer.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from newsletter.dkim.keys import DkimKey
from newsletter.dkim.serving import ANSWER, READY, REQUEST
from newsletter.dkim.signing import Signer, digest

MOST_PROCESSES = 2
"""Two sign as fast as one sender can send."""
WORTH_MESSAGES = 500
"""Fewer are signed in the time that a process takes to start."""
MAX_HEAD = 32_768
"""Bytes of a head that certainly fit the buffer of a socket at once."""
_GRACE_SECONDS = 5.0


class Pending:
    """A message that is being signed."""

    __slots__ = ("_at", "_channel", "_fields", "_message", "_processes")

    def __init__(self, processes: SigningProcesses, channel: socket.socket, message: bytes, at: datetime) -> None:
        self._processes = processes
        self._channel = channel
        self._message = message
        self._at = at
        self._fields: bytes | None = None

    def __del__(self) -> None:
        if self._fields is None:
            self._processes.given_back(self._channel)

    def fileno(self) -> int:
        """A socket that can be read when the signature has come, or never will."""
        return self._channel.fileno()

    def is_ready(self) -> bool:
        """Whether the signature has come."""
        if self._fields is None:
            self._fields = self._processes.heard(self._channel)
        return self._fields is not None

    def finish(self) -> bytes:
        """The signed message; does not wait. Raises SigningTrouble as `Signer.sign` does."""
        signer = self._processes.signer
        if self.is_ready():
            assert self._fields is not None
            return signer.seal(self._message, self._fields)
        # Who has not answered by now is not asked again: the answer would be taken for another's.
        self._channel.close()
        return signer.sign(self._message, self._at)


class SigningProcesses:
    """Processes that sign with the keys of `signer`, until `close`. channels: how many messages at a time.

    Used by one thread at a time.
    """

    def __init__(self, signer: Signer, channels: int, processes: int = 1) -> None:
        self.signer = signer
        self._starting: list[_Process] = []
        self._free: deque[socket.socket] = deque()
        self._given_back: list[socket.socket] = []
        self._all: list[_Process] = []
        for number in range(processes):
            share = channels // processes + (number < channels % processes)
            # No memory, too many processes, no interpreter of its own: all is signed here then.
            with suppress(OSError):
                self._all.append(_Process(signer.keys, share))
        self._starting += self._all

    def begin(self, message: bytes, at: datetime) -> Pending | None:
        """Have `message` signed; None when it is better signed here."""
        if self._starting:
            self._welcome()
        if not self._free:
            self._given_back = [one for one in self._given_back if self.heard(one) is None]
        if not self._free:
            return None
        head, body_hash = digest(message)
        if len(head) > MAX_HEAD:
            return None
        channel = self._free.popleft()
        request = REQUEST.pack(len(head), int(at.timestamp()), body_hash) + head
        try:
            sent = channel.send(request)
        except OSError:
            sent = 0
        if sent < len(request):
            channel.close()
            return None
        return Pending(self, channel, message, at)

    def heard(self, channel: socket.socket) -> bytes | None:
        """The signature fields that have come through `channel`, which is free again then; else None."""
        try:
            data = channel.recv(65_536)
        except OSError:
            return None
        if len(data) > ANSWER.size and ANSWER.unpack_from(data)[0] == len(data) - ANSWER.size:
            self._free.append(channel)
            return data[ANSWER.size :]
        # Not closed: who waits for the signature needs a socket to wait at, which can be read from now on.
        with suppress(OSError):
            channel.shutdown(socket.SHUT_RDWR)
        return None

    def given_back(self, channel: socket.socket) -> None:
        """Nobody waits any more for what comes through `channel`: it is free again after that."""
        if channel.fileno() >= 0:
            self._given_back.append(channel)

    def close(self) -> None:
        """End the processes. Messages that are still being signed are signed by `Pending.finish` here."""
        self._free.clear()
        self._given_back.clear()
        for process in self._all:
            process.close()
        self._all.clear()
        self._starting.clear()

    def __enter__(self) -> SigningProcesses:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _welcome(self) -> None:
        """Give work to those that have started since."""
        for process in self._starting.copy():
            if (ready := process.is_ready()) is not None:
                self._starting.remove(process)
            if ready:
                self._free.extend(process.channels)


def worthwhile(messages: int) -> int:
    """How many processes are worth starting for so many messages. One processor is left to the sender."""
    if messages < WORTH_MESSAGES or os.name != "posix" or not sys.executable:
        return 0
    return max(0, min(MOST_PROCESSES, _processors() - 1))


def _processors() -> int:
    """Those that this process may use, where the system says so."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Process:
    """One of them, with our ends of its channels."""

    def __init__(self, keys: Sequence[DkimKey], channels: int) -> None:
        self.channels: list[socket.socket] = []
        self._control, stdin = socket.socketpair()
        theirs: list[socket.socket] = []
        try:
            for _ in range(channels):
                ours, end = socket.socketpair()
                ours.setblocking(False)
                self.channels.append(ours)
                theirs.append(end)
            self._process = _started(stdin, theirs)
        except OSError:
            self._hang_up()
            raise
        finally:
            for end in (stdin, *theirs):
                end.close()
        written = json.dumps([(key.pem, key.domain, key.selector) for key in keys]).encode("ascii")
        with suppress(OSError):
            self._control.sendall(ANSWER.pack(len(written)) + written)
        self._control.setblocking(False)

    def is_ready(self) -> bool | None:
        """Whether it will answer; None when it has not said so yet."""
        try:
            return self._control.recv(len(READY)) == READY
        except BlockingIOError:
            return None
        except OSError:
            return False

    def close(self) -> None:
        """It ends by itself when nobody can ask any more."""
        self._hang_up()
        try:
            self._process.wait(_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _hang_up(self) -> None:
        for end in (self._control, *self.channels):
            end.close()


def _started(stdin: socket.socket, channels: Sequence[socket.socket]) -> subprocess.Popen[bytes]:
    filenos = [each.fileno() for each in channels]
    # Passwords and keys stand in ours; it is told what it needs.
    environ = {name: value for name, value in os.environ.items() if not name.startswith("NEWSLETTER_")}
    return subprocess.Popen(  # noqa: S603 (no shell; our own interpreter and numbers)
        # -P: what lies in the folder it is started from is not imported.
        [sys.executable, "-P", "-c", "from newsletter.dkim.serving import main; main()", *map(str, filenos)],
        stdin=stdin.fileno(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=filenos,
        env={**environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
