"""The next message's commands behind the dot of the one before (RFC 2920 section 3.1), byte by byte."""

from __future__ import annotations

import socket
import threading

import pytest
from peer_on_a_wire import DATA, PIPELINING, Peer, envelope

from newsletter.errors import RelayRefused
from newsletter.models.message import Envelope, Outcome, SendResult
from newsletter.transport.session import Order, SmtpSession
from newsletter.transport.settings import SmtpSettings
from newsletter.transport.waiting import Called, complete
from newsletter.transport.wire import Wire

A, B, C = (envelope(DATA, f"{who}@example.com") for who in "abc")


def give(session: SmtpSession, one: Envelope, following: Envelope | None = None) -> SendResult:
    return complete(session.steps(one, Called(lambda: None), lambda: following))


def never() -> Envelope | None:
    raise AssertionError("asked for")


def test_a_message_is_begun_with_the_dot_of_the_one_before(peer: Peer) -> None:
    session = peer.session()
    heard_by_then: list[list[str]] = []

    def intent() -> None:
        heard_by_then.append(peer.verbs.copy())

    for one, following in ((A, B), (B, C), (C, None)):
        result = complete(session.steps(one, Called(intent), lambda following=following: following))  # type: ignore[misc]
        assert result.outcome is Outcome.ACCEPTED
    session.close()
    one_message = ["MAIL", "RCPT", "DATA", "."]
    assert peer.verbs == [*one_message * 3, "QUIT"]
    assert [line for line in peer.heard if line.startswith("RCPT")] == [
        f"RCPT TO:<{who}@example.com>" for who in "abc"
    ]
    # Before its intent is durable a message has no dot, however early it was begun.
    assert [verbs.count(".") for verbs in heard_by_then] == [0, 1, 2]
    assert peer.body == DATA * 3


def test_nothing_is_said_twice_and_nothing_between(peer: Peer) -> None:
    """What goes out, write by write."""
    session = peer.session()
    written: list[bytes] = []
    real = session._wire.write

    def write(stage: str, data: bytes, seconds: float) -> object:
        written.append(bytes(data))
        return real(stage, data, seconds)

    session._wire.write = write  # type: ignore[method-assign, assignment]
    give(session, A, B)
    give(session, B)
    size = len(DATA)
    commands = [
        f"MAIL FROM:<bulletin@example.org> SIZE={size}\r\nRCPT TO:<{who}@example.com>\r\nDATA\r\n".encode()
        for who in "ab"
    ]
    assert written == [commands[0], DATA[:-2], b"\r\n.\r\n" + commands[1], DATA[:-2], b"\r\n.\r\n"]
    session.close()


def test_who_hangs_up_with_a_message_begun_says_no_word_of_it(peer: Peer) -> None:
    """QUIT would be the first line of its text."""
    session = peer.session()
    give(session, A, B)
    for stage in ("mail", "rcpt", "data"):
        assert complete(session._wire.read(stage, 10)).code in (250, 354)
    session.close()
    peer.join()
    assert peer.verbs == ["MAIL", "RCPT", "DATA", ".", "MAIL", "RCPT", "DATA"]
    assert peer.body == DATA


def test_another_than_the_one_that_was_begun_is_a_defect(peer: Peer) -> None:
    session = peer.session()
    give(session, A, B)
    with pytest.raises(ValueError, match="another envelope was begun"):
        give(session, C)
    session.close()
    peer.join()
    assert "QUIT" not in peer.verbs
    assert peer.body == DATA


def test_who_cannot_say_what_follows_ends_the_connection_without_the_dot(peer: Peer) -> None:
    """A defect. QUIT would be a line of the message that has no dot."""
    session = peer.session()
    with pytest.raises(AssertionError, match="asked for"):
        complete(session.steps(A, Called(lambda: None), never))
    session.close()
    peer.join()
    assert peer.verbs == ["MAIL", "RCPT", "DATA"]
    assert b"QUIT" not in peer.body


