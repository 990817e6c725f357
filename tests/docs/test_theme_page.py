"""The page on themes, followed step by step: files are written and commands run in the order they stand there."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs/how-to/make-a-theme.md"
_STEP = re.compile(
    r"<!-- file: (?P<file>\S+) -->\n```\w+\n(?P<text>.*?)^```$|^```(?P<kind>console|diff|yaml)\n(?P<block>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


def shown(expected: list[str], printed: str, command: str) -> None:
    """`...` alone on a line stands for any lines; at the end of a line for the rest of it."""
    lines = (
        "(?:.*\n)*?"
        if line == "..."
        else re.escape(line.removesuffix("...")) + (".*\n" if line.endswith("...") else "\n")
        for line in expected
    )
    assert re.search("".join(lines), printed), f"$ {command}\n{printed}"


def run(root: Path, block: str) -> None:
    """The commands of a console block, each with what it is shown to print and, behind #, its exit code."""
    for step in re.findall(r"^\$ (.*\n(?:(?!\$ ).*\n)*)", block, re.MULTILINE):
        command, *expected = step.splitlines()
        command, _, note = command.partition("  #")
        code = re.search(r"exit code (\d)", note)
        words = shlex.split(command)
        if words[0] == "cp":
            (root / words[2]).parent.mkdir(exist_ok=True)
            shutil.copy(root / words[1], root / words[2])
            continue
        done = subprocess.run(
            [sys.executable, "-m", *words],
            cwd=root,
            env={**os.environ, "PYTHONUTF8": "1", "COLUMNS": "120"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == (int(code[1]) if code else 0), f"$ {command}\n{done.stdout}"
        shown(expected, done.stdout, command)


def patch(path: Path, block: str) -> None:
    """Add the lines with + beside the line without, which must stand there once."""
    lines = block.splitlines()
    (there,) = (line[1:] for line in lines if line.startswith(" "))
    text = path.read_text(encoding="utf-8")
    assert text.count(there + "\n") == 1, f"{path.name} has not one line {there!r}"
    path.write_text(text.replace(there + "\n", "".join(f"{line[1:]}\n" for line in lines)), encoding="utf-8")


def test_the_page(sample_root: Path) -> None:
    issue = sample_root / "issues" / "2024-02.yaml"
    steps = 0
    for step in _STEP.finditer(PAGE.read_text(encoding="utf-8")):
        steps += 1
        if step["file"]:
            path = sample_root / step["file"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(step["text"], encoding="utf-8")
        elif step["kind"] == "yaml":
            text = issue.read_text(encoding="utf-8")
            assert "template: house\n" in text
            issue.write_text(text.replace("template: house\n", step["block"]), encoding="utf-8")
        elif step["kind"] == "diff":
            patch(sample_root / "templates" / "maison" / "edition.mjml.j2", step["block"])
        else:
            run(sample_root, step["block"])
    assert steps == 12
    page = (sample_root / "var" / "gallery" / "index.html").read_text(encoding="utf-8")
    assert "remercie la Ville Exemple de son appui" in page
