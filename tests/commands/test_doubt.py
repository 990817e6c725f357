"""Who is in doubt is settled in one way, whichever command a person types; the ledger keeps who said so, and when."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from newsletter.cli import main
from newsletter.clock import SystemClock
from newsletter.commands.person import person
from newsletter.inbox import Fault, Inbox
from newsletter.models.delivery import Decision, DeliveryState, Resolution
from newsletter.store import SqliteStore, open_store

RUN = "2024-02-1"
YACINE, PRIYA = "yacine.benali@example.org", "priya.raman@example.com"


@dataclass
class Office:
    """The sample project at work with a relay."""

    root: Path
    inbox: Inbox

    def type(self, *arguments: str, exit_code: int = 0) -> str:
        environ = {"NEWSLETTER_TRANSPORT": self.inbox.url, "COLUMNS": "200"}
        done = CliRunner().invoke(main, ["--project", str(self.root), *arguments], env=environ)
        assert done.exit_code == exit_code, done.output
        return done.output

    def send(self) -> None:
        plan = self.type("send", "2024-02")
        digest = re.search(r"^digest: (\w+)$", plan, re.MULTILINE)
        assert digest is not None
        self.type("send", "2024-02", "--confirm", digest[1], exit_code=5)

    def store(self) -> SqliteStore:
        return open_store("sqlite:///var/newsletter.sqlite3", root=self.root, clock=SystemClock())

    def kept(self) -> list[Resolution]:
        with self.store() as store:
            return store.resolutions(RUN)

    def states(self) -> dict[str, str]:
        with self.store() as store:
            return {one.address: one.state.value for one in store.deliveries(RUN)}


@pytest.fixture
def office(sample_root: Path) -> Iterator[Office]:
    """Two are in doubt: the relay broke off after their messages."""
    faults = [Fault("dot", recipient=who, drop=True, keep=False) for who in (YACINE, PRIYA)]
    with Inbox(faults=faults) as inbox:
        office = Office(sample_root, inbox)
        office.send()
        yield office


def by_resolve(office: Office, *who: str) -> None:
    office.type("resolve", RUN, "--resend", *who)
    office.type("send", "--resume", RUN, *who)


def by_resume(office: Office, *who: str) -> None:
    office.type("send", "--resume", RUN, "--resend-unknown", *who)


@pytest.mark.parametrize("road", [by_resolve, by_resume])
@pytest.mark.parametrize("name", ["Marie", None])
def test_both_roads_leave_the_same_record(office: Office, road: Callable[..., None], name: str | None) -> None:
    before = datetime.now(UTC)
    road(office, *(("--as", name) if name else ()))
    kept = office.kept()
    assert len(kept) == 2
    for one in kept:
        assert (one.decision, one.evidence, one.by) == (Decision.AGAIN, "a person says so", str(person(name)))
        assert one.at is not None
        assert timedelta(0) <= one.at - before < timedelta(minutes=5)
    assert set(office.states().values()) == {"accepted"}
    office.type("report", RUN)
    page = next((office.root / "var/reports").glob("*.html")).read_text(encoding="utf-8")
    assert page.count(f"a person says so ({person(name)})") == 2


def test_a_killed_process_leaves_doubt_that_both_roads_find(office: Office) -> None:
    with office.store() as store:
        store.resolve_unknown(RUN, [Resolution(seq, Decision.AGAIN, "x") for seq in range(1, 11)])
        ledger = store.open_ledger(RUN)
        one, two = ledger.pending(0, 10)
        for delivery in (one, two):
            ledger.intend(delivery, 2).wait()
    # That process is gone without a word: nothing is closed.
    assert "in doubt" in office.type("resolve", RUN, exit_code=5)
    assert list(office.states().values()).count("claimed") == 2, "who only looks changes nothing"
    office.type("resolve", RUN, "--resend", "--address", one.address, "--reason", "rang her up", exit_code=5)
    office.type("send", "--resume", RUN, "--resend-unknown", "--as", "Luc")
    assert [(kept.seq, kept.evidence, kept.by) for kept in office.kept()[2:]] == [
        (one.seq, "rang her up", str(person())),
        (two.seq, "a person says so", str(person("Luc"))),
    ]
    assert set(office.states().values()) == {"accepted"}


def test_what_a_log_proves_is_nobodys_word(office: Office) -> None:
    with office.store() as store:
        (yacine,) = [one for one in store.deliveries(RUN) if one.address == YACINE]
    folder = office.root / "replies"
    folder.mkdir()
    (folder / "1.eml").write_text(
        f"From: x@example.org\r\nSubject: Re\r\nIn-Reply-To: <{yacine.message_id}>\r\n\r\nMerci\r\n", newline=""
    )
    told = office.type("resolve", RUN, "--from-log", str(folder / "1.eml"), "--resend", "--format", "json")
    settled = {one["address"]: one for one in json.loads(told)["settled"]}
    assert (settled[YACINE]["decision"], settled[YACINE]["by"]) == ("accepted", None)
    assert (settled[PRIYA]["decision"], settled[PRIYA]["by"]) == ("again", str(person()))
    assert sorted(kept.by for kept in office.kept()) == ["", str(person())]


def test_a_resume_that_is_refused_has_settled_nothing(office: Office) -> None:
    with office.store() as store:
        (yacine,) = [one for one in store.deliveries(RUN, [DeliveryState.UNKNOWN]) if one.address == YACINE]
        store.resolve_unknown(RUN, [Resolution(yacine.seq, Decision.AGAIN, "x")])
    office.type("pause", RUN, "--reason", "the date is wrong")
    refused = office.type("send", "--resume", RUN, "--resend-unknown", exit_code=3)
    assert "the date is wrong" in refused
    assert office.states()[PRIYA] == "unknown"
    assert len(office.kept()) == 1


def test_who_has_refused_ones_tried_again_is_kept(sample_root: Path) -> None:
    with Inbox(faults=[Fault("rcpt", reply="550 5.7.1 blocked by mistake", recipient=PRIYA)]) as inbox:
        office = Office(sample_root, inbox)
        digest = re.search(r"^digest: (\w+)$", office.type("send", "2024-02"), re.MULTILINE)
        assert digest is not None
        office.type("send", "2024-02", "--confirm", digest[1])
        office.type("send", "--resume", RUN, "--retry-rejected", "--as", "Marie")
        (kept,) = office.kept()
        assert (kept.decision, kept.by) == (Decision.AGAIN, str(person("Marie")))
        assert office.states()[PRIYA] == "accepted"


def test_a_name_means_nothing_in_a_dry_run(office: Office) -> None:
    told = office.type("send", "2024-02", "--as", "Marie", exit_code=2)
    assert "--as goes with --confirm DIGEST or --resume RUN" in told
