"""Listing, showing, and where an article already ran."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from article_files import write_article, write_text

from newsletter.commands.build import prepare
from newsletter.commands.corpus import OpenCorpus, Wanted, list_articles, show_article
from newsletter.commands.usage import ran_in
from newsletter.corpus import load_corpus
from newsletter.errors import ProjectMistake, UnknownName
from newsletter.models.finding import Severity

Opened = Callable[[], OpenCorpus]
ISSUE = """\
date: {day}
subject: {{fr: A, en: A}}
preheader: {{fr: B, en: B}}
sections:
  - {section}
audience: {{lists: [members]}}
"""


def write_issue(root: Path, name: str, day: str, section: str) -> None:
    text = ISSUE.format(day=day, section=section)
    (root / "issues" / f"{name}.yaml").write_text(text, encoding="utf-8", newline="\n")


def slugs(opened: Opened, **wanted: object) -> list[str]:
    return [line.entry.slug for line in list_articles(opened(), Wanted(**wanted))]


def test_the_newest_first_and_where_each_ran(root: Path, opened: Opened) -> None:
    write_article(root, "a", published="2024-01-01")
    write_article(root, "b", published="2024-02-01")
    write_article(root, "c", published="2024-01-01")
    write_issue(root, "2024-02", "2024-02-05", "articles: [a]")
    write_issue(root, "2024-03", "2024-03-05", "articles: [a, b]")
    lines = list_articles(opened(), Wanted())
    assert [(line.entry.slug, line.ran_in) for line in lines] == [
        ("b", ("2024-03",)),
        ("a", ("2024-02", "2024-03")),
        ("c", ()),
    ]
    assert slugs(opened, used=True) == ["b", "a"]
    assert slugs(opened, used=False) == ["c"]


def test_what_select_chooses_ran_too(root: Path, opened: Opened) -> None:
    write_article(root, "a", published="2024-01-01", tags="youth")
    write_article(root, "b", published="2024-01-02", tags="youth", en=None)
    write_issue(root, "2024-02", "2024-02-05", "select: {tags: [youth], unused: true}")
    assert slugs(opened, used=True) == ["a"]


def test_the_index_tells_the_issues_what_the_articles_would(sample_corpus: OpenCorpus) -> None:
    project = sample_corpus.project
    write_issue(project.root, "2030-01", "2030-01-05", "select: {kind: [news, project], limit: 9, unused: true}")
    corpus, _ = load_corpus(project.corpus, project.root)
    expected = ran_in(project, corpus)
    assert "2030-01" in {issue for issues in expected.values() for issue in issues}
    assert sample_corpus.ran_in == expected


def test_days_are_from_the_first_up_to_the_last_without_it(root: Path, opened: Opened) -> None:
    for day in ("2024-01-31", "2024-02-01", "2024-02-29", "2024-03-01"):
        write_article(root, f"on-{day}", published=day)
    assert slugs(opened, since=date(2024, 2, 1), before=date(2024, 3, 1)) == ["on-2024-02-29", "on-2024-02-01"]


@pytest.mark.parametrize(
    ("wanted", "hint"),
    [({"tags": ("montral",)}, "Did you mean 'montreal'?"), ({"language": "es"}, "Languages: en, fr.")],
)
def test_what_nothing_has_is_said_with_a_proposal(
    root: Path, opened: Opened, wanted: dict[str, object], hint: str
) -> None:
    write_article(root, "a")
    with pytest.raises(UnknownName) as caught:
        list_articles(opened(), Wanted(**wanted))
    assert caught.value.hint == hint


def test_everything_about_one_article(root: Path, opened: Opened) -> None:
    links = "links:\n  more: {url: 'https://www.example.org/a'}\n"
    folder = write_article(root, "a", more=links, en=None)
    write_text(folder, "fr", "Titre", body="Un *corps*.", more='links: {more: "Lire"}\n')
    write_article(root, "b", more=links)
    write_article(root, "c")
    write_issue(root, "2024-02", "2024-02-05", "articles: [a]")
    write_issue(root, "2024-03", "2024-03-05", "articles: [b]")
    shown = show_article(opened(), "a")
    assert [(one.language, one.state, one.body) for one in shown.translations] == [
        ("fr", "original", "Un *corps*."),
        ("en", "missing", None),
    ]
    assert shown.ran_in == ("2024-02",)
    assert [(one.url, one.articles, one.issues) for one in shown.links_elsewhere] == [
        ("https://www.example.org/a", ("b",), ("2024-03",))
    ]


def test_states_of_translations(root: Path, opened: Opened) -> None:
    folder = write_article(root, "a", en=None)
    digest = opened().index.entries["a"].translations["fr"].digest
    origin = "translated_from: {{language: fr, digest: {}}}\n"

    def state() -> str:
        (english,) = (one for one in show_article(opened(), "a").translations if one.language == "en")
        return english.state

    write_text(folder, "en", "Title", more=origin.format(digest))
    assert state() == "translation"
    write_text(folder, "fr", "Un autre titre")
    assert state() == "stale"
    write_text(folder, "en", "Title")
    assert state() == "original"
    write_text(folder, "en", "Title", more="summmary: x\n")
    assert state() == "mistakes"


def test_an_article_is_found_by_slug_or_path_and_proposed(root: Path, opened: Opened) -> None:
    write_article(root, "summer-workshop")
    corpus = opened()
    for name in ("summer-workshop", "corpus/summer-workshop/", "corpus/summer-workshop/fr.md"):
        assert show_article(corpus, name).article.slug == "summer-workshop"
    with pytest.raises(UnknownName) as caught:
        show_article(corpus, "sumer-workshop")
    assert caught.value.hint == "Did you mean 'summer-workshop'?"


def test_a_draft_is_told_from_a_misspelt_name(root: Path, opened: Opened) -> None:
    write_article(root, "_drafts/summer-workshop")
    with pytest.raises(UnknownName) as caught:
        show_article(opened(), "summer-workshop")
    assert caught.value.hint == "It is a draft; take it in: newsletter corpus accept summer-workshop"


def test_an_article_with_mistakes_is_shown_with_them(root: Path, opened: Opened) -> None:
    (write_article(root, "a") / "article.yaml").write_text("kind: nonsense\n", encoding="utf-8")
    with pytest.raises(ProjectMistake) as caught:
        show_article(opened(), "a")
    assert {one.file for one in caught.value.findings} == {"corpus/a/article.yaml"}


def test_check_says_that_an_article_ran_before(sample_corpus: OpenCorpus) -> None:
    project = sample_corpus.project
    path = project.issues / "2024-02.yaml"
    before = prepare(project, "2024-02")
    assert "CORPUS-RAN" not in {one.rule for one in before.findings}
    text = path.read_text(encoding="utf-8")
    text = text.replace("    articles:\n", "    articles:\n      - eva-croci\n", 1)
    path.write_text(text, encoding="utf-8")
    (finding,) = (one for one in prepare(project, "2024-02").findings if one.rule == "CORPUS-RAN")
    assert (finding.severity, finding.message) == (
        Severity.WARNING,
        "the article 'eva-croci' already ran in 2022-03",
    )
    assert finding.file == "issues/2024-02.yaml"
