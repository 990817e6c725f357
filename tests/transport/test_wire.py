"""Bytes over a socket: partial writes, replies in pieces, what is said unasked, and which failures are certain."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.inbox import Inbox
from newsletter.models.message import Envelope, Outcome, WireBytes, demand_clean, is_clean
from newsletter.transport import SmtpSettings
from newsletter.transport.replies import Reply
from newsletter.transport.session import SmtpSession
from newsletter.transport.waiting import Steps, Until, complete
from newsletter.transport.wire import Lost, Wire

Ends = tuple[Wire, socket.socket]


@pytest.fixture
def ends() -> Iterator[Ends]:
    here, there = socket.socketpair()
    wire = Wire(here)
    yield wire, there
    wire.close()
    there.close()


def test_a_reply_in_pieces(ends: Ends) -> None:
    wire, there = ends
    there.sendall(b"250-a\r\n25")
    threading.Timer(0.05, lambda: there.sendall(b"0 b\r\n354 next\r\n")).start()
    assert complete(wire.read("mail", 5)).text == "a b"
    assert complete(wire.read("data", 5)).code == 354


def test_silence_is_bounded_whatever_trickles_in(ends: Ends) -> None:
    wire, there = ends
    there.sendall(b"25")
    with pytest.raises(Lost, match=r"did not answer within 0\.1 s") as caught:
        complete(wire.read("rcpt", 0.1))
    assert caught.value.stage == "rcpt"


def test_more_than_the_kernel_takes_at_once(ends: Ends) -> None:
    wire, there = ends
    data = bytes(range(256)) * 20_000
    got = bytearray()

    def read() -> None:
        while len(got) < len(data):
            got.extend(there.recv(65536))

    thread = threading.Thread(target=read)
    thread.start()
    complete(wire.write("body", memoryview(data), 10))
    thread.join(10)
    assert bytes(got) == data


def test_a_relay_that_takes_nothing(ends: Ends) -> None:
    wire, _ = ends
    with pytest.raises(Lost, match=r"took no data for 0\.1 s") as caught:
        complete(wire.write("body", b"x" * 10_000_000, 0.1))
    assert not caught.value.untouched


def test_a_write_that_nothing_was_taken_of_is_certain(ends: Ends) -> None:
    wire, there = ends
    there.close()
    with pytest.raises(Lost) as caught:
        complete(wire.write("dot", b"\r\n.\r\n", 1))
    assert caught.value.untouched


def test_what_is_said_unasked(ends: Ends) -> None:
    wire, there = ends
    assert complete(wire.overheard("mail")) is None
    there.sendall(b"421 going\r\n")
    there.close()
    said = complete(wire.overheard("mail"))
    assert said is not None
    assert said.code == 421
    with pytest.raises(Lost, match="closed"):
        complete(wire.overheard("mail"))


def test_the_last_words_come_before_the_end(ends: Ends) -> None:
    wire, there = ends
    there.sendall(b"250 ok\r\n421 4.3.2 shutting down\r\n")
    there.close()
    assert complete(wire.read("dot", 1)).code == 250
    # Just heard from, so it is not looked at again, but what came with the answer is not overlooked.
    assert not wire.is_fresh()
    assert not wire.is_silent()
    said = complete(wire.overheard("mail"))
    assert said is not None
    assert said.code == 421


def test_a_broken_connection_is_told_as_such_when_it_was_only_looked_at() -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        here = socket.create_connection(door.getsockname())
        there, _ = door.accept()
    wire = Wire(here)
    assert wire.is_silent()
    # No time to linger: the other side hears a reset.
    there.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    there.close()
    with pytest.raises(Lost, match="the connection broke"):
        complete(until_heard(wire))
    wire.close()


def until_heard(wire: Wire) -> Steps[Reply | None]:
    while wire.is_silent():
        yield Until(wire._fileno, 5)
    return (yield from wire.overheard("body"))


def silent() -> bool:
    """Nothing was said."""
    return True


def test_a_dot_that_certainly_did_not_go_out_is_not_in_doubt() -> None:
    """The relay reset the connection while the intent was written, unseen until the dot is to be written."""
    here, there = socket.socketpair()
    session = SmtpSession(here, {"pipelining": ""}, SmtpSettings("127.0.0.1", 25, timeout=5, final_timeout=5))
    there.sendall(b"250 ok\r\n250 ok\r\n354 go\r\n")
    session._wire.is_silent = silent  # type: ignore[method-assign]
    mail = Envelope("a@example.org", "b@example.com", "1@example.org", b"Subject: x\r\n\r\nx\r\n")
    result = session.send(mail, there.close)
    assert (result.outcome, result.stage, result.reconnect) == (Outcome.NOT_SENT, "body", True)


# -- bytes that need no second look

LINES = st.lists(
    st.sampled_from([b"x", b".", b"\r", b"\n", b"\r\n", b"x\r\n", b".\r\n", b"", b"y" * 1600 + b"\r\n"])
)


@given(LINES)
def test_pieces_are_looked_at_one_by_one(pieces: list[bytes]) -> None:
    """Each must be whole lines: what is wrong in one is not put right by its neighbour."""
    if all(by_the_book(piece) for piece in pieces):
        demand_clean(*pieces)
        assert by_the_book(b"".join(pieces))
    else:
        with pytest.raises(ValueError, match="cannot go out"):
            demand_clean(*pieces)


@given(LINES.map(b"".join))
def test_clean_is_what_the_rules_say(data: bytes) -> None:
    assert is_clean(data) == by_the_book(data)


def by_the_book(data: bytes) -> bool:
    """Line by line, as RFC 5321 has it."""
    *lines, rest = data.split(b"\r\n")
    return rest == b"" and not any(b"\r" in one or b"\n" in one or one.startswith(b".") for one in lines)


def test_clean_bytes_arrive_as_they_are() -> None:
    data = WireBytes(b"Subject: x\r\n\r\n" + b"Bonjour\r\n" * 5000)
    with Inbox() as inbox:
        session = SmtpSettings("127.0.0.1", inbox.port, starttls="never").open().connect()
        sent = session.send(Envelope("a@example.org", "b@example.com", "1@example.org", data), lambda: None)
        assert sent.outcome is Outcome.ACCEPTED
        assert inbox.messages[0].data == data
        session.close()
