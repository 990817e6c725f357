"""Articles put in, taken out and frozen: the file's other lines stay, and a mistake changes nothing."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from pathlib import Path

import pytest
from issue_project import ISSUE, write_article

from newsletter.commands import issue_edit
from newsletter.commands.issue import load_sound_issue, show_issue
from newsletter.commands.issue_edit import add_articles, find_section, freeze_issue, remove_article
from newsletter.commands.project import Project
from newsletter.errors import NewsletterError, ProjectMistake, Refusal, UnknownName
from newsletter.models.issue import Layout
from newsletter.yamledit import Loc, Value, append_item


def diff(path: Path, before: str = ISSUE) -> list[str]:
    """The lines taken out and put in."""
    lines = difflib.ndiff(before.splitlines(), path.read_bytes().decode().splitlines())
    return [line for line in lines if line[0] in "+-"]


def test_add_to_a_list_of_lines(project: Project, issue_file: Path) -> None:
    change = add_articles(project, "2022-02", ["snow"], section="1")
    assert diff(issue_file) == ["+       - snow"]
    assert change.changed
    assert change.done == ("snow is in section 1 (À la une / In the spotlight)",)


def test_add_to_a_list_in_brackets_with_another_layout(project: Project, issue_file: Path) -> None:
    add_articles(project, "2022-02", ["snow"], section="a lire", layout=Layout.DIGEST)
    assert diff(issue_file) == [
        "-     articles: [atlas, report]",
        "+     articles: [atlas, report, {article: snow, layout: digest}]",
    ]


def test_the_layout_of_the_section_is_not_written(project: Project, issue_file: Path) -> None:
    add_articles(project, "2022-02", ["snow"], section="2", layout=Layout.DOCUMENTS)
    assert diff(issue_file)[1] == "+     articles: [atlas, report, snow]"


def test_add_to_a_section_that_only_selects(project: Project, issue_file: Path) -> None:
    add_articles(project, "2022-02", ["snow", "frost"], section="news")
    assert diff(issue_file) == ["+     articles:", "+       - snow", "+       - frost"]
    sections = show_issue(project, "2022-02").sections
    assert [(one.slug, one.selected) for one in sections[2].articles] == [
        ("snow", False), ("frost", False), ("thaw", True)
    ]  # fmt: skip


def test_add_in_a_new_section_named_after_its_kind(project: Project, issue_file: Path, root: Path) -> None:
    write_article(root, "ana-roy", "person", "2022-02-01")
    change = add_articles(project, "2022-02", ["ana-roy"], new_section=True)
    assert diff(issue_file) == [
        '+   - heading: {fr: "L’équipe", en: "Our team"}',
        "+     layout: people",
        "+     articles:",
        "+       - ana-roy",
    ]
    assert "in the new section 4 (L’équipe / Our team)" in change.done[0]


def test_add_in_a_new_section_with_words_of_ones_own(project: Project, issue_file: Path) -> None:
    heading = {"fr": 'Le "gel"', "en": "Frost: the return"}
    add_articles(project, "2022-02", ["frost"], new_section=True, layout=Layout.TEXT, heading=heading)
    assert diff(issue_file)[:2] == [
        '+   - heading: {fr: "Le \\"gel\\"", en: "Frost: the return"}', "+     layout: text"
    ]  # fmt: skip


def test_a_second_section_of_the_same_name_is_noted(project: Project) -> None:
    change = add_articles(project, "2022-02", ["frost"], new_section=True)
    assert change.notes[0] == "section 3 (Nouvelles / News) has the same heading"


def test_a_heading_that_lacks_a_language_is_noted(project: Project) -> None:
    change = add_articles(project, "2022-02", ["frost"], new_section=True, heading={"fr": "Le gel"})
    assert "the new section needs a heading in en" in change.notes


@pytest.mark.parametrize("section", ["1", "2", "3", None])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_remove_undoes_add_to_the_byte(
    project: Project, issue_file: Path, section: str | None, line_end: str, start: str
) -> None:
    before = (start + ISSUE.replace("\n", line_end)).encode()
    issue_file.write_bytes(before)
    add_articles(project, "2022-02", ["snow"], section=section, new_section=section is None)
    assert issue_file.read_bytes() != before
    remove_article(project, "2022-02", "snow")
    assert issue_file.read_bytes() == before


def test_what_an_editor_wants_to_know_is_noted(project: Project, root: Path) -> None:
    second = ISSUE.replace("2022-02-03", "2022-03-03")
    (root / "issues" / "2022-03.yaml").write_text(second.replace("report", "snow"), encoding="utf-8")
    write_article(root, "half", "news", "2022-02-20", languages="fr")
    change = add_articles(project, "2022-03", ["half", "report"], section="1")
    assert change.notes == (
        "half has no text in en; check will say so",
        "report ran before, in 2022-02",
    )


def test_remove_says_where_a_comment_is_left(project: Project, issue_file: Path) -> None:
    add_articles(project, "2022-02", ["snow"], section="1")
    before = issue_file.read_text(encoding="utf-8")
    change = remove_article(project, "2022-02", "bridge")
    assert diff(issue_file, before) == ["-       - bridge  # stays"]
    assert change.notes == (
        "issues/2022-02.yaml:11: the comment above it was kept; delete it if it was about bridge",
    )


def test_a_section_without_articles_goes_too(project: Project, issue_file: Path) -> None:
    change = remove_article(project, "2022-02", "bridge")
    assert "nor is section 1 (À la une / In the spotlight)" in change.done[0]
    assert [line[0] for line in diff(issue_file)] == ["-"] * 5
    assert [one.number for one in show_issue(project, "2022-02").sections] == [1, 2]


def test_freeze_names_what_is_chosen_and_keeps_the_rule_as_a_comment(project: Project, issue_file: Path) -> None:
    before = [[one.slug for one in section.articles] for section in show_issue(project, "2022-02").sections]
    change = freeze_issue(project, "2022-02")
    assert change.done == ("section 3 (Nouvelles / News) now names thaw, frost",)
    text = issue_file.read_text(encoding="utf-8")
    assert (
        "    # Chosen by rule.\n"
        "    # select:\n"
        "    #   kind: news\n"
        "    #   before: 2022-02-03\n"
        "    #   limit: 2\n"
        "    #   unused: true   # never twice\n"
        "    articles:\n"
        "      - thaw\n"
        "      - frost\n"
        "audience:\n"
    ) in text
    assert [
        [one.slug for one in section.articles] for section in show_issue(project, "2022-02").sections
    ] == before


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    "section",
    [
        "  - select: {kind: news}\n    heading: {fr: A, en: B}\n",
        "  - select: {kind: news}\n",
        "  -   select:   # by rule\n        kind: news\n\n        limit: 1\n      articles: [snow]\n      # the end\n",
        "  - articles: []\n    select: {kind: news,\n      limit: 2}\n",
        "  - heading: {fr: A, en: B}\n    'select': {kind: [news, publication], unused: true}\n",
        "  -\n    articles:\n    - snow  # first\n    select: {kind: news}",
    ],
)
def test_freeze_keeps_what_the_issue_runs_however_it_is_written(
    project: Project, issue_file: Path, section: str, line_end: str
) -> None:
    head = ISSUE.split("sections:\n")[0]
    audience = "audience: {lists: [members]}\n"
    text = head + audience + "sections:\n" + section
    issue_file.write_bytes(text.replace("\n", line_end).encode())
    before = [one.slug for one in show_issue(project, "2022-02").sections[0].articles]
    assert len(before) > 1
    assert freeze_issue(project, "2022-02").changed
    shown = show_issue(project, "2022-02").sections[0]
    assert ([one.slug for one in shown.articles], shown.select) == (before, None)
    after = issue_file.read_bytes().decode()
    assert "# select:" in after.replace("'", "")
    assert line_end == "\n" or "\n" not in after.replace("\r\n", "")
    for comment in ("# by rule", "# the end", "# first"):
        assert (comment in after) == (comment in text)


def test_freeze_twice_changes_nothing_more(project: Project, issue_file: Path) -> None:
    freeze_issue(project, "2022-02")
    frozen = issue_file.read_bytes()
    change = freeze_issue(project, "2022-02")
    assert not change.changed
    assert issue_file.read_bytes() == frozen


def test_freeze_puts_the_chosen_behind_the_named(project: Project, issue_file: Path) -> None:
    add_articles(project, "2022-02", ["snow"], section="3")
    freeze_issue(project, "2022-02")
    assert "    articles:\n      - snow\n      - thaw\n      - frost\n" in issue_file.read_text(encoding="utf-8")


def test_freeze_leaves_a_select_that_chooses_nothing(project: Project, issue_file: Path) -> None:
    text = ISSUE.replace("kind: news", "kind: job")
    issue_file.write_text(text, encoding="utf-8")
    change = freeze_issue(project, "2022-02")
    assert issue_file.read_text(encoding="utf-8") == text
    assert change.notes == ("section 3 (Nouvelles / News) selects nothing now; its select is left as it is",)


def test_freeze_says_which_articles_could_not_be_looked_at(project: Project, root: Path) -> None:
    (root / "corpus" / "frost" / "article.yaml").write_text("kind: news\n", encoding="utf-8")
    change = freeze_issue(project, "2022-02")
    assert change.done == ("section 3 (Nouvelles / News) now names thaw, snow",)
    assert change.notes == ("these articles have mistakes and could not be chosen: frost",)


Action = Callable[[Project], object]


@pytest.mark.parametrize(
    ("action", "error", "words", "hint"),
    [
        (lambda p: add_articles(p, "2022-02", ["snw"], section="1"), UnknownName, "unknown article 'snw'", "Did you mean 'snow'?"),
        (lambda p: add_articles(p, "2022-02", ["../x"], section="1"), UnknownName, "unknown article", "no folder"),
        (lambda p: add_articles(p, "2022-20", ["snow"], section="1"), UnknownName, "no issue '2022-20'", "Did you mean '2022-02'?"),
        (lambda p: add_articles(p, "2022-02", ["snow"], section="9"), UnknownName, "no section 9: issue 2022-02 has 3 sections", "2 (À lire / Worth reading)"),
        (lambda p: add_articles(p, "2022-02", ["snow"], section="0"), UnknownName, "no section 0", "Its sections"),
        (lambda p: add_articles(p, "2022-02", ["snow"], section="team"), UnknownName, "has 'team' in its heading", "Its sections"),
        (lambda p: add_articles(p, "2022-02", ["snow"], section="n"), UnknownName, "several sections: 1 (", "Give the number"),
        (lambda p: add_articles(p, "2022-02", ["snow"]), UnknownName, "say in which section", "Its sections"),
        (lambda p: add_articles(p, "2022-02", ["snow", "atlas"], section="1"), Refusal, "'atlas' stands in issue 2022-02 already, in section 2", "issue remove"),
        (lambda p: remove_article(p, "2022-02", "atlsa"), UnknownName, "'atlsa' is not in issue 2022-02", "Did you mean 'atlas'?"),
        (lambda p: remove_article(p, "2022-02", "snow"), UnknownName, "'snow' is not in issue", "issue show"),
        (lambda p: remove_article(p, "2022-02", "thaw"), Refusal, "chosen by the select of section 3", "freeze"),
        (lambda p: remove_article(p, "2022-02", "atlas", section="1"), UnknownName, "section 1 (À la une / In the spotlight) does not name 'atlas'", "It names: bridge"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_and_changes_nothing(
    project: Project, issue_file: Path, action: Action, error: type[NewsletterError], words: str, hint: str
) -> None:
    with pytest.raises(error) as caught:
        action(project)
    assert words in caught.value.what
    assert hint in (caught.value.hint or "")
    assert issue_file.read_bytes() == ISSUE.encode()
    assert list(issue_file.parent.iterdir()) == [issue_file]


def test_a_broken_file_is_reported_with_its_findings(project: Project, issue_file: Path) -> None:
    issue_file.write_text(ISSUE.replace("template: house", "template: 'house"), encoding="utf-8")
    for action in (
        lambda: add_articles(project, "2022-02", ["snow"], section="1"),
        lambda: remove_article(project, "2022-02", "atlas"),
        lambda: freeze_issue(project, "2022-02"),
        lambda: show_issue(project, "2022-02"),
    ):
        with pytest.raises(ProjectMistake) as caught:
            action()
        assert caught.value.findings[0].rule == "YAML-SYNTAX"


def test_a_broken_article_is_not_added(project: Project, root: Path, issue_file: Path) -> None:
    (root / "corpus" / "snow" / "article.yaml").write_text("kind: nws\n", encoding="utf-8")
    with pytest.raises(ProjectMistake) as caught:
        add_articles(project, "2022-02", ["snow"], section="1")
    assert caught.value.findings
    assert issue_file.read_bytes() == ISSUE.encode()


def test_the_last_article_stays(project: Project, issue_file: Path) -> None:
    text = ISSUE[: ISSUE.index('  - heading: {fr: "À lire"')] + "audience: {lists: [members]}\n"
    issue_file.write_text(text, encoding="utf-8")
    with pytest.raises(Refusal, match="'bridge' is all that issue 2022-02 has"):
        remove_article(project, "2022-02", "bridge")
    assert issue_file.read_text(encoding="utf-8") == text


def test_a_section_on_one_line_is_not_frozen(project: Project, issue_file: Path) -> None:
    start = ISSUE.index('  - heading: {fr: "Nouvelles"')
    text = ISSUE[:start] + "  - {select: {kind: news}}\naudience: {lists: [members]}\n"
    issue_file.write_text(text, encoding="utf-8")
    with pytest.raises(Refusal) as caught:
        freeze_issue(project, "2022-02")
    assert caught.value.where == "issues/2022-02.yaml:16"
    assert "several lines" in (caught.value.hint or "")
    assert issue_file.read_text(encoding="utf-8") == text


def test_an_article_in_two_sections_needs_the_section(project: Project, issue_file: Path) -> None:
    issue_file.write_text(ISSUE.replace("[atlas, report]", "[atlas, bridge]"), encoding="utf-8")
    with pytest.raises(Refusal, match=r"'bridge' stands in several sections: 1 .*, 2 "):
        remove_article(project, "2022-02", "bridge")
    remove_article(project, "2022-02", "bridge", section="2")
    assert "articles: [atlas]" in issue_file.read_text(encoding="utf-8")


def test_a_section_may_be_meant_without_saying_so_when_it_is_the_only_one(
    project: Project, issue_file: Path
) -> None:
    issue = load_sound_issue(project, "2022-02")
    with pytest.raises(UnknownName):
        find_section(issue, None)
    only = issue.data.model_copy(update={"sections": issue.data.sections[:1]})
    assert find_section(type(issue)(issue.id, only, issue.source), None) == 0


def test_a_file_saved_meanwhile_is_not_overwritten(
    project: Project, issue_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = ISSUE.replace("The first issue", "Saved by somebody else")

    def append_while_they_save(text: str, file: str, loc: Loc, item: Value) -> str:
        issue_file.write_text(theirs, encoding="utf-8")
        return append_item(text, file, loc, item)

    monkeypatch.setattr(issue_edit, "append_item", append_while_they_save)
    with pytest.raises(Refusal, match="changed by somebody else meanwhile"):
        add_articles(project, "2022-02", ["snow"], section="1")
    assert issue_file.read_text(encoding="utf-8") == theirs


def test_a_link_to_the_file_stays_a_link(project: Project, issue_file: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.yaml"
    issue_file.rename(elsewhere)
    issue_file.symlink_to(elsewhere)
    add_articles(project, "2022-02", ["snow"], section="1")
    assert issue_file.is_symlink()
    assert "- snow" in elsewhere.read_text(encoding="utf-8")
