"""A whole run over a line that breaks right after a final dot, and Postfix's log that settles who has it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from peer_parts import PATIENCE
from postfix_peer import Postfix

from newsletter.clock import Clock
from newsletter.commands.project import open_project
from newsletter.commands.resolve import resolve
from newsletter.commands.send import dry_run, send
from newsletter.models.delivery import Decision, DeliveryState

FINAL = b"\r\n.\r\n"


class BreakingLine:
    """Passes bytes on to `port`; after the final dot of the message to `victim`, or before it, the line is gone.

    before: the dot itself does not get through, so the relay has a message without its end.
    """

    def __init__(self, port: int, victim: str, *, before: bool) -> None:
        self._to, self._victim, self._before = port, victim.encode(), before
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()
        self.broken = 0
        self._start(self._accept)

    def _start(self, work: object, *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._server.accept()
                relay = socket.create_connection(("127.0.0.1", self._to))
                cut = threading.Event()
                self._start(self._forth, client, relay, cut)
                self._start(self._back, client, relay, cut)

    def _forth(self, client: socket.socket, relay: socket.socket, cut: threading.Event) -> None:
        said = b""
        with suppress(OSError):
            while piece := client.recv(65536):
                said = (said + piece)[-200_000:]
                if self._victim in said and said.endswith(FINAL) and self._first():
                    cut.set()
                    if not self._before:
                        relay.sendall(piece)
                        # Its answer, which goes nowhere: by then the message is Postfix's.
                        relay.settimeout(PATIENCE)
                        return
                    relay.sendall(piece[: -len(FINAL)])
                    break
                if said.endswith(FINAL):
                    said = b""
                relay.sendall(piece)
        with suppress(OSError):
            relay.shutdown(socket.SHUT_RDWR)
        with suppress(OSError):
            client.shutdown(socket.SHUT_RDWR)

    def _back(self, client: socket.socket, relay: socket.socket, cut: threading.Event) -> None:
        with suppress(OSError):
            while piece := relay.recv(65536):
                if cut.is_set():
                    break
                client.sendall(piece)
        with suppress(OSError):
            client.shutdown(socket.SHUT_RDWR)
        client.close()
        relay.close()

    def _first(self) -> bool:
        with self._lock:
            self.broken += 1
            return self.broken == 1

    def close(self) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        for thread in self._threads:
            thread.join(PATIENCE)


@contextmanager
def breaking_line(port: int, victim: str, *, before: bool) -> Iterator[BreakingLine]:
    line = BreakingLine(port, victim, before=before)
    try:
        yield line
    finally:
        line.close()


@pytest.mark.parametrize("before", [False, True], ids=["after the dot", "before the dot"])
def test_the_log_settles_what_nobody_here_can_know(
    postfix: Postfix, sample_root: Path, clock: Clock, before: bool
) -> None:
    plain = open_project(sample_root, {}, clock=clock)
    planned = dry_run(plain, "2024-02").plan
    victim = next(iter(planned.audience.recipients)).address
    with breaking_line(postfix.smtp, victim, before=before) as line:
        url = f"smtp://127.0.0.1:{line.port}?starttls=never&timeout=20&final_timeout=20"
        project = open_project(sample_root, {"NEWSLETTER_TRANSPORT": url}, clock=clock)
        status = send(
            project,
            "2024-02",
            dry_run(project, "2024-02").plan.digest,
            stop=threading.Event(),
            on_start=lambda run: None,
            on_event=lambda event: None,
        )
        assert line.broken >= 1
    total = planned.audience.total
    assert status.counts[DeliveryState.UNKNOWN] == 1, "the dot went into the line: from here both look alike"
    assert status.counts[DeliveryState.ACCEPTED] == total - 1

    (doubtful,) = resolve(project, None, record=False).left
    assert doubtful.address == victim
    postfix.wait_for_log(f"message-id=<{doubtful.message_id}>")
    if before:
        postfix.wait_for_log("lost connection after DATA")
    else:
        queue_id = next(
            text.split("]: ")[1].split(":")[0]
            for text in postfix.log.read_text().splitlines()
            if f"message-id=<{doubtful.message_id}>" in text
        )
        postfix.wait_for_log(f"{queue_id}: removed")

    resolved = resolve(project, None, logs=[postfix.log])

    (searched,) = resolved.searched
    assert (searched.kind, searched.proven) == ("Postfix log", 0 if before else 1)
    if before:
        assert [one.address for one in resolved.left] == [victim]
        return
    (settled,) = resolved.settled
    assert (settled.delivery.address, settled.resolution.decision) == (victim, Decision.ACCEPTED)
    assert "Postfix, queue id" in settled.resolution.evidence
    assert resolved.status.counts[DeliveryState.ACCEPTED] == total
    ids = [mail["Message-ID"] for mail in postfix.mails()]
    assert ids.count(f"<{doubtful.message_id}>") == 1
