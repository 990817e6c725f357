"""Runs the inbox: a thread, an event loop, a listening socket."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from newsletter.errors import FileTrouble, WorldError
from newsletter.inbox.fault import Fault, Script, Stage
from newsletter.inbox.protocol import InboxConnection, Manners, Received


class Inbox:
    """Accepts every message and keeps it in `messages`; a message is kept before its 250 goes out.

    faults: what to do wrong; `script` adds more later. folder: also write each message there as ``.eml``.
    credentials: user -> password; AUTH is then demanded. tls: a server-side context; STARTTLS is then offered, or
    with `implicit_tls` spoken from the start. on_stage: called in the inbox's thread with each stage reached and
    the recipient, when known. on_message: each message is handed over in the inbox's thread instead of being kept,
    and is answered for when this returns; lines and sizes are not judged then. Use as a context manager; entering
    raises WorldError when no port can be had.
    """

    def __init__(
        self,
        *,
        faults: Iterable[Fault] = (),
        folder: Path | None = None,
        credentials: Mapping[str, str] | None = None,
        tls: ssl.SSLContext | None = None,
        implicit_tls: bool = False,
        pipelining: bool = True,
        smtputf8: bool = False,
        size_limit: int = 33_554_432,
        port: int = 0,
        on_stage: Callable[[Stage, str], None] | None = None,
        on_message: Callable[[Received], None] | None = None,
    ) -> None:
        self.host = "127.0.0.1"
        self.port = port
        self.script = Script(faults)
        self._manners = Manners(
            on_message or self._keep,
            self.script,
            credentials or {},
            pipelining,
            on_stage,
            on_lost=self._connection_over,
            quick=on_message is not None,
        )
        self._folder = folder
        self._tls, self._implicit = tls, implicit_tls
        self._smtputf8, self._size_limit = smtputf8, size_limit
        self._messages: list[Received] = []
        self._arrived = threading.Condition()
        self._ready = threading.Event()
        self._trouble: OSError | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._thread = threading.Thread(target=self._run, name="inbox", daemon=True)

    @property
    def url(self) -> str:
        """The transport URL that leads here."""
        return f"{'smtps' if self._implicit else 'smtp'}://{self.host}:{self.port}"

    @property
    def messages(self) -> tuple[Received, ...]:
        """What was accepted so far, oldest first."""
        with self._arrived:
            return tuple(self._messages)

    def per_recipient(self) -> Counter[str]:
        """Address -> messages accepted."""
        return Counter(address for message in self.messages for address in message.rcpt_to)

    def wait_for(self, count: int, seconds: float) -> bool:
        """Wait until `count` messages are here; False when they were not in time."""
        with self._arrived:
            return self._arrived.wait_for(lambda: len(self._messages) >= count, seconds)

    def wait_until_idle(self, seconds: float) -> bool:
        """Wait until no client is connected; False when one still is."""
        with self._arrived:
            return self._arrived.wait_for(lambda: not self._manners.connections, seconds)

    def cut_connections(self) -> None:
        """Cut every line without a word, and go on listening."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._cut)

    def _cut(self) -> None:
        for connection in tuple(self._manners.connections):
            connection.abort()

    def _connection_over(self) -> None:
        with self._arrived:
            self._arrived.notify_all()

    def __enter__(self) -> Self:
        if self._folder is not None:
            try:
                self._folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise FileTrouble(
                    f"the folder for received mail cannot be made: {error.strerror or error}",
                    where=str(self._folder),
                ) from error
        self._thread.start()
        self._ready.wait()
        if self._trouble is not None:
            self._thread.join()
            reason = self._trouble.strerror or self._trouble
            raise WorldError(f"the inbox cannot listen on {self.host}:{self.port}: {reason}") from self._trouble
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop listening and cut all connections. What was received stays in `messages`."""
        if self._loop is not None and self._stop is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except OSError as error:
            self._trouble = error
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        implicit = self._tls if self._implicit else None
        server = await self._loop.create_server(self._connection, self.host, self.port, ssl=implicit)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        try:
            await self._stop.wait()
        finally:
            server.close()
            self._cut()
            await server.wait_closed()

    def _connection(self) -> InboxConnection:
        assert self._loop is not None
        starttls = None if self._implicit else self._tls
        return InboxConnection(
            self._manners,
            loop=self._loop,
            starttls=starttls,
            login_without_starttls=starttls is None,
            smtputf8=self._smtputf8,
            size_limit=self._size_limit,
        )

    def _keep(self, message: Received) -> None:
        # Only the inbox's own thread comes here, so the count cannot change in between.
        if self._folder is not None:
            name = f"{len(self._messages) + 1:05d}-{quote(message.rcpt_to[0], safe='@+')[:100]}.eml"
            (self._folder / name).write_bytes(message.data)
        with self._arrived:
            self._messages.append(message)
            self._arrived.notify_all()
