"""What the tests with real peers share: programs that may be missing, ports, patience, envelopes."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest

from newsletter.models.message import Envelope, SendResult
from newsletter.transport import Session, open_transport, parse_url
from newsletter.transport.waiting import Called, complete

PATIENCE = 20.0
"""Seconds until a peer that does not do what it must fails the test; nothing waits so long when all is well."""


def missing(reason: str) -> Any:
    """A peer that cannot be had: told on a person's machine, a failure in continuous integration."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def program(name: str, package: str) -> str:
    """The path of a program, also of one that only the administrator has on the path."""
    path = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin:/sbin")
    return path or missing(f"{name} is not installed: apt install {package}")


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def until(condition: Callable[[], bool], what: str) -> None:
    """Look again and again until it is so."""
    end = time.monotonic() + PATIENCE
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < end, f"in {PATIENCE:g} s it did not come to this: {what}"
        pause.wait(0.02)


def listening(process: subprocess.Popen[Any], port: int) -> bool:
    """Wait until somebody answers on `port`; False when the process ended instead."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            try:
                process.wait(0.02)
            except subprocess.TimeoutExpired:
                continue
            return False
        return True
    raise AssertionError("the peer runs and does not listen")


def connect(url: str, password: str | None = None, root: Path | None = None) -> Session:
    """A session by the URL, as a project would open it."""
    return open_transport(parse_url(url, allow_password=False, password=password, root=root)).connect()


def envelope(to: str = "reader@example.com", name: str = "id", text: str = "Bonjour", size: int = 0) -> Envelope:
    """A message whose Message-ID is `name`@example.org; `size`: at least so many bytes."""
    head = f"From: bulletin@example.org\r\nTo: <{to}>\r\nSubject: x\r\nMessage-ID: <{name}@example.org>\r\n\r\n"
    line = f"{text}\r\n"
    return Envelope(
        "bulletin@example.org", to, f"{name}@example.org", (head + line * (1 + size // len(line))).encode()
    )


def send(session: Session, *envelopes: Envelope) -> list[SendResult]:
    """All of them over one session, which is closed; each begun with the dot of the one before, where that can be."""
    try:
        if not hasattr(session, "steps"):
            return [session.send(each, lambda: None) for each in envelopes]
        return [
            complete(session.steps(each, Called(lambda: None), lambda after=after: after))
            for each, after in zip_longest(envelopes, envelopes[1:])
        ]
    finally:
        session.close()
