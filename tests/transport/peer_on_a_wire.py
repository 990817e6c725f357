"""A relay that answers each command as told, and what is sent to it."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import Any

from newsletter.models.message import Envelope
from newsletter.transport.session import Order, SmtpSession
from newsletter.transport.settings import SmtpSettings

DATA = b"Subject: x\r\n\r\nBonjour\r\n"
GOOD = {
    "MAIL": b"250 ok",
    "RCPT": b"250 ok",
    "DATA": b"354 go on",
    ".": b"250 2.0.0 kept",
    "RSET": b"250 ok",
    "QUIT": b"221 bye",
}
PIPELINING = {"pipelining": "", "size": "1000000", "smtputf8": ""}
HANG_UP = b""


class Peer:
    """A relay that answers each command as told, in turn, and then as a good one does."""

    def __init__(self) -> None:
        self.answers: dict[str, list[bytes]] = {}
        self.heard: list[str] = []
        self.body = b""
        self.give_up_after: int | None = None
        self.last_words = b""
        self.asleep: threading.Event | None = None
        ours, self._sock = socket.socketpair()
        self.ours = ours
        self._thread = threading.Thread(target=self._serve)
        self._begun = False

    def session(
        self, features: dict[str, str] | None = None, order: Order | None = None, **more: Any
    ) -> SmtpSession:
        self._begun = True
        self._thread.start()
        settings = SmtpSettings("relay.example.org", 25, **{"timeout": 10, "final_timeout": 10, **more})
        return SmtpSession(self.ours, PIPELINING if features is None else features, settings, order)

    def say(self, line: bytes) -> None:
        self._sock.sendall(line + b"\r\n")

    def join(self) -> None:
        if self._begun:
            self._thread.join(10)
            assert not self._thread.is_alive()
        self._sock.close()
        self.ours.close()

    def _serve(self) -> None:
        # Whoever hangs up may have left answers unread: that breaks the line for us.
        with suppress(ConnectionError), self._sock, self._sock.makefile("rb") as lines:
            while line := lines.readline():
                command = line.decode().rstrip("\r\n")
                self.heard.append(command)
                verb = command.split(" ")[0].split(":")[0]
                answers = self.answers.get(verb)
                answer = answers.pop(0) if answers else GOOD[verb]
                if not answer:
                    return
                self._sock.sendall(answer + b"\r\n")
                if verb == "DATA" and answer.startswith(b"354") and not self._take(lines):
                    return

    def _take(self, lines: Any) -> bool:
        """The body; False when the connection is over."""
        while line := lines.readline():
            if line == b".\r\n":
                self.heard.append(".")
                answers = self.answers.get(".")
                answer = answers.pop(0) if answers else GOOD["."]
                if answer:
                    self._sock.sendall(answer + b"\r\n")
                return bool(answer)
            self.body += line
            if self.give_up_after is not None and len(self.body) >= self.give_up_after:
                if self.asleep is not None:
                    self.asleep.wait(10)
                if self.last_words:
                    self._sock.sendall(self.last_words + b"\r\n")
                return False
        return False

    @property
    def verbs(self) -> list[str]:
        return [each.split(" ")[0].split(":")[0] for each in self.heard]


def envelope(data: bytes = DATA, to: str = "reader@example.com") -> Envelope:
    return Envelope("bulletin@example.org", to, "id@example.org", data)
