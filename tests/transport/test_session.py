"""One transaction, byte by byte: what goes out, and what each answer makes of message and connection."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from peer_on_a_wire import DATA, HANG_UP, PIPELINING, Peer, envelope

from newsletter.errors import RelayRefused
from newsletter.models.message import Outcome, SendResult
from newsletter.transport.session import SmtpSession
from newsletter.transport.wire import Lost


def no_intent() -> None:
    """A ledger that is always ready."""


def send(session: SmtpSession, data: bytes = DATA, to: str = "reader@example.com") -> SendResult:
    return session.send(envelope(data, to), no_intent)


# -- what goes out


@pytest.mark.parametrize(
    ("features", "to", "mail"),
    [
        ({}, "reader@example.com", "MAIL FROM:<bulletin@example.org>"),
        ({"size": ""}, "reader@example.com", f"MAIL FROM:<bulletin@example.org> SIZE={len(DATA)}"),
        ({"size": "5000"}, "reader@example.com", f"MAIL FROM:<bulletin@example.org> SIZE={len(DATA)}"),
        ({"smtputf8": ""}, "reader@example.com", "MAIL FROM:<bulletin@example.org>"),
        ({"smtputf8": ""}, "zoé@example.com", "MAIL FROM:<bulletin@example.org> SMTPUTF8"),
    ],
)  # fmt: skip
def test_the_envelope_says_what_the_relay_offers_and_no_more(
    peer: Peer, features: dict[str, str], to: str, mail: str
) -> None:
    session = peer.session(features)
    assert send(session, to=to) == SendResult(Outcome.ACCEPTED, 250, "2.0.0", "kept", "dot")
    session.close()
    assert peer.heard == [mail, f"RCPT TO:<{to}>", "DATA", ".", "QUIT"]


@pytest.mark.parametrize(
    ("data", "wire"),
    [
        (DATA, DATA),
        (b".a\r\nb\r\n", b"..a\r\nb\r\n"),
        (b"a\r\n.b\r\n..c\r\n", b"a\r\n..b\r\n...c\r\n"),
        (b".\r\n.\r\n", b"..\r\n..\r\n"),
        (b"no end", b"no end\r\n"),
    ],
)
def test_dots_are_doubled_where_they_have_to_be_and_nowhere_else(peer: Peer, data: bytes, wire: bytes) -> None:
    session = peer.session()
    assert send(session, data).outcome is Outcome.ACCEPTED
    session.close()
    assert peer.body == wire


@pytest.mark.parametrize(
    ("announced", "limit"),
    [
        ("1000", 1000),
        (" 1000 ", 1000),
        ("", 0),
        ("many", 0),
        ("-5", 0),
        ("9" * 19, int("9" * 19)),
        ("9" * 20, 0),
        ("0", 0),
    ],
)
def test_the_size_that_a_relay_takes(peer: Peer, announced: str, limit: int) -> None:
    session = peer.session({"size": announced})
    assert session.size_limit == limit
    session.close()


def test_what_cannot_be_sent_touches_nothing(peer: Peer) -> None:
    session = peer.session({"size": "1000"})
    result = send(session, b"a\nb\r\n")
    assert result == SendResult(Outcome.REJECTED, 0, "", "the message holds a line end that is not CRLF", "rcpt")
    session.close()
    assert peer.heard == ["QUIT"]


# -- answers at the edge of what they mean


@pytest.mark.parametrize("verb", ["MAIL", "RCPT"])
@pytest.mark.parametrize("code", [200, 251, 299])
def test_every_2xx_takes_sender_and_recipient(peer: Peer, verb: str, code: int) -> None:
    peer.answers[verb] = [b"%d fine" % code]
    session = peer.session()
    assert send(session).outcome is Outcome.ACCEPTED
    session.close()


@pytest.mark.parametrize(
    ("verb", "code", "stage"),
    [("MAIL", 300, "mail"), ("RCPT", 354, "rcpt"), ("DATA", 250, "data"), ("DATA", 399, "data")],
)
@pytest.mark.parametrize("pipelining", [True, False])
def test_an_answer_that_makes_no_sense_before_the_body_sends_nothing(
    peer: Peer, verb: str, code: int, stage: str, pipelining: bool
) -> None:
    peer.answers[verb] = [b"%d what" % code]
    session = peer.session(PIPELINING if pipelining else {})
    result = send(session)
    assert (result.outcome, result.code, result.stage, result.reconnect) == (Outcome.NOT_SENT, 0, stage, True)
    assert f"{code} what" in result.reply
    session.close()
    peer.join()
    assert peer.body == b""


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        (200, Outcome.ACCEPTED),
        (299, Outcome.ACCEPTED),
        (300, Outcome.UNKNOWN),
        (399, Outcome.UNKNOWN),
        (400, Outcome.DEFERRED),
        (499, Outcome.DEFERRED),
        (500, Outcome.REJECTED),
    ],
)
def test_the_answer_to_the_dot(peer: Peer, code: int, outcome: Outcome) -> None:
    peer.answers["."] = [b"%d said" % code]
    session = peer.session()
    result = send(session)
    assert (result.outcome, result.stage) == (outcome, "dot")
    assert result.reconnect is (outcome is Outcome.UNKNOWN)
    if not result.reconnect:
        assert send(session).outcome is Outcome.ACCEPTED
    session.close()
    assert "RSET" not in peer.verbs, "the relay has forgotten that message by itself"


@pytest.mark.parametrize(
    ("answer", "usable"),
    [(b"200 ok", True), (b"299 ok", True), (b"300 what", False), (b"500 no", False), (HANG_UP, False)],
)
def test_the_connection_goes_on_when_the_relay_has_forgotten_the_envelope(
    peer: Peer, answer: bytes, usable: bool
) -> None:
    peer.answers |= {"RCPT": [b"550 5.1.1 nobody"], "DATA": [b"503 no recipient"], "RSET": [answer]}
    session = peer.session()
    result = send(session)
    assert (result.outcome, result.code, result.stage, result.reconnect) == (
        Outcome.REJECTED,
        550,
        "rcpt",
        not usable,
    )
    if usable:
        assert send(session).outcome is Outcome.ACCEPTED
    session.close()
    peer.join()
    assert peer.verbs[:4] == ["MAIL", "RCPT", "DATA", "RSET"]
    assert len(peer.verbs) == (9 if usable else 4), "nothing is said over a connection that is of no use"


# -- refusals


def test_step_by_step_nothing_follows_a_refusal_but_reset(peer: Peer) -> None:
    peer.answers["MAIL"] = [b"451 4.3.0 not now"]
    session = peer.session({})
    assert send(session).outcome is Outcome.DEFERRED
    assert send(session).outcome is Outcome.ACCEPTED
    session.close()
    assert peer.verbs == ["MAIL", "RSET", "MAIL", "RCPT", "DATA", ".", "QUIT"]


@pytest.mark.parametrize("features", [PIPELINING, {}])
@pytest.mark.parametrize(("verb", "stage"), [("RCPT", "rcpt"), ("DATA", "data")])
def test_after_421_nothing_more_is_said(peer: Peer, features: dict[str, str], verb: str, stage: str) -> None:
    peer.answers[verb] = [b"421 4.3.2 going down"]
    session = peer.session(features)
    result = send(session)
    assert (result.outcome, result.code, result.stage, result.reconnect) == (Outcome.DEFERRED, 421, stage, True)
    session.close()
    peer.join()
    assert not {"RSET", "QUIT", "."} & set(peer.verbs)


def test_the_first_refusal_counts(peer: Peer) -> None:
    """The others follow from it. A recipient that is taken all the same is no word to send a body on."""
    peer.answers |= {"MAIL": [b"451 4.3.0 not now"], "DATA": [b"503 no sender"]}
    session = peer.session()
    result = send(session)
    assert (result.outcome, result.code, result.stage) == (Outcome.DEFERRED, 451, "mail")
    assert send(session).outcome is Outcome.ACCEPTED
    session.close()
    assert peer.verbs == ["MAIL", "RCPT", "DATA", "RSET", "MAIL", "RCPT", "DATA", ".", "QUIT"]


def test_a_relay_that_wants_a_body_for_nobody_gets_an_empty_one(peer: Peer) -> None:
    peer.answers |= {"RCPT": [b"550 5.1.1 nobody"], ".": [b"554 no recipients"]}
    session = peer.session()
    result = send(session)
    assert (result.outcome, result.code, result.stage, result.reconnect) == (Outcome.REJECTED, 550, "rcpt", False)
    assert peer.body == b""
    assert send(session).outcome is Outcome.ACCEPTED
    session.close()
    assert peer.verbs[:5] == ["MAIL", "RCPT", "DATA", ".", "RSET"]


def test_one_that_hangs_up_over_the_empty_body_refused_the_recipient_all_the_same(peer: Peer) -> None:
    peer.answers |= {"RCPT": [b"550 5.1.1 nobody"], ".": [HANG_UP]}
    session = peer.session()
    result = send(session)
    assert (result.outcome, result.code, result.stage, result.reconnect) == (Outcome.REJECTED, 550, "rcpt", True)
    session.close()
    peer.join()
    assert "RSET" not in peer.verbs


def test_over_lmtp_an_empty_body_would_be_answered_by_nobody(peer: Peer) -> None:
    peer.answers["RCPT"] = [b"550 5.1.1 nobody"]
    session = peer.session(lmtp=True)
    result = send(session)
    assert (result.outcome, result.code, result.stage, result.reconnect) == (Outcome.REJECTED, 550, "rcpt", True)
    session.close()
    peer.join()
    assert peer.verbs == ["MAIL", "RCPT", "DATA"]
    assert peer.body == b"", "nor is anything said that would become one"


def test_over_lmtp_a_refused_sender_still_meets_everybody(peer: Peer) -> None:
    peer.answers |= {"MAIL": [b"550 5.1.8 bad sender"], "RCPT": [b"503 no"], "DATA": [b"503 no"]}
    session = peer.session(lmtp=True)
    with pytest.raises(RelayRefused, match="refuses our sender address"):
        send(session)
    session.close()


# -- while the body goes out

LARGE = b"Subject: x\r\n\r\n" + (b"x" * 76 + b"\r\n") * 60_000


@pytest.mark.parametrize(
    ("words", "outcome", "code"),
    [
        (b"552 5.2.3 too much for this mailbox", Outcome.REJECTED, 552),
        (b"452 4.3.1 disk full", Outcome.DEFERRED, 452),
        (b"250 done already", Outcome.UNKNOWN, 0),
        (b"", Outcome.NOT_SENT, 0),
    ],
)
def test_what_a_relay_said_before_it_hung_up_in_the_middle(
    peer: Peer, words: bytes, outcome: Outcome, code: int
) -> None:
    peer.give_up_after, peer.last_words = 100_000, words
    session = peer.session({"pipelining": ""})
    result = send(session, LARGE)
    assert (result.outcome, result.code, result.stage, result.reconnect) == (outcome, code, "body", True)
    session.close()
    peer.join()
    assert "." not in peer.verbs


def test_what_it_says_while_the_ledger_writes_keeps_the_dot_back(peer: Peer) -> None:
    session = peer.session()
    result = session.send(envelope(), lambda: peer.say(b"452 4.3.1 disk full"))
    assert (result.outcome, result.code, result.stage, result.reconnect) == (Outcome.DEFERRED, 452, "body", True)
    session.close()
    peer.join()
    assert peer.verbs == ["MAIL", "RCPT", "DATA"]
    assert peer.body == DATA.removesuffix(b"\r\n"), "and nothing is said that would become part of it"


def test_a_relay_that_takes_no_more_of_the_body_got_no_message(peer: Peer) -> None:
    peer.give_up_after, peer.asleep = 100_000, threading.Event()
    session = peer.session({"pipelining": ""}, timeout=0.2)
    result = send(session, LARGE)
    peer.asleep.set()
    words = "the relay took no data for 0.2 s"
    assert result == SendResult(Outcome.NOT_SENT, 0, "", words, "body", reconnect=True)
    session.close()


@pytest.mark.parametrize(
    ("untouched", "outcome", "stage"), [(True, Outcome.NOT_SENT, "body"), (False, Outcome.UNKNOWN, "dot")]
)
def test_a_dot_of_which_a_byte_may_have_gone_out_is_in_doubt(
    peer: Peer, monkeypatch: pytest.MonkeyPatch, untouched: bool, outcome: Outcome, stage: str
) -> None:
    """A kernel that takes half of five bytes and then loses the line cannot be had; what it says of that can."""
    session = peer.session()
    write = session._wire.write

    def cut(at: str, data: bytes | memoryview, seconds: float) -> Any:
        if at == "dot":
            raise Lost("dot", "the connection broke", untouched=untouched)
        return (yield from write(at, data, seconds))

    monkeypatch.setattr(session._wire, "write", cut)
    result = send(session)
    assert result == SendResult(outcome, 0, "", "the connection broke", stage, reconnect=True)
    session.close()
    peer.join()
    assert "QUIT" not in peer.verbs


# -- between two messages


def test_a_goodbye_that_came_while_nobody_asked_is_heard_before_anything_is_said(peer: Peer) -> None:
    session = peer.session()
    assert send(session).outcome is Outcome.ACCEPTED
    peer.say(b"421 4.4.2 idle for too long")
    # As if it had been quiet for two seconds; right after an answer nobody looks.
    session._wire._heard_at -= 2
    result = send(session)
    assert result == SendResult(Outcome.NOT_SENT, 421, "4.4.2", "idle for too long", "mail", reconnect=True)
    session.close()
    peer.join()
    assert peer.verbs == ["MAIL", "RCPT", "DATA", "."]


def test_a_failed_intent_leaves_a_connection_that_says_nothing_more(peer: Peer) -> None:
    session = peer.session()

    def broken() -> None:
        raise KeyError("the disk is full")

    with pytest.raises(KeyError):
        session.send(envelope(), broken)
    session.close()
    peer.join()
    assert peer.verbs == ["MAIL", "RCPT", "DATA"]
    assert peer.ours.fileno() == -1, "closed at once, not when somebody gets round to it"
