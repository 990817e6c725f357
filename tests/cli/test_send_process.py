"""Sends as real processes: what arrives is what was previewed; signals, kills and second senders do no harm."""

from __future__ import annotations

import email
import email.policy
import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from newsletter.commands.build import SAMPLE_ADDRESS, SAMPLE_NAME, parts_of, prepare
from newsletter.commands.project import Project
from newsletter.inbox import Fault, Inbox

PATIENCE = 60.0
"""Seconds after which a process that should have done something is a failure."""


class Cli:
    """The command line in a copy of the sample project, talking to an inbox."""

    def __init__(self, root: Path, inbox: Inbox) -> None:
        self.root = root
        self.encoding = "utf-8"
        self.environ = {
            name: value for name, value in os.environ.items() if not name.startswith("NEWSLETTER_")
        } | {
            "NEWSLETTER_TRANSPORT": inbox.url,
            "NEWSLETTER_STORE": "sqlite:///var/ledger.sqlite3",
            "NEWSLETTER_DELIVERY__CONNECTIONS": "2",
            "COLUMNS": "200",
        }

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "newsletter", *arguments],
            cwd=self.root, env=self.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            encoding=self.encoding,
        )  # fmt: skip

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        process = self.start(*arguments)
        stdout, stderr = process.communicate(timeout=PATIENCE)
        assert "Traceback" not in stdout + stderr, stderr
        return subprocess.CompletedProcess(arguments, process.returncode, stdout, stderr)

    def digest(self, issue: str = "2024-02") -> str:
        return str(json.loads(self.run("send", issue, "--format", "json").stdout)["digest"])

    def states(self) -> dict[str, int]:
        with sqlite3.connect(self.root / "var" / "ledger.sqlite3") as connection:
            found = dict(connection.execute("SELECT state, count(*) FROM delivery GROUP BY state").fetchall())
        connection.close()
        return found


@contextmanager
def sender(root: Path, **options: Any) -> Iterator[tuple[Cli, Inbox]]:
    with Inbox(**options) as inbox:
        yield Cli(root, inbox), inbox


