"""When a run began and what it waits for, in the publication's zone for people, with an offset for programs."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from newsletter.cli import main
from newsletter.models.control import Terms
from newsletter.models.delivery import Run
from newsletter.store import SqliteStore, open_store

sys.path.insert(0, str(Path(__file__).parents[1] / "delivery"))

from ledger_parts import addressed, plan, recipient

WINTER = datetime(2024, 2, 1, 14, 0, tzinfo=UTC)
SUMMER = datetime(2024, 7, 1, 3, 30, tzinfo=UTC)
LATER = datetime(2024, 7, 2, 13, 0, tzinfo=UTC)


class At:
    """A clock that stands still at a moment."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return self.moment.timestamp()

    def wait(self, _seconds: float, _stop: object) -> bool:
        raise AssertionError("nobody waits here")


@contextmanager
def a_run(root: Path, moment: datetime, terms: Terms | None = None) -> Iterator[tuple[SqliteStore, Run]]:
    people = plan([recipient("a@example.com"), recipient("b@example.com")])
    with open_store("sqlite:///var/newsletter.sqlite3", root=root, clock=At(moment)) as store:
        yield store, store.create_run(people, addressed(people), terms)


def shown(root: Path, *arguments: str, **environ: str) -> str:
    done = CliRunner().invoke(main, ["--project", str(root), *arguments], env=environ)
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.mark.parametrize(
    ("moment", "zone", "words"),
    [
        (WINTER, "America/Toronto", "2024-02-01 09:00 EST"),
        (SUMMER, "America/Toronto", "2024-06-30 23:30 EDT"),
        (SUMMER, "Asia/Tokyo", "2024-07-01 12:30 JST"),
        (SUMMER, "America/Sao_Paulo", "2024-07-01 00:30 -03"),
        (SUMMER, "UTC", "2024-07-01 03:30 UTC"),
    ],
)
def test_times_are_those_of_the_publication(sample_root: Path, moment: datetime, zone: str, words: str) -> None:
    with a_run(sample_root, moment) as (store, run):
        environ = {"NEWSLETTER_PUBLICATION__TIMEZONE": zone}
        assert f"confirmed {words}\n" in shown(sample_root, "status", **environ)
        store.controls.begun(run.id)
        store.controls.waits(run.id, "some to be tried again", LATER)
        text = shown(sample_root, "status", **environ)
    assert f"begun {words}\n" in text
    assert "waits: some to be tried again, until 2024-07-02 " in text
    if zone == "America/Toronto":
        assert "until 2024-07-02 09:00 EDT\n" in text
    assert ("UTC" in text) == (zone == "UTC")


def test_a_moment_is_named_once(sample_root: Path) -> None:
    with a_run(sample_root, SUMMER, Terms(at=LATER)) as (store, run):
        store.controls.waits(run.id, "scheduled for 2024-07-02 09:00 EDT", LATER)
        assert "  waits: scheduled for 2024-07-02 09:00 EDT\n" in shown(sample_root, "status")


def test_whoever_pauses_a_run_reads_the_same_times(sample_root: Path) -> None:
    with a_run(sample_root, SUMMER) as (_, run):
        assert "confirmed 2024-06-30 23:30 EDT" in shown(sample_root, "pause", run.id)
        assert "confirmed 2024-06-30 23:30 EDT" in shown(sample_root, "unpause", run.id)
        assert "finished, 2 people, confirmed 2024-06-30 23:30 EDT" in shown(sample_root, "cancel", run.id)


def test_programs_get_moments_with_their_offset(sample_root: Path) -> None:
    with a_run(sample_root, SUMMER):
        data = json.loads(shown(sample_root, "status", "--format", "json"))
        (row, *_) = csv.DictReader(io.StringIO(shown(sample_root, "status", "--format", "csv")))
    for text in (data["created_at"], data["deliveries"][0]["updated_at"], row["updated_at"]):
        moment = datetime.fromisoformat(text)
        assert moment.tzinfo is not None
        assert moment == SUMMER
