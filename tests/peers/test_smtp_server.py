"""npm `smtp-server`: pipelining, SMTPUTF8, SIZE, STARTTLS and TLS, and every login we know."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from npm_peer import SmtpServer, smtp_server
from peer_certificates import PeerCertificates
from peer_parts import connect, envelope, send

from newsletter.errors import EncryptionRefused, LoginRefused, RelayRefused
from newsletter.models.message import Outcome

PASSWORD, TOKEN = "pâté de campagne", "ya29.good-token"
LOGINS = ["PLAIN", "LOGIN", "CRAM-MD5", "XOAUTH2"]
SIZE_LIMIT = 200_000


@pytest.fixture(scope="module")
def server(peer_certificates: PeerCertificates) -> Iterator[SmtpServer]:
    """STARTTLS; a login is offered and not demanded."""
    with smtp_server(
        **certificate(peer_certificates),
        authMethods=LOGINS,
        authOptional=True,
        password=PASSWORD,
        token=TOKEN,
        size=SIZE_LIMIT,
        refuse={"nobody@example.com": [550, "no such user"], "later@example.com": [450, "come back later"]},
    ) as running:
        yield running


def certificate(files: PeerCertificates) -> dict[str, Any]:
    return {"key": str(files.key), "cert": str(files.certificate)}


def url(port: int, files: PeerCertificates, options: str = "", user: str = "", scheme: str = "smtp") -> str:
    return f"{scheme}://{user}127.0.0.1:{port}?ca={files.authority}&timeout=20&final_timeout=20{options}"


def test_what_it_takes_is_what_was_sent(server: SmtpServer, peer_certificates: PeerCertificates) -> None:
    mail = envelope(text=".un point", size=50_000)
    (result,) = send(connect(url(server.port, peer_certificates, "&starttls=always")), mail)
    assert (result.outcome, result.code, result.stage) == (Outcome.ACCEPTED, 250, "dot")
    message = server.message()
    assert (message["from"], message["to"], message["data"]) == (mail.mail_from, [mail.rcpt_to], mail.data)
    assert (message["secure"], message["user"]) == (True, None)
    assert message["parameters"] == {"SIZE": str(len(mail.data))}


def test_refusals_between_others_on_one_line(server: SmtpServer, peer_certificates: PeerCertificates) -> None:
    to = ["a@example.com", "nobody@example.com", "b@example.com", "later@example.com", "c@example.com"]
    results = send(connect(url(server.port, peer_certificates)), *map(envelope, to))
    assert [result.outcome.value for result in results] == [
        "accepted",
        "rejected",
        "accepted",
        "deferred",
        "accepted",
    ]
    assert [server.message()["to"] for _ in range(3)] == [[to[0]], [to[2]], [to[4]]]
    assert server.nothing_more()


@pytest.mark.parametrize("mechanism", ["plain", "login", "cram-md5"])
def test_logins_with_a_password(server: SmtpServer, peer_certificates: PeerCertificates, mechanism: str) -> None:
    """Letters outside ASCII, too."""
    line = connect(url(server.port, peer_certificates, f"&auth={mechanism}", "mailer@"), PASSWORD)
    assert send(line, envelope())[0].outcome is Outcome.ACCEPTED
    assert server.message()["user"] == f"mailer by {mechanism.upper()}"


@pytest.mark.parametrize("mechanism", ["plain", "login", "cram-md5", "xoauth2"])
def test_logins_that_are_refused(server: SmtpServer, peer_certificates: PeerCertificates, mechanism: str) -> None:
    with pytest.raises(LoginRefused, match="535") as caught:
        connect(url(server.port, peer_certificates, f"&auth={mechanism}", "mailer@"), "wrong-horse")
    assert "horse" not in str(caught.value)
    if mechanism == "xoauth2":
        assert "status: 401" in str(caught.value), "the relay's reason comes in its challenge"


def test_a_token_from_a_command(server: SmtpServer, peer_certificates: PeerCertificates, tmp_path: Path) -> None:
    """The first token is too old; the command is asked again, once."""
    count = tmp_path / "count"
    script = tmp_path / "token"
    script.write_text(
        f"#!{sys.executable}\nimport pathlib\nlog = pathlib.Path('count')\n"
        "said = log.read_text() if log.exists() else ''\nlog.write_text(said + 'x')\n"
        f"print('too-old' if not said else '{TOKEN}')\n"
    )
    script.chmod(0o755)
    address = url(server.port, peer_certificates, "&token_command=./token", "mailer%40example.org@")
    with pytest.raises(LoginRefused, match="535"):
        connect(address, root=tmp_path)
    assert send(connect(address, root=tmp_path), envelope())[0].outcome is Outcome.ACCEPTED
    assert server.message()["user"] == "mailer@example.org by XOAUTH2"
    assert count.read_text() == "xx"


def test_letters_outside_ascii_before_the_at_only_then(
    server: SmtpServer, peer_certificates: PeerCertificates
) -> None:
    line = connect(url(server.port, peer_certificates))
    results = send(line, envelope("zoé@example.com"), envelope("zoe@xn--rable-9ra.example"))
    assert [result.outcome for result in results] == [Outcome.ACCEPTED] * 2
    needed, plain = server.message(), server.message()
    assert needed["to"] == ["zoé@example.com"]
    assert needed["parameters"]["SMTPUTF8"] is True
    assert "SMTPUTF8" not in plain["parameters"]


def test_without_smtputf8_that_recipient_alone_is_refused(peer_certificates: PeerCertificates) -> None:
    with smtp_server(hideSMTPUTF8=True, authOptional=True) as server:
        line = connect(f"smtp://127.0.0.1:{server.port}?starttls=never")
        refused, taken = send(line, envelope("zoé@example.com"), envelope())
    assert (refused.outcome, refused.stage) == (Outcome.REJECTED, "rcpt")
    assert "SMTPUTF8" in refused.reply
    assert taken.outcome is Outcome.ACCEPTED


def test_too_large_is_known_before_a_byte_of_it_goes(
    server: SmtpServer, peer_certificates: PeerCertificates
) -> None:
    line = connect(url(server.port, peer_certificates))
    with pytest.raises(RelayRefused, match=f"at most {SIZE_LIMIT}"):
        line.send(envelope(size=SIZE_LIMIT), lambda: pytest.fail("the intent was asked for"))
    line.close()


def test_tls_from_the_start(peer_certificates: PeerCertificates) -> None:
    with smtp_server(secure=True, **certificate(peer_certificates), password=PASSWORD) as server:
        with pytest.raises(EncryptionRefused, match="not trusted"):
            connect(f"smtps://127.0.0.1:{server.port}")
        with pytest.raises(LoginRefused, match="demands a login"):
            send(connect(url(server.port, peer_certificates, scheme="smtps")), envelope())
        address = url(server.port, peer_certificates, user="mailer@", scheme="smtps")
        assert send(connect(address, PASSWORD), envelope())[0].outcome is Outcome.ACCEPTED
        assert server.message()["secure"] is True


def test_nothing_older_than_tls_1_2(peer_certificates: PeerCertificates) -> None:
    with smtp_server(
        secure=True, **certificate(peer_certificates), minVersion="TLSv1", maxVersion="TLSv1.1",
        ciphers="DEFAULT@SECLEVEL=0",
    ) as server, pytest.raises(EncryptionRefused, match="no encrypted connection"):  # fmt: skip
        connect(url(server.port, peer_certificates, scheme="smtps"))


def test_without_pipelining(peer_certificates: PeerCertificates) -> None:
    with smtp_server(hidePIPELINING=True, authOptional=True, refuse={"x@example.com": [550, "no"]}) as server:
        line = connect(f"smtp://127.0.0.1:{server.port}?starttls=never")
        results = send(line, envelope("x@example.com"), envelope())
    assert [result.outcome for result in results] == [Outcome.REJECTED, Outcome.ACCEPTED]


def test_as_a_mail_store() -> None:
    """LMTP: its answer is for the recipient."""
    with smtp_server(lmtp=True, authOptional=True, refuse={"x@example.com": [550, "no"]}) as server:
        line = connect(f"lmtp://127.0.0.1:{server.port}?starttls=never")
        results = send(line, envelope("x@example.com"), envelope(), envelope())
    assert [result.outcome for result in results] == [Outcome.REJECTED, Outcome.ACCEPTED, Outcome.ACCEPTED]


def test_a_message_begun_while_the_one_before_is_still_thought_about(peer_certificates: PeerCertificates) -> None:
    """Its answers wait for that one's."""
    with smtp_server(
        authOptional=True, disabledCommands=["STARTTLS"], slow=150, refuse={"b@example.com": [550, "no"]}
    ) as slow:
        results = send(
            connect(f"smtp://127.0.0.1:{slow.port}?starttls=never"),
            *(envelope(f"{who}@example.com") for who in "abcd"),
        )
        assert [result.outcome.value for result in results] == ["accepted", "rejected", "accepted", "accepted"]
        assert [slow.message()["to"] for _ in range(3)] == [
            ["a@example.com"],
            ["c@example.com"],
            ["d@example.com"],
        ]
