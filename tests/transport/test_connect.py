"""Reaching the relay: encryption, login, and everything that can be wrong before the first message."""

from __future__ import annotations

import socket
import threading
import time
import traceback
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from newsletter.errors import EncryptionRefused, LoginRefused, RelayRefused, RelayUnreachable, TransportTrouble
from newsletter.inbox import Fault, Inbox
from newsletter.models.message import Envelope, Outcome
from newsletter.transport import SmtpSettings, open_transport, parse_url

ENVELOPE = Envelope(
    "bulletin@example.org", "reader@example.com", "id@example.org", b"Subject: x\r\n\r\nBonjour\r\n"
)
USER, PASSWORD = "mailer", "correct horse"


def send_one(settings: SmtpSettings) -> None:
    session = open_transport(settings).connect()
    try:
        assert session.send(ENVELOPE, lambda: None).outcome is Outcome.ACCEPTED
    finally:
        session.close()


def url(inbox: Inbox, options: str = "", host: str = "127.0.0.1", password: str | None = None) -> SmtpSettings:
    user = f"{USER}@" if password is not None else ""
    scheme = inbox.url.split(":")[0]
    return parse_url(f"{scheme}://{user}{host}:{inbox.port}{options}", allow_password=False, password=password)


def url_of(port: int) -> SmtpSettings:
    return SmtpSettings("127.0.0.1", port, starttls="never", user=USER, password=PASSWORD, connect_timeout=10)


# -- encryption


def test_starttls_with_an_authority_of_our_own(certificates: Any) -> None:
    with Inbox(tls=certificates.server) as inbox:
        send_one(url(inbox, f"?starttls=always&ca={certificates.authority}"))
        assert inbox.messages[0].encrypted


def test_tls_from_the_start(certificates: Any) -> None:
    with Inbox(tls=certificates.server, implicit_tls=True) as inbox:
        send_one(url(inbox, f"?ca={certificates.authority}"))
        assert inbox.messages[0].encrypted


def test_auto_uses_tls_when_it_is_offered(certificates: Any) -> None:
    with Inbox(tls=certificates.server) as inbox:
        send_one(url(inbox, f"?starttls=auto&ca={certificates.authority}"))
        assert inbox.messages[0].encrypted


def test_auto_goes_on_without_tls_when_it_is_not_offered() -> None:
    with Inbox() as inbox:
        send_one(url(inbox))
        assert not inbox.messages[0].encrypted


def test_always_never_falls_back_to_plain_text() -> None:
    with Inbox() as inbox:
        with pytest.raises(EncryptionRefused, match="does not offer STARTTLS"):
            send_one(url(inbox, "?starttls=always"))
        assert inbox.messages == ()


@pytest.mark.parametrize("implicit", [True, False], ids=["smtps", "starttls"])
@pytest.mark.parametrize("options", ["", "?starttls=always"])
def test_an_untrusted_certificate_is_refused(certificates: Any, implicit: bool, options: str) -> None:
    """Also on this machine, and also with `auto`: what is offered is verified."""
    with Inbox(tls=certificates.server, implicit_tls=implicit) as inbox:
        with pytest.raises(EncryptionRefused, match="not trusted"):
            send_one(url(inbox, "" if implicit else options))
        assert inbox.messages == ()


@pytest.mark.parametrize("implicit", [True, False], ids=["smtps", "starttls"])
def test_a_certificate_for_another_host_is_refused(certificates: Any, implicit: bool) -> None:
    with Inbox(tls=certificates.misnamed, implicit_tls=implicit) as inbox:
        with pytest.raises(EncryptionRefused, match="not trusted"):
            send_one(url(inbox, f"?ca={certificates.authority}"))
        assert inbox.messages == ()


def test_on_this_machine_verification_can_be_switched_off(certificates: Any) -> None:
    with Inbox(tls=certificates.misnamed) as inbox:
        send_one(url(inbox, "?verify=no"))
        assert inbox.messages[0].encrypted


def test_smtps_to_a_port_that_speaks_plain_text() -> None:
    with Inbox() as inbox, pytest.raises(EncryptionRefused) as caught:
        send_one(parse_url(f"smtps://127.0.0.1:{inbox.port}?connect_timeout=10", allow_password=False))
    assert "smtp://" in (caught.value.hint or "")


def test_a_missing_certificate_file_is_named(tmp_path: Path, certificates: Any) -> None:
    with Inbox(tls=certificates.server) as inbox, pytest.raises(EncryptionRefused) as caught:
        send_one(url(inbox, f"?ca={tmp_path / 'missing.pem'}"))
    assert "missing.pem" in str(caught.value)


