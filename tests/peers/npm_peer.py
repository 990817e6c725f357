"""npm `smtp-server`, pinned in tests/npm/package.json and installed by `make npm`."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from peer_parts import PATIENCE, missing, program

HERE = Path(__file__).parent
PACKAGES = HERE.parent / "npm"


class SmtpServer:
    """A running server."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._lines: queue.Queue[str] = queue.Queue()
        self._process = process
        self._thread = threading.Thread(target=self._read)
        self._thread.start()
        self.port: int = self._next()["port"]

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)

    def _next(self) -> dict[str, Any]:
        return dict(json.loads(self._lines.get(timeout=PATIENCE)))

    def message(self) -> dict[str, Any]:
        """The next message it took, `data` as bytes."""
        message = self._next()
        return {**message, "data": b64decode(message["data"])}

    def nothing_more(self) -> bool:
        """Nothing else has come; for a server that was asked to answer after what must not come."""
        return self._lines.empty()

    def join(self) -> None:
        """Wait until all it said is read."""
        self._thread.join(PATIENCE)


@contextmanager
def smtp_server(**options: Any) -> Iterator[SmtpServer]:
    """A server for as long as the context lasts; ended by the end of its input."""
    pinned = json.loads((PACKAGES / "package.json").read_text("utf-8"))["dependencies"]["smtp-server"]
    manifest = PACKAGES / "node_modules" / "smtp-server" / "package.json"
    if not manifest.is_file() or json.loads(manifest.read_text("utf-8"))["version"] != pinned:
        missing(f"npm smtp-server {pinned} is not installed: make npm")
    command = [program("node", "nodejs"), str(HERE / "smtp_server.cjs"), str(PACKAGES), json.dumps(options)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, text=True, encoding="utf-8", **pipes) as process:
        try:
            server = SmtpServer(process)
            yield server
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(PATIENCE)
            server.join()
