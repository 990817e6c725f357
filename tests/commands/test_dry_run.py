"""The files of a dry run: nothing in them that is not of this plan, and nobody reads them who may not read the list."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from newsletter.commands.files import write_file
from newsletter.commands.project import Project
from newsletter.commands.send import dry_run


def test_samples_of_an_earlier_plan_are_gone(sample: Project) -> None:
    folder = dry_run(sample, "2024-02").folder
    assert {path.name for path in folder.iterdir()} == {"fr.eml", "en.eml", "fr+en.eml", "manifest.json"}
    for name in ("members", "partners"):
        path = sample.recipients / f"{name}.csv"
        header = path.read_text(encoding="utf-8").splitlines()[0]
        delimiter = ";" if ";" in header else ","
        row = delimiter.join(["x@example.org", "X", "fr", "express", "2020-01-01", "form", "f-1"])
        path.write_text(f"{header.removesuffix(',x_note')}\n{row}\n", encoding="utf-8")
    dry_run(sample, "2024-02")
    assert {path.name for path in folder.iterdir()} == {"fr.eml", "manifest.json"}


def test_only_their_owner_reads_files_with_addresses(sample: Project) -> None:
    folder = dry_run(sample, "2024-02").folder
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_other_files_are_as_open_as_the_person_wants(tmp_path: Path, umask: int, mode: int) -> None:
    before = os.umask(umask)
    try:
        write_file(tmp_path / "new", "x")
        (tmp_path / "old").touch(0o640)
        write_file(tmp_path / "old", "x")
    finally:
        os.umask(before)
    assert (tmp_path / "new").stat().st_mode & 0o777 == mode
    assert (tmp_path / "old").stat().st_mode & 0o777 == 0o640 & ~umask
