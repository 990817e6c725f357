"""A rehearsal passes when everything is right, and says what is wrong when something is: each part is broken once."""

from __future__ import annotations

import csv
import dataclasses
import json
import os
import random
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from newsletter.commands import rehearse as command
from newsletter.commands import send as sending
from newsletter.commands.dkim import new_key
from newsletter.commands.project import Project, open_project
from newsletter.commands.rehearse import Rehearsal, rehearse
from newsletter.commands.rehearse_reading import CHECKS, LISTED
from newsletter.commands.status import open_project_store
from newsletter.inbox import Inbox
from newsletter.models.delivery import Delivery
from newsletter.models.message import Envelope, Outcome, SendResult

ISSUE = "2024-02"
HOSTILE = [
    "Zoé Tremblay", "", "O'Neil, Anne", 'Jean "Jack" Roy', "名前 太郎", "שלום עולם", "=?utf-8?q?x?=", "a@b.example",
    "😀", "<b>x</b> & co", ".", "From x", "x" * 300, "é" * 90, "A\tB", "\u202egnp.exe", "'" * 40, "=2E", "{{ name }}",
]  # fmt: skip


def run(project: Project, **changes: Any) -> Rehearsal:
    stop = threading.Event()
    return rehearse(project, ISSUE, **{"stop": stop, "on_event": lambda event: None, **changes})


def people(root: Path, count: int, seed: int = 1) -> None:
    """`count` random people with hostile names, in place of the members."""
    chance = random.Random(seed)
    file = root / "recipients" / "members.csv"
    columns = file.read_text(encoding="utf-8").splitlines()[0].split(",")
    with file.open("w", newline="", encoding="utf-8") as stream:
        rows = csv.writer(stream)
        rows.writerow(columns)
        for number in range(count):
            row = {
                "email": f"p{number}.{chance.getrandbits(40):x}@example.{chance.choice(['org', 'com'])}",
                "name": chance.choice(HOSTILE),
                "language": chance.choice(["fr", "en", "fr+en", ""]),
                "basis": "express", "consented_on": "2023-01-01", "source": "form", "proof": "f1",
            }  # fmt: skip
            rows.writerow([row.get(column, "") for column in columns])


def test_everything_is_right(sample: Project) -> None:
    done = run(sample)
    assert done.passed
    assert done.reading.received == done.plan.audience.total > 5
    assert dict(done.reading.checked) == {check: done.reading.received for check in CHECKS if check != "signature"}
    assert dict(done.reading.by_edition) == dict(done.plan.audience.per_edition())
    assert not list(sample.var.glob("rehearsal-*"))
    with open_project_store(sample) as store:
        assert store.runs() == []


def test_random_people_never_see_each_other_and_all_is_signed(
    sample: Project, sample_root: Path, clock: Any
) -> None:
    """NEWSLETTER_TEST_REHEARSED sets how many: 100000 takes some minutes."""
    count = int(os.environ.get("NEWSLETTER_TEST_REHEARSED", "250"))
    people(sample_root, count)
    lines = "".join(
        new_key(sample, f"{kind}1", domain=None, algorithm=kind, bits=2048, out=None).entry + "\n"  # type: ignore[arg-type]
        for kind in ("rsa", "ed25519")
    )
    config = sample_root / "newsletter.yaml"
    config.write_text(f"{config.read_text(encoding='utf-8')}\ndkim:\n{lines}", encoding="utf-8")
    done = run(open_project(sample_root, {}, clock=clock))
    assert [finding.message for finding in done.problems] == []
    assert done.passed
    assert done.reading.checked["signature"] == done.reading.received >= count
    assert done.signed_by == ("rsa1._domainkey.example.org", "ed255191._domainkey.example.org")


# -- broken on purpose

Change = Callable[[Envelope, Delivery], Envelope]


@pytest.fixture
def broken(sample: Project, monkeypatch: pytest.MonkeyPatch) -> Callable[[Change], Rehearsal]:
    """A rehearsal in which every envelope is changed right before the transport gets it."""

    def make(change: Change) -> Rehearsal:
        real = sending.envelopes

        @contextmanager
        def envelopes(*arguments: Any, **named: Any) -> Iterator[Callable[[Delivery], Envelope]]:
            with real(*arguments, **named) as merge:
                yield lambda delivery: change(merge(delivery), delivery)

        monkeypatch.setattr(sending, "envelopes", envelopes)
        return run(sample)

    return make


