"""An issue that carries files: what check says, what travels to whom, and that it is the plan's."""

from __future__ import annotations

import threading
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from newsletter.commands.build import build, prepare, sizes
from newsletter.commands.project import Project
from newsletter.commands.rehearse import rehearse
from newsletter.commands.send import dry_run

ISSUE = "2024-02"
PDF = b"%PDF-1.4\n" + bytes(range(256)) * 20


@pytest.fixture
def add(sample: Project, sample_root: Path) -> Any:
    """Lines at the end of the issue; the files they may name."""
    (sample_root / "files").mkdir()
    (sample_root / "files" / "rapport.pdf").write_bytes(PDF)
    (sample_root / "files" / "horaire.csv").write_text("heure,salle\n", encoding="utf-8")
    (sample_root / "files" / "a.zip").write_bytes(b"PK\x03\x04")
    (sample_root / "files" / "faux.pdf").write_bytes(b"MZ")

    def lines(text: str) -> Project:
        file = sample_root / "issues" / f"{ISSUE}.yaml"
        file.write_text(f"{file.read_text(encoding='utf-8')}\n{text}\n", encoding="utf-8")
        return sample

    return lines


TWO = """attachments:
  - file: files/rapport.pdf
    name: {fr: "Rapport – été.pdf", en: "Report.pdf"}
  - {file: files/horaire.csv, languages: [fr]}
"""


def names(message: bytes) -> list[tuple[str | None, bytes]]:
    parsed: Any = message_from_bytes(message, policy=policy.default)
    return [(part.get_filename(), part.get_payload(decode=True)) for part in parsed.iter_attachments()]


def test_each_edition_carries_its_own(add: Any) -> None:
    project = add(TWO)
    prepared = prepare(project, ISSUE)
    assert not [one for one in prepared.findings if one.severity.value == "error"]
    csv = ("horaire.csv", b"heure,salle\n")
    assert names(prepared.samples["fr"]) == [("Rapport – été.pdf", PDF), csv]
    assert names(prepared.samples["en"]) == [("Report.pdf", PDF)]
    assert names(prepared.samples["fr+en"]) == [("Rapport – été.pdf", PDF), csv]
    told = [one for one in prepared.findings if one.rule == "MIME-ATTACH"]
    assert {one.severity.value for one in told} == {"warning"}
    assert any("2 attachments of 7 kB" in one.message for one in told)
    assert all(one.place.startswith(f"issues/{ISSUE}.yaml:") for one in told)


def test_the_plan_covers_them_and_the_rehearsal_passes(add: Any, sample_root: Path) -> None:
    project = add(TWO)
    before = dry_run(project, ISSUE).plan.digest
    done = rehearse(project, ISSUE, stop=threading.Event(), on_event=lambda event: None)
    assert [one.message for one in done.problems] == []
    assert done.passed
    (sample_root / "files" / "rapport.pdf").write_bytes(PDF + b"corrected")
    assert dry_run(project, ISSUE).plan.digest != before


def test_sizes_and_files_of_a_build_leave_attachments_out(add: Any, tmp_path: Path) -> None:
    plain = {one.code: one.html for one in sizes(prepare(add("# nothing yet"), ISSUE))}
    project = add(TWO)
    assert {one.code: one.html for one in sizes(prepare(project, ISSUE))} == plain
    built = build(project, ISSUE, tmp_path / "out")
    assert names((built.folder / "en.eml").read_bytes()) == [("Report.pdf", PDF)]


