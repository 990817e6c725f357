"""A drafted issue: what is new, in sections by kind, with words that check likes; nothing is ever overwritten."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from issue_project import ISSUE, write_article

from newsletter.commands.build import prepare
from newsletter.commands.issue import load_sound_issue
from newsletter.commands.issue_new import Draft, new_issue
from newsletter.commands.issue_words import shortened
from newsletter.commands.project import Project, open_project
from newsletter.errors import Refusal, UnknownName
from newsletter.models.finding import Severity
from newsletter.models.text import one_line


@pytest.fixture
def may(root: Path) -> Path:
    """An article of each kind, published after issue 2022-02."""
    write_article(root, "garden", "project", "2022-04-28")
    write_article(root, "survey", "publication", "2022-05-03")
    write_article(root, "clerk", "job", "2022-05-02")
    write_article(root, "ideas", "call", "2022-05-01")
    write_article(root, "open-day", "event", "2022-05-04")
    write_article(root, "ana-roy", "person", "2022-02-03")
    write_article(root, "paper", "media", "2022-05-02")
    write_article(root, "prize", "news", "2022-03-30")
    return root


def slugs(draft: Draft) -> list[list[str]]:
    return [[article.slug for article in section.articles] for section in draft.sections]


def test_a_month_is_drafted_by_kind(project: Project, may: Path) -> None:
    draft = new_issue(project, "2022-05")
    assert slugs(draft) == [
        ["survey"], ["open-day"], ["ideas"], ["clerk"], ["prize"], ["garden"], ["paper"], ["ana-roy"]
    ]  # fmt: skip
    assert [section.layout.value for section in draft.sections] == [
        "feature", "agenda", "notices", "notices", "digest", "digest", "digest", "people"
    ]  # fmt: skip
    assert draft.previous is not None
    assert (draft.previous.id, draft.since) == ("2022-02", date(2022, 2, 3))
    assert draft.day == date(2022, 5, 10)  # the last day on which everything can run: the call ends
    issue = load_sound_issue(project, "2022-05")
    assert [[*section.articles] for section in issue.data.sections] == slugs(draft)
    assert all(set(section.heading or {}) == {"fr", "en"} for section in issue.data.sections)
    assert issue.data.audience.lists == ("members", "partners")


def test_the_draft_is_sound(project: Project, may: Path) -> None:
    new_issue(project, "2022-05")
    prepared = prepare(project, "2022-05")
    assert [one for one in prepared.findings if one.severity is not Severity.INFO] == []


def test_every_decision_has_its_comment(project: Project, may: Path) -> None:
    new_issue(project, "2022-05", limit=7)
    text = (may / "issues" / "2022-05.yaml").read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=../schemas/issue.schema.json\n")
    lines = text.splitlines()
    for below in ("date:", "subject:", "preheader:", "# intro:", "sections:", "audience:"):
        above = lines[next(i for i, line in enumerate(lines) if line.startswith(below)) - 1]
        assert above.startswith("# Decide"), below
    assert "      - survey  # 2022-05-03: Le titre de survey (fr)" in lines
    assert "#   ana-roy: 7 articles are newer (--limit)" in lines
    assert "# Older and never used, 1 in all; newsletter issue add 2022-05 SLUG --section N:" in lines
    assert "#   thaw (2022-01-30)" not in lines  # selected by issue 2022-02
    assert "#   snow (2022-01-02)" in lines


def test_what_cannot_run_is_left_out_with_the_reason(project: Project, may: Path) -> None:
    write_article(may, "half", "news", "2022-05-01", languages="en")
    draft = new_issue(project, "2022-05-15")
    assert draft.day == date(2022, 5, 15)
    assert draft.left_out == {
        "open-day": "the event ended on 2022-05-12",
        "half": "it has no text in fr",
        "ideas": "the deadline passed on 2022-05-10",
    }


def test_an_event_that_is_over_is_told_as_news(project: Project, may: Path) -> None:
    write_article(may, "open-day", "event", "2022-05-13")
    write_article(may, "newer", "news", "2022-05-14")
    draft = new_issue(project, "2022-05-16")
    assert slugs(draft)[0] == ["newer"]
    assert (
        "open-day"
        in {section.heading["en"]: group for section, group in zip(draft.sections, slugs(draft), strict=True)}[
            "News"
        ]
    )


def test_what_an_issue_of_the_same_month_ran_is_not_new(project: Project, may: Path) -> None:
    first = new_issue(project, "2022-05-04")
    second = new_issue(project, "2022-05-05", since=date(2022, 1, 1))
    assert not {slug for group in slugs(first) for slug in group} & {
        slug for group in slugs(second) for slug in group
    }
    assert second.previous is not None
    assert second.previous.id == "2022-05-04"


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (datetime(2022, 5, 6, 12, tzinfo=UTC), date(2022, 5, 6)),  # the month is here: today
        (datetime(2022, 5, 7, 2, tzinfo=UTC), date(2022, 5, 6)),  # still yesterday in Montréal
        (datetime(2022, 4, 2, 12, tzinfo=UTC), date(2022, 5, 1)),  # still to come: its first day
        (datetime(2022, 6, 1, 12, tzinfo=UTC), date(2022, 5, 10)),  # over: the best day
    ],
)
def test_the_day_follows_from_the_name(may: Path, clock: object, now: datetime, day: date) -> None:
    clock.time = now  # type: ignore[attr-defined]
    project = open_project(may, {}, clock=clock)  # type: ignore[arg-type]
    assert new_issue(project, "2022-05").day == day


def test_a_month_that_is_over_has_all_its_days(project: Project, root: Path) -> None:
    write_article(root, "prize", "news", "2022-05-31")
    assert new_issue(project, "2022-05").day == date(2022, 5, 31)


def test_the_day_is_a_working_day_when_that_costs_nothing(project: Project, root: Path) -> None:
    write_article(root, "prize", "news", "2022-04-29")
    assert new_issue(project, "2022-04").day == date(2022, 4, 29)  # April 30 was a Saturday


def test_odd_characters_of_a_title_do_no_harm(project: Project, root: Path) -> None:
    write_article(root, "odd", "news", "2022-05-02", title="A\u2028: # '\"\ufffe\x85 & *b\u202e")
    new_issue(project, "2022-05-03")
    assert load_sound_issue(project, "2022-05-03").data.sections[0].articles == ("odd",)


def test_the_first_issue_takes_all_there_is(project: Project, may: Path) -> None:
    (may / "issues" / "2022-02.yaml").unlink()
    draft = new_issue(project, "issues/2022-02.yaml", day=date(2022, 2, 3))
    assert (draft.issue, draft.previous, draft.since) == ("2022-02", None, None)
    assert sorted(slug for group in slugs(draft) for slug in group) == [
        "ana-roy", "atlas", "bridge", "frost", "report", "snow", "thaw"
    ]  # fmt: skip
    assert load_sound_issue(project, "2022-02").data.audience.lists  # the lists in recipients/


def test_two_articles_need_no_lead(project: Project, root: Path) -> None:
    write_article(root, "prize", "news", "2022-03-30")
    draft = new_issue(project, "2022-03-31")
    assert [section.heading["en"] for section in draft.sections] == ["News"]


def test_a_language_without_headings_gets_a_comment(may: Path) -> None:
    write_article(may, "three", "news", "2022-05-01", languages="fr en ar")
    three = {"LANGUAGES": "[fr, en, ar]", "UNKNOWN_LANGUAGE": "fr+en+ar"}
    project = open_project(may, {f"NEWSLETTER_PUBLICATION__{key}": value for key, value in three.items()})
    new_issue(project, "2022-05")
    text = (may / "issues" / "2022-05.yaml").read_text(encoding="utf-8")
    heading = '{fr: "Nouvelles", en: "News", ar: "..."}'
    assert f"  - # Decide: heading: {heading}\n    layout: digest\n    articles:\n      - three  #" in text


def test_broken_files_are_named(project: Project, may: Path) -> None:
    (may / "issues" / "2022-04.yaml").write_text("date: [", encoding="utf-8")
    (may / "corpus" / "prize" / "article.yaml").write_text("kind: news\n", encoding="utf-8")
    draft = new_issue(project, "2022-05")
    assert draft.notes == (
        "issues/2022-04.yaml has mistakes: what it runs counts as unused here",
        "these articles have mistakes and were not looked at: prize",
    )


def test_a_file_is_not_overwritten(project: Project, issue_file: Path) -> None:
    with pytest.raises(Refusal) as caught:
        new_issue(project, "2022-02")
    assert (caught.value.what, caught.value.where) == (
        "the file exists and is not overwritten",
        "issues/2022-02.yaml",
    )
    assert issue_file.read_bytes() == ISSUE.encode()


def test_nothing_new_is_refused(project: Project, root: Path) -> None:
    with pytest.raises(Refusal) as caught:
        new_issue(project, "2022-05")
    assert "nothing is new for issue 2022-05" in caught.value.what
    assert "(issue 2022-02 came out on 2022-02-03)" in caught.value.what
    write_article(root, "half", "news", "2022-05-01", languages="en")
    with pytest.raises(Refusal) as caught:
        new_issue(project, "2022-05")
    assert caught.value.hint == "Left out: half: it has no text in fr."
    assert [path.name for path in (root / "issues").iterdir()] == ["2022-02.yaml"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("spring", "does not say when"),
        ("2022-13", "'2022-13' is no date"),
        ("2022-02-30", "'2022-02-30' is no date"),
        ("..", "cannot be the name of an issue"),
        ("2022 05", "cannot be the name of an issue"),
        ("", "cannot be the name of an issue"),
        (".hidden", "cannot be the name of an issue"),
    ],
)
def test_a_name_must_say_the_day(project: Project, name: str, words: str) -> None:
    with pytest.raises(UnknownName) as caught:
        new_issue(project, name)
    assert words in caught.value.what


def test_a_name_of_ones_own_needs_a_date(project: Project, may: Path) -> None:
    assert new_issue(project, "spring", day=date(2022, 5, 9)).day == date(2022, 5, 9)


def test_long_texts_are_cut_to_what_check_likes(project: Project, root: Path) -> None:
    long = "A very long title that goes on and on, without ever coming to the point that it wants to make"
    write_article(root, "long", "news", "2022-05-01", title=long, summary=f"{long}. {long}", en_summary="Short.")
    draft = new_issue(project, "2022-05-02")
    assert draft.subject == {
        "fr": "A very long title that goes on and on",
        "en": "A very long title that goes on and on",
        "fr+en": "A very long title that goes… / A very long title that goes…",
    }
    assert draft.preheader["fr"] == long + "."
    assert draft.preheader["en"].startswith("Short. ")
    assert all(40 <= len(text) <= 100 for text in draft.preheader.values())
    findings = prepare(project, "2022-05-02").findings
    assert not {"PRE-LEN", "HDR-SUBJECT-LEN"} & {one.rule for one in findings if one.severity is Severity.WARNING}


@given(st.text(max_size=300), st.integers(10, 100), st.booleans())
def test_shortened_texts_fit_and_begin_as_the_text_does(text: str, limit: int, sentences: bool) -> None:
    short = shortened(text, limit, sentences=sentences)
    assert len(short) <= limit
    assert "\n" not in short
    assert one_line(text).startswith(short.removesuffix("…"))


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("Ten towns plan.", 60, "Ten towns plan"),
        ("DataJam : neuf séances ouvertes en fin de semaine", 40, "DataJam : neuf séances ouvertes en fin…"),
        ("Un métro plus sûr : ce que nous avons appris", 30, "Un métro plus sûr"),
        ("Supercalifragilistic", 10, "Supercali…"),
    ],
)
def test_shortened(text: str, limit: int, short: str) -> None:
    assert shortened(text, limit) == short
