"""Certificates of our own making, and a relay to talk to."""

from __future__ import annotations

import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest


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
