"""A real Postfix: what it takes arrives, what it did not get whole does not, and its log proves which."""

from __future__ import annotations

import socket
import struct

import pytest
from peer_parts import connect, envelope, send
from postfix_peer import PASSWORD, SIZE_LIMIT, USER, Postfix

from newsletter.errors import EncryptionRefused, LoginRefused, RelayRefused
from newsletter.models.message import Outcome
from newsletter.transport.wire import Lost


def url(postfix: Postfix, port: int, options: str = "", user: str = "") -> str:
    scheme = "smtps" if port == postfix.submissions else "smtp"
    return f"{scheme}://{user}127.0.0.1:{port}?ca={postfix.authority}&timeout=20&final_timeout=20{options}"


def test_what_it_takes_arrives_as_it_was(postfix: Postfix) -> None:
    (result,) = send(connect(url(postfix, postfix.smtp)), envelope(name="whole", text=".un point"))
    assert (result.outcome, result.code, result.enhanced) == (Outcome.ACCEPTED, 250, "2.0.0")
    assert "queued as" in result.reply
    mail = postfix.mail("whole")
    assert mail.get_payload() == ".un point\n"
    assert mail["Return-Path"] == "<bulletin@example.org>"
    assert mail["X-Original-To"] in (None, "reader@example.com")
    assert "with ESMTPS id" in mail["Received"], "on this machine TLS is used when it is offered"


def test_a_relay_that_passes_nothing_on_stops_the_run(postfix: Postfix) -> None:
    """Of each recipient it says "Relay access denied", which is about us and not about them."""
    with pytest.raises(RelayRefused, match="Relay access denied"):
        send(connect(url(postfix, postfix.smtp)), envelope("reader@elsewhere.test"))


@pytest.mark.parametrize("ahead", ["yes", "no"])
def test_refusals_between_others_on_one_line(postfix: Postfix, ahead: str) -> None:
    """Envelope commands in one write, RSET after each refusal: each answer belongs to its own recipient."""
    to = ["a@example.com", "nobody@example.com", "b@example.com", "nobody@example.org"]
    session = connect(url(postfix, postfix.smtp, f"&ahead={ahead}"))
    results = send(session, *(envelope(each, f"mix-{i}-{ahead}") for i, each in enumerate(to)))
    outcomes = [(result.outcome, result.code, result.enhanced, result.stage) for result in results]
    taken, unknown = (Outcome.ACCEPTED, 250, "2.0.0", "dot"), (Outcome.REJECTED, 550, "5.1.1", "rcpt")
    assert outcomes == [taken, unknown, taken, unknown]
    postfix.mail(f"mix-0-{ahead}")
    postfix.mail(f"mix-2-{ahead}")


@pytest.mark.parametrize("mechanism", ["plain", "login", "cram-md5"])
@pytest.mark.parametrize("door", ["submission", "submissions"])
def test_submission_with_a_login(postfix: Postfix, door: str, mechanism: str) -> None:
    name = f"{door}-{mechanism}"
    address = url(postfix, getattr(postfix, door), f"&auth={mechanism}", f"{USER}%40relay.example.org@")
    (result,) = send(connect(address, PASSWORD), envelope(name=name))
    assert result.outcome is Outcome.ACCEPTED
    postfix.wait_for_log(f"sasl_method={mechanism.upper()}, sasl_username={USER}@relay.example.org")


def test_the_best_login_is_chosen(postfix: Postfix) -> None:
    address = url(postfix, postfix.submission, "&starttls=always", f"{USER}@")
    (result,) = send(connect(address, PASSWORD), envelope(name="chosen"))
    assert result.outcome is Outcome.ACCEPTED


@pytest.mark.parametrize("mechanism", ["plain", "login", "cram-md5"])
def test_a_wrong_password(postfix: Postfix, mechanism: str) -> None:
    address = url(postfix, postfix.submission, f"&auth={mechanism}", f"{USER}@")
    with pytest.raises(LoginRefused, match=r"535 5\.7\.8") as caught:
        connect(address, "wrong horse")
    assert "horse" not in str(caught.value)


