"""Serve the preview on this machine until it is stopped."""

from __future__ import annotations

import errno
import socket
import threading
import webbrowser
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import FrameType

import uvicorn

from newsletter.clock import StopSignal
from newsletter.errors import WorldError
from newsletter.preview.app import is_loopback, make_app
from newsletter.preview.gallery import Make
from newsletter.preview.live import Live
from newsletter.preview.state import Build, PreviewEdition, PreviewState

__all__ = ["DEFAULT_PORT", "Build", "PreviewEdition", "PreviewState", "serve"]

DEFAULT_PORT = 8025

_PORTS_TRIED = 20


def serve(
    build: Build,
    *,
    root: Path,
    host: str = "127.0.0.1",
    port: int = DEFAULT_PORT,
    open_browser: bool,
    on_ready: Callable[[str], None],
    on_note: Callable[[str], None] | None = None,
    stop: threading.Event | None = None,
    gallery: Make | None = None,
) -> None:
    """Serve the preview of what `build` builds; returns after Ctrl-C, SIGTERM, or when `stop` is set.

    root: the project, to which findings and relative paths refer. port: the next free one is taken when it is
    in use; 0 takes any. on_ready: called once with the address when pages can be loaded. on_note: called with
    sentences the person should read, such as that the port was taken. gallery: makes the page of the themes.

    Raises `WorldError` when it cannot listen, and whatever `build` raises that is not a `NewsletterError`:
    such an error is a fault of the program, ends the preview, and is not shown as if it were a mistake.
    """
    stop = stop or StopSignal()
    listener = _listen(host, port)
    bound = int(listener.getsockname()[1])
    if on_note is not None and port not in (0, bound):
        on_note(f"Port {port} is in use; using {bound} instead.")
    if on_note is not None and not is_loopback(host):
        on_note(f"Everybody who can reach {host} can read this preview.")

    live = Live(build, root)
    url = f"http://{_name_for_browser(host)}:{bound}/"

    def ready() -> None:
        on_ready(url)
        if open_browser:
            # Some browsers block until they are closed.
            threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()

    config = uvicorn.Config(
        make_app(live, stop, host=host, gallery=gallery),
        lifespan="off",
        log_config=None,
        log_level="error",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=2,
    )
    server = _Server(config, stop, ready, live.wake)

    def end_with_builder(_: Future[None]) -> None:
        stop.set()

    try:
        with listener, ThreadPoolExecutor(1, thread_name_prefix="preview-build") as pool:
            builder = pool.submit(live.run, stop)
            builder.add_done_callback(end_with_builder)
            try:
                server.run(sockets=[listener])
            finally:
                stop.set()
    finally:
        listener.close()
    builder.result()


class _Server(uvicorn.Server):
    """Ends promptly although streams are open, and without raising the signal again."""

    def __init__(
        self, config: uvicorn.Config, stop: threading.Event, ready: Callable[[], None], wake: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._stop = stop
        self._ready = ready
        self._wake = wake

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self._ready()

    async def on_tick(self, counter: int) -> bool:
        if self._stop.is_set() and not self.should_exit:
            self.should_exit = True
            self._wake()
        return await super().on_tick(counter)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - set by the base class
        # Ending a preview is what Ctrl-C is for, so nothing is left to report to the caller; the base class
        # would raise the signal again after the shutdown. A second Ctrl-C does not wait for connections.
        if self._stop.is_set():
            self.force_exit = True
        self._stop.set()


def _listen(host: str, port: int) -> socket.socket:
    candidates = [0] if port == 0 else [*range(port, min(port + _PORTS_TRIED, 65536)), 0]
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in candidates:
        try:
            return socket.create_server((host, candidate), family=family, backlog=128)
        except (OSError, OverflowError) as error:
            if isinstance(error, OSError) and error.errno == errno.EADDRINUSE and candidate != 0:
                continue
            reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            raise WorldError(
                f"cannot listen there: {reason}",
                where=f"{host}:{port}",
                hint="give another address or port, for example --port 0 for any free port",
            ) from error
    raise AssertionError("the last candidate either listens or raises")


def _name_for_browser(host: str) -> str:
    if host in ("0.0.0.0", ""):  # noqa: S104 - compared, not bound
        return "127.0.0.1"
    if host == "::":
        return "[::1]"
    return f"[{host}]" if ":" in host else host
