"""Messages handed over instead of kept: read whole, whatever the pieces they come in."""

from __future__ import annotations

import smtplib
import socket

import pytest

from newsletter.inbox import Inbox, Received


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (b".\r\n", b""),
        (b"a\r\n.\r\n", b"a\r\n"),
        (b"\r\n.\r\n", b"\r\n"),
        (b"Subject: x\r\n\r\n..\r\n...b\r\nc.\r\n.\r\n", b"Subject: x\r\n\r\n.\r\n..b\r\nc.\r\n"),
    ],
)
@pytest.mark.parametrize("piece", [1, 3, 1000])
def test_a_body_in_pieces(sent: bytes, expected: bytes, piece: int) -> None:
    taken: list[Received] = []
    with Inbox(on_message=taken.append) as inbox:
        with (
            socket.create_connection((inbox.host, inbox.port), timeout=10) as wire,
            wire.makefile("rb") as answers,
        ):
            wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

            def answer() -> bytes:
                while (line := answers.readline())[3:4] == b"-":
                    pass
                return line[:3]

            assert answer() == b"220"
            for command in (b"EHLO x\r\n", b"MAIL FROM:<a@example.org>\r\n", b"RCPT TO:<b@example.org>\r\n"):
                wire.sendall(command)
                assert answer() == b"250"
            wire.sendall(b"DATA\r\n")
            assert answer() == b"354"
            # A command that rides along behind the dot is answered in its turn.
            for at in range(0, len(sent), piece):
                wire.sendall(sent[at : at + piece])
            wire.sendall(b"NOOP\r\n")
            assert answer() == b"250"
            assert answer() == b"250"
            wire.sendall(b"QUIT\r\n")
            assert answer() == b"221"
        assert inbox.messages == ()
    assert [one.data for one in taken] == [expected]


def test_a_command_out_of_order_is_refused_as_ever() -> None:
    with (
        Inbox(on_message=lambda message: None) as inbox,
        smtplib.SMTP(inbox.host, inbox.port, timeout=10) as client,
    ):
        client.ehlo()
        assert client.docmd("DATA")[0] == 503