def test_a_file_that_holds_no_certificate(tmp_path: Path, certificates: Any) -> None:
    (tmp_path / "notes.pem").write_text("not a certificate")
    with Inbox(tls=certificates.server) as inbox, pytest.raises(EncryptionRefused, match="cannot be read"):
        send_one(url(inbox, f"?ca={tmp_path / 'notes.pem'}"))


@pytest.mark.parametrize("starttls", ["always", "auto"])
@pytest.mark.parametrize(("code", "kind"), [(b"454", RelayUnreachable), (b"501", EncryptionRefused)])
def test_a_relay_that_refuses_the_starttls_it_offers(
    starttls: Any, code: bytes, kind: type[TransportTrouble]
) -> None:
    """For now or for good (RFC 3207 section 4); in neither case the mail goes in plain text."""
    script = [b"220 hi", b"250-me\r\n250 STARTTLS", code + b" TLS not available"]
    with scripted_relay(script) as port, pytest.raises(kind, match="TLS not available"):
        send_one(SmtpSettings("127.0.0.1", port, starttls=starttls, connect_timeout=10))


# -- login


def test_login_over_tls(certificates: Any) -> None:
    with Inbox(tls=certificates.server, credentials={USER: PASSWORD}) as inbox:
        send_one(url(inbox, f"?starttls=always&ca={certificates.authority}", password=PASSWORD))
        assert inbox.messages[0].user == USER


def test_login_on_this_machine_without_tls() -> None:
    with Inbox(credentials={USER: PASSWORD}) as inbox:
        send_one(url(inbox, password=PASSWORD))
        assert inbox.messages[0].user == USER


def test_a_wrong_password_is_refused_and_never_shown() -> None:
    with Inbox(credentials={USER: PASSWORD}) as inbox, pytest.raises(LoginRefused, match="535") as caught:
        send_one(url(inbox, password="wrong horse"))
    assert "horse" not in str(caught.value) + repr(caught.value)


@pytest.mark.parametrize("code", [b"535", b"454"])
def test_a_relay_that_repeats_what_it_heard_does_not_make_us_show_the_password(code: bytes) -> None:
    said = b64encode(f"\0{USER}\0{PASSWORD}".encode())
    script = [b"220 hi", b"250-me\r\n250 AUTH PLAIN", code + b" 5.7.8 what is AUTH PLAIN " + said]
    with scripted_relay(script) as port, pytest.raises(TransportTrouble, match="what is AUTH PLAIN") as caught:
        send_one(url_of(port))
    shown = "".join(traceback.format_exception(caught.value))
    assert said.decode() not in shown
    assert PASSWORD not in shown


def test_a_user_without_password() -> None:
    with Inbox(credentials={USER: PASSWORD}) as inbox, pytest.raises(LoginRefused, match="no password"):
        send_one(SmtpSettings("127.0.0.1", inbox.port, starttls="auto", user=USER))


def test_a_relay_that_wants_a_login_we_do_not_have() -> None:
    with Inbox(credentials={USER: PASSWORD}) as inbox, pytest.raises(LoginRefused, match="demands a login"):
        send_one(url(inbox))


def test_a_relay_that_knows_no_login() -> None:
    with Inbox() as inbox, pytest.raises(LoginRefused, match="offers no login"):
        send_one(url(inbox, password=PASSWORD))


def test_a_password_outside_ascii_goes_out_in_utf_8() -> None:
    """RFC 4616 section 2."""
    with Inbox(credentials={USER: "né à Montréal"}) as inbox:
        send_one(url(inbox, password="né à Montréal"))
        assert inbox.messages[0].user == USER


def test_a_login_that_cannot_be_checked_now_may_be_tried_again() -> None:
    script = [b"220 hi", b"250-me\r\n250 AUTH PLAIN", b"454 4.7.0 try later", b"454 4.7.0 try later"]
    with scripted_relay(script) as port, pytest.raises(RelayUnreachable, match="try later"):
        send_one(url_of(port))


