"""A program takes the message, and its exit status is the answer."""

from __future__ import annotations

import fcntl
import os
import sys
from pathlib import Path

import pytest

from newsletter.errors import RelayRefused, TransportTrouble
from newsletter.models.message import Envelope, Outcome, SendResult
from newsletter.transport import Session, open_transport, parse_url
from newsletter.transport.sendmail import USUAL_PLACES, SendmailSettings

pytestmark = pytest.mark.skipif(os.name != "posix", reason="sendmail: is for Unix")

DATA = b"Subject: Bonjour\r\n\r\n.\r\nfin\r\n"
LONG = b"Subject: x\r\n\r\n" + b"Bonjour tout le monde\r\n" * 20_000
"""More than a pipe holds."""


def envelope(to: str = "reader@example.com", data: bytes = DATA, sender: str = "bulletin@example.org") -> Envelope:
    return Envelope(sender, to, "id@example.org", data)


def program(folder: Path, body: str) -> Path:
    path = folder / "mta"
    path.write_text(f"#!{sys.executable}\nimport os, signal, sys\n{body}\n")
    path.chmod(0o755)
    return path


def session(path: Path, options: str = "") -> Session:
    return open_transport(parse_url(f"sendmail:{path}{options}", allow_password=False, root=path.parent)).connect()


KEEP = """
import json
text = sys.stdin.buffer.read()
open("taken", "wb").write(json.dumps(sys.argv[1:]).encode() + b"\\n" + text)
print("queued as 4711")
"""


def test_the_program_gets_the_message_and_the_envelope(tmp_path: Path) -> None:
    result = session(program(tmp_path, KEEP), "?args=-C+'my+file'").send(envelope(), lambda: None)

    assert result == SendResult(Outcome.ACCEPTED, 250, "2.0.0", "queued as 4711", "dot")
    arguments, text = (tmp_path / "taken").read_bytes().split(b"\n", 1)
    assert arguments == b'["-C", "my file", "-i", "-f", "bulletin@example.org", "--", "reader@example.com"]'
    assert text == DATA.replace(b"\r\n", b"\n")


def test_a_long_message_arrives_whole(tmp_path: Path) -> None:
    assert session(program(tmp_path, KEEP)).send(envelope(data=LONG), lambda: None).outcome is Outcome.ACCEPTED
    assert (tmp_path / "taken").read_bytes().endswith(LONG.replace(b"\r\n", b"\n"))


def test_nothing_is_said_to_a_shell(tmp_path: Path) -> None:
    to = "$(touch${IFS}pwned);`touch`|x&@example.com"
    assert session(program(tmp_path, KEEP)).send(envelope(to), lambda: None).outcome is Outcome.ACCEPTED
    assert to.encode() in (tmp_path / "taken").read_bytes()
    assert not (tmp_path / "pwned").exists()


def test_an_address_is_never_an_option(tmp_path: Path) -> None:
    result = session(program(tmp_path, KEEP)).send(envelope("-bs@example.com"), lambda: None)
    assert result.outcome is Outcome.ACCEPTED
    assert b'"--", "-bs@example.com"]' in (tmp_path / "taken").read_bytes()


@pytest.mark.parametrize(
    ("status", "outcome", "enhanced", "reconnect"),
    [
        (75, Outcome.DEFERRED, "4.3.0", False),
        (67, Outcome.REJECTED, "5.1.1", False),
        (68, Outcome.REJECTED, "5.1.2", False),
        (65, Outcome.REJECTED, "5.6.0", False),
        (69, Outcome.NOT_SENT, "", True),
        (71, Outcome.NOT_SENT, "", True),
        (74, Outcome.NOT_SENT, "", True),
    ],
)
@pytest.mark.parametrize("when", ["early", "at the end"])
def test_exit_statuses(
    tmp_path: Path, status: int, outcome: Outcome, enhanced: str, reconnect: bool, when: str
) -> None:
    early = when == "early"
    read = "" if early else "sys.stdin.buffer.read()"
    mta = program(tmp_path, f"{read}\nprint('no \\x1b[31m such user', file=sys.stderr)\nsys.exit({status})")
    result = session(mta).send(envelope(data=LONG), lambda: None)
    assert (result.outcome, result.code, result.enhanced) == (outcome, 0, enhanced)
    assert (result.stage, result.reconnect) == ("body" if early else "dot", reconnect)
    assert result.reply.startswith(f"exit status {status} (EX_")
    assert result.reply.endswith("): no [31m such user")


@pytest.mark.parametrize("status", [1, 64, 77, 78, 127])
def test_a_status_that_would_meet_everybody_stops_the_run(tmp_path: Path, status: int) -> None:
    mta = program(tmp_path, f"sys.stdin.buffer.read()\nprint('bad config', file=sys.stderr)\nsys.exit({status})")
    with pytest.raises(RelayRefused, match=f"exit status {status}: bad config") as caught:
        session(mta).send(envelope(), lambda: None)
    assert caught.value.hint