def test_what_follows_is_begun_with_all_it_needs(peer: Peer) -> None:
    abroad = envelope(DATA * 3, "réseau@example.com")
    session = peer.session()
    give(session, A, abroad)
    assert give(session, abroad).outcome is Outcome.ACCEPTED
    session.close()
    assert f"MAIL FROM:<bulletin@example.org> SIZE={len(DATA * 3)} SMTPUTF8" in peer.heard


def test_who_needs_what_the_relay_does_not_offer_is_told_in_their_turn(peer: Peer) -> None:
    abroad = envelope(DATA, "réseau@example.com")
    session = peer.session({"pipelining": ""})
    assert give(session, A, abroad).outcome is Outcome.ACCEPTED
    assert give(session, abroad).outcome is Outcome.REJECTED
    session.close()
    assert peer.verbs == ["MAIL", "RCPT", "DATA", ".", "QUIT"]


@pytest.mark.parametrize(
    ("features", "settings"),
    [({"size": ""}, {}), (PIPELINING, {"ahead": False}), (PIPELINING, {"lmtp": True})],
    ids=["not offered", "ahead=no", "lmtp"],
)
def test_where_it_is_not_to_be(peer: Peer, features: dict[str, str], settings: dict[str, bool]) -> None:
    session = peer.session(features, **settings)
    assert complete(session.steps(A, Called(lambda: None), never)).outcome is Outcome.ACCEPTED
    assert give(session, B).outcome is Outcome.ACCEPTED
    session.close()
    assert peer.verbs == [*["MAIL", "RCPT", "DATA", "."] * 2, "QUIT"]


def test_it_is_not_asked_for_before_the_dot_is_due(peer: Peer) -> None:
    peer.answers["RCPT"] = [b"550 5.1.1 nobody"]
    session = peer.session()
    assert complete(session.steps(A, Called(lambda: None), never)).outcome is Outcome.REJECTED
    assert give(session, B).outcome is Outcome.ACCEPTED
    session.close()


def test_who_cannot_be_written_to_is_told_in_their_turn(peer: Peer) -> None:
    nobody = envelope(DATA, "no address")
    session = peer.session()
    assert give(session, A, nobody).outcome is Outcome.ACCEPTED
    assert give(session, nobody).outcome is Outcome.REJECTED
    assert give(session, B).outcome is Outcome.ACCEPTED
    session.close()
    assert "no address" not in "".join(peer.heard)


def test_what_is_too_large_is_told_in_its_turn(peer: Peer) -> None:
    large = envelope(b"x" * 70 + b"\r\n" + b"y\r\n" * 500)
    session = peer.session({**PIPELINING, "size": "1000"})
    assert give(session, A, large).outcome is Outcome.ACCEPTED
    with pytest.raises(RelayRefused):
        give(session, large)
    session.close()


@pytest.mark.parametrize(
    ("answer", "outcome", "usable"),
    [
        (b"250 2.0.0 kept", Outcome.ACCEPTED, True),
        (b"451 4.3.0 later", Outcome.DEFERRED, True),
        (b"550 5.1.1 no", Outcome.REJECTED, True),
        (b"421 4.3.2 going down", Outcome.DEFERRED, False),
        (b"354 what?", Outcome.UNKNOWN, False),
        (b"", Outcome.UNKNOWN, False),
    ],
)  # fmt: skip
def test_the_answer_to_one_says_nothing_of_the_next(
    peer: Peer, answer: bytes, outcome: Outcome, usable: bool
) -> None:
    peer.answers["."] = [answer]
    session = peer.session()
    result = give(session, A, B)
    assert (result.outcome, not result.reconnect) == (outcome, usable)
    if usable:
        assert give(session, B).outcome is Outcome.ACCEPTED
    session.close()


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA"])
def test_a_refusal_of_the_one_that_was_begun_is_its_own(peer: Peer, verb: str) -> None:
    peer.answers[verb] = [b"354 go" if verb == "DATA" else b"250 ok", b"450 4.2.0 later"]
    session = peer.session()
    assert give(session, A, B).outcome is Outcome.ACCEPTED
    result = give(session, B, C)
    assert (result.outcome, result.stage) == (Outcome.DEFERRED, verb.lower())
    assert give(session, C).outcome is Outcome.ACCEPTED
    session.close()


