"""A mail store by LMTP: over a socket of this machine and over TCP, against aiosmtpd's LMTP."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller, UnixSocketController
from aiosmtpd.lmtp import LMTP

from newsletter.errors import EncryptionRefused, RelayRefused, RelayUnreachable
from newsletter.models.message import Envelope, Outcome, SendResult
from newsletter.transport import SmtpSettings, open_transport, parse_url

DATA = b"Subject: x\r\n\r\nBonjour\r\n"


def envelope(to: str = "reader@example.com") -> Envelope:
    return Envelope("bulletin@example.org", to, "id@example.org", DATA)


class Store:
    """aiosmtpd's hooks. `at_rcpt`, `at_dot`: recipient -> what to answer instead of 250."""

    def __init__(self, at_rcpt: dict[str, str] | None = None, at_dot: dict[str, str] | None = None) -> None:
        self.at_rcpt, self.at_dot = at_rcpt or {}, at_dot or {}
        self.taken: list[tuple[str, bytes]] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if address not in self.at_rcpt:
            envelope.rcpt_tos.append(address)
        return self.at_rcpt.get(address, "250 2.1.5 ok")

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        (to,) = envelope.rcpt_tos
        if to in self.at_dot:
            return self.at_dot[to]
        self.taken.append((to, envelope.original_content))
        return "250 2.0.0 stored"


class TcpController(Controller):
    def _trigger_server(self) -> None:
        """As it would itself, but through the door that the system chose for port 0."""
        with socket.create_connection(("127.0.0.1", self.door)) as knock:
            knock.recv(1024)

    @property
    def door(self) -> int:
        assert self.server is not None
        return int(self.server.sockets[0].getsockname()[1])

    def factory(self) -> LMTP:
        return LMTP(self.handler, **self.SMTP_kwargs)


class SocketController(UnixSocketController):
    def factory(self) -> LMTP:
        return LMTP(self.handler, **self.SMTP_kwargs)


@contextmanager
def on_socket(store: Store, path: Path) -> Iterator[str]:
    controller = SocketController(store, str(path))
    controller.start()
    try:
        yield f"lmtp:{path}?timeout=10&final_timeout=10&connect_timeout=10"
    finally:
        controller.stop()


@contextmanager
def on_tcp(store: Store, **more: Any) -> Iterator[int]:
    controller = TcpController(store, hostname="127.0.0.1", port=0, server_hostname="store", **more)
    controller.start()
    try:
        yield controller.door
    finally:
        controller.stop()


def send(url: str, *envelopes: Envelope) -> list[SendResult]:
    session = open_transport(parse_url(url, allow_password=False)).connect()
    try:
        return [session.send(each, lambda: None) for each in envelopes]
    finally:
        session.close()


def test_over_a_socket_of_this_machine(tmp_path: Path) -> None:
    store = Store()
    with on_socket(store, tmp_path / "lmtp") as url:
        results = send(url, envelope("a@example.com"), envelope("b@example.com"))
    assert results == [SendResult(Outcome.ACCEPTED, 250, "2.0.0", "stored", "dot")] * 2
    assert store.taken == [("a@example.com", DATA), ("b@example.com", DATA)]


def test_over_tcp() -> None:
    store = Store()
    with on_tcp(store) as port:
        (result,) = send(f"lmtp://127.0.0.1:{port}", envelope())
    assert result.outcome is Outcome.ACCEPTED


def test_over_tcp_with_tls(certificates: Any) -> None:
    store = Store()
    with on_tcp(store, tls_context=certificates.server) as port:
        options = f"?starttls=always&ca={certificates.authority}"
        (result,) = send(f"lmtp://127.0.0.1:{port}{options}", envelope())
    assert result.outcome is Outcome.ACCEPTED


