"""The captures beside the checkout: each article found and nothing else, the versions of one told from the others.

Counted by hand, once, from the files: 45 articles, of which 8 are versions of another one; 37 distinct. Articles are
named here by file and line only.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from import_parts import SEEDS

from newsletter.commands.corpus_import import import_pages
from newsletter.commands.project import Project
from newsletter.corpus.importing import ImportPlan, Status, read_sources

COUNTED = {
    "000_6b1caaaed3c1767d.txt": (1, 19, 45, 53, 166, 182, 190, 196, 210, 214),
    "001_b43db4b876b181fd.txt": (1, 11, 21, 39, 57, 63, 201, 220, 236),
    "002_9d754314fce591e6.txt": (1, 17, 25, 31, 45, 49),
    "003_a22d4db156905556.txt": (1, 15, 21, 29, 41, 55, 65, 73, 85, 95),
    "004_a7bef2d2a6a768d9.txt": (1, 11, 21, 29, 48, 56, 62, 89, 95, 109),
}
VERSIONS = (
    # (file, line) of every version of the articles that stand in several captures
    {("000", 53), ("001", 63)},
    {("000", 166), ("001", 220), ("002", 1)},
    {("000", 182), ("002", 17)},
    {("000", 190), ("002", 25)},
    {("000", 196), ("002", 31)},
    {("000", 210), ("002", 45)},
    {("000", 214), ("002", 49)},
)


@pytest.fixture
def plan(project: Project) -> ImportPlan:
    return import_pages(project, [SEEDS], dry_run=True)


@pytest.mark.parametrize("name", COUNTED)
def test_each_capture_alone(name: str) -> None:
    (reading,) = read_sources([SEEDS / name])
    assert tuple(article.line for article in reading.articles) == COUNTED[name]


def test_all_captures_together(plan: ImportPlan) -> None:
    found: dict[str, tuple[int, ...]] = {}
    for entry in plan.entries:
        name = Path(entry.compared.found.file).name
        found[name] = (*found.get(name, ()), entry.compared.found.line)
    assert found == COUNTED
    assert {entry.language for entry in plan.entries} == {"en"}


def test_versions_of_an_article_are_told(plan: ImportPlan) -> None:
    by_slug: dict[str, set[tuple[str, int]]] = {}
    for entry in plan.entries:
        by_slug.setdefault(entry.slug, set()).add((entry.compared.found.name[:3], entry.compared.found.line))
    groups = [group for group in by_slug.values() if len(group) > 1]
    assert sorted(map(sorted, groups)) == sorted(map(sorted, VERSIONS))
    assert len(by_slug) == plan.drafts == 37
    statuses = [entry.compared.status for entry in plan.entries]
    assert (statuses.count(Status.NEW), statuses.count(Status.DUPLICATE)) == (37, 8)


def test_the_fullest_version_is_proposed(plan: ImportPlan) -> None:
    words: dict[str, list[tuple[int, Status]]] = {}
    for entry in plan.entries:
        words.setdefault(entry.slug, []).append((len(entry.compared.text.split()), entry.compared.status))
    for versions in words.values():
        longest = max(count for count, _ in versions)
        assert next(count for count, status in versions if status is Status.NEW) >= longest - 1


def test_nine_sessions_are_read_with_their_speakers(plan: ImportPlan) -> None:
    entry = next(
        e for e in plan.entries if e.written and (e.compared.found.name[:3], e.compared.found.line) == ("001", 63)
    )
    assert entry.kind == "event"
    assert len(entry.read["sessions"]) == 9
    assert len(entry.read["speakers"]) == 16
