"""aiosmtpd by itself, without what the inbox adds to it: no pipelining, a login of its own, SMTPUTF8 or not."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from peer_certificates import PeerCertificates
from peer_parts import connect, envelope, send

from newsletter.errors import EncryptionRefused, LoginRefused
from newsletter.models.message import Outcome


class Keeper:
    """Keeps what it is given."""

    def __init__(self) -> None:
        self.kept: list[tuple[list[str], list[str], bytes]] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.kept.append((envelope.rcpt_tos, envelope.mail_options, envelope.original_content))
        return "250 2.0.0 kept"


class Listening(Controller):
    """On a port of the system's choice, which it looks up itself."""

    @property
    def door(self) -> int:
        assert self.server is not None
        return int(self.server.sockets[0].getsockname()[1])

    def _trigger_server(self) -> None:
        with socket.create_connection(("127.0.0.1", self.door)) as knock:
            knock.recv(1024)


@contextmanager
def aiosmtpd(keeper: Keeper, **options: Any) -> Iterator[int]:
    controller = Listening(keeper, hostname="127.0.0.1", port=0, server_hostname="relay", **options)
    controller.start()
    try:
        yield controller.door
    finally:
        controller.stop()


def context(files: PeerCertificates) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(files.certificate, files.key)
    return made


def check(server: Any, session: Any, envelope: Any, mechanism: str, data: object) -> AuthResult:
    good = isinstance(data, LoginPassword) and (data.login, data.password) == (b"mailer", "été".encode())
    # Not "handled": aiosmtpd gives the refusal itself.
    return AuthResult(success=good, handled=False)


def test_what_it_takes_is_what_was_sent() -> None:
    keeper = Keeper()
    mail = envelope(text=".un point", size=50_000)
    with aiosmtpd(keeper) as port:
        results = send(connect(f"smtp://127.0.0.1:{port}"), mail, mail)
    assert [result.outcome for result in results] == [Outcome.ACCEPTED] * 2
    assert keeper.kept[0] == (["reader@example.com"], [f"SIZE={len(mail.data)}"], mail.data)


@pytest.mark.parametrize("mechanism", ["plain", "login"])
def test_logins(peer_certificates: PeerCertificates, mechanism: str) -> None:
    keeper = Keeper()
    options = {"tls_context": context(peer_certificates), "require_starttls": True, "auth_required": True}
    with aiosmtpd(keeper, **options, authenticator=check) as port:
        url = f"smtp://mailer@127.0.0.1:{port}?ca={peer_certificates.authority}&auth={mechanism}"
        assert send(connect(url, "été"), envelope())[0].outcome is Outcome.ACCEPTED
        with pytest.raises(LoginRefused, match="535"):
            connect(url, "ete")
        with pytest.raises(EncryptionRefused, match="demands encryption"):
            send(connect(f"smtp://127.0.0.1:{port}?starttls=never"), envelope())
    assert len(keeper.kept) == 1


@pytest.mark.parametrize("offered", [True, False])
def test_letters_outside_ascii_before_the_at(offered: bool) -> None:
    keeper = Keeper()
    with aiosmtpd(keeper, enable_SMTPUTF8=offered) as port:
        asked, plain = send(connect(f"smtp://127.0.0.1:{port}"), envelope("zoé@example.com"), envelope())
    assert asked.outcome is (Outcome.ACCEPTED if offered else Outcome.REJECTED)
    assert plain.outcome is Outcome.ACCEPTED
    assert ["SMTPUTF8" in options for _, options, _ in keeper.kept] == ([True, False] if offered else [False])