@pytest.fixture
def long_list(sample_root: Path) -> int:
    """The sample issue goes to a list of 40; the number of people on it."""
    rows = [
        f"p{n:03d}@example.org,Person {n},{['fr', 'en', 'fr+en'][n % 3]},express,2023-01-01,form,f-{n}"
        for n in range(40)
    ]
    header = "email,name,language,basis,consented_on,source,proof"
    (sample_root / "recipients" / "long.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    issue = sample_root / "issues" / "2024-02.yaml"
    text = issue.read_text(encoding="utf-8")
    issue.write_text(text.replace("lists: [members, partners]", "lists: [long]"), encoding="utf-8")
    return len(rows)


def parse(data: bytes) -> Any:
    return email.message_from_bytes(data, policy=email.policy.default)


def test_what_arrives_is_what_was_previewed(sample: Project, sample_root: Path) -> None:
    prepared = prepare(sample, "2024-02")
    previews = {code: parts_of(message) for code, message in prepared.samples.items()}
    sample_token = re.search(r"/u/([\w-]{22})", previews["fr"][1])
    assert sample_token is not None
    with sender(sample_root) as (cli, inbox):
        assert cli.run("send", "2024-02", "--confirm", cli.digest()).returncode == 0
        rows = json.loads(cli.run("status", "--format", "json").stdout)["deliveries"]
    people = {row["address"]: row for row in rows}
    assert len(inbox.messages) == 10
    for message in inbox.messages:
        (address,) = message.rcpt_to
        person = people[address]
        parsed = parse(message.data)
        assert not list(parsed.defects)
        token = re.search(r"<https://www\.example\.org/u/([\w-]{22})>", parsed["List-Unsubscribe"])
        assert token is not None
        html, text = parts_of(message.data)
        for arrived, previewed in zip((html, text), previews[person["edition"]], strict=True):
            expected = (
                previewed.replace(SAMPLE_NAME, person["name"])
                .replace(SAMPLE_ADDRESS, address)
                .replace(sample_token.group(1), token.group(1))
            )
            assert arrived == expected
        assert parsed["To"].addresses[0].addr_spec == address
        assert parsed["Message-ID"] == f"<{person['message_id']}>"
        assert "<mailto:desabonnement@example.org?subject=unsubscribe>" in parsed["List-Unsubscribe"]
        assert parsed["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert parsed["Subject"] == prepared.rendered[person["edition"]].subject
        assert not [other for other in people if other != address and other in message.data.decode("ascii")]
    assert len({parse(message.data)["Message-ID"] for message in inbox.messages}) == 10
    assert len({parse(message.data)["List-Unsubscribe"] for message in inbox.messages}) == 10


def test_a_second_sender_of_the_same_issue_is_refused(sample_root: Path) -> None:
    reached = threading.Event()
    goes_on = Fault("dot", delay=1.0, times=None)
    with sender(
        sample_root, faults=[goes_on], on_stage=lambda stage, _: reached.set() if stage == "dot" else None
    ) as (
        cli,
        inbox,
    ):
        digest = cli.digest()
        first = cli.start("send", "2024-02", "--confirm", digest)
        assert reached.wait(PATIENCE)
        for arguments in (("send", "2024-02", "--confirm", digest), ("send", "--resume", "2024-02-1")):
            second = cli.run(*arguments)
            assert second.returncode == 3
            assert "2024-02" in second.stderr
        first.communicate(timeout=PATIENCE)
        assert first.returncode == 0
        assert set(inbox.per_recipient().values()) == {1}
    assert cli.states() == {"accepted": 10}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_run_cleanly_and_resume_finishes_it(
    sample_root: Path, long_list: int, number: signal.Signals
) -> None:
    with sender(sample_root, faults=[Fault("dot", delay=0.02, times=None)]) as (cli, inbox):
        process = cli.start("send", "2024-02", "--confirm", cli.digest())
        assert inbox.wait_for(5, PATIENCE)
        process.send_signal(number)
        stdout, stderr = process.communicate(timeout=PATIENCE)
        assert process.returncode == 130, stderr
        assert "Run 2024-02-1: interrupted" in stdout
        assert "newsletter send --resume 2024-02-1" in stdout
        states = cli.states()
        assert "unknown" not in states
        assert "claimed" not in states
        assert states["accepted"] == len(inbox.messages)
        # What was confirmed is what goes out, whatever the files say by now.
        for name, old, new in (
            (
                "newsletter.yaml",
                "https://www.example.org/u/{token}",
                "https://www.example.org/moved-since/{token}",
            ),
            ("issues/2024-02.yaml", "subject:", "subject: {fr: Autre, en: Other}\nx-subject:"),
        ):
            path = sample_root / name
            path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
        resumed = cli.run("send", "--resume", "2024-02-1")
        assert resumed.returncode == 0, resumed.stderr
        assert all(b"moved-since" not in message.data for message in inbox.messages)
        by_edition = Counter(parse(message.data)["Subject"] for message in inbox.messages)
        assert len(by_edition) == 3
        assert inbox.per_recipient() == Counter({f"p{n:03d}@example.org": 1 for n in range(long_list)})
    assert cli.states() == {"accepted": long_list}


@pytest.mark.parametrize("first", [signal.SIGHUP, signal.SIGTERM])
def test_a_terminal_lost_twice_is_nobodys_impatience(sample_root: Path, first: signal.Signals) -> None:
    """The kernel and the shell both tell it; and who is logged out gets SIGTERM and SIGHUP together."""
    reached = threading.Event()
    with sender(
        sample_root,
        faults=[Fault("dot", delay=1.0, times=None)],
        on_stage=lambda stage, _: reached.set() if stage == "dot" else None,
    ) as (cli, inbox):
        process = cli.start("send", "2024-02", "--confirm", cli.digest())
        assert process.stderr is not None
        assert reached.wait(PATIENCE)
        for number in (first, signal.SIGHUP, signal.SIGHUP):
            process.send_signal(number)
            while "stopping" not in process.stderr.readline():
                assert process.poll() is None
        process.communicate(timeout=PATIENCE)
        assert process.returncode == 130
        assert cli.states() == {"accepted": len(inbox.messages), "pending": 10 - len(inbox.messages)}


def test_ctrl_c_before_the_first_message_makes_no_run(sample_root: Path) -> None:
    reached = threading.Event()
    with sender(
        sample_root,
        faults=[Fault("connect", delay=1.0)],
        on_stage=lambda stage, _: reached.set() if stage == "connect" else None,
    ) as (cli, inbox):
        process = cli.start("send", "2024-02", "--confirm", cli.digest())
        assert reached.wait(PATIENCE)
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=PATIENCE)
        assert process.returncode == 130, stderr
        assert inbox.messages == ()
        assert "nothing has been sent yet" in cli.run("status").stderr


def test_a_second_ctrl_c_stops_at_once(sample_root: Path) -> None:
    reached = threading.Event()
    with sender(
        sample_root,
        faults=[Fault("dot", silent=True, times=None)],
        on_stage=lambda stage, _: reached.set() if stage == "dot" else None,
    ) as (cli, _inbox):
        process = cli.start("send", "2024-02", "--confirm", cli.digest())
        assert process.stderr is not None
        assert reached.wait(PATIENCE)
        process.send_signal(signal.SIGINT)
        while "stopping" not in process.stderr.readline():
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=PATIENCE)
        assert process.returncode == 130, stderr
        assert "newsletter send --resume 2024-02-1" in stderr
        left = cli.states()["claimed"]
        status = cli.run("status", "2024-02-1").stdout
        as_data = json.loads(cli.run("status", "--format", "json").stdout)
    # Nobody is sending them any more, whatever their state is called.
    assert "being sent" not in status
    assert f"{10 - left} people still to go, {left} in doubt" in status
    assert (as_data["state"], as_data["under_way"]) == ("interrupted", False)