def test_a_password_does_not_go_out_in_plain_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """A relay elsewhere that offers AUTH without TLS: nothing after EHLO may reach it."""
    heard: list[bytes] = []
    script = [b"220 hi", b"250-me\r\n250 AUTH PLAIN LOGIN"]
    with scripted_relay(script, heard) as port:
        # The settings think of another machine; the name leads to this one.
        settings = SmtpSettings("relay.example.org", port, starttls="never", user=USER, password=PASSWORD,
                                     connect_timeout=10, hello="localhost")  # fmt: skip
        here = socket.getaddrinfo("127.0.0.1", port)
        monkeypatch.setattr(socket, "getaddrinfo", lambda *arguments, **more: here)
        with pytest.raises(EncryptionRefused, match="unencrypted"):
            send_one(settings)
    assert b"AUTH" not in b"".join(heard)


# -- reaching it at all


def test_nothing_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(RelayUnreachable, match="nothing answers"):
        send_one(SmtpSettings("127.0.0.1", port))


def test_a_host_that_does_not_exist() -> None:
    with pytest.raises(RelayUnreachable, match="no host is called"):
        send_one(SmtpSettings("relay.invalid", 25))


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        (Fault("connect", silent=True), RelayUnreachable, "no answer within"),
        (Fault("connect", drop=True), RelayUnreachable, "closed|reset"),
        (Fault("connect", reply="421 4.3.2 too busy"), RelayUnreachable, "too busy"),
        (Fault("connect", reply="554 5.7.1 you are blocked"), RelayRefused, "you are blocked"),
        (Fault("ehlo", drop=True, times=None), RelayUnreachable, "closed|reset"),
        (Fault("ehlo", silent=True, times=None), RelayUnreachable, "no answer within"),
    ],
    ids=lambda value: f"{value.stage}-{value.reply or value.drop}" if isinstance(value, Fault) else "",
)
def test_a_relay_that_does_not_want_to_talk(fault: Fault, kind: type[TransportTrouble], words: str) -> None:
    seconds = 0.3 if fault.silent else 10
    with Inbox(faults=[fault]) as inbox, pytest.raises(kind, match=words) as caught:
        send_one(SmtpSettings("127.0.0.1", inbox.port, starttls="never", connect_timeout=seconds))
    assert caught.value.hint


@pytest.mark.parametrize(
    "words", [b"HTTP/1.1 400 Bad Request", b"220 " + b"x" * 9000], ids=["another protocol", "a line too long"]
)
def test_something_that_is_not_a_mail_server(words: bytes) -> None:
    with scripted_relay([words]) as port, pytest.raises(RelayUnreachable, match="does not speak SMTP") as caught:
        send_one(SmtpSettings("127.0.0.1", port, starttls="never", connect_timeout=10))
    assert "-1" not in str(caught.value)


def test_a_size_limit_beyond_any_number() -> None:
    script = [
        b"220 hi",
        b"250-me\r\n250 SIZE " + b"9" * 5000,
        b"250 ok",
        b"250 ok",
        b"354 go",
        b"250 taken",
        b"221 bye",
    ]
    with scripted_relay(script) as port:
        send_one(SmtpSettings("127.0.0.1", port, starttls="never", connect_timeout=10, timeout=10))


def test_an_old_relay_without_ehlo() -> None:
    script = [b"220 hi", b"502 what", b"250 me", b"250 ok", b"250 ok", b"354 go on", b"250 taken", b"221 bye"]
    with scripted_relay(script) as port:
        send_one(
            SmtpSettings("127.0.0.1", port, starttls="never", connect_timeout=10, timeout=10, final_timeout=10)
        )


def test_an_answer_before_the_dot_may_mean_that_the_message_was_taken() -> None:
    """A relay that saw an end where there was none: nobody knows, so nobody resends."""
    script = [b"220 hi", b"250-me\r\n250 PIPELINING", b"250 ok\r\n250 ok\r\n354 too soon", b"250 taken"]
    over = threading.Event()

    def intent() -> None:
        assert over.wait(5)

    with scripted_relay(script, over=over) as port:
        session = open_transport(SmtpSettings("127.0.0.1", port, starttls="never", timeout=10)).connect()
        result = session.send(ENVELOPE, intent)
        session.close()
    assert (result.outcome, result.stage, result.reconnect) == (Outcome.UNKNOWN, "body", True)


def test_a_goodbye_that_nobody_asked_for_is_heard_before_the_next_message() -> None:
    """421 between two messages (RFC 5321 section 3.8): the next recipient is not begun, and the reason is kept."""
    heard: list[bytes] = []
    over = threading.Event()
    script = [b"220 hi", b"250 me", b"250 ok", b"250 ok", b"354 go on", b"250 taken\r\n421 4.4.2 too long idle"]
    with scripted_relay(script, heard, over) as port:
        session = open_transport(SmtpSettings("127.0.0.1", port, starttls="never", timeout=10)).connect()
        assert session.send(ENVELOPE, lambda: None).outcome is Outcome.ACCEPTED
        assert over.wait(5)
        result = session.send(ENVELOPE, lambda: None)
        session.close()
    assert (result.outcome, result.code, result.reply) == (Outcome.NOT_SENT, 421, "too long idle")
    assert b"".join(heard).count(b"MAIL FROM") == 1


