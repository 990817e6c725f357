"""Every stage of a transaction against every way it can fail, over a real connection."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from newsletter.errors import EncryptionRefused, LoginRefused, RelayRefused, TransportTrouble
from newsletter.inbox import Fault, Inbox
from newsletter.models.message import Envelope, Outcome, SendResult
from newsletter.transport import Session, SmtpSettings, open_transport

DATA = b"Subject: x\r\n\r\n" + b"Bonjour tout le monde, ceci est un essai.\r\n" * 40
SHORT = 0.3
"""Seconds until silence counts as lost, where silence is what is tested; elsewhere there is plenty of time."""


def envelope(
    to: str = "reader@example.com", data: bytes = DATA, mail_from: str = "bulletin@example.org"
) -> Envelope:
    return Envelope(mail_from, to, "id@example.org", data)


def settings(inbox: Inbox, **more: object) -> SmtpSettings:
    values: dict[str, object] = {"timeout": 10, "final_timeout": 10, "connect_timeout": 10}
    return SmtpSettings("127.0.0.1", inbox.port, **{**values, **more, "starttls": "never"})  # type: ignore[arg-type]


def connect(inbox: Inbox, seconds: float = 10) -> Session:
    return open_transport(settings(inbox, timeout=seconds, final_timeout=seconds)).connect()


def no_intent() -> None:
    """A ledger that is always ready."""


class Intents:
    """Counts the intents, to see whether one was asked for."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> None:
        self.count += 1


PIPELINING = pytest.mark.parametrize("pipelining", [True, False], ids=["pipelined", "step-by-step"])

# fault, outcome, code, enhanced, stage, session still usable, intent asked for
CELLS: list[tuple[Fault, Outcome, int, str, str, bool, bool]] = [
    (Fault("mail", reply="451 4.3.0 queue full"), Outcome.DEFERRED, 451, "4.3.0", "mail", True, False),
    (Fault("mail", reply="421 4.3.2 going down"), Outcome.NOT_SENT, 421, "4.3.2", "mail", False, False),
    (Fault("mail", drop=True), Outcome.NOT_SENT, 0, "", "mail", False, False),
    (Fault("mail", silent=True), Outcome.NOT_SENT, 0, "", "mail", False, False),
    (Fault("rcpt", reply="450 4.2.0 greylisted"), Outcome.DEFERRED, 450, "4.2.0", "rcpt", True, False),
    (Fault("rcpt", reply="550 5.1.1 no such user"), Outcome.REJECTED, 550, "5.1.1", "rcpt", True, False),
    (Fault("rcpt", reply="552 5.2.2 mailbox full"), Outcome.REJECTED, 552, "5.2.2", "rcpt", True, False),
    (Fault("rcpt", reply="421 4.7.0 too many"), Outcome.DEFERRED, 421, "4.7.0", "rcpt", False, False),
    (Fault("rcpt", drop=True), Outcome.NOT_SENT, 0, "", "rcpt", False, False),
    (Fault("rcpt", silent=True), Outcome.NOT_SENT, 0, "", "rcpt", False, False),
    (Fault("data", reply="451 4.3.0 not now"), Outcome.DEFERRED, 451, "4.3.0", "data", True, False),
    (Fault("data", reply="554 5.1.0 no"), Outcome.REJECTED, 554, "5.1.0", "data", True, False),
    (Fault("data", reply="421 4.3.2 going down"), Outcome.DEFERRED, 421, "4.3.2", "data", False, False),
    (Fault("data", drop=True), Outcome.NOT_SENT, 0, "", "data", False, False),
    (Fault("data", silent=True), Outcome.NOT_SENT, 0, "", "data", False, False),
    (Fault("dot", reply="451 4.3.0 try later"), Outcome.DEFERRED, 451, "4.3.0", "dot", True, True),
    (Fault("dot", reply="550 5.1.1 no such user"), Outcome.REJECTED, 550, "5.1.1", "dot", True, True),
    (Fault("dot", reply="552 5.2.2 mailbox full"), Outcome.REJECTED, 552, "5.2.2", "dot", True, True),
    (Fault("dot", reply="421 4.3.2 going down"), Outcome.DEFERRED, 421, "4.3.2", "dot", False, True),
    (Fault("dot", drop=True), Outcome.UNKNOWN, 0, "", "dot", False, True),
    (Fault("dot", drop=True, keep=True), Outcome.UNKNOWN, 0, "", "dot", False, True),
    (Fault("dot", silent=True, keep=True), Outcome.UNKNOWN, 0, "", "dot", False, True),
    (Fault("dot", reply="354 what", keep=True), Outcome.UNKNOWN, 0, "", "dot", False, True),
    (Fault("dot", reply="nonsense", keep=True), Outcome.UNKNOWN, 0, "", "dot", False, True),
]


