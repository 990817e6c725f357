"""A long line to a server of this machine: `python -m benchmarks._sending.link PORT MILLISECONDS` (each way).

Takes connections on a port that it prints, connects each to PORT, and hands bytes over after the delay, as many as
come. One thread and `epoll` (Linux): it has to carry a hundred connections beside the two ends it joins. TCP runs
on either side of it and not through it, so slow start is not part of what is measured.
"""

from __future__ import annotations

import select
import socket
import sys
import time
from collections import deque

CHUNK = 1 << 18


class Link:
    """Runs until its process is ended."""

    def __init__(self, port: int, seconds: float) -> None:
        self._port = port
        self._delay = seconds
        self._door = socket.create_server(("127.0.0.1", 0), backlog=256)
        self._poll = select.epoll()
        self._poll.register(self._door, select.EPOLLIN)
        self._other: dict[int, tuple[socket.socket, socket.socket]] = {}
        self._under_way: deque[tuple[float, socket.socket, bytes]] = deque()
        self.port: int = self._door.getsockname()[1]

    def run(self) -> None:
        """Carry what comes."""
        while True:
            self._deliver()
            wait = None if not self._under_way else max(0.0, self._under_way[0][0] - time.monotonic())
            # `epoll` waits in whole milliseconds, `select` does not.
            if not select.select([self._poll.fileno()], [], [], wait)[0]:
                continue
            for number, _ in self._poll.poll(0):
                if number == self._door.fileno():
                    self._join()
                else:
                    self._take(number)

    def _deliver(self) -> None:
        while self._under_way and self._under_way[0][0] <= time.monotonic():
            _, to, data = self._under_way.popleft()
            try:
                if data:
                    to.sendall(data)
                else:
                    to.shutdown(socket.SHUT_WR)
            except OSError:
                continue

    def _join(self) -> None:
        near, _ = self._door.accept()
        far = socket.create_connection(("127.0.0.1", self._port))
        for one, other in ((near, far), (far, near)):
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
            self._other[one.fileno()] = (one, other)
            self._poll.register(one, select.EPOLLIN)

    def _take(self, number: int) -> None:
        one, other = self._other[number]
        try:
            data = one.recv(CHUNK)
        except OSError:
            data = b""
        if not data:
            self._poll.unregister(number)
        self._under_way.append((time.monotonic() + self._delay, other, data))


if __name__ == "__main__":
    link = Link(int(sys.argv[1]), float(sys.argv[2]) / 1000)
    print(link.port, flush=True)
    link.run()