def test_a_killed_run_is_not_called_running(sample_root: Path) -> None:
    reached = threading.Event()
    with sender(
        sample_root,
        faults=[Fault("dot", silent=True, times=None)],
        on_stage=lambda stage, _: reached.set() if stage == "dot" else None,
    ) as (cli, _inbox):
        process = cli.start("send", "2024-02", "--confirm", cli.digest())
        assert reached.wait(PATIENCE)
        assert json.loads(cli.run("status", "--format", "json").stdout)["state"] == "running"
        process.kill()
        process.communicate(timeout=PATIENCE)
        assert json.loads(cli.run("status", "--format", "json").stdout)["state"] == "interrupted"
        assert "Run 2024-02-1: interrupted" in cli.run("status").stdout


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_nobody_reading_the_output_ends_no_run(sample_root: Path, long_list: int, stream: str) -> None:
    with sender(sample_root, faults=[Fault("dot", delay=0.01, times=None)]) as (cli, inbox):
        process = cli.start("send", "2024-02", "--confirm", cli.digest())
        getattr(process, stream).close()
        setattr(process, stream, None)
        process.communicate(timeout=PATIENCE)
        assert process.returncode == 0
        assert inbox.per_recipient() == Counter({f"p{n:03d}@example.org": 1 for n in range(long_list)})
    assert cli.states() == {"accepted": long_list}


@pytest.mark.parametrize("seed", range(3))
def test_kill_9_loses_nobody_and_repeats_nobody(sample_root: Path, long_list: int, seed: int) -> None:
    chance = random.Random(seed)
    with sender(sample_root, faults=[Fault("dot", delay=0.005, times=None)]) as (cli, inbox):
        digest = cli.digest()
        arguments = ["send", "2024-02", "--confirm", digest]
        kills = 0
        while kills < 3:
            process = cli.start(*arguments)
            inbox.wait_for(len(inbox.messages) + chance.randint(0, 9), PATIENCE)
            process.kill()
            process.communicate(timeout=PATIENCE)
            kills += 1
            if (cli.root / "var" / "ledger.sqlite3").exists() and cli.states():
                arguments = ["send", "--resume", "2024-02-1"]
        final = cli.run(*arguments)
        states = cli.states()
        assert final.returncode == (5 if states.get("unknown") else 0), final.stderr
    received = inbox.per_recipient()
    assert max(received.values()) == 1, f"seed {seed}"
    assert states.get("accepted", 0) + states.get("unknown", 0) == long_list
    assert states.get("unknown", 0) <= kills * 2
    # Whoever is missing at the server is named as unknown, not lost.
    assert long_list - len(received) <= states.get("unknown", 0)


