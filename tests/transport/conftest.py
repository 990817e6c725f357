"""Certificates of our own making, and a relay to talk to."""

from __future__ import annotations

import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from peer_on_a_wire import Peer


@pytest.fixture
def peer() -> Iterator[Peer]:
    made = Peer()
    yield made
    made.join()


@dataclass(frozen=True)
class Certificates:
    """An authority and a server certificate for 127.0.0.1 and localhost signed by it; another for another host."""

    authority: Path
    server: ssl.SSLContext
    misnamed: ssl.SSLContext


def _openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


def _context(folder: Path, name: str, subject_alt: str) -> ssl.SSLContext:
    key, request, certificate, extra = (folder / f"{name}.{kind}" for kind in ("key", "csr", "crt", "ext"))
    extra.write_text(f"subjectAltName={subject_alt}\n")
    _openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
             "-keyout", str(key), "-out", str(request), "-subj", f"/CN={name}")  # fmt: skip
    _openssl("x509", "-req", "-in", str(request), "-CA", str(folder / "ca.crt"), "-CAkey", str(folder / "ca.key"),
             "-CAcreateserial", "-days", "2", "-extfile", str(extra), "-out", str(certificate))  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    folder = tmp_path_factory.mktemp("certificates")
    _openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
             "-keyout", str(folder / "ca.key"), "-out", str(folder / "ca.crt"), "-subj", "/CN=test authority")  # fmt: skip
    return Certificates(
        folder / "ca.crt",
        _context(folder, "relay", "IP:127.0.0.1,DNS:localhost"),
        _context(folder, "other", "DNS:other.example.org"),
    )


class LineRelay:
    """A socket that says its next line each time one comes in, and then only listens."""

    def __init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self._thread: threading.Thread | None = None

    def serve(self, *lines: bytes) -> list[bytes]:
        """Start; what comes in is appended to the list that is returned."""
        heard: list[bytes] = []

        def work() -> None:
            connection, _ = self._server.accept()
            with connection:
                connection.settimeout(10)
                for number, line in enumerate(lines):
                    if number:
                        heard.append(connection.recv(65536))
                    connection.sendall(line + b"\r\n")
                while piece := connection.recv(65536):
                    heard.append(piece)

        self._thread = threading.Thread(target=work)
        self._thread.start()
        return heard

    def join(self) -> None:
        """Wait until the client has gone."""
        if self._thread is not None:
            self._thread.join(10)
            assert not self._thread.is_alive()

    def close(self) -> None:
        """Release the port."""
        self.join()
        self._server.close()


@pytest.fixture
def line_relay() -> Iterator[LineRelay]:
    relay = LineRelay()
    yield relay
    relay.close()
