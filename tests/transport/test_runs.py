"""A whole run by each of the transports that are no relay: everybody once, and the ledger knows."""

from __future__ import annotations

import mailbox
import os
import sys
import threading
from collections import Counter
from pathlib import Path

import pytest

from newsletter.clock import Clock
from newsletter.commands.project import open_project
from newsletter.commands.resolve import resolve
from newsletter.commands.send import dry_run, resume, send
from newsletter.commands.status import RunStatus
from newsletter.models.delivery import DeliveryState
from newsletter.models.message import Outcome

pytestmark = pytest.mark.skipif(os.name != "posix", reason="programs and folders are tested on Unix")


def run(root: Path, clock: Clock, url: str) -> tuple[RunStatus, list[str]]:
    project = open_project(root, {"NEWSLETTER_TRANSPORT": url}, clock=clock)
    plan = dry_run(project, "2024-02").plan
    addresses = [recipient.address for recipient in plan.audience.recipients]
    status = send(
        project,
        "2024-02",
        plan.digest,
        stop=threading.Event(),
        on_start=lambda started: None,
        on_event=lambda event: None,
    )
    return status, addresses


def delivered(folder: Path) -> Counter[str]:
    return Counter(mail["Delivered-To"] for mail in mailbox.Maildir(folder, create=False))


def test_into_a_maildir(sample_root: Path, clock: Clock) -> None:
    status, addresses = run(sample_root, clock, "maildir:var/outbox")
    assert status.counts[DeliveryState.ACCEPTED] == len(addresses)
    assert delivered(sample_root / "var/outbox") == Counter(addresses)


MTA = f"""#!{sys.executable}
import sys
text = sys.stdin.buffer.read()
to = sys.argv[-1]
if to.startswith("a"):
    sys.exit(67)
open("taken/" + to, "xb").write(text)
"""


def test_by_a_program_of_the_project(sample_root: Path, clock: Clock) -> None:
    """`x` in its open: a second message for the same recipient would be an error."""
    (sample_root / "taken").mkdir()
    (sample_root / "mta").write_text(MTA)
    (sample_root / "mta").chmod(0o755)
    status, addresses = run(sample_root, clock, "sendmail:mta")
    refused = {address for address in addresses if address.startswith("a")}
    assert refused
    assert {path.name for path in (sample_root / "taken").iterdir()} == set(addresses) - refused
    assert status.counts[DeliveryState.REJECTED] == len(refused)
    assert status.counts[DeliveryState.ACCEPTED] == len(addresses) - len(refused)


def test_killed_right_after_the_rename_the_folder_itself_proves_it(
    sample_root: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ledger never heard of the delivery: unknown, until `resolve --from-log` looks into the folder."""
    from newsletter.transport.maildir import MaildirSession

    send_one = MaildirSession.send
    lost: list[str] = []

    def die(self, envelope, before_final):  # type: ignore[no-untyped-def]
        result = send_one(self, envelope, before_final)
        assert result.outcome is Outcome.ACCEPTED
        if not lost:
            lost.append(envelope.rcpt_to)
            raise KeyboardInterrupt
        return result

    monkeypatch.setattr(MaildirSession, "send", die)
    with pytest.raises(KeyboardInterrupt):
        run(sample_root, clock, "maildir:var/outbox")
    monkeypatch.undo()
    project = open_project(sample_root, {"NEWSLETTER_TRANSPORT": "maildir:var/outbox"}, clock=clock)
    status = resume(
        project,
        "2024-02-1",
        stop=threading.Event(),
        on_start=lambda started: None,
        on_event=lambda event: None,
    )
    assert status.counts[DeliveryState.UNKNOWN] == 1
    assert set(delivered(sample_root / "var/outbox").values()) == {1}, "it is not sent again by itself"

    resolved = resolve(project, None, logs=[sample_root / "var/outbox"])
    assert [one.delivery.address for one in resolved.settled] == lost
    assert resolved.left == ()
