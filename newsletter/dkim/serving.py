"""The other end of `processes`: a process that does nothing but sign.

Its arguments are the file descriptors of sockets, one for each message that is signed at a time. The keys come
through standard input, itself a socket, and never through arguments or the environment, which other users can
read. It ends when the process that started it does, however that came about: every socket is closed then.
"""

from __future__ import annotations

import json
import select
import signal
import socket
import struct
import sys
from collections.abc import Sequence

from newsletter.dkim.keys import load_key
from newsletter.dkim.signing import Signer

REQUEST = struct.Struct("!IQ32s")
"""Before a message's head: its length, the time in seconds since 1970, the hash of the body."""
ANSWER = struct.Struct("!I")
"""Before the signature fields: their length."""
READY = b"R"


def serve(control: socket.socket, channels: Sequence[socket.socket]) -> None:
    """Read the keys from `control`, say READY there, and answer requests until `control` is closed."""
    signer = Signer(
        [load_key(*each) for each in json.loads(exactly(control, ANSWER.unpack(exactly(control, 4))[0]))]
    )
    control.sendall(READY)
    at_work = {channel.fileno(): channel for channel in channels}
    poll = select.poll()
    for fileno in (control.fileno(), *at_work):
        poll.register(fileno, select.POLLIN)
    while True:
        for fileno, _ in poll.poll():
            if fileno == control.fileno():
                return
            try:
                answer(at_work[fileno], signer)
            except (EOFError, ConnectionError):
                # Whoever asked has given this one up.
                poll.unregister(fileno)
                at_work.pop(fileno).close()


def answer(channel: socket.socket, signer: Signer) -> None:
    """One request. Raises EOFError or ConnectionError when the other end is gone."""
    length, at, body_hash = REQUEST.unpack(exactly(channel, REQUEST.size))
    fields = signer.signatures(exactly(channel, length), body_hash, at)
    channel.sendall(ANSWER.pack(len(fields)) + fields)


def exactly(channel: socket.socket, length: int) -> bytes:
    """So many bytes. Raises EOFError when there are no more."""
    data = channel.recv(length, socket.MSG_WAITALL) if length else b""
    if len(data) < length:
        raise EOFError
    return data


def main() -> None:
    """The process. Signals that the terminal or the system sends to all are left to the one that started it."""
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    with socket.socket(fileno=0) as control:
        serve(control, [socket.socket(fileno=int(each)) for each in sys.argv[1:]])
