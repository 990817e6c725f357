"""A relay that does one wrong thing at one stage, byte by byte: below what a server library would let us say."""

from __future__ import annotations

import re
import select
import socket
import ssl
import struct
import threading
from collections import Counter
from collections.abc import Callable
from types import TracebackType
from typing import Self

GOOD = {
    "greeting": b"220 relay ESMTP\r\n",
    "helo": b"250 relay\r\n",
    "starttls": b"220 go on\r\n",
    "auth": b"235 2.7.0 welcome\r\n",
    "mail": b"250 2.1.0 ok\r\n",
    "rcpt": b"250 2.1.5 ok\r\n",
    "data": b"354 go on\r\n",
    "answer": b"250 2.0.0 kept\r\n",
    "rset": b"250 2.0.0 ok\r\n",
    "quit": b"221 2.0.0 bye\r\n",
}
WRONG = {
    "421": b"421 4.3.2 going down\r\n",
    "4xx": b"451 4.3.0 try later\r\n",
    "5xx": b"554 5.3.0 no\r\n",
    "garbage": b"\x00\xff what?\r\n",
}
VERBS = {"HELO": "helo", "RSET": "rset", "QUIT": "quit", "NOOP": "rset"}
END = b"the end"
"""Last words of every body."""


class _Over(Exception):
    """This connection has nothing more to say."""


