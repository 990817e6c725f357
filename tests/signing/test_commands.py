"""Keys as an engineer meets them: made, configured, wrong, missing; and mails that go out signed."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from newsletter.commands import dkim as commands
from newsletter.commands import send as send_module
from newsletter.commands.build import prepare
from newsletter.commands.dkim import aligned, new_key, open_signer, published, signing_findings
from newsletter.commands.project import Project, open_project
from newsletter.commands.send import dry_run, resume, send, send_test
from newsletter.commands.status import OPEN_STATES, open_project_store
from newsletter.config import load_config
from newsletter.dkim import DkimKey, Signer, generate_key, load_key, verify
from newsletter.dkim import signing as signing_module
from newsletter.dkim.signing import digest as digest_of
from newsletter.errors import ProjectMistake, Refusal, SigningTrouble
from newsletter.inbox import Fault, Inbox

Configure = Callable[..., Project]


@pytest.fixture
def configured(sample_root: Path, clock: Any) -> Configure:
    """The sample project with these lines at the end of newsletter.yaml."""

    def make(lines: str, **environ: str) -> Project:
        file = sample_root / "newsletter.yaml"
        file.write_text(file.read_text(encoding="utf-8") + "\n" + lines + "\n", encoding="utf-8")
        return open_project(sample_root, environ, clock=clock)

    return make


def with_key(configured: Configure, algorithm: str = "ed25519", **environ: str) -> Project:
    project = configured("# a key follows")
    made = new_key(project, "s1", domain=None, algorithm=algorithm, bits=2048, out=None)  # type: ignore[arg-type]
    return configured(f"dkim:\n{made.entry}", **environ)


def records(project: Project) -> dict[str, str]:
    signer = open_signer(project)
    assert signer is not None
    return {key.record_name: key.record for key in signer.keys}


def nothing(*_: object) -> None:
    return


def cli(root: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("NEWSLETTER_")}
    return subprocess.run(
        [sys.executable, "-m", "newsletter", *arguments],
        cwd=root, capture_output=True, text=True, timeout=60, env={**clean, **environ}, encoding="utf-8",
    )  # fmt: skip


def test_from_no_key_to_signed_samples(sample_root: Path) -> None:
    made = cli(sample_root, "dkim", "new", "--selector", "s2024")
    assert made.returncode == 0, made.stderr
    assert "s2024._domainkey.example.org" in made.stdout
    file = sample_root / "var" / "dkim" / "s2024.example.org.pem"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    secret = file.read_text().splitlines()[3]
    assert secret not in made.stdout + made.stderr

    yaml = made.stdout.partition("\ndkim:\n")[2].partition("\n\n3.")[0]
    config = sample_root / "newsletter.yaml"
    config.write_text(config.read_text(encoding="utf-8") + f"\ndkim:\n{yaml}", encoding="utf-8")
    shown = cli(sample_root, "dkim", "show", "--format", "json")
    (record,) = json.loads(shown.stdout)
    assert (record["name"], record["bits"], record["problem"]) == ("s2024._domainkey.example.org", 2048, None)
    assert f"value:  {record['record']}" in made.stdout

    planned = cli(sample_root, "send", "2024-02")
    assert planned.returncode == 0, planned.stderr
    assert (
        "must be in the DNS before you send (newsletter dkim show prints them):\n  s2024._domainkey"
        in planned.stdout
    )
    assert "AUTH-DKIM-DNS" in planned.stderr
    sample = (sample_root / "var" / "dry-run" / "2024-02" / "fr.eml").read_bytes()
    (verdict,) = verify(sample, {record["name"]: record["record"]}.get)
    assert verdict.passed, verdict.reason

    again = cli(sample_root, "dkim", "new", "--selector", "s2024")
    assert again.returncode == 3
    assert "exists already" in again.stderr
    assert secret in file.read_text()


@pytest.mark.parametrize("selector", ["a b", "é", "-", "", "a" * 64, "x/../y"])
def test_a_selector_that_is_none(sample: Project, selector: str) -> None:
    with pytest.raises(ProjectMistake):
        new_key(sample, selector, domain=None, algorithm="ed25519", bits=2048, out=None)
    assert not (sample.var / "dkim").exists()


def test_without_keys_nothing_is_said(sample: Project) -> None:
    assert open_signer(sample) is None
    assert signing_findings(sample) == []
    assert published(sample, None) == []


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("{domain: example.org, selector: s1, key_file: nowhere.pem}", "nowhere.pem cannot be read: No such file"),
        ("{domain: example.org, selector: s1, key_file: corpus}", "corpus cannot be read: Is a directory"),
        ("{domain: example.org, selector: s1, key_file: newsletter.yaml}", "no private key in PEM form"),
        ("{domain: example.org, selector: s1}", "it has no key: name a key_file, or set NEWSLETTER_DKIM_KEY"),
    ],
)
def test_a_key_that_cannot_be_used_stops_the_send(configured: Configure, entry: str, message: str) -> None:
    project = configured(f"dkim:\n  - {entry}")
    (finding,) = signing_findings(project)
    assert message in finding.message
    assert finding.place.startswith("newsletter.yaml:")
    assert (finding.rule, finding.severity.value) == ("AUTH-DKIM-KEY", "error")
    with pytest.raises(ProjectMistake) as caught:
        open_signer(project)
    assert caught.value.findings == (finding,)


def test_check_and_the_dry_run_tell_of_a_missing_key(configured: Configure) -> None:
    project = configured("dkim:\n  - {domain: example.org, selector: s1}")
    assert "AUTH-DKIM-KEY" in {one.rule for one in prepare(project, "2024-02").findings}
    with pytest.raises(ProjectMistake):
        dry_run(project, "2024-02")


def test_weak_keys_other_domains_and_open_files_are_warned_of(configured: Configure, sample_root: Path) -> None:
    key_file = sample_root / "k.pem"
    key_file.write_text(generate_key("rsa", 1024))
    key_file.chmod(0o644)
    project = configured("dkim:\n  - {domain: relay.example.com, selector: s1, key_file: k.pem}")
    told = {
        (one.rule, one.severity.value): one.message
        for one in signing_findings(project)
        if one.severity.value != "info"
    }
    assert told.pop(("AUTH-ALIGN-DKIM", "warning")).startswith(
        "mails from example.org are signed by relay.example.com"
    )
    assert list(told) == [("AUTH-DKIM-KEY", "warning")]
    messages = [one.message for one in signing_findings(project) if one.rule == "AUTH-DKIM-KEY"]
    assert any("1024 bits; readers ask for 2048" in message for message in messages)
    assert any("can be read by other users" in message for message in messages)


def test_two_keys_with_one_selector(configured: Configure) -> None:
    pems = generate_key("ed25519") + generate_key("ed25519")
    entry = "  - {domain: example.org, selector: s1}\n"
    project = configured(f"dkim:\n{entry}{entry}", NEWSLETTER_DKIM_KEY=pems)
    messages = [one.message for one in signing_findings(project) if one.severity.value == "error"]
    assert messages == ["dkim key s1 of example.org: another key has the same selector; each needs its own"]


def test_both_keys_from_the_environment(configured: Configure, sample_root: Path, tmp_path: Path) -> None:
    pems = tmp_path / "keys.pem"
    pems.write_text(generate_key("rsa") + generate_key("ed25519"))
    lines = "dkim:\n  - {domain: example.org, selector: r1}\n  - {domain: example.org, selector: e1}"
    project = configured(lines, NEWSLETTER_DKIM_KEY_FILE=str(pems))
    signer = open_signer(project)
    assert signer is not None
    assert [(key.selector, key.algorithm) for key in signer.keys] == [("r1", "rsa"), ("e1", "ed25519")]
    assert "PRIVATE" not in repr(project)
    assert "PRIVATE" not in repr(load_config(sample_root, {"NEWSLETTER_DKIM_KEY_FILE": str(pems)}))


@pytest.mark.parametrize(
    ("sender", "signer", "expected"),
    [
        ("example.org", "example.org", True),
        ("News.Example.org", "example.org", True),
        ("example.org", "mail.example.org", True),
        ("a.example.org", "b.example.org", True),
        ("example.org", "example.com", False),
        ("ourexample.org", "example.org", False),
        ("a.co.uk", "b.co.uk", False),
        ("a.qc.ca", "b.qc.ca", False),
        ("example.org", "org", False),
    ],
)
def test_alignment(sender: str, signer: str, expected: bool) -> None:
    assert aligned(sender, signer) is expected


def test_what_the_dns_says_is_compared(configured: Configure) -> None:
    project = with_key(configured)
    (key,) = (one.key for one in published(project, None))

    def problem(*texts: str) -> str | None:
        (one,) = published(project, lambda name: list(texts))
        return one.problem

    assert problem(key.record) == ""
    assert problem(key.record.replace("; ", ";") + ";") == ""
    assert problem() == "there is no record"
    assert problem(key.record, "v=spf1") == "there are 2 records; there must be one"
    assert problem("v=DKIM1; v=DKIM1") == "the record cannot be read: the tag v stands twice"
    other: DkimKey = load_key(generate_key("ed25519"), "example.org", "s1")
    assert problem(other.record) == "the record holds another key"


def test_the_dns_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    import dns.resolver
    import dns.rrset

    def answer(name: str, kind: str, lifetime: float) -> Any:
        if name.startswith("none"):
            raise dns.resolver.NXDOMAIN
        if name.startswith("late"):
            raise dns.resolver.LifetimeTimeout(timeout=10, errors=[])
        return dns.rrset.from_text(f"{name}.", 60, "IN", kind, '"v=DKIM1; " "p=AA"')

    monkeypatch.setattr(dns.resolver, "resolve", answer)
    assert commands.ask_dns("s1._domainkey.example.org") == ["v=DKIM1; p=AA"]
    assert commands.ask_dns("none.example.org") == []
    with pytest.raises(SigningTrouble, match="does not answer"):
        commands.ask_dns("late.example.org")


def test_a_run_a_test_and_a_resumed_run_are_signed(configured: Configure) -> None:
    project = with_key(configured, "rsa")
    known = records(project).get
    faults = [Fault("dot", drop=True, recipient=None, times=1)]
    stop = threading.Event()
    with Inbox() as inbox:
        here = open_project(project.root, {"NEWSLETTER_TRANSPORT": inbox.url}, clock=project.clock)
        send_test(here, "2024-02", "moi@example.org")
        tests = len(inbox.messages)
        digest = dry_run(here, "2024-02").plan.digest
        # The first answer is lost, and the run stopped: somebody is left for the resume.
        inbox.script.add(*faults)

        def stop_after_one(*_: object) -> None:
            if len(inbox.messages) > tests + 2:
                stop.set()

        status = send(here, "2024-02", digest, stop=stop, on_start=nothing, on_event=stop_after_one)
        if status.open:
            status = resume(here, status.run.id, stop=threading.Event(), on_start=nothing, on_event=nothing)
        assert status.open == 0
        messages = inbox.messages
    assert tests == 3
    assert len(messages) > tests + 2
    for message in messages:
        (verdict,) = verify(message.data, known)
        assert verdict.passed, verdict.reason
    ledger = (project.root / "var" / "newsletter.sqlite3").read_bytes()
    pem = (project.root / "var" / "dkim" / "s1.example.org.pem").read_text().splitlines()
    assert not any(line.encode() in ledger for line in pem[1:-1])


def test_a_resume_without_its_key_sends_nothing(configured: Configure) -> None:
    project = with_key(configured)
    with Inbox() as inbox:
        here = open_project(project.root, {"NEWSLETTER_TRANSPORT": inbox.url}, clock=project.clock)
        digest = dry_run(here, "2024-02").plan.digest
        stop = threading.Event()

        def stop_at_once(*_: object) -> None:
            stop.set()

        status = send(here, "2024-02", digest, stop=stop, on_start=stop_at_once, on_event=nothing)
        assert status.open
        before = len(inbox.messages)
        (project.root / "var" / "dkim" / "s1.example.org.pem").unlink()
        with pytest.raises(ProjectMistake):
            resume(here, status.run.id, stop=threading.Event(), on_start=nothing, on_event=nothing)
        assert len(inbox.messages) == before


def test_a_key_does_not_change_the_plan(configured: Configure) -> None:
    project = configured("# no key yet")
    before = dry_run(project, "2024-02").plan.digest
    signed = with_key(configured)
    assert dry_run(signed, "2024-02").plan.digest == before


def test_a_key_at_a_place_of_ones_own(sample: Project, tmp_path: Path) -> None:
    made = new_key(sample, "s1", domain="news.example.org", algorithm="rsa", bits=2048, out=tmp_path / "k.pem")
    assert made.entry.endswith(f"key_file: {(tmp_path / 'k.pem').as_posix()}}}")
    with pytest.raises(Refusal):
        new_key(sample, "s1", domain=None, algorithm="rsa", bits=2048, out=tmp_path / "k.pem")
    assert replace(made.key, selector="x").record == made.key.record


def test_a_signature_that_does_not_hold_is_met_before_anybody_is_sent_anything(
    configured: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = with_key(configured)
    with Inbox() as inbox:
        here = open_project(project.root, {"NEWSLETTER_TRANSPORT": inbox.url}, clock=project.clock)
        digest = dry_run(here, "2024-02").plan.digest
        monkeypatch.setattr(signing_module, "digest", lambda message: digest_of(message + b"x\r\n"))
        with pytest.raises(SigningTrouble, match="does not verify"):
            send(here, "2024-02", digest, stop=threading.Event(), on_start=nothing, on_event=nothing)
        assert not inbox.messages
        with open_project_store(here) as store:
            assert store.runs("2024-02") == []


def test_a_signature_that_does_not_hold_stops_the_run_and_loses_nobody(
    configured: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = with_key(configured)
    asked = count()
    opened = send_module.open_signer
    with Inbox() as inbox:
        here = open_project(project.root, {"NEWSLETTER_TRANSPORT": inbox.url}, clock=project.clock)
        digest = dry_run(here, "2024-02").plan.digest

        def signer_that_verifies_all(project: Project) -> Signer | None:
            signer = opened(project)
            return signer and Signer(signer.keys, verify_every=1)

        monkeypatch.setattr(send_module, "open_signer", signer_that_verifies_all)
        # The largest messages are measured, signed, before the run begins; it goes wrong after a few more.
        monkeypatch.setattr(
            signing_module, "digest", lambda message: digest_of(message + b"x\r\n" * (next(asked) > 5))
        )
        with pytest.raises(SigningTrouble, match="does not verify"):
            send(here, "2024-02", digest, stop=threading.Event(), on_start=nothing, on_event=nothing)
        monkeypatch.undo()
        sent_by_then = len(inbox.messages)
        assert sent_by_then
        with open_project_store(here) as store:
            (run,) = store.runs("2024-02")
            left = list(store.deliveries(run.id, OPEN_STATES))
        assert len(left) + sent_by_then == run.total
        assert left
        status = resume(here, run.id, stop=threading.Event(), on_start=nothing, on_event=nothing)
        assert status.open == 0
        assert len(inbox.messages) == run.total


def test_without_the_package_check_tells_the_command(
    configured: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = with_key(configured)
    monkeypatch.setitem(sys.modules, "cryptography", None)
    (finding,) = signing_findings(project)
    assert finding.severity.value == "error"
    assert "pip install" in (finding.hint or "")
    with pytest.raises(SigningTrouble):
        open_signer(project)