def cell_name(value: object) -> str | None:
    if isinstance(value, Fault):
        return (
            f"{value.stage}-{value.reply or ('drop' if value.drop else 'silent')}{'-kept' if value.keep else ''}"
        )
    return None


@PIPELINING
@pytest.mark.parametrize(
    ("fault", "outcome", "code", "enhanced", "stage", "usable", "asked"), CELLS, ids=cell_name
)
def test_each_fault_has_its_meaning(
    fault: Fault,
    outcome: Outcome,
    code: int,
    enhanced: str,
    stage: str,
    usable: bool,
    asked: bool,
    pipelining: bool,
) -> None:
    with Inbox(pipelining=pipelining) as inbox:
        session = connect(inbox, SHORT if fault.silent else 10)
        inbox.script.add(fault)
        intents = Intents()
        result = session.send(envelope(), intents)
        assert (result.outcome, result.code, result.enhanced) == (outcome, code, enhanced)
        assert result.stage == stage
        assert result.reconnect is not usable
        assert intents.count == asked
        assert len(inbox.messages) == fault.keep
        if usable:
            again = session.send(envelope("next@example.com"), no_intent)
            assert again == SendResult(Outcome.ACCEPTED, 250, "2.0.0", "Ok: kept", "dot")
            assert inbox.messages[-1].rcpt_to == ("next@example.com",)
        session.close()


STOPS: list[tuple[Fault, type[TransportTrouble], str]] = [
    (Fault("mail", reply="550 5.7.1 sender not allowed"), RelayRefused, "sender not allowed"),
    (Fault("mail", reply="552 5.3.4 too big"), RelayRefused, "too big"),
    (Fault("mail", reply="530 5.7.0 Authentication required"), LoginRefused, "Authentication required"),
    (Fault("mail", reply="530 5.7.0 Must issue a STARTTLS command first"), EncryptionRefused, "STARTTLS"),
    (Fault("rcpt", reply="554 5.7.1 <x>: Relay access denied"), RelayRefused, "Relay access denied"),
    (Fault("rcpt", reply="550 5.7.26 unauthenticated sender"), RelayRefused, "5.7.26"),
    (Fault("rcpt", reply="535 5.7.8 no"), LoginRefused, "5.7.8"),
    (Fault("dot", reply="550 5.7.1 spam"), RelayRefused, "spam"),
    (Fault("dot", reply="550 5.7.515 sender rules"), RelayRefused, "5.7.515"),
    (Fault("dot", reply="552 message too big"), RelayRefused, "too big"),
    (Fault("dot", reply="554 5.6.0 malformed"), RelayRefused, "malformed"),
]


@PIPELINING
@pytest.mark.parametrize(("fault", "kind", "words"), STOPS, ids=cell_name)
def test_what_would_meet_everybody_stops_the_run(
    fault: Fault, kind: type[TransportTrouble], words: str, pipelining: bool
) -> None:
    with Inbox(pipelining=pipelining, faults=[fault]) as inbox:
        session = connect(inbox)
        with pytest.raises(kind, match=words) as caught:
            session.send(envelope(), no_intent)
        assert caught.value.where == f"127.0.0.1:{inbox.port}"
        assert caught.value.hint
        assert inbox.messages == ()
        session.close()