def test_elsewhere_it_is_never_plain_text(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = parse_url("lmtp://store.example.org", allow_password=False)
    assert isinstance(settings, SmtpSettings)
    assert (settings.port, settings.starttls, settings.lmtp) == (24, "always", True)
    store = Store()
    with on_tcp(store) as port, pytest.raises(EncryptionRefused, match="does not offer STARTTLS"):
        send(f"lmtp://127.0.0.1:{port}?starttls=always", envelope())
    assert store.taken == []


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("452 4.2.2 over quota", Outcome.DEFERRED),
        ("550 5.1.1 no such user", Outcome.REJECTED),
        ("552 5.2.2 over quota", Outcome.REJECTED),
        ("550 5.7.1 their own filter does not want it", Outcome.REJECTED),
    ],
)
@pytest.mark.parametrize("stage", ["rcpt", "dot"])
def test_a_refusal_is_this_recipients_and_the_next_gets_theirs(
    tmp_path: Path, answer: str, outcome: Outcome, stage: str
) -> None:
    """Also after the dot: there LMTP speaks for the recipient, where SMTP speaks for the message."""
    store = Store(**{f"at_{stage}": {"full@example.com": answer}})
    with on_socket(store, tmp_path / "lmtp") as url:
        refused, taken = send(url, envelope("full@example.com"), envelope("next@example.com"))
    assert (refused.outcome, refused.stage, refused.reconnect) == (outcome, stage, False)
    assert taken.outcome is Outcome.ACCEPTED


def test_too_big_for_everybody_still_stops_the_run(tmp_path: Path) -> None:
    store = Store(at_dot={"reader@example.com": "552 5.3.4 message too big"})
    with on_socket(store, tmp_path / "lmtp") as url, pytest.raises(RelayRefused, match="too big"):
        send(url, envelope())


def test_a_relay_that_speaks_smtp_is_told_apart() -> None:
    """It knows no LHLO, and is not asked by another name: LMTP and SMTP count replies differently."""
    from newsletter.inbox import Inbox

    with Inbox() as inbox, pytest.raises(RelayRefused, match="refuses to talk"):
        send(f"lmtp://127.0.0.1:{inbox.port}", envelope())


@pytest.mark.parametrize("make", [lambda path: None, lambda path: path.write_text("x")], ids=["missing", "a file"])
def test_a_socket_that_is_none(tmp_path: Path, make: Callable[[Path], object]) -> None:
    make(tmp_path / "lmtp")
    with pytest.raises(RelayUnreachable, match=r"no such socket|nothing answers") as caught:
        send(f"lmtp:{tmp_path / 'lmtp'}", envelope())
    assert caught.value.where == str(tmp_path / "lmtp")


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("lmtp:/run/store/lmtp", "lmtp:/run/store/lmtp"),
        ("lmtp:///run/store/lmtp?timeout=5", "lmtp:/run/store/lmtp"),
        ("lmtp:/run/un%20store", "lmtp:/run/un%20store"),
        ("lmtp://store.example.org", "lmtp://store.example.org:24"),
        ("lmtp://me@store.example.org:2400", "lmtp://me@store.example.org:2400"),
    ],
)
def test_urls(url: str, safe: str) -> None:
    settings = parse_url(url, allow_password=False)
    assert settings.safe_url == safe
    assert settings.open().name == safe


def test_a_socket_is_relative_to_the_project(tmp_path: Path) -> None:
    settings = parse_url("lmtp:var/lmtp", allow_password=False, root=tmp_path)
    assert isinstance(settings, SmtpSettings)
    assert settings.unix == tmp_path / "var" / "lmtp"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("lmtp:", "names no socket"),
        ("lmtp://", "names no host"),
        ("lmtp://store.example.org:25", "never LMTP"),
        ("lmtp://me:secret@store.example.org", "does not belong in a file"),
        ("lmtp:/run/lmtp?starttls=always", "leave starttls out"),
        ("lmtp:/run/lmtp?colour=red", "no transport option 'colour'"),
    ],
)
def test_urls_that_mean_nothing(url: str, words: str) -> None:
    with pytest.raises(ValueError, match=words) as caught:
        parse_url(url, allow_password=False)
    assert "secret" not in str(caught.value)


def test_certificates_are_verified_here_too(certificates: Any) -> None:
    context: ssl.SSLContext = certificates.misnamed
    with on_tcp(Store(), tls_context=context) as port, pytest.raises(EncryptionRefused, match="not trusted"):
        send(f"lmtp://127.0.0.1:{port}?starttls=always&ca={certificates.authority}", envelope())