def data(old: bytes, new: bytes) -> Change:
    def change(envelope: Envelope, delivery: Delivery) -> Envelope:
        assert old in envelope.data
        return envelope._replace(data=envelope.data.replace(old, new, 1))

    return change


def of_another(envelope: Envelope, delivery: Delivery) -> Envelope:
    """Everybody gets the first one's message."""
    of_another.first = getattr(of_another, "first", None) or envelope.data  # type: ignore[attr-defined]
    return envelope._replace(data=of_another.first)  # type: ignore[attr-defined]


def other_token(envelope: Envelope, delivery: Delivery) -> Envelope:
    token = delivery.token.encode()
    return envelope._replace(data=envelope.data.replace(token, token[::-1]))


CASES: list[tuple[str, Change, set[str], str]] = [
    ("subject", data(b"Subject: ", b"Subject: x"), {"HEADER", "PLAN"}, "Subject is"),
    ("sender", data(b"From: ", b"From: x"), {"HEADER", "PLAN"}, "From is"),
    ("twice", data(b"\r\nTo: ", b"\r\nTo: a@example.org\r\nTo: "), {"HEADER", "FOREIGN", "PLAN"}, "To stands 2 times"),
    ("cc", data(b"\r\nTo: ", b"\r\nCc: eve@example.com\r\nTo: "), {"FOREIGN", "PLAN"}, "eve@example.com stands in it"),
    ("language", data(b"Content-Language: ", b"Content-Language: ar, "), {"LANGUAGE", "PLAN"}, "Content-Language is"),
    ("one click", data(b"List-Unsubscribe-Post", b"X-Post"), {"LINK", "HEADER", "PLAN"}, "with one click"),
    ("encoding", data(b"quoted-printable", b"7bit"), {"CONTENT", "PLAN"}, "differs from the edition"),
    ("boundary", data(b'boundary="=_', b'boundary="=_x'), {"READ", "CONTENT", "LINK", "PLAN"}, "the parser says"),
    ("long line", data(b"</body>", b"x" * 80 + b"</body>"), {"READ", "CONTENT", "PLAN"}, "an encoded line has"),
    ("8 bits", data(b"Subject: ", b"X: \xe9\r\nSubject: "), {"READ", "PLAN"}, "not every relay takes"),
    ("token", other_token, {"LINK", "CONTENT", "FOREIGN", "PLAN"}, "List-Unsubscribe leads to"),
    ("word", data(b"presentation", b"presentatiom"), {"CONTENT", "PLAN"}, "the HTML differs from the edition"),
    ("charset", data(b"charset=utf-8", b"charset=nothing"), {"READ"}, "cannot be taken apart"),
    ("date", data(b"\r\nDate: ", b"\r\nDate: never\r\nX-Date: "), {"READ"}, "cannot be taken apart"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "change", "rules", "words"), CASES, ids=[case[0] for case in CASES])
def test_what_is_broken_is_found(
    broken: Callable[[Change], Rehearsal], what: str, change: Change, rules: set[str], words: str
) -> None:
    done = broken(change)
    assert not done.passed
    told = {finding.rule.removeprefix("REHEARSE-") for finding in done.problems}
    assert told == rules, [finding.message for finding in done.problems][:5]
    assert any(words in finding.message for finding in done.problems)


def test_messages_of_others_are_found(broken: Callable[[Change], Rehearsal]) -> None:
    done = broken(of_another)
    told = {finding.rule for finding in done.problems}
    assert told >= {"REHEARSE-HEADER", "REHEARSE-LINK", "REHEARSE-FOREIGN", "REHEARSE-CONTENT"}
    assert done.reading.checked["link"] == 1
    assert len(done.problems) + done.reading.hidden > 30
    assert len(done.problems) <= LISTED


