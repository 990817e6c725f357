"""An SMTP server that writes down, on the disk, whom it accepted a message for, before it says so.

It speaks for itself, without the server library of the inbox: what the sender promises must not rest on one server's
habits. It hesitates at random, before it accepts and before it answers, where the doubt lives.
"""

from __future__ import annotations

import asyncio
import os
import random
import ssl
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

Watcher = Callable[[str], float | None]
"""Told each stage: connect, mail, rcpt, data, body, kept, answered. A number: call `Sink.on_time` after so many
seconds."""

NOBODY = "nobody"
"""Addresses that begin so are refused."""


class Sink:
    """Listens on loopback, in a thread of its own. log: a line for each accepted recipient, in order.

    patience: seconds of silence after which it hangs up, None = never.
    """

    def __init__(
        self,
        log: Path,
        chance: random.Random,
        *,
        pipelining: bool = True,
        tls: ssl.SSLContext | None = None,
        implicit: bool = False,
        hesitation: float = 0.001,
        patience: float | None = None,
    ) -> None:
        self.port = 0
        self.watch: Watcher = lambda stage: None
        self.on_time: Callable[[], None] = lambda: None
        self._log, self._chance, self._hesitation, self._patience = log, chance, hesitation, patience
        self._pipelining, self._tls, self._implicit = pipelining, tls, implicit
        self._open: set[asyncio.Task[None]] = set()
        self._idle = threading.Condition()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._listen()), name="sink", daemon=True)

    def __enter__(self) -> Self:
        self._disk = os.open(self._log, os.O_APPEND | os.O_CREAT | os.O_WRONLY)
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        os.close(self._disk)

    @property
    def scheme(self) -> str:
        return "smtps" if self._implicit else "smtp"

    def accepted(self) -> Counter[str]:
        """Address -> how often, as the disk has it."""
        return Counter(self._log.read_text(encoding="utf-8").split())

    def wait_until_idle(self, seconds: float) -> bool:
        """Everything that clients left in the line has been read, and the line is closed."""
        with self._idle:
            return self._idle.wait_for(lambda: not self._open, seconds)

    async def _listen(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(
            self._client, "127.0.0.1", 0, limit=2**23, ssl=self._tls if self._implicit else None
        )
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        for task in tuple(self._open):
            task.cancel()

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            await self._talk(reader, writer)
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.transport.abort()
            with self._idle:
                self._open.discard(task)
                self._idle.notify_all()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._tell("connect")
        writer.write(b"220 sink ESMTP\r\n")
        recipient = ""
        while line := await asyncio.wait_for(reader.readline(), self._patience):
            words = line.decode().strip()
            verb = words[:4].upper()
            if verb == "EHLO":
                offers = ["PIPELINING"] if self._pipelining else []
                if self._tls is not None and not self._implicit and writer.get_extra_info("ssl_object") is None:
                    offers.append("STARTTLS")
                writer.write("".join(f"250-{offer}\r\n" for offer in offers).encode() + b"250 8BITMIME\r\n")
            elif verb == "STAR":
                writer.write(b"220 go on\r\n")
                await writer.drain()
                assert self._tls is not None
                await writer.start_tls(self._tls)
            elif verb == "MAIL":
                self._tell("mail")
                recipient = ""
                writer.write(b"250 2.1.0 ok\r\n")
            elif verb == "RCPT":
                self._tell("rcpt")
                address = words[words.index("<") + 1 : words.index(">")]
                if address.startswith(NOBODY):
                    writer.write(b"550 5.1.1 no such user\r\n")
                else:
                    recipient = address
                    writer.write(b"250 2.1.5 ok\r\n")
            elif verb == "DATA" and recipient:
                self._tell("data")
                await self._message(recipient, reader, writer)
            elif verb == "QUIT":
                writer.write(b"221 2.0.0 bye\r\n")
                await writer.drain()
                return
            else:
                writer.write(b"250 2.0.0 ok\r\n" if verb in ("RSET", "NOOP") else b"503 5.5.1 not now\r\n")

    async def _message(self, recipient: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"354 go on\r\n")
        await asyncio.wait_for(reader.readexactly(1), self._patience)
        self._tell("body")
        await asyncio.wait_for(reader.readuntil(b"\r\n.\r\n"), self._patience)
        await self._hesitate()
        os.write(self._disk, f"{recipient}\n".encode())
        os.fdatasync(self._disk)
        self._tell("kept")
        await self._hesitate()
        writer.write(b"250 2.0.0 kept\r\n")
        self._tell("answered")

    async def _hesitate(self) -> None:
        await asyncio.sleep(min(self._chance.expovariate(1 / self._hesitation), 20 * self._hesitation))

    def _tell(self, stage: str) -> None:
        delay = self.watch(stage)
        if delay is not None:
            self._loop.call_later(delay, lambda: self.on_time())
