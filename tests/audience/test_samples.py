"""The committed lists: one case of everything, on example domains, good on any day."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from newsletter.audience import read_suppressions, resolve
from newsletter.models.publication import Publication
from newsletter.store import Roster

ROOT = Path(__file__).parents[2]
LISTS = {name: ROOT / "recipients" / f"{name}.csv" for name in ("members", "partners")}


@pytest.mark.parametrize("on", [date(2021, 5, 6), date(2024, 2, 6), date(2090, 1, 1)])
def test_the_samples_show_every_case_on_any_day(make_publication: Callable[..., Publication], on: date) -> None:
    suppressions, told = read_suppressions(ROOT / "recipients" / "suppressions.csv", ROOT)
    audience, findings = resolve(
        LISTS, make_publication(), suppressions, already=(), on=on, root=ROOT, roster=Roster()
    )
    assert told == findings == ()
    assert audience.per_edition() == {"fr+en": 4, "fr": 3, "en": 3}
    assert audience.per_reason() == {
        "duplicate": 2,
        "consent expired": 1,
        "suppressed": 1,
        "invalid address": 1,
    }
    assert {r.edition for r in audience.recipients if not r.language} == {"fr+en"}
    assert any("xn--" in r.address for r in audience.recipients)
    assert any(not r.name.isascii() for r in audience.recipients)


def test_only_example_domains_are_committed() -> None:
    allowed = ("example.org", "example.com", "example.net")
    for path in (ROOT / "recipients").glob("*.csv"):
        if path.stem not in (*LISTS, "suppressions"):
            continue
        text = path.read_text(encoding="utf-8")
        for row in csv.DictReader(text.splitlines(), delimiter=";" if ";" in text.split("\n")[0] else ","):
            assert row["email"].lower().endswith(allowed)