def test_the_second_of_two_pipelined_refusals_does_not_hide_the_first() -> None:
    """554 to RCPT, then the line is cut: the refusal that was read counts, not the cut."""
    script = [b"220 hi", b"250-me\r\n250 PIPELINING", b"250 ok\r\n550 5.1.1 no such user"]
    with scripted_relay(script) as port:
        session = open_transport(SmtpSettings("127.0.0.1", port, starttls="never", timeout=10)).connect()
        result = session.send(ENVELOPE, lambda: None)
        session.close()
    assert (result.outcome, result.code, result.reconnect) == (Outcome.REJECTED, 550, True)


def test_a_relay_that_wants_a_body_for_nobody() -> None:
    """354 although the only recipient was refused: it gets an empty body, and the refusal counts."""
    heard: list[bytes] = []
    script = [
        b"220 hi", b"250-me\r\n250 PIPELINING", b"250 ok\r\n550 5.1.1 no such user\r\n354 whatever", b"554 nobody", b"250 reset",
        b"221 bye",
    ]  # fmt: skip
    with scripted_relay(script, heard) as port:
        session = open_transport(SmtpSettings("127.0.0.1", port, starttls="never", timeout=10)).connect()
        result = session.send(ENVELOPE, lambda: None)
        session.close()
    assert (result.outcome, result.code, result.reconnect) == (Outcome.REJECTED, 550, False)
    assert b"".join(heard).count(b"Bonjour") == 0
    assert b"DATA\r\n.\r\nRSET\r\n" in b"".join(heard)


@contextmanager
def scripted_relay(
    script: list[bytes], heard: list[bytes] | None = None, over: threading.Event | None = None
) -> Iterator[int]:
    """A socket that says the next line of `script` each time something comes in, and hangs up at its end.

    over: set when the last line is said.
    """
    heard = [] if heard is None else heard

    def serve() -> None:
        connection, _ = server.accept()
        with connection:
            connection.settimeout(5)
            for number, line in enumerate(script):
                if number:
                    before = script[number - 1]
                    end = {b"354 go on": b"\r\n.\r\n", b"354 too soon": b"Bonjour"}.get(
                        before.splitlines()[-1], b"\r\n"
                    )
                    received = b""
                    while not received.endswith(end):
                        if not (piece := connection.recv(65536)):
                            return
                        received += piece
                    heard.append(received)
                connection.sendall(line + b"\r\n")
            connection.shutdown(socket.SHUT_WR)
            if over is not None:
                over.set()
            while piece := connection.recv(65536):
                heard.append(piece)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            thread.join(10)


@pytest.mark.parametrize("before", [b"", b"220 hi\r\n"], ids=["greeting", "ehlo"])
def test_the_time_to_connect_is_a_total(before: bytes) -> None:
    """A relay that says one letter at a time never keeps still for long, and is not waited for all the same."""
    gone = threading.Event()

    def drip() -> None:
        connection, _ = server.accept()
        with connection:
            connection.sendall(before)
            while not gone.wait(0.05):
                try:
                    connection.sendall(b"2")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=drip)
        thread.start()
        relay = SmtpSettings("127.0.0.1", server.getsockname()[1], starttls="never", connect_timeout=0.4)
        begun = time.monotonic()
        try:
            with pytest.raises(RelayUnreachable, match=r"no answer within 0\.4 s"):
                send_one(relay)
            assert time.monotonic() - begun < 5
        finally:
            gone.set()
            thread.join(10)


def test_an_address_that_does_not_answer_leaves_time_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name with an IPv6 address nobody listens on, before an IPv4 one."""
    with Inbox() as inbox:
        there = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", inbox.port))
        closed = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", free_port()))
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [closed, there])
        send_one(SmtpSettings("relay.example.org", inbox.port, starttls="never", hello="me", connect_timeout=10))
        assert len(inbox.messages) == 1
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [closed, closed])
        with pytest.raises(RelayUnreachable, match="nothing answers"):
            send_one(SmtpSettings("relay.example.org", 25, starttls="never", hello="me", connect_timeout=10))


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