@pytest.mark.parametrize(
    ("entry", "words", "column"),
    [
        ("{file: files/a.zip}", "files ending in .zip are refused", "file:"),
        ("{file: files/faux.pdf}", "its content is not that of a file ending in .pdf", "file:"),
        ("{file: files/nowhere.pdf}", "No such file or directory", "file:"),
        ("{file: files}", "Is a directory", "file:"),
        ("{file: ../secret.pdf}", "it lies outside the project", "file:"),
        ("{file: /etc/passwd}", "it lies outside the project", "file:"),
        (
            "{file: files/rapport.pdf, name: {fr: a.exe, en: a.exe}}",
            "it must end in .pdf, as the file does",
            "name",
        ),
        (
            "{file: files/rapport.pdf, name: {fr: a/b.pdf, en: c.pdf}}",
            "/ cannot stand in the name of a file",
            "name",
        ),
        ("{file: files/rapport.pdf, languages: [ar]}", "'ar' is none of the publication's languages", "ar]"),
    ],
)
def test_mistakes_are_told_with_their_line(add: Any, entry: str, words: str, column: str) -> None:
    prepared = prepare(add(f"attachments:\n  - {entry}"), ISSUE)
    (finding,) = [one for one in prepared.findings if one.severity.value == "error"]
    assert finding.rule == "MIME-ATTACH"
    assert words in finding.message
    assert finding.place.startswith(f"issues/{ISSUE}.yaml:")
    assert finding.column == 5 + entry.index(column)


def test_two_of_one_name(add: Any) -> None:
    prepared = prepare(add("attachments:\n  - {file: files/rapport.pdf}\n  - {file: files/rapport.pdf}"), ISSUE)
    (finding,) = [one for one in prepared.findings if one.severity.value == "error"]
    assert "another attachment has it already" in finding.message


def test_a_link_that_leads_out_of_the_project(add: Any, sample_root: Path, tmp_path: Path) -> None:
    (tmp_path / "outside.pdf").write_bytes(PDF)
    (sample_root / "files" / "inside.pdf").symlink_to(tmp_path / "outside.pdf")
    prepared = prepare(add("attachments:\n  - {file: files/inside.pdf}"), ISSUE)
    assert any("outside the project" in one.message for one in prepared.findings)


def test_pictures_inside_the_mail(add: Any, sample_root: Path) -> None:
    config = sample_root / "newsletter.yaml"
    project = add("pictures: inline")
    linked = prepare(project, "2021-05")
    assert "cid:" not in "".join(linked.rendered["fr"].html.parts)
    prepared = prepare(project, ISSUE)
    assert not [one for one in prepared.findings if one.severity.value == "error"]
    parsed: Any = message_from_bytes(prepared.samples["fr"], policy=policy.default)
    pictures = [part for part in parsed.walk() if part.get_content_maintype() == "image"]
    assert pictures
    html = parsed.get_body(("html",)).get_content()
    for part in pictures:
        assert f'src="cid:{part["Content-ID"].strip("<>")}"' in html
    assert parsed.get_body(("plain",)) is not None
    assert any(one.rule == "MIME-ATTACH" and "picture" in one.message for one in prepared.findings)
    assert not [url for url in dry_run(project, ISSUE).online if url.startswith("cid:")]
    assert rehearse(project, ISSUE, stop=threading.Event(), on_event=lambda event: None).passed
    assert "assets:" in config.read_text(encoding="utf-8")


def test_pictures_inside_need_no_web_site(add: Any, sample_root: Path, clock: Any) -> None:
    from newsletter.commands.project import open_project

    add("pictures: inline")
    config = sample_root / "newsletter.yaml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("assets:\n  url: https://www.example.org/infolettre/\n", ""), encoding="utf-8")
    prepared = prepare(open_project(sample_root, {}, clock=clock), ISSUE)
    errors = [one for one in prepared.findings if one.severity.value == "error"]
    assert errors == []


def test_a_build_writes_no_file_to_upload_for_them_and_previews_show_them(add: Any, tmp_path: Path) -> None:
    built = build(add("pictures: inline"), ISSUE, tmp_path / "out", embed=True)
    assert not any(path.startswith("pictures/") for path in built.assets.files)
    page = (built.folder / "fr.preview.html").read_text(encoding="utf-8")
    assert "data:image/" in page
    assert "cid:" not in page