def test_one_call_sends_again_what_a_kill_left_in_doubt(sample_root: Path, long_list: int) -> None:
    reached = threading.Event()
    slow = Fault("dot", delay=PATIENCE, times=2)
    with sender(
        sample_root, faults=[slow], on_stage=lambda stage, _: reached.set() if stage == "dot" else None
    ) as (
        cli,
        inbox,
    ):
        process = cli.start("send", "2024-02", "--confirm", cli.digest())
        assert reached.wait(PATIENCE)
        process.kill()
        process.communicate(timeout=PATIENCE)
        inbox.script.clear()
        resumed = cli.run("send", "--resume", "2024-02-1", "--resend-unknown")
        assert resumed.returncode == 0, resumed.stderr
    assert cli.states() == {"accepted": long_list}


def test_a_refused_login_is_one_message_without_the_password(sample_root: Path) -> None:
    with sender(sample_root, credentials={"bulletin": "right-password"}) as (cli, inbox):
        cli.environ["NEWSLETTER_TRANSPORT"] = inbox.url.replace("smtp://", "smtp://bulletin@")
        cli.environ["NEWSLETTER_SMTP_PASSWORD"] = "wrong-password"
        refused = cli.run("send", "2024-02", "--confirm", cli.digest())
        assert refused.returncode == 4
        assert "wrong-password" not in refused.stdout + refused.stderr
        assert "535" in refused.stderr
        assert cli.run("status").returncode == 2  # no run was left behind
        cli.environ["NEWSLETTER_SMTP_PASSWORD"] = "right-password"
        assert cli.run("send", "2024-02", "--confirm", cli.digest()).returncode == 0
        assert len(inbox.messages) == 10


def test_a_relay_without_tls_is_refused_when_tls_is_required(sample_root: Path) -> None:
    with sender(sample_root) as (cli, inbox):
        cli.environ["NEWSLETTER_TRANSPORT"] = f"{inbox.url}?starttls=always"
        refused = cli.run("send", "2024-02", "--confirm", cli.digest())
        assert refused.returncode == 4
        assert "TLS" in refused.stderr
        assert inbox.messages == ()


def test_the_demo_ends_well(sample_root: Path) -> None:
    with sender(sample_root) as (cli, inbox):
        done = cli.run("demo")
    assert done.returncode == 0, done.stderr
    for words in ("10 messages reached the inbox", "left out:", "consent expired", "previews", "Try next:"):
        assert words in done.stdout
    assert inbox.messages == ()  # the configured relay was not touched
    assert not (sample_root / "var" / "ledger.sqlite3").exists()  # nor the real ledger
    assert len(list((sample_root / "var" / "demo" / "inbox").glob("*.eml"))) == 10
    assert cli.run("demo").returncode == 0


@pytest.mark.parametrize("encoding", ["latin-1", "ascii", "utf-8"])
def test_a_terminal_of_another_encoding_breaks_no_output(sample_root: Path, encoding: str) -> None:
    with sender(sample_root) as (cli, _inbox):
        assert cli.run("send", "2024-02", "--confirm", cli.digest()).returncode == 0
        cli.encoding = encoding if encoding == "latin-1" else "utf-8"
        cli.environ |= {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0", "LC_ALL": "C"}
        for arguments in (("send", "2024-02"), ("status",), ("check", "2024-02"), ("status", "--format", "csv")):
            done = cli.run(*arguments)
            assert done.returncode == (3 if arguments == ("send", "2024-02") else 0), done.stderr
        people = json.loads(cli.run("status", "--format", "json").stdout)["deliveries"]
    assert "Amélie Tremblay" in {person["name"] for person in people}


def test_a_report_that_cannot_be_written_is_trouble_of_the_world(sample_root: Path) -> None:
    with sender(sample_root) as (cli, _inbox), Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "newsletter", "send", "2024-02"],
            cwd=sample_root, env=cli.environ, stdout=full, stderr=subprocess.PIPE, text=True, encoding="utf-8",
            timeout=PATIENCE, check=False,
        )  # fmt: skip
    assert done.returncode == 4, done.stderr
    assert "No space left" in done.stderr
