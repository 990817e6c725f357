"""What the issues hold, and what the ledger knows of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from issue_project import ISSUE

from newsletter.commands.issue import list_issues, section_title, show_issue
from newsletter.commands.project import Project
from newsletter.commands.status import open_project_store
from newsletter.errors import UnknownName


@pytest.fixture
def three(root: Path) -> Path:
    """A special issue dated before 2022-02 whose name sorts behind it, and a broken one."""
    special = ISSUE.replace("2022-02-03", "2022-01-27").replace("limit: 2", "limit: 1")
    (root / "issues" / "special.yaml").write_text(special.replace("report", "unknown"), encoding="utf-8")
    (root / "issues" / "2021-12.yaml").write_text("date: [", encoding="utf-8")
    return root


def test_issues_are_listed_by_date_and_the_broken_last(project: Project, three: Path) -> None:
    lines = list_issues(project)
    assert [(one.id, one.day, one.articles) for one in lines] == [
        ("special", date(2022, 1, 27), 3),  # bridge, atlas and one selected; the unknown one does not count
        ("2022-02", date(2022, 2, 3), 5),
        ("2021-12", None, None),
    ]
    assert lines[0].subject == {"fr": "Premier", "en": "First"}
    assert {one.runs for one in lines} == {None}
    assert not list((three / "var").glob("*.sqlite3*")), "looking made a ledger"


def test_show_resolves_selections_and_says_where_articles_ran(project: Project, three: Path) -> None:
    shown = show_issue(project, "2022-02")
    third = shown.sections[2]
    assert third.select == "{kind: news, before: 2022-02-03, limit: 2, unused: true}"
    assert [(one.slug, one.selected) for one in third.articles] == [("thaw", True), ("snow", True)]
    assert [one.ran_before for one in shown.sections[0].articles] == [("special",)]
    assert shown.sections[1].articles[0].title == {
        "fr": "Le titre de atlas (fr)",
        "en": "The title of atlas (en)",
    }
    assert shown.findings == ()


def test_show_tells_unknown_articles_and_overrides(project: Project, issue_file: Path) -> None:
    text = ISSUE.replace("[atlas, report]", "[{article: atlas, layout: text, title: {fr: Autre}}, reprt]")
    issue_file.write_text(text, encoding="utf-8")
    shown = show_issue(project, None)
    atlas, unknown = shown.sections[1].articles
    assert (atlas.layout, atlas.title["fr"], atlas.title["en"]) == ("text", "Autre", "The title of atlas (en)")
    assert (unknown.slug, unknown.known) == ("reprt", False)
    assert [one.rule for one in shown.findings] == ["ISSUE-SLUG"]


def test_show_without_such_an_issue(project: Project) -> None:
    with pytest.raises(UnknownName, match="no issue '2022-03'"):
        show_issue(project, "2022-03")


def test_a_section_without_heading_is_named_by_its_number(project: Project) -> None:
    section = show_issue(project, None).issue.data.sections[0]
    assert section_title(4, section.model_copy(update={"heading": None})) == "4"


def test_a_ledger_without_runs_means_not_sent(project: Project, three: Path) -> None:
    open_project_store(project).close()
    assert {one.runs for one in list_issues(project)} == {()}
