"""The report of a run: figures, chart and page."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.commands.report import LANGUAGES, Report, write_page
from newsletter.commands.report.figures import MOST_BARS, MOST_PEOPLE, bars_of
from newsletter.commands.status import RunStatus
from newsletter.models.delivery import (
    Decision,
    Delivery,
    DeliveryState,
    ExclusionRow,
    Moment,
    Refusal,
    Resolution,
    Run,
    RunState,
)
from newsletter.models.message import Outcome

ZONE = ZoneInfo("America/Toronto")
START = datetime(2024, 2, 6, 15, 0, 7, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script> & \"'"
VOID = {"meta", "link", "br", "img", "hr", "input"}


def moment(seconds: int, outcome: Outcome = Outcome.ACCEPTED, count: int = 1) -> Moment:
    return Moment(START + timedelta(seconds=seconds), outcome.value, count)


def delivery(number: int, state: DeliveryState, reply: str = "") -> Delivery:
    return Delivery(
        run="2024-02-1",
        seq=number,
        address=f"p{number}@example.org",
        name="",
        language="fr",
        edition="fr",
        message_id=f"{number}@example.org",
        token="t",
        consent_expires=None,
        state=state,
        attempts=2,
        next_at=None,
        code=550,
        enhanced="5.1.1",
        reply=reply,
        updated_at=None,
    )


def report(**changes: object) -> Report:
    counts = dict.fromkeys(DeliveryState, 0) | {DeliveryState.ACCEPTED: 12_345, DeliveryState.REJECTED: 1}
    run = Run("2024-02-1", "2024-02", "ab" * 32, "news@example.org", RunState.FINISHED, START, START, 12_346)
    gone = ExclusionRow("2024-02-1", "x@example.org", "suppressed", "asked by phone")
    bars, step = bars_of([moment(0, count=12_345), moment(3, Outcome.REJECTED)], ZONE)
    values: dict[str, object] = {
        "name": {"fr": "En amont", "en": "Upstream"},
        "subjects": {"fr": HOSTILE},
        "status": RunStatus(run, counts, {"fr": counts}, (gone,), held=False),
        "excluded": {"suppressed": 1},
        "refusals": [Refusal("example.org", "rejected", 550, "5.1.1", HOSTILE, 1)],
        "named": {DeliveryState.REJECTED: [delivery(1, DeliveryState.REJECTED, HOSTILE)]},
        "settled": [(delivery(2, DeliveryState.ACCEPTED), Resolution(2, Decision.ACCEPTED, HOSTILE, START))],
        "bars": bars,
        "step": step,
        "zone": ZONE,
        "written_at": START,
    }
    return Report(**(values | changes))  # type: ignore[arg-type]


class Wellformed(HTMLParser):
    """Fails on a tag that is closed by another; collects ids and text."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def parsed(page: str) -> Wellformed:
    parser = Wellformed()
    parser.feed(page)
    parser.close()
    assert parser.open == []
    return parser


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_says_it_all_and_what_people_wrote_is_text(language: str) -> None:
    page = parsed(write_page(report(), language))
    assert "script" not in page.seen
    assert page.text.count(HOSTILE) == 4
    assert ("12\N{NO-BREAK SPACE}345" if language == "fr" else "12,345") in page.text
    assert ("En amont" if language == "fr" else "Upstream") in page.text
    for words in (
        "p1@example.org",
        "p2@example.org",
        "550 5.1.1",
        f"2024-02-06 10:00:07 {'HNE' if language == 'fr' else 'EST'}",
        "suppressed",
    ):
        assert words in page.text, words


def test_every_language_has_every_word() -> None:
    first, *others = (
        json.loads((files("newsletter.commands.report") / f"words.{language}.json").read_text(encoding="utf-8"))
        for language in LANGUAGES
    )
    for other in others:
        assert list(other) == list(first)


def test_a_run_that_has_not_begun_and_one_with_nobody_missing_are_told_in_words() -> None:
    page = parsed(write_page(report(bars=[], named={}, refusals=[], excluded={}, settled=[]), "en"))
    for words in ("No attempt has ended yet.", "Everybody in this run was reached.", "Nobody was refused"):
        assert words in page.text
    assert "svg" not in page.seen


def test_a_long_list_of_people_says_where_the_rest_is() -> None:
    status = report().status
    counts = {**status.counts, DeliveryState.REJECTED: MOST_PEOPLE + 1}
    many = RunStatus(status.run, counts, status.by_edition, (), held=False)
    assert "newsletter status 2024-02-1 --format csv" in write_page(report(status=many), "fr")


def test_moments_are_put_together_in_steps_of_round_length() -> None:
    bars, step = bars_of([moment(0), moment(1, count=2), moment(9, Outcome.DEFERRED)], ZONE)
    assert step == timedelta(seconds=1)
    assert [bar.total for bar in bars] == [1, 2, 0, 0, 0, 0, 0, 0, 0, 1]
    assert f"{bars[0].start:%H:%M:%S %Z}" == "10:00:07 EST"
    bars, step = bars_of([moment(0), moment(200)], ZONE)
    assert step == timedelta(seconds=5)
    assert f"{bars[0].start:%H:%M:%S}" == "10:00:05", "bars begin at round times"


@given(st.lists(st.tuples(st.integers(0, 10**8), st.sampled_from(Outcome), st.integers(1, 1000)), max_size=30))
def test_no_attempt_is_lost_in_the_chart(attempts: list[tuple[int, Outcome, int]]) -> None:
    moments = sorted((moment(*attempt) for attempt in attempts), key=lambda one: one.at)
    bars, step = bars_of(moments, ZONE)
    assert len(bars) <= MOST_BARS
    assert sum(bar.total for bar in bars) == sum(count for _, _, count in attempts)
    if moments:
        assert bars[0].start <= moments[0].at
        assert moments[-1].at < bars[-1].start + step
        parsed(write_page(report(bars=bars, step=step), "fr"))