def test_a_relay_that_hangs_up_after_the_answer_keeps_what_it_took(peer: Peer) -> None:
    """It takes one message a connection, and says so only by going."""
    peer.answers["MAIL"] = [b"250 ok", b""]
    session = peer.session()
    assert give(session, A, B).outcome is Outcome.ACCEPTED
    result = give(session, B)
    assert (result.outcome, result.stage, result.reconnect) == (Outcome.NOT_SENT, "mail", True)
    session.close()


def test_a_relay_that_answers_out_of_order_is_asked_no_more_of_that(peer: Peer) -> None:
    """smtp-sink does so when it is told to be slow with the dot: what answers MAIL would pass for the dot's answer."""
    peer.answers["."] = [b"250 2.1.0 mail\r\n250 2.1.5 rcpt\r\n354 go on"]
    order = Order()
    session = peer.session(order=order)
    result = give(session, A, B)
    assert (result.outcome, result.stage, result.reconnect) == (Outcome.UNKNOWN, "dot", True)
    assert "ahead=no" in result.reply
    assert not order.kept
    session.close()


def test_once_out_of_order_no_session_begins_ahead(peer: Peer) -> None:
    order = Order()
    order.kept = False
    session = peer.session(order=order)
    assert complete(session.steps(A, Called(lambda: None), never)).outcome is Outcome.ACCEPTED
    session.close()


def test_an_answer_out_of_order_that_is_met_too_late_stops_the_run() -> None:
    """It came after that to MAIL had passed for the dot's: nobody is told that all is well."""
    here, there = socket.socketpair()
    met = threading.Event()

    def relay() -> None:
        with there, there.makefile("rb") as lines:
            for answers in (b"250 mail\r\n250 rcpt\r\n354 go on\r\n", b"250 mail of the next\r\n"):
                while next(lines) not in (b"DATA\r\n", b".\r\n"):
                    pass
                there.sendall(answers)
            met.wait(10)
            there.sendall(b"250 rcpt\r\n354 go on\r\n")

    thread = threading.Thread(target=relay)
    thread.start()
    session = SmtpSession(here, PIPELINING, SmtpSettings("relay.example.org", 25, timeout=10, final_timeout=10))
    assert give(session, A, B).outcome is Outcome.ACCEPTED
    met.set()
    with pytest.raises(RelayRefused, match="does not answer in order") as caught:
        give(session, B)
    assert "ahead=no" in caught.value.hint
    session.close()
    thread.join(10)


@pytest.mark.parametrize(
    ("rest", "out_of_order"),
    [
        (b"", False),
        (b"250 mail\r\n", False),
        (b"250 mail\r\n250 rcpt\r\n354 go\r\n", False),
        (b"250-mail\r\n250 354\r\n250 rcpt 354\r\n354 go\r\n", False),
        (b"250 mail\r\n550 rcpt\r\n554 data\r\n", False),
        (b"250 rcpt\r\n354 go\r\n", True),
        (b"354 go\r\n", True),
        (b"250 rcpt\r\n354", True),
        (b"250 rcpt\r\n35", False),
    ],
)
def test_which_answers_cannot_be_in_order(rest: bytes, out_of_order: bool) -> None:
    here, there = socket.socketpair()
    with here, there:
        wire = Wire(here)
        there.sendall(b"250 2.0.0 kept\r\n" + rest)
        assert complete(wire.read("dot", 5)).code == 250
        assert wire.is_out_of_order() is out_of_order