@PIPELINING
@pytest.mark.parametrize(
    ("fault", "outcome", "code"),
    [
        (Fault("body", drop=True), Outcome.NOT_SENT, 0),
        (Fault("body", reply="552 5.2.3 too much for this mailbox"), Outcome.REJECTED, 552),
        (Fault("body", reply="421 4.3.2 going down"), Outcome.DEFERRED, 421),
        (Fault("body", reply="451 4.3.0 disk full"), Outcome.DEFERRED, 451),
    ],
    ids=cell_name,
)
def test_a_relay_that_gives_up_within_the_body(
    fault: Fault, outcome: Outcome, code: int, pipelining: bool
) -> None:
    """The reply may be lost with the connection, but it is never taken for `unknown`: no dot went out."""
    with Inbox(pipelining=pipelining, faults=[fault]) as inbox:
        session = connect(inbox)
        # The relay is given the time to hang up: the intent takes as long as that.
        result = session.send(envelope(data=DATA * 200), lambda: void(inbox.wait_until_idle(5)))
        assert (result.outcome, result.code) in {(outcome, code), (Outcome.NOT_SENT, 0)}
        assert result.stage == "body"
        assert result.reconnect
        assert inbox.messages == ()
        session.close()


def void(value: object) -> None:
    """Drop a value."""


def test_the_intent_comes_before_the_dot_and_after_the_body() -> None:
    """Nothing is accepted while the intent is not durable, and the body is out by then."""
    reached = threading.Event()
    with Inbox(on_stage=lambda stage, who: reached.set() if stage == "data" else None) as inbox:
        session = connect(inbox)
        seen: list[int] = []

        def intent() -> None:
            assert reached.wait(5), "the relay has not heard DATA yet"
            seen.append(len(inbox.messages))

        assert session.send(envelope(), intent).outcome is Outcome.ACCEPTED
        assert seen == [0]
        session.close()


def test_a_failed_intent_drops_the_connection_without_the_dot() -> None:
    with Inbox() as inbox:
        session = connect(inbox)

        def broken() -> None:
            raise KeyError("the disk is full")

        with pytest.raises(KeyError):
            session.send(envelope(), broken)
        assert inbox.wait_until_idle(5)
        assert inbox.messages == ()
        session.close()


def test_a_relay_that_hung_up_between_two_messages() -> None:
    """Seen before anything is written, so the next recipient is certainly not sent to."""
    with Inbox() as inbox:
        session = connect(inbox)
        assert session.send(envelope(), no_intent).outcome is Outcome.ACCEPTED
        inbox.cut_connections()
        assert inbox.wait_until_idle(5)
        result = session.send(envelope("next@example.com"), no_intent)
        assert (result.outcome, result.stage, result.reconnect) == (Outcome.NOT_SENT, "mail", True)
        session.close()


@PIPELINING
def test_good_and_bad_recipients_on_one_connection(pipelining: bool) -> None:
    with Inbox(pipelining=pipelining) as inbox:
        inbox.script.add(
            Fault("rcpt", reply="550 5.1.1 no", recipient="b1@example.com"),
            Fault("rcpt", reply="450 4.2.0 later", recipient="b2@example.com"),
            Fault("data", reply="550 5.1.6 moved", recipient="b3@example.com"),
        )
        session = connect(inbox)
        names = ["g1", "b1", "b2", "g2", "b3", "g3"]
        codes = [session.send(envelope(f"{name}@example.com"), no_intent).code for name in names]
        assert codes == [250, 550, 450, 250, 550, 250]
        assert [message.rcpt_to[0][:2] for message in inbox.messages] == ["g1", "g2", "g3"]
        session.close()


@pytest.mark.parametrize(
    "data",
    [
        b".\r\n",
        b"Subject: x\r\n\r\n.\r\n..\r\n.hidden\r\nend\r\n",
        b".starts with a dot\r\n\r\n.\r\n",
        b"Subject: no end\r\n\r\nlast line",
        b"x: y\r\n\r\n" + b"z" * 900 + b"\r\n",
    ],
)
def test_what_arrives_is_what_was_sent(data: bytes) -> None:
    with Inbox() as inbox:
        session = connect(inbox)
        assert session.send(envelope(data=data), no_intent).outcome is Outcome.ACCEPTED
        assert inbox.messages[0].data == (data if data.endswith(b"\r\n") else data + b"\r\n")
        session.close()


