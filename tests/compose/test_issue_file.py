"""Finding issues by id or path, and saying which exist when one does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsletter.compose import find_issue, issue_ids, language_findings, load_issue
from newsletter.errors import FileTrouble, UnknownName


@pytest.fixture
def issues(tmp_path: Path) -> Path:
    folder = tmp_path / "issues"
    folder.mkdir()
    for name in ("2024-02.yaml", "2021-05.yaml", ".2024-03.yaml", "notes.txt"):
        (folder / name).write_text("date: 2024-02-01\n", encoding="utf-8")
    return folder


def test_ids_in_order_and_the_newest_by_default(issues: Path) -> None:
    assert issue_ids(issues, issues.parent) == ["2021-05", "2024-02"]
    assert find_issue(None, issues, issues.parent).name == "2024-02.yaml"


@pytest.mark.parametrize("name", ["2021-05", "issues/2021-05.yaml", "2021-05.yaml"])
def test_by_id_or_path(issues: Path, name: str) -> None:
    assert find_issue(name, issues, issues.parent) == issues / "2021-05.yaml"


@pytest.mark.parametrize(
    ("name", "hint"),
    [("2021-06", "Did you mean '2021-05'?"), ("spring", "There are: 2021-05, 2024-02."), ("../2021-05x", None)],
)
def test_an_unknown_issue_says_which_exist(issues: Path, name: str, hint: str | None) -> None:
    with pytest.raises(UnknownName) as caught:
        find_issue(name, issues, issues.parent)
    assert hint is None or caught.value.hint == hint


def test_no_issue_at_all(tmp_path: Path) -> None:
    with pytest.raises(FileTrouble, match="the issues cannot be read"):
        issue_ids(tmp_path / "issues", tmp_path)
    (tmp_path / "issues").mkdir()
    with pytest.raises(UnknownName, match="there is no issue yet"):
        find_issue(None, tmp_path / "issues", tmp_path)


def test_a_text_for_a_language_the_publication_lacks(issues: Path) -> None:
    (issues / "2024-02.yaml").write_text(
        "date: 2024-02-01\nsubject: {fr: a, es: b}\npreheader: {fr: a}\n"
        "sections: [{articles: [a]}]\naudience: {lists: [m]}\n",
        encoding="utf-8",
    )
    issue, _ = load_issue(issues / "2024-02.yaml", issues.parent)
    assert issue is not None
    (finding,) = language_findings(issue, ("fr", "en", "fr+en"))
    assert (finding.rule, finding.place) == ("ISSUE-LANGUAGE", "issues/2024-02.yaml:2:18")
