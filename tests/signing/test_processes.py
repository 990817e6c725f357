"""Processes that sign beside the sender: what they sign holds, and nothing depends on them."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsletter.dkim import Pending, Signer, SigningProcesses, generate_key, load_key, verify, worthwhile
from newsletter.dkim import processes as processes_module
from newsletter.dkim.processes import MAX_HEAD, WORTH_MESSAGES
from newsletter.errors import SigningTrouble
from newsletter.models.message import WireBytes

AT = datetime(2024, 2, 6, 14, 30, tzinfo=UTC)
PATIENCE_MS = 60_000


@pytest.fixture(scope="module")
def signer() -> Signer:
    return Signer(
        [
            load_key(generate_key("rsa"), "example.org", "r1"),
            load_key(generate_key("ed25519"), "example.org", "e1"),
        ]
    )


@pytest.fixture
def processes(signer: Signer) -> Iterator[SigningProcesses]:
    """One process, ready."""
    with SigningProcesses(signer, 3, 1) as found:
        ready(found)
        yield found


def ready(processes: SigningProcesses) -> None:
    """Wait until each has said that it will answer, or has ended."""
    for one in processes._all:
        assert poll(one._control.fileno())


def poll(fileno: int) -> bool:
    watch = select.poll()
    watch.register(fileno, select.POLLIN)
    return bool(watch.poll(PATIENCE_MS))


def message(number: int = 0, size: int = 500) -> WireBytes:
    head = b"From: a@example.org\r\nTo: p%d@example.org\r\nSubject: x\r\nList-Unsubscribe: <https://example.org/%d>\r\n"
    return WireBytes(head % (number, number) + b"\r\n" + b"A line of text\r\n" * (size // 16 + 1))


def holds(signed: bytes, signer: Signer) -> bool:
    records = {key.record_name: key.record for key in signer.keys}
    verdicts = verify(signed, records.get)
    return len(verdicts) == len(signer.keys) and all(verdict.passed for verdict in verdicts)


def test_what_they_sign_is_what_is_signed_here(processes: SigningProcesses, signer: Signer) -> None:
    for number, size in enumerate((1, 40_000, 3_000_000)):
        pending = processes.begin(message(number, size), AT)
        assert pending is not None
        assert poll(pending.fileno())
        signed = pending.finish()
        assert isinstance(signed, WireBytes)
        assert holds(signed, signer)
        # RSA's PKCS #1 v1.5 and Ed25519 sign the same with the same.
        assert signed == signer.sign(message(number, size), AT)


def test_as_many_at_a_time_as_there_are_channels(processes: SigningProcesses, signer: Signer) -> None:
    first = [processes.begin(message(number), AT) for number in range(3)]
    assert None not in first
    assert processes.begin(message(9), AT) is None, "the fourth is signed here"
    for number, pending in reversed(list(enumerate(first))):
        assert pending is not None
        assert poll(pending.fileno())
        assert b"To: p%d@" % number in pending.finish()
    assert processes.begin(message(), AT) is not None, "channels are used again"


def test_a_message_that_is_given_back_gives_its_channel_back(processes: SigningProcesses, signer: Signer) -> None:
    """As at each pause, when whoever was taken ahead by a connection waits for another."""
    for _ in range(3):
        given_back = [processes.begin(message(1), AT) for _ in range(3)]
        for pending in given_back:
            assert pending is not None
            assert poll(pending.fileno())
        del pending, given_back
    pending = processes.begin(message(2), AT)
    assert pending is not None
    assert poll(pending.fileno())
    signed = pending.finish()
    assert b"To: p2@" in signed
    assert holds(signed, signer)


def test_a_message_given_back_while_it_is_signed_keeps_its_channel_until_the_answer(
    processes: SigningProcesses,
) -> None:
    (process,) = processes._all
    os.kill(process._process.pid, signal.SIGSTOP)
    for number in range(3):
        assert processes.begin(message(number), AT) is not None
    assert processes.begin(message(9), AT) is None
    waited_for = [one.fileno() for one in processes._given_back]
    os.kill(process._process.pid, signal.SIGCONT)
    assert all(poll(fileno) for fileno in waited_for)
    assert processes.begin(message(9), AT) is not None


def test_two_share_the_channels(signer: Signer) -> None:
    with SigningProcesses(signer, 5, 2) as two:
        ready(two)
        found = [two.begin(message(number), AT) for number in range(5)]
        for pending in found:
            assert pending is not None
            assert poll(pending.fileno())
            assert holds(pending.finish(), signer)


def test_before_they_have_started_all_is_signed_here(signer: Signer, monkeypatch: pytest.MonkeyPatch) -> None:
    # An interpreter that says nothing.
    monkeypatch.setattr(
        processes_module,
        "_started",
        lambda stdin, channels: subprocess.Popen(["cat"], stdin=stdin.fileno(), stdout=subprocess.DEVNULL),
    )
    with SigningProcesses(signer, 2) as silent:
        assert silent.begin(message(), AT) is None


def test_no_process_can_be_started(signer: Signer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with SigningProcesses(signer, 2) as none:
        assert none.begin(message(), AT) is None


def test_one_that_ends_at_once_is_not_waited_for(signer: Signer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with SigningProcesses(signer, 2) as ended:
        ready(ended)
        assert ended.begin(message(), AT) is None
        assert not ended._starting


def asked_and_killed(processes: SigningProcesses) -> Pending:
    """A message that is being signed by a process that ends before it has."""
    (process,) = processes._all
    os.kill(process._process.pid, signal.SIGSTOP)
    asked = processes.begin(message(1), AT)
    assert asked is not None
    process._process.kill()
    process._process.wait()
    return asked


def test_whoever_was_killed_has_not_signed(processes: SigningProcesses, signer: Signer) -> None:
    asked = asked_and_killed(processes)
    assert poll(asked.fileno()), "its end is heard"
    assert holds(asked.finish(), signer)
    for number in (2, 3, 4, 5):
        # The channels that are left are found out one by one.
        pending = processes.begin(message(number), AT)
        assert pending is None or holds(pending.finish(), signer)


def test_whoever_was_killed_is_waited_for_at_a_socket(processes: SigningProcesses, signer: Signer) -> None:
    """A connection asks once ahead of its turn, once more in its turn, and then has the loop wait."""
    asked = asked_and_killed(processes)
    for _ in range(3):
        assert not asked.is_ready()
        assert poll(asked.fileno()), "the loop goes on at once"
    assert holds(asked.finish(), signer)


def test_a_late_answer_is_signed_here_and_never_taken_for_another(
    processes: SigningProcesses, signer: Signer
) -> None:
    (process,) = processes._all
    os.kill(process._process.pid, signal.SIGSTOP)
    late = processes.begin(message(1), AT)
    assert late is not None
    assert b"To: p1@" in late.finish(), "does not wait"
    os.kill(process._process.pid, signal.SIGCONT)
    for number in range(2, 8):
        pending = processes.begin(message(number), AT)
        assert pending is not None
        assert poll(pending.fileno())
        signed = pending.finish()
        assert b"To: p%d@" % number in signed
        assert holds(signed, signer)


def test_signals_sent_to_all_do_not_end_them(processes: SigningProcesses, signer: Signer) -> None:
    (process,) = processes._all
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        os.kill(process._process.pid, each)
    pending = processes.begin(message(), AT)
    assert pending is not None
    assert poll(pending.fileno())
    assert holds(pending.finish(), signer)
    assert process._process.poll() is None


def test_closed_while_it_signs(signer: Signer) -> None:
    with SigningProcesses(signer, 1) as processes:
        ready(processes)
        pending = processes.begin(message(), AT)
        (process,) = processes._all
    assert pending is not None
    assert holds(pending.finish(), signer)
    assert process._process.returncode == 0


def test_it_ends_with_whoever_started_it(tmp_path: Path) -> None:
    """However that one ended: every socket of it is closed then."""
    child = """
