"""Reading replies byte by byte, and what they mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.transport.replies import MAX_TEXT, BadReply, Reply, Verdict, judge, take_reply


@pytest.mark.parametrize(
    ("raw", "reply"),
    [
        (b"250 OK\r\n", Reply(250, "", "OK")),
        (b"250 2.1.5 Ok\r\n", Reply(250, "2.1.5", "Ok")),
        (b"250\r\n", Reply(250, "", "")),
        (b"250-a\r\n250 b\r\n", Reply(250, "", "a b")),
        (
            b"550-5.1.1 The account\r\n550 5.1.1 does not exist\r\n",
            Reply(550, "5.1.1", "The account does not exist"),
        ),
        (b"550 4.2.0 odd\r\n", Reply(550, "", "4.2.0 odd")),
        (b"550 5.7.26\r\n", Reply(550, "5.7.26", "")),
        (b"450 4.2.0 caf\xe9\n", Reply(450, "4.2.0", "caf\ufffd")),
        ("250 gardé é\r\n".encode(), Reply(250, "", "gardé é")),
    ],
)
def test_replies(raw: bytes, reply: Reply) -> None:
    assert take_reply(bytearray(raw)) == reply


@given(st.integers(1, 60))
def test_a_reply_in_pieces(cut: int) -> None:
    raw = b"550-5.1.1 The account\r\n550 5.1.1 does not exist\r\n250 next\r\n"
    buffer = bytearray(raw[:cut])
    first = take_reply(buffer)
    if first is None:
        assert buffer == raw[:cut]
        buffer += raw[cut:]
        first = take_reply(buffer)
    else:
        buffer += raw[cut:]
    assert first is not None
    assert first.code == 550
    assert take_reply(buffer) == Reply(250, "", "next")
    assert not buffer


@pytest.mark.parametrize(
    "raw", [b"hello\r\n", b"99 x\r\n", b"700 x\r\n", b"100 x\r\n", b"250_x\r\n", b"\r\n", b"25\r\n"]
)
def test_what_is_not_a_reply(raw: bytes) -> None:
    with pytest.raises(BadReply):
        take_reply(bytearray(raw))


def test_a_reply_without_end_is_given_up() -> None:
    with pytest.raises(BadReply):
        take_reply(bytearray(b"250-x\r\n" * 200))
    with pytest.raises(BadReply):
        take_reply(bytearray(b"250 " + b"x" * 70000))


@given(st.binary(max_size=300))
def test_any_bytes_are_a_reply_or_not(raw: bytes) -> None:
    try:
        reply = take_reply(bytearray(raw))
    except BadReply as error:
        assert str(error).isprintable()  # noqa: PT017
    else:
        assert reply is None or (reply.text.isprintable() and len(reply.text) <= MAX_TEXT)


@pytest.mark.parametrize(
    ("stage", "code", "enhanced", "text", "verdict"),
    [
        ("rcpt", 450, "4.7.1", "greylisted", Verdict.DEFERRED),
        ("mail", 452, "", "", Verdict.DEFERRED),
        ("rcpt", 550, "5.7.1", "this group takes no mail from outside", Verdict.REJECTED),
        ("rcpt", 550, "5.7.1", "Unable to relay for x", Verdict.STOP_RELAY),
        ("rcpt", 550, "", "relay not permitted", Verdict.STOP_RELAY),
        ("rcpt", 554, "5.7.1", "<h[192.0.2.1]>: Client host rejected: Access denied", Verdict.STOP_RELAY),
        (
            "rcpt",
            553,
            "5.7.1",
            "<a@example.org>: Sender address rejected: not owned by user x",
            Verdict.STOP_RELAY,
        ),
        ("rcpt", 504, "5.5.2", "<me>: Helo command rejected: need fully-qualified hostname", Verdict.STOP_RELAY),
        ("rcpt", 554, "5.7.1", "<a@example.com>: Recipient address rejected: Access denied", Verdict.REJECTED),
        ("rcpt", 553, "", "sorry, that domain isn't in my list", Verdict.REJECTED),
        ("rcpt", 550, "5.1.1", "relay says: no such user", Verdict.REJECTED),
        ("rcpt", 550, "5.7.606", "banned", Verdict.STOP_RELAY),
        ("rcpt", 554, "5.7.13", "", Verdict.REJECTED),
        ("mail", 501, "5.1.7", "bad sender", Verdict.STOP_RELAY),
        ("dot", 554, "", "rejected", Verdict.REJECTED),
        ("dot", 554, "5.7.1", "spam", Verdict.STOP_RELAY),
        ("dot", 552, "5.2.2", "full", Verdict.REJECTED),
        ("dot", 552, "5.3.4", "too big", Verdict.STOP_RELAY),
        ("mail", 530, "5.7.0", "Must issue a STARTTLS command first", Verdict.STOP_ENCRYPTION),
        ("data", 538, "", "", Verdict.STOP_ENCRYPTION),
        ("rcpt", 530, "5.7.1", "log in", Verdict.STOP_LOGIN),
    ],
)
def test_what_a_refusal_means(stage: str, code: int, enhanced: str, text: str, verdict: Verdict) -> None:
    assert judge(stage, Reply(code, enhanced, text)) is verdict
