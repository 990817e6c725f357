"""Imports into a project: what is written, what a second import changes, what bad input does, how a draft gets in."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from import_parts import REPOSITORY

from newsletter.commands.corpus_import import accept_draft, import_pages
from newsletter.commands.project import Project, open_project
from newsletter.corpus import load_article
from newsletter.corpus.importing import ImportPlan, as_data, as_lines
from newsletter.errors import FileTrouble, ProjectMistake, Refusal, UnknownName

ROOF = (
    "The library gets a new roof\n\n"
    "The county library has a new roof of blue slate, paid for by its readers after two winters of buckets. "
    "Forty people carried the old tiles to the yard, where anybody may take some home for a garden path.\n\n"
    "A party under the new roof will be held on May 8, 2021 with bread, soup and a brass band.\n"
)
LAMPS = (
    "Pupils paint the lamp posts\n\n"
    "Forty pupils of the harbour school painted the lamp posts of Market Street in colours of their own choice. "
    "The work took three sunny afternoons and eleven litres of paint, most of it still on the posts.\n"
)


def tree(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and path.name != "import.lock"
    }


def put(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def statuses(plan: ImportPlan) -> list[tuple[str, str | None]]:
    return [(entry.compared.status.value, entry.duplicate_of) for entry in plan.entries]


def test_a_draft_has_the_layout_of_an_article(project: Project, tmp_path: Path) -> None:
    import_pages(project, [put(tmp_path, "page.txt", ROOF)])
    draft = project.corpus / "_drafts" / "library-gets-new-roof"
    assert sorted(path.name for path in draft.iterdir()) == ["article.yaml", "en.md"]
    facts, words = (draft / "article.yaml").read_text(), (draft / "en.md").read_text()
    assert facts.startswith(
        "# yaml-language-server: $schema=../../../schemas/article.schema.json\n#? Draft read from page.txt line 1"
    )
    assert '2021-05-08, from "May 8, 2021"' in facts
    assert 'captures: ["page.txt"]' in facts
    assert words.startswith('---\ntitle: "The library gets a new roof"\n')
    assert words.endswith(ROOF.split("\n\n", 1)[1].replace("'", "’"))


def test_dry_run_writes_nothing(project: Project, captures: Path) -> None:
    before = tree(project.root)
    plan = import_pages(project, [captures], dry_run=True)
    assert plan.drafts > 50
    assert tree(project.root) == before
    assert not (project.root / "var").exists()


def test_a_second_import_changes_nothing(project: Project, captures: Path) -> None:
    first = import_pages(project, [captures])
    before = tree(project.root)
    second = import_pages(project, [captures])
    assert {status for status, _ in statuses(second)} == {"known"}
    assert [entry.slug for entry in second.entries] == [entry.slug for entry in first.entries]
    assert [entry.kind for entry in second.entries] == [entry.kind for entry in first.entries]
    assert second.files == {}
    assert tree(project.root) == before


def test_an_import_is_the_same_every_time(project: Project, captures: Path, tmp_path: Path) -> None:
    one = import_pages(project, [captures], dry_run=True)
    other = import_pages(project, [captures], dry_run=True)
    assert one.files == other.files
    assert json.dumps(as_data(one)) == json.dumps(as_data(other))


def test_the_ledger_names_no_folder_of_this_machine(project: Project, captures: Path, tmp_path: Path) -> None:
    import_pages(project, [captures])
    for name, content in tree(project.root).items():
        assert str(tmp_path).encode() not in content, name


def test_versions_in_one_import(project: Project, tmp_path: Path) -> None:
    """The fullest is drafted, the others point at it, both files are named as sources."""
    shorter = ROOF.replace(" of blue slate", "").replace("new roof", "New Roof", 1)
    plan = import_pages(project, [put(tmp_path, "a.txt", shorter), put(tmp_path, "b.txt", LAMPS + "\n" + ROOF)])
    slug = "library-gets-new-roof"
    assert statuses(plan) == [("duplicate", slug), ("new", None), ("new", None)]
    (duplicate, *_), data = plan.entries, as_data(plan)["articles"][0]
    assert "it is fuller" in (duplicate.compared.proposal or "")
    assert {"after": "has a new roof", "here": "", "there": "of blue slate,"} in data["differences"] or any(
        "blue slate" in place["there"] for place in data["differences"]
    )
    assert 'captures: ["a.txt", "b.txt"]' in (project.corpus / "_drafts" / slug / "article.yaml").read_text()
    report = "\n".join(as_lines(plan, dry_run=False))
    assert re.search(r"here +there\n", report)
    assert "blue slate" in report


def test_a_changed_page_replaces_a_draft_nobody_touched(project: Project, tmp_path: Path) -> None:
    page = put(tmp_path, "page.txt", f"{ROOF}\n{LAMPS}")
    import_pages(project, [page])
    put(tmp_path, "page.txt", f"{ROOF.replace('blue slate', 'green slate')}\n{LAMPS}")
    plan = import_pages(project, [page])
    assert statuses(plan) == [("changed", "library-gets-new-roof"), ("known", "pupils-paint-lamp-posts")]
    assert "green slate" in (project.corpus / "_drafts" / "library-gets-new-roof" / "en.md").read_text()
    assert statuses(import_pages(project, [page]))[0] == ("known", "library-gets-new-roof")


def test_a_changed_page_leaves_the_work_of_people_alone(project: Project, tmp_path: Path) -> None:
    page = put(tmp_path, "page.txt", ROOF)
    import_pages(project, [page])
    draft = project.corpus / "_drafts" / "library-gets-new-roof"
    (draft / "en.md").write_text((draft / "en.md").read_text().replace("soup", "better soup"))
    edited = tree(draft)
    put(tmp_path, "page.txt", ROOF.replace("blue slate", "green slate"))
    plan = import_pages(project, [page])
    assert statuses(plan) == [("changed", "library-gets-new-roof")]
    assert tree(draft) == edited
    beside = project.corpus / "_drafts" / plan.entries[0].slug / "en.md"
    assert beside.parent.name != draft.name
    assert "green slate" in beside.read_text()


def test_another_page_with_a_known_article_is_a_duplicate(project: Project, tmp_path: Path) -> None:
    import_pages(project, [put(tmp_path, "page.txt", ROOF)])
    before = tree(project.corpus / "_drafts" / "library-gets-new-roof")
    plan = import_pages(project, [put(tmp_path, "other.txt", ROOF.replace(" of blue slate", ""))])
    assert statuses(plan) == [("duplicate", "library-gets-new-roof")]
    assert tree(project.corpus / "_drafts" / "library-gets-new-roof") == before


def test_a_fuller_version_replaces_a_draft_nobody_touched(project: Project, tmp_path: Path) -> None:
    import_pages(project, [put(tmp_path, "page.txt", ROOF.replace(" of blue slate", ""))])
    plan = import_pages(project, [put(tmp_path, "other.txt", ROOF)])
    assert statuses(plan) == [("duplicate", "library-gets-new-roof")]
    assert "fuller" in plan.entries[0].look[0]
    assert "blue slate" in (project.corpus / "_drafts" / "library-gets-new-roof" / "en.md").read_text()


def test_french_and_english_versions_become_one_draft(project: Project, captures: Path) -> None:
    plan = import_pages(project, [captures / "bilingue.txt"])
    assert [entry.language for entry in plan.entries] == ["fr", "en", "fr", "en", "fr"]
    assert plan.drafts == 3
    slugs = [entry.slug for entry in plan.entries]
    assert slugs[0] == slugs[1]
    assert slugs[2] == slugs[3]
    assert slugs[4] not in slugs[:4]
    draft = project.corpus / "_drafts" / slugs[0]
    assert sorted(path.name for path in draft.iterdir()) == ["article.yaml", "en.md", "fr.md"]
    assert "15 000\u00a0$" in (draft / "fr.md").read_text().replace("15\u00a0000", "15 000")
    data = as_data(plan)["articles"]
    assert data[0]["paired_with"]["line"] == data[1]["line"]


def test_the_articles_of_the_corpus_are_known(project: Project, tmp_path: Path) -> None:
    """An article written from a capture names it; one whose words stand in the page is a version of it."""
    folder = project.corpus / "blue-roof"
    facts = "kind: news\npublished: 2021-05-01\nsource: {name: {en: County}, title: The library gets a new roof, captures: [page.txt]}\n"
    put(folder, "article.yaml", facts)
    put(folder, "en.md", "---\ntitle: A blue roof\nsummary: At last.\n---\nOur own words about it.\n")
    put(
        project.corpus / "lamps",
        "article.yaml",
        "kind: news\npublished: 2021-05-01\nsource: {name: {en: County}}\n",
    )
    put(
        project.corpus / "lamps",
        "en.md",
        f"---\ntitle: Lamps\nsummary: Paint.\n---\n{LAMPS.partition(chr(10))[2]}",
    )
    plan = import_pages(project, [put(tmp_path, "page.txt", f"{ROOF}\n{LAMPS}")])
    assert statuses(plan) == [("known", "blue-roof"), ("duplicate", "lamps")]
    assert plan.drafts == 0


def test_a_version_of_a_known_article_in_the_same_import(project: Project, tmp_path: Path) -> None:
    """Its file is not named by the article of the corpus, but its words are those of a file that is."""
    facts = "kind: news\npublished: 2021-05-01\nsource: {name: {en: County}, title: The library gets a new roof, captures: [page.txt]}\n"
    put(project.corpus / "blue-roof", "article.yaml", facts)
    put(project.corpus / "blue-roof", "en.md", "---\ntitle: A blue roof\nsummary: At last.\n---\nOur own words.\n")
    other = ROOF.replace("The library gets a new roof", "New roof for library").replace(" of blue slate", "")
    plan = import_pages(project, [put(tmp_path, "page.txt", ROOF), put(tmp_path, "other.txt", other)])
    assert statuses(plan) == [("known", "blue-roof"), ("duplicate", "blue-roof")]
    assert plan.drafts == 0


def test_a_draft_gets_in_when_it_is_complete(project: Project, tmp_path: Path) -> None:
    import_pages(project, [put(tmp_path, "page.txt", ROOF)])
    slug = "library-gets-new-roof"
    with pytest.raises(ProjectMistake) as mistake:
        accept_draft(project, slug)
    assert any("published" in finding.message for finding in mistake.value.findings)
    facts = project.corpus / "_drafts" / slug / "article.yaml"
    kind = "kind: news\npublished: 2021-05-01\n"
    facts.write_text(
        re.sub(
            r"^kind: .*\n", kind, re.sub(r"^event:\n(?:[ #].*\n)*", "", facts.read_text(), flags=re.M), flags=re.M
        )
    )
    article, findings = accept_draft(project, slug)
    assert (article.slug, findings) == (slug, [])
    assert not facts.exists()
    for name, content in tree(project.corpus / slug).items():
        assert b"#?" not in content, name
    assert (
        (project.corpus / slug / "article.yaml")
        .read_text()
        .startswith("# yaml-language-server: $schema=../../schemas/")
    )
    plan = import_pages(project, [tmp_path / "page.txt"])
    assert statuses(plan) == [("known", slug)]


def test_accepting_what_is_not_there_or_there_already(project: Project, tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="no draft"):
        accept_draft(project, "nothing")
    import_pages(project, [put(tmp_path, "page.txt", ROOF)])
    with pytest.raises(UnknownName) as unknown:
        accept_draft(project, "library-gets-new-rof")
    assert "library-gets-new-roof" in (unknown.value.hint or "")
    (project.corpus / "library-gets-new-roof").mkdir()
    with pytest.raises(Refusal, match="already"):
        accept_draft(project, "library-gets-new-roof")
    for hostile in ("../..", "/etc", "..", ""):
        with pytest.raises(UnknownName):
            accept_draft(project, hostile)


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [
        ("photo.txt", b"\x89PNG\r\n\x1a\n" + bytes(100), "IMPORT-BINARY"),
        ("noise.txt", bytes(range(256)) * 20, "IMPORT-BINARY"),
        ("empty.txt", b"", "IMPORT-EMPTY"),
        ("blank.txt", b"\xef\xbb\xbf \n\n\t", "IMPORT-EMPTY"),
        ("menu.txt", b"Home\nNews\nContact\n", "IMPORT-NO-ARTICLE"),
        ("app.html", b"<html><script>draw()</script></html>", "IMPORT-NO-ARTICLE"),
        ("feed.xml", b"<!DOCTYPE rss><rss/>", "IMPORT-FEED"),
        ("huge.txt", None, "IMPORT-SIZE"),
    ],
)
def test_bad_input_is_named_and_nothing_changes(
    project: Project, tmp_path: Path, name: str, content: bytes | None, rule: str
) -> None:
    good, bad = put(tmp_path, "good.txt", ROOF), put(tmp_path, name, content or b"")
    if content is None:
        os.truncate(bad, 50_000_000)
    before = tree(project.root)
    with pytest.raises(ProjectMistake) as mistake:
        import_pages(project, [good, bad])
    (finding,) = mistake.value.findings
    assert finding.rule == rule
    assert finding.file == str(bad)
    assert finding.hint
    assert mistake.value.exit_code == 1
    assert tree(project.root) == before


def test_a_device_without_end_is_read_no_further_than_the_limit(project: Project) -> None:
    # In a process of its own: read to its end, it would take all memory, which the limit turns into an error.
    code = (
        "import resource; resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))\n"
        "from pathlib import Path; from newsletter.corpus.importing import read_sources\n"
        "print(read_sources([Path('/dev/zero')])[0].mistake.rule)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=REPOSITORY, timeout=60)
    assert run.stdout.strip() == "IMPORT-SIZE", run.stderr


def test_markup_in_a_capture_is_text(project: Project, tmp_path: Path) -> None:
    text = ROOF.replace("blue slate", "<script>alert(1)</script> *blue* [slate](javascript:x) # 1")
    import_pages(project, [put(tmp_path, "page.txt", f"{text}\n# Not a heading\n\n1986. A year\n")])
    folder = project.corpus / "_drafts" / "library-gets-new-roof"
    body = (folder / "en.md").read_text()
    assert r"\<script\>alert(1)\</script\> \*blue\* \[slate\](javascript:x)" in body
    from markdown_it import MarkdownIt

    html = MarkdownIt("commonmark").render(body.split("---\n", 2)[2])
    assert "<script>" not in html
    assert "<a " not in html
    assert "<h1>" not in html
    assert "<ol" not in html


@pytest.mark.parametrize("content", ["{", "[]", '{"articles": [{"x": 1}], "drafts": {}}'])
def test_a_damaged_ledger_is_said(project: Project, tmp_path: Path, content: str) -> None:
    put(project.corpus / "_drafts", "imported.json", content)
    with pytest.raises(ProjectMistake, match="record of earlier imports is damaged"):
        import_pages(project, [put(tmp_path, "page.txt", ROOF)])


def test_an_import_cut_off_before_its_ledger_goes_on_where_it_was(project: Project, tmp_path: Path) -> None:
    page = put(tmp_path, "page.txt", f"{ROOF}\n{LAMPS}")
    plan = import_pages(project, [page])
    (project.corpus / "_drafts" / "imported.json").unlink()
    again = import_pages(project, [page])
    assert [entry.slug for entry in again.entries] == [entry.slug for entry in plan.entries]


def test_an_import_cut_off_inside_a_draft_completes_it(project: Project, tmp_path: Path) -> None:
    page = put(tmp_path, "page.txt", f"{ROOF}\n{LAMPS}")
    plan = import_pages(project, [page])
    drafts = project.corpus / "_drafts"
    whole = tree(drafts)
    (drafts / "imported.json").unlink()
    (drafts / plan.entries[1].slug / "en.md").unlink()
    import_pages(project, [page])
    assert tree(drafts) == whole


def test_a_folder_that_cannot_be_written(project: Project, tmp_path: Path) -> None:
    put(project.root, "corpus", "a file where the folder should be")
    with pytest.raises(FileTrouble):
        import_pages(project, [put(tmp_path, "page.txt", ROOF)])


def test_two_imports_at_once(project: Project, tmp_path: Path) -> None:
    from filelock import FileLock

    page = put(tmp_path, "page.txt", ROOF)
    (project.root / "var").mkdir()
    with FileLock(project.root / "var" / "import.lock"), pytest.raises(Refusal, match="under way"):
        import_pages(project, [page])
    assert not project.corpus.exists()
    assert import_pages(project, [page]).drafts == 1
    with FileLock(project.root / "var" / "import.lock", timeout=0):
        pass  # an import that has ended holds nothing


def test_folders_are_searched_and_other_files_passed_over(project: Project, tmp_path: Path) -> None:
    put(tmp_path, "in/a.txt", ROOF)
    put(tmp_path, "in/deep/b.md", f"# {LAMPS}")
    put(tmp_path, "in/photo.jpg", b"\xff\xd8\xff")
    put(tmp_path, "in/.hidden.txt", b"")
    said: list[str] = []
    plan = import_pages(
        project, [tmp_path / "in", tmp_path / "in" / "a.txt"], progress=lambda what, *_: said.append(what)
    )
    assert [entry.compared.found.name for entry in plan.entries] == ["a.txt", "b.md"]
    assert any("photo.jpg" in line for line in said)
    (tmp_path / "bare").mkdir()
    with pytest.raises(UnknownName):
        import_pages(project, [tmp_path / "bare"])


def run(project: Project, *arguments: str) -> subprocess.CompletedProcess[str]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("NEWSLETTER_")}
    return subprocess.run(
        [sys.executable, "-m", "newsletter", "corpus", *arguments],
        cwd=project.root, env=environ | {"PYTHONPATH": str(REPOSITORY), "PYTHONUTF8": "1"},
        capture_output=True, text=True, encoding="utf-8", timeout=60, check=False,
    )  # fmt: skip


def test_the_command_line(project: Project, tmp_path: Path) -> None:
    page = put(tmp_path, "page.txt", f"{ROOF}\n{LAMPS}\n{ROOF.replace(' of blue slate', '')}")
    done = run(project, "import", str(page), "--dry-run", "--format", "json")
    assert done.returncode == 0, done.stderr
    data: dict[str, Any] = json.loads(done.stdout)
    first, second, third = data["articles"]
    assert [article["line"] for article in data["articles"]] == [1, 7, 11]
    assert (first["file"], first["title"], first["language"], first["status"]) == (
        str(page), "The library gets a new roof", "en", "new",
    )  # fmt: skip
    assert first["duplicate_of"] is None
    assert first["needs_look"]
    assert third["status"] == "duplicate"
    assert third["duplicate_of"] == first["slug"]
    assert second["kind"] in {"news", "project", "event"}
    assert not (project.root / "corpus").exists()
    assert "reading page.txt" in done.stderr
    done = run(project, "import", str(page))
    assert done.returncode == 0, done.stderr
    assert "3 found: 2 new, 1 duplicate, 0 changed, 0 known" in done.stdout
    done = run(project, "import", str(put(tmp_path, "empty.txt", b"")))
    assert (done.returncode, done.stdout) == (1, "")
    assert "the file is empty" in done.stderr
    assert run(project, "import", str(tmp_path / "nothing.txt")).returncode == 2
    assert run(project, "accept", "nothing").returncode == 2
    assert run(project, "accept", first["slug"]).returncode == 1


def test_drafts_are_no_part_of_the_corpus_until_accepted(project: Project, captures: Path) -> None:
    from newsletter.corpus import load_corpus

    import_pages(project, [captures])
    corpus, findings = load_corpus(project.corpus, project.root)
    assert corpus.articles == {}
    assert findings == []


def test_every_draft_is_good_yaml_and_lacks_only_what_it_says(project: Project, captures: Path) -> None:
    """Whatever was found, the files can be read: the only findings are missing values, named in the draft."""
    import_pages(project, [captures])
    for folder in sorted((project.corpus / "_drafts").iterdir()):
        if not (folder / "article.yaml").is_file():
            continue
        _, findings = load_article(folder, project.root)
        asked = (folder / "article.yaml").read_text()
        for finding in findings:
            assert finding.rule in ("SCHEMA-MISSING", "SCHEMA-VALUE"), finding
            if finding.rule == "SCHEMA-MISSING":
                key = re.search(r"'(\w+)'", finding.message)
                assert key
                assert re.search(rf"#\? +- {key[1]}: not found|#\?.*{key[1]}: needed", asked), finding


def test_opening_needs_a_project(tmp_path: Path) -> None:
    with pytest.raises(UnknownName):
        open_project(tmp_path, {})