import os, select, signal, sys
from newsletter.dkim import *
signer = Signer([load_key(generate_key("ed25519"), "example.org", "s")])
processes = SigningProcesses(signer, 2)
select.select([processes._all[0]._control], [], [])
print(processes._all[0]._process.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", child], stdout=subprocess.PIPE, text=True, check=False)
    pid = int(done.stdout)
    assert done.returncode == -signal.SIGKILL
    try:
        ended = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        assert poll(ended)
    finally:
        os.close(ended)


def test_the_key_stands_neither_in_arguments_nor_in_the_environment(
    processes: SigningProcesses, signer: Signer
) -> None:
    (process,) = processes._all
    of = Path("/proc") / str(process._process.pid)
    shown = (of / "cmdline").read_bytes() + (of / "environ").read_bytes()
    assert b"newsletter" in shown
    for key in signer.keys:
        assert key.pem.splitlines()[1].encode() not in shown


def test_secrets_in_our_environment_stay_there(signer: Signer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NEWSLETTER_DKIM_KEY", "NEWSLETTER_SMTP_PASSWORD", "NEWSLETTER_SECRET"):
        monkeypatch.setenv(name, "hush-hush")
    with SigningProcesses(signer, 1) as processes:
        ready(processes)
        (process,) = processes._all
        shown = (Path("/proc") / str(process._process.pid) / "environ").read_bytes()
    assert b"PYTHONPATH=" in shown
    assert b"hush-hush" not in shown


def test_a_head_that_may_not_fit_is_signed_here(processes: SigningProcesses) -> None:
    assert (
        processes.begin(WireBytes(b"From: a@example.org\r\nX-Long: " + b"x" * MAX_HEAD + b"\r\n\r\nx\r\n"), AT)
        is None
    )


def test_a_sample_is_verified_here(
    processes: SigningProcesses, signer: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    strict = Signer(signer.keys, verify_every=1)
    processes.signer = strict
    monkeypatch.setattr(
        processes_module, "digest", lambda data: (data.partition(b"\r\n\r\n")[0] + b"\r\n", b"x" * 32)
    )
    pending = processes.begin(message(), AT)
    assert pending is not None
    assert poll(pending.fileno())
    with pytest.raises(SigningTrouble, match="the body is not the one"):
        pending.finish()


@pytest.mark.parametrize(
    ("messages", "processors", "expected"),
    [(WORTH_MESSAGES, 1, 0), (WORTH_MESSAGES - 1, 8, 0), (WORTH_MESSAGES, 2, 1), (10**6, 3, 2), (10**6, 64, 2)],
)
def test_how_many_are_worth_it(
    messages: int, processors: int, expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(processors)))
    assert worthwhile(messages) == expected