def test_a_message_to_somebody_else_and_one_sent_twice(sample: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    class Doubling(Inbox):
        """Takes every message twice, and the first one never."""

        def __init__(self, on_message: Callable[[Any], None]) -> None:
            def twice(message: Any) -> None:
                if message.rcpt_to != (first.setdefault("one", message.rcpt_to[0]),):
                    on_message(message)
                    on_message(message)

            first: dict[str, str] = {}
            super().__init__(on_message=twice)

    monkeypatch.setattr(command, "Inbox", Doubling)
    done = run(sample)
    total = done.plan.audience.total
    told = [finding.message for finding in done.problems]
    assert sum("nobody waits for" in one for one in told) == total - 1
    assert sum("nothing arrived" in one for one in told) == 1
    assert not done.passed


def test_the_wrong_edition_for_a_language_is_found(sample: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    real = command.make_plan

    def swapped(*arguments: Any) -> Any:
        plan, findings = real(*arguments)
        recipients = tuple(
            dataclasses.replace(one, edition="en") if one.language == "fr" else one
            for one in plan.audience.recipients
        )
        audience = dataclasses.replace(plan.audience, recipients=recipients)
        return dataclasses.replace(plan, audience=audience), findings

    monkeypatch.setattr(command, "make_plan", swapped)
    done = run(sample)
    assert {finding.rule for finding in done.problems} == {"REHEARSE-LANGUAGE"}
    assert "the list says fr, they get the edition en" in done.problems[0].message


def test_an_address_of_the_list_in_the_text_is_found(sample: Project, sample_root: Path) -> None:
    row = next(
        line for line in (sample_root / "recipients" / "members.csv").read_text(encoding="utf-8").splitlines()[1:]
    )
    address = row.split(",")[0]
    issue = sample_root / "issues" / f"{ISSUE}.yaml"
    text = issue.read_text(encoding="utf-8")
    assert "posée dans le métro" in text
    issue.write_text(text.replace("posée dans le métro", f"posée à {address} dans le métro"), encoding="utf-8")
    done = run(sample)
    told = [finding.message for finding in done.problems]
    assert told == [f"{address}: this address of somebody on the list stands in the text that everybody gets"]


def test_refused_messages_are_told_with_the_answer(sample: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    class Refusing:
        name = "refusing"

        def connect(self) -> Any:
            return self

        def send(self, envelope: Envelope, before_final: Callable[[], None]) -> SendResult:
            before_final()
            return SendResult(Outcome.REJECTED, 550, "5.1.1", "no such person", "rcpt")

        def close(self) -> None:
            return

    monkeypatch.setattr(sending, "open_transport", lambda settings: Refusing())
    monkeypatch.setattr(
        command, "DeliverySettings", lambda **settings: dataclasses.replace(sample.config.delivery, stop_after=0)
    )
    done = run(sample)
    assert not done.passed
    assert len(done.problems) == done.plan.audience.total
    assert "nothing arrived (rejected: no such person)" in done.problems[0].message


# -- the command


def cli(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("NEWSLETTER_")}
    return subprocess.run(
        [sys.executable, "-m", "newsletter", *arguments],
        cwd=root, capture_output=True, text=True, timeout=120, env=clean, encoding="utf-8",
    )  # fmt: skip


@pytest.fixture(scope="module")
def module_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    repository = Path(__file__).resolve().parents[2]
    root = tmp_path_factory.mktemp("rehearsed") / "project"
    root.mkdir()
    for part in ("corpus", "issues", "templates", "recipients"):
        shutil.copytree(repository / part, root / part)
    shutil.copy(repository / "newsletter.yaml", root)
    return root


def test_the_command_in_words_and_in_json(module_root: Path) -> None:
    done = cli(module_root, "send", ISSUE, "--rehearse")
    assert done.returncode == 0, done.stderr
    assert "nothing left this machine" in done.stdout
    assert "Everybody would get exactly what the plan says. digest:" in done.stdout
    told = json.loads(cli(module_root, "send", ISSUE, "--rehearse", "--format", "json").stdout)
    assert told["passed"] is True
    assert told["received"] == told["total"]
    assert told["digest"][:16] in done.stdout
    planned = json.loads(cli(module_root, "send", ISSUE, "--format", "json").stdout)
    assert planned["digest"] == told["digest"]


def test_it_goes_with_no_other_way_of_sending(module_root: Path) -> None:
    for other in (["--confirm", "abc"], ["--to", "a@example.org"], ["--resume", "x"]):
        done = cli(module_root, "send", "--rehearse", *other)
        assert done.returncode == 2
        assert "exclude each other" in done.stderr