def test_killed_after_the_end_of_the_message_nobody_knows(tmp_path: Path) -> None:
    mta = program(tmp_path, "sys.stdin.buffer.read()\nos.kill(os.getpid(), signal.SIGKILL)")
    result = session(mta).send(envelope(), lambda: None)
    assert (result.outcome, result.stage, result.reply) == (
        Outcome.UNKNOWN,
        "dot",
        "the program was killed (SIGKILL)",
    )


def test_killed_before_it_was_not_sent(tmp_path: Path) -> None:
    mta = program(tmp_path, "sys.stdin.buffer.read(10)\nos.kill(os.getpid(), signal.SIGTERM)")
    result = session(mta).send(envelope(data=LONG), lambda: pytest.fail("asked"))
    assert (result.outcome, result.stage, result.reconnect) == (Outcome.NOT_SENT, "body", True)
    assert "SIGTERM" in result.reply


def test_one_that_never_ends_is_ended_and_unknown(tmp_path: Path) -> None:
    mta = program(tmp_path, "sys.stdin.buffer.read()\nopen('pid', 'w').write(str(os.getpid()))\nsignal.pause()")
    result = session(mta, "?final_timeout=1").send(envelope(), lambda: None)
    assert (result.outcome, result.reply) == (Outcome.UNKNOWN, "the program did not end within 1 s")
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


def test_one_that_takes_nothing_is_ended_and_not_sent(tmp_path: Path) -> None:
    mta = program(tmp_path, "signal.pause()")
    result = session(mta, "?timeout=0.5").send(envelope(data=LONG), lambda: pytest.fail("asked"))
    assert (result.outcome, result.stage) == (Outcome.NOT_SENT, "body")
    assert result.reply == "the program took nothing of the message for 0.5 s"


def test_without_the_intent_the_program_never_sees_the_end(tmp_path: Path) -> None:
    """It is killed with what it started, so that none of them takes the broken message for a whole one."""
    body = """
import fcntl
alive = open("alive", "w")
fcntl.flock(alive, fcntl.LOCK_EX)
if os.fork() == 0:
    text = sys.stdin.buffer.read()
    open("taken", "wb").write(text)
    os._exit(0)
os.wait()
"""

    def full() -> None:
        raise TransportTrouble("the ledger is full")

    with pytest.raises(TransportTrouble, match="ledger"):
        session(program(tmp_path, body)).send(envelope(data=LONG), full)
    with (tmp_path / "alive").open() as alive:
        fcntl.flock(alive, fcntl.LOCK_EX)  # until both are gone
    assert not (tmp_path / "taken").exists()


def test_a_program_that_reads_nothing_and_calls_it_success(tmp_path: Path) -> None:
    with pytest.raises(RelayRefused, match="ended before it had read"):
        session(program(tmp_path, "sys.exit(0)")).send(envelope(data=LONG), lambda: pytest.fail("asked"))


@pytest.mark.parametrize(("mode", "words"), [(None, "no such program"), (0o644, "no right to execute")])
def test_a_program_that_cannot_be_started(tmp_path: Path, mode: int | None, words: str) -> None:
    path = tmp_path / "mta"
    if mode is not None:
        path.write_text("x")
        path.chmod(mode)
    with pytest.raises(RelayRefused, match=words) as caught:
        session(path)
    assert caught.value.where == str(path)


def test_a_file_that_is_no_program(tmp_path: Path) -> None:
    path = tmp_path / "mta"
    path.write_bytes(b"\x7fELF nonsense")
    path.chmod(0o755)
    result = session(path).send(envelope(), lambda: pytest.fail("asked"))
    assert (result.outcome, result.stage, result.reconnect) == (Outcome.NOT_SENT, "connect", True)
    assert "cannot be started" in result.reply


def test_ctrl_c_at_the_terminal_does_not_reach_it(tmp_path: Path) -> None:
    mta = program(tmp_path, "sys.stdin.buffer.read()\nprint(os.getsid(0) == os.getpid())")
    assert session(mta).send(envelope(), lambda: None).reply == "True"


def test_urls(tmp_path: Path) -> None:
    read = parse_url(
        "sendmail:bin/mta?args=-a+news&timeout=5&final_timeout=9", allow_password=False, root=tmp_path
    )
    assert read == SendmailSettings(tmp_path / "bin/mta", ("-a", "news"), 5, 9, tmp_path)
    assert read.safe_url == f"sendmail:{tmp_path}/bin/mta"
    assert "news" not in repr(read).replace("newsletter", "").replace(str(tmp_path), "")
    usual = parse_url("sendmail:", allow_password=False)
    assert isinstance(usual, SendmailSettings)
    assert usual.program in USUAL_PLACES


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("sendmail://host/x", "not a host"),
        ("sendmail:x?shell=yes", "no option 'shell'"),
        ("sendmail:x?args=%22", "cannot be read"),
        ("sendmail:x?timeout=soon", "number of seconds"),
        ("sendmail:x?timeout=0", "more than 0"),
        ("sendmail:x?timeout=1&timeout=2", "twice"),
        ("sendmail:x?timeout", "name=value"),
        ("sendmail:x%00", "cannot hold"),
    ],
)
def test_urls_that_mean_nothing(url: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        parse_url(url, allow_password=False)
