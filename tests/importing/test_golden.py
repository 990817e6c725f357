"""Whole imports compared with files: which articles, where, what became of them, and the drafts as written.

After a change that is meant: `NEWSLETTER_TEST_GOLDEN=write pytest tests/importing/test_golden.py`, look at the diff,
commit it.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from newsletter.commands.corpus_import import import_pages
from newsletter.commands.project import Project
from newsletter.corpus.importing import as_data

HERE = Path(__file__).parent / "expected"
WRITE = os.environ.get("NEWSLETTER_TEST_GOLDEN") == "write"
DRAFTED = ("bilingue.txt", "fr-evenement.txt", "en-network.txt")
"""Captures whose drafts are compared whole: a pair, sessions, field lines and a job."""

_PUBLISHER = re.compile(r"^  name: \{.*\}\n", re.MULTILINE)
"""The project's own name, as its configuration has it."""


def compare(path: Path, text: str) -> None:
    if WRITE:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def test_the_report_of_all_captures(project: Project, captures: Path) -> None:
    data = as_data(import_pages(project, [captures], dry_run=True))
    rows = [
        [
            Path(one["file"]).name,
            one["line"],
            one["status"],
            one["language"],
            one["kind"],
            one["slug"],
            one["title"],
        ]
        for one in data["articles"]
    ]
    compare(
        HERE / "report.json", "[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]\n"
    )


@pytest.mark.parametrize("name", DRAFTED)
def test_the_drafts_of_a_capture(project: Project, captures: Path, name: str) -> None:
    plan = import_pages(project, [captures / name])
    written = {
        f"{path.parent.name}/{path.name}": _PUBLISHER.sub("", path.read_text(encoding="utf-8"))
        for path in (project.corpus / "_drafts").glob("*/*")
        if path.suffix in (".yaml", ".md")
    }
    assert len({slug.split("/")[0] for slug in written}) == plan.drafts
    text = "".join(f"=== {path}\n{content}" for path, content in sorted(written.items()))
    compare(HERE / f"{Path(name).stem}.drafts.txt", text)