class FaultyRelay:
    """Serves one connection at a time. `fail` arms one fault: the next time `stage` is reached, or `later` times on.

    begun_ahead: messages whose first commands came with the end of the one before. kept: address -> messages that the relay took, answered for or not. refuse: an address that does not exist.
    on_fault: called when the fault has happened and its bytes are on their way, in the relay's thread. return_: ends
    an absence (stage ``connect``) or a silence.
    """

    def __init__(self, *, pipelining: bool = True, tls: ssl.SSLContext | None = None, auth: bool = False) -> None:
        self.kept: Counter[str] = Counter()
        self.begun_ahead = 0
        self.on_fault: Callable[[], None] = lambda: None
        self.refuse = ""
        self.return_, self.back = threading.Event(), threading.Event()
        self._fillers: list[socket.socket] = []
        self._pipelining, self._tls, self._auth = pipelining, tls, auth
        self._fault: tuple[str, str] | None = None
        self._later = 0
        self._lock = threading.Lock()
        self._closing = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def fail(self, stage: str, kind: str, *, later: int = 0) -> None:
        with self._lock:
            self._fault = (stage, kind)
            self._later = later

    @property
    def armed(self) -> bool:
        return self._fault is not None

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing = True
        self.return_.set()
        with socket.create_connection(("127.0.0.1", self.port)):
            pass
        self._thread.join(30)
        self._listener.close()
        assert not self._thread.is_alive()

    def _serve(self) -> None:
        while True:
            sock, _ = self._listener.accept()
            if self._closing:
                sock.close()
                return
            self._sock, self._buffer = sock, b""
            try:
                self._converse()
            except (OSError, _Over):
                pass
            finally:
                self._sock.close()

    # -- the conversation

    def _converse(self) -> None:  # noqa: C901 (a command after the other)
        self._say("greeting")
        sender, recipient = False, ""
        while True:
            words = self._line().decode("latin-1").strip()
            verb = words[:4].upper()
            if verb == "EHLO":
                self._say("ehlo", self._offers())
            elif verb == "STAR":
                if self._say("starttls"):
                    self._encrypt()
            elif verb == "AUTH":
                self._say("auth")
            elif verb == "MAIL":
                sender = self._say("mail")
            elif verb == "RCPT":
                address = words[words.index("<") + 1 : words.index(">")]
                if not sender:
                    self._sock.sendall(b"503 5.5.1 who from?\r\n")
                elif address == self.refuse:
                    self._sock.sendall(b"550 5.1.1 no such user\r\n")
                elif self._say("rcpt"):
                    recipient = address
            elif verb == "DATA":
                if not recipient:
                    self._sock.sendall(b"503 5.5.1 who to?\r\n")
                elif self._say("data"):
                    self._message(recipient)
                recipient = ""
            elif verb == "QUIT":
                # Whoever hangs up may come back at once, so what meets them then is made ready first.
                kind = self._take("connect")
                if kind is not None:
                    self._be_away(kind)
                self._say("quit")
                if kind is not None:
                    self._come_back()
                return
            else:
                self._say(VERBS[verb])

    def _offers(self) -> bytes:
        offers = ["relay", *(["PIPELINING"] if self._pipelining else [])]
        if self._tls is not None and not isinstance(self._sock, ssl.SSLSocket):
            offers.append("STARTTLS")
        if self._auth:
            offers.append("AUTH PLAIN")
        lines = [f"250-{offer}" for offer in offers] + ["250 8BITMIME"]
        return ("\r\n".join(lines) + "\r\n").encode()

    def _encrypt(self) -> None:
        assert self._tls is not None
        if (kind := self._take("handshake")) is not None:
            self._sock.recv(1)
            self._misbehave(kind, b"")
            raise _Over
        self._sock = self._tls.wrap_socket(self._sock, server_side=True)

    def _message(self, recipient: str) -> None:
        if (kind := self._take("body")) is not None:
            self._sock.recv(1000)
            self._within(kind)
        self._read_until(END)
        if (kind := self._take("dot")) is not None:
            self._within(kind)
        self._read_until(b"\r\n.\r\n")
        self._buffer = self._buffer.removeprefix(b"\r\n.\r\n")
        self.begun_ahead += bool(self._buffer)
        with self._lock:
            if self._later or self._fault not in (("answer", "421"), ("answer", "4xx"), ("answer", "5xx")):
                self.kept[recipient] += 1
        self._say("answer")

    def _within(self, kind: str) -> None:
        """While the body comes: words that nobody asked for, or a slow reader."""
        if kind == "slow":
            for _ in range(40):
                self._buffer += self._sock.recv(50_000)
                self._idle(0.005)
            self.on_fault()
        else:
            self._misbehave(kind, b"250 2.0.0")
            raise _Over

    # -- not being there

    def _be_away(self, kind: str) -> None:
        if kind == "drop":
            self._listener.close()
            return
        # Silence: the system answers nobody while its queue is full.
        self._listener.listen(0)
        full = False
        while not full:
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", self.port))
            self._fillers.append(filler)
            poll = select.poll()
            poll.register(filler, select.POLLOUT)
            full = not poll.poll(100)

    def _come_back(self) -> None:
        assert self.return_.wait(30)
        for filler in self._fillers:
            filler.close()
        if self._listener.fileno() < 0:
            self._listener = socket.create_server(("127.0.0.1", self.port))
        else:
            self._listener.listen(100)
        self.back.set()

    # -- saying

    def _say(self, stage: str, good: bytes | None = None) -> bool:
        """The right answer, or the fault; True when the client was told to go on."""
        good = GOOD[stage] if good is None else good
        kind = self._take(stage)
        if kind is None:
            self._sock.sendall(good)
            return True
        if kind == "slow":
            for byte in good:
                self._sock.sendall(bytes([byte]))
                self._idle(0.001)
            self.on_fault()
            return True
        self._misbehave(kind, good)
        if kind in ("4xx", "5xx") and stage != "greeting":
            return False
        raise _Over

    def _take(self, stage: str) -> str | None:
        with self._lock:
            if self._fault is None or self._fault[0] != stage:
                return None
            if self._later:
                self._later -= 1
                return None
            kind = self._fault[1]
            self._fault = None
            return kind

    def _misbehave(self, kind: str, good: bytes) -> None:
        if kind == "drop":
            self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._sock.close()
        elif kind == "half":
            self._sock.sendall(good[: len(good) // 2] or b"\x16\x03")
            self._sock.close()
        elif kind == "silence":
            self.on_fault()
            self._until_the_client_goes()
            return
        else:
            self._sock.sendall(WRONG[kind])
            if kind == "421":
                self._sock.close()
        self.on_fault()
        if kind == "garbage":
            self._until_the_client_goes()

    def _until_the_client_goes(self) -> None:
        """It may have more to say than it will ever be read."""
        poll = select.poll()
        poll.register(self._sock, select.POLLHUP | select.POLLERR | select.POLLRDHUP)
        # Its goodbye may be stuck behind a body that nobody reads.
        while not poll.poll(20) and not self.return_.is_set():
            pass

    def _idle(self, seconds: float) -> None:
        """Be slow: that is the fault."""
        threading.Event().wait(seconds)

    # -- listening

    def _line(self) -> bytes:
        while b"\n" not in self._buffer:
            self._more()
        line, self._buffer = self._buffer.split(b"\n", 1)
        return line

    def _read_until(self, mark: bytes) -> None:
        """Forgets what came before the mark, and keeps the mark: the end may follow it in the next piece."""
        while not re.search(re.escape(mark), self._buffer):
            self._buffer = self._buffer[-20:]
            self._more()
        self._buffer = self._buffer[self._buffer.index(mark) :]

    def _more(self) -> None:
        received = self._sock.recv(65536)
        if not received:
            raise _Over
        self._buffer += received