@pytest.mark.parametrize("data", [b"a\nb\r\n", b"a\rb\r\n", b"a\r\n.\nMAIL FROM:<x@example.org>\r\n", b"a\r\r\n"])
def test_no_line_end_but_crlf_leaves_this_machine(data: bytes) -> None:
    with Inbox() as inbox:
        session = connect(inbox)
        result = session.send(envelope(data=data), no_intent)
        assert result.outcome is Outcome.REJECTED
        assert "CRLF" in result.reply
        assert session.send(envelope(), no_intent).outcome is Outcome.ACCEPTED
        assert len(inbox.messages) == 1
        session.close()


INJECTIONS = [
    "a@example.com>\r\nRCPT TO:<victim@example.com",
    "a@example.com\nRCPT TO:<b@example.com",
    "a@example.com\r",
    "a\x00@example.com",
    "a b@example.com",
    "<a@example.com>",
    "a@b@example.com",
    "a\u2028@example.com",
    "a\u0085@example.com",
    "@example.com",
    "nobody",
    "",
    "x" * 250 + "@example.com",
]


@pytest.mark.parametrize("address", INJECTIONS)
def test_an_address_cannot_carry_commands(address: str) -> None:
    with Inbox(smtputf8=True) as inbox:
        session = connect(inbox)
        result = session.send(envelope(address), no_intent)
        assert (result.outcome, result.stage, result.reconnect) == (Outcome.REJECTED, "rcpt", False)
        with pytest.raises(RelayRefused):
            session.send(envelope(mail_from=address), no_intent)
        assert session.send(envelope(), no_intent).outcome is Outcome.ACCEPTED
        assert inbox.per_recipient() == {"reader@example.com": 1}
        session.close()


@pytest.mark.parametrize("smtputf8", [True, False])
def test_letters_outside_ascii_need_smtputf8(smtputf8: bool) -> None:
    with Inbox(smtputf8=smtputf8) as inbox:
        session = connect(inbox)
        result = session.send(envelope("zoé@example.com"), no_intent)
        if smtputf8:
            assert result.outcome is Outcome.ACCEPTED
            assert inbox.messages[0].rcpt_to == ("zoé@example.com",)
        else:
            assert result.outcome is Outcome.REJECTED
            assert "SMTPUTF8" in result.reply
        assert session.send(envelope(), no_intent).outcome is Outcome.ACCEPTED
        session.close()


def test_a_message_over_the_announced_size_stops_before_it_is_sent() -> None:
    with Inbox(size_limit=1000) as inbox:
        session = connect(inbox)
        with pytest.raises(RelayRefused, match="at most 1000"):
            session.send(envelope(), no_intent)
        session.close()


def test_the_reply_is_kept_whole_clean_and_short() -> None:
    long = "452-4.2.2 first line\r\n452-4.2.2 sec\x07ond\r\n452 4.2.2 " + "w" * 2000
    with Inbox(faults=[Fault("rcpt", reply=long.encode("latin-1").decode("latin-1"))]) as inbox:
        session = connect(inbox)
        result = session.send(envelope(), no_intent)
        assert (result.code, result.enhanced) == (452, "4.2.2")
        assert result.reply.startswith("first line sec ond www")
        assert len(result.reply) == 1000
        session.close()


def test_many_messages_many_threads() -> None:
    with Inbox() as inbox:
        transport = open_transport(settings(inbox))

        def work(who: str) -> None:
            session = transport.connect()
            for number in range(25):
                assert session.send(envelope(f"{who}{number}@example.com"), no_intent).outcome is Outcome.ACCEPTED
            session.close()

        run_in_threads([lambda who=who: work(who) for who in "abcd"])
        assert len(inbox.per_recipient()) == len(inbox.messages) == 100


def run_in_threads(jobs: list[Callable[[], None]]) -> None:
    failures: list[BaseException] = []

    def guarded(job: Callable[[], None]) -> None:
        try:
            job()
        except BaseException as error:  # noqa: BLE001
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