def test_submission_wants_encryption_and_a_login(postfix: Postfix) -> None:
    with pytest.raises(EncryptionRefused, match="demands encryption"):
        send(connect(url(postfix, postfix.submission, "&starttls=never")), envelope())
    with pytest.raises(RelayRefused, match="Access denied"):
        send(connect(url(postfix, postfix.submission)), envelope())


def test_a_certificate_that_is_not_known_here(postfix: Postfix) -> None:
    with pytest.raises(EncryptionRefused, match="not trusted"):
        connect(f"smtp://127.0.0.1:{postfix.smtp}?starttls=always")


def test_too_large_is_known_before_a_byte_of_it_goes(postfix: Postfix) -> None:
    session = connect(url(postfix, postfix.smtp))
    with pytest.raises(RelayRefused, match=f"at most {SIZE_LIMIT}"):
        session.send(envelope(name="large", size=SIZE_LIMIT), lambda: pytest.fail("the intent was asked for"))
    session.close()


def test_letters_outside_ascii_before_the_at(postfix: Postfix) -> None:
    (result,) = send(connect(url(postfix, postfix.smtp)), envelope("zoé@example.com", "smtputf8"))
    assert result.outcome is Outcome.ACCEPTED
    assert "with UTF8SMTPS id" in str(postfix.mail("smtputf8")["Received"])


def test_a_domain_outside_ascii_goes_as_its_a_label(postfix: Postfix) -> None:
    """And needs no SMTPUTF8."""
    (result,) = send(connect(url(postfix, postfix.smtp)), envelope("zoe@xn--rable-9ra.example", "idn"))
    assert result.outcome is Outcome.ACCEPTED
    assert "with ESMTPS id" in str(postfix.mail("idn")["Received"])


class Cut(Exception):
    """The program dies here."""


def test_a_body_without_its_dot_is_not_delivered(postfix: Postfix) -> None:
    """Everything but the dot is out, then the line is reset, as a kernel does for a process that was killed."""
    session = connect(url(postfix, postfix.smtp, "&starttls=never"))
    wire = session._wire._sock  # type: ignore[attr-defined]

    def die() -> None:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise Cut

    with pytest.raises(Cut):
        session.send(envelope(name="cut", size=60_000), die)
    postfix.wait_for_log("message-id=<cut@example.org>")
    postfix.wait_for_log("lost connection after DATA")
    (result,) = send(connect(url(postfix, postfix.smtp)), envelope(name="after-cut"))
    assert result.outcome is Outcome.ACCEPTED
    postfix.mail("after-cut")
    assert "<cut@example.org>" not in [mail["Message-ID"] for mail in postfix.mails()]


def test_a_dot_whose_answer_nobody_reads_is_delivered(postfix: Postfix) -> None:
    """And the result is `unknown`: from here nobody can tell."""
    session = connect(url(postfix, postfix.smtp, "&starttls=never"))
    wire = session._wire  # type: ignore[attr-defined]
    read = wire.read

    def gone(stage: str, seconds: float) -> object:
        if stage == "dot":
            postfix.mail("unread")
            raise Lost(stage, "nobody reads any more")
        return read(stage, seconds)

    wire.read = gone
    result = session.send(envelope(name="unread"), lambda: None)
    session.close()
    assert (result.outcome, result.stage) == (Outcome.UNKNOWN, "dot")


def test_by_its_sendmail_command(postfix: Postfix) -> None:
    """`sendmail:` with the program that nearly every machine has."""
    session = connect(f"sendmail:?args=-C+{postfix.folder / 'conf'}")
    (result,) = send(session, envelope(name="by-command", text="From here\r\n."))
    assert result.outcome is Outcome.ACCEPTED, result
    assert postfix.mail("by-command").get_payload() == "From here\n.\n"
