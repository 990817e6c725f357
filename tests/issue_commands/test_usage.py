"""What "already ran in" means: dates decide the order, selections count, a broken issue stops nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsletter.commands.project import Project
from newsletter.commands.usage import issues_in_order, ran_in
from newsletter.compose import load_issue
from newsletter.corpus import load_corpus
from newsletter.models.article import Corpus


def write_issue(root: Path, name: str, day: str, section: str) -> None:
    text = f"date: {day}\nsubject: {{fr: A, en: A}}\npreheader: {{fr: B, en: B}}\nsections:\n  - {section}\n"
    (root / "issues" / f"{name}.yaml").write_text(
        text + "audience: {lists: [members]}\n", encoding="utf-8", newline="\n"
    )


@pytest.fixture
def empty(sample_root: Path) -> Path:
    """The sample project without its issues."""
    for path in (sample_root / "issues").iterdir():
        path.unlink()
    return sample_root


@pytest.fixture
def corpus(sample: Project) -> Corpus:
    return load_corpus(sample.corpus, sample.root)[0]


def test_issues_come_by_date_not_by_name(empty: Path, sample: Project, corpus: Corpus) -> None:
    write_issue(empty, "b", "2024-01-05", "articles: [djibril-diop]")
    write_issue(empty, "a", "2024-02-01", "articles: [djibril-diop, eva-croci]")
    write_issue(empty, "special", "2024-01-05", "articles: [eva-croci]")
    assert [issue.id for issue in issues_in_order(sample)] == ["b", "special", "a"]
    assert ran_in(sample, corpus) == {"djibril-diop": ("b", "a"), "eva-croci": ("special", "a")}


def test_before_an_issue_means_earlier_by_date_then_name(empty: Path, sample: Project, corpus: Corpus) -> None:
    write_issue(empty, "1", "2024-01-05", "articles: [djibril-diop]")
    write_issue(empty, "2", "2024-01-05", "articles: [eva-croci]")
    write_issue(empty, "0", "2024-03-01", "articles: [stm-exploratory-walks]")
    second, _ = load_issue(sample.issues / "2.yaml", sample.root)
    assert ran_in(sample, corpus, before=second) == {"djibril-diop": ("1",)}


def test_unused_selections_share_nothing_with_the_issues_before(
    empty: Path, sample: Project, corpus: Corpus
) -> None:
    select = "select: {kind: person, limit: 1, unused: true}"
    write_issue(empty, "2030-01", "2030-01-01", select)
    write_issue(empty, "2030-02", "2030-02-01", select)
    ran = ran_in(sample, corpus)
    assert sorted(ran.values()) == [("2030-01",), ("2030-02",)]
    assert {corpus.articles[slug].data.kind for slug in ran} == {"person"}


def test_an_article_twice_in_an_issue_ran_there_once(empty: Path, sample: Project, corpus: Corpus) -> None:
    write_issue(empty, "2030-01", "2030-01-01", "articles: [djibril-diop, djibril-diop]")
    assert ran_in(sample, corpus) == {"djibril-diop": ("2030-01",)}


def test_a_broken_issue_is_passed_over(empty: Path, sample: Project, corpus: Corpus) -> None:
    (sample.issues / "2029-12.yaml").write_text("date: [", encoding="utf-8")
    write_issue(empty, "2030-01", "2030-01-01", "articles: [djibril-diop]")
    assert ran_in(sample, corpus) == {"djibril-diop": ("2030-01",)}
