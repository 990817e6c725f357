"""The pages about signing and rehearsing: what they tell to type works, and prints what they show."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from newsletter.cli import main
from newsletter.commands.build import prepare
from newsletter.commands.project import Project
from newsletter.yamlfile import parse_yaml

DOCS = Path(__file__).resolve().parents[2] / "docs" / "how-to"


def shown(page: str) -> list[tuple[str, str]]:
    """Each command of the page, and a pattern of what is shown below it."""
    text = (DOCS / page).read_text(encoding="utf-8")
    found = []
    for block in re.findall(r"^```console\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        command, _, lines = block.partition("\n")
        pattern = "".join(
            r"(?:.*\n)*?"
            if line == "..."
            else re.escape(line.removesuffix("...")) + (r".*\n" if line.endswith("...") else r"\n")
            for line in lines.splitlines()
        )
        found.append((command.removeprefix("$ "), pattern))
    return found


def run(command: str, pattern: str) -> str:
    arguments = shlex.split(command)
    assert arguments[0] == "newsletter"
    done = CliRunner().invoke(main, arguments[1:])
    assert re.search(pattern, done.stdout), f"$ {command}\n{done.output}\n{done.exception}"
    return done.stdout


def test_from_a_key_to_a_signed_rehearsal(sample_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(sample_root)
    new, show, rehearse = shown("sign-mails.md")
    printed = run(*new)
    lines = printed.partition("\ndkim:\n")[2].partition("\n\n")[0]
    config = sample_root / "newsletter.yaml"
    config.write_text(f"{config.read_text(encoding='utf-8')}\ndkim:\n{lines}\n", encoding="utf-8")
    run(*show)
    run(*rehearse)


def test_a_rehearsal_as_the_page_shows_it(sample_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(sample_root)
    (command,) = shown("rehearse-a-send.md")
    run(*command)


def test_attachments_as_the_page_writes_them(sample: Project, sample_root: Path) -> None:
    text = (DOCS / "write-an-issue.md").read_text(encoding="utf-8")
    block = re.search(r"^    attachments:\n(?:    .*\n)+", text, re.MULTILINE)
    assert block is not None
    written = re.sub("^    ", "", block[0], flags=re.MULTILINE)
    document, findings = parse_yaml(written, "page")
    assert document is not None, findings
    (sample_root / "files").mkdir()
    for entry in document.data["attachments"]:
        content = b"%PDF-1.4\n" if entry["file"].endswith(".pdf") else b"a,b\n"
        (sample_root / entry["file"]).write_bytes(content)
    issue = sample_root / "issues" / "2024-02.yaml"
    issue.write_text(f"{issue.read_text(encoding='utf-8')}\n{written}", encoding="utf-8")
    found = prepare(sample, "2024-02").findings
    assert not [one for one in found if one.severity.value == "error"]
    assert "MIME-ATTACH" in {one.rule for one in found}
