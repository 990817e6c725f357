"""The how-to page: its commands are run one after the other, and what it shows is what comes out."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "look-after-the-corpus.md"
_BLOCK = re.compile(r"^(?:<!-- file: (\S+) -->\n)?```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def pattern(shown: str) -> str:
    """`...` alone on a line stands for any lines; at the end of a line for the rest of it."""
    parts = [
        "(?:.*\n)*?" if line == "..." else re.escape(line.removesuffix("...")) + (".*\n" if line.endswith("...") else "\n")
        for line in shown.splitlines()
    ]  # fmt: skip
    return "".join(parts)


def printed_by(command: str, root: Path) -> str:
    arguments = shlex.split(command)
    if arguments[0] == "cat":
        return (root / arguments[1]).read_text(encoding="utf-8")
    environ = {name: value for name, value in os.environ.items() if not name.startswith("NEWSLETTER_")}
    done = subprocess.run(
        [sys.executable, "-m", *arguments], cwd=root, env=environ | {"COLUMNS": "160"},
        capture_output=True, text=True, encoding="utf-8", timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"$ {command}\n{done.stdout}{done.stderr}"
    return done.stdout


def test_the_page_shows_what_happens(sample_root: Path) -> None:
    commands = 0
    for file, language, text in _BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        if file:
            assert (sample_root / file).is_file(), "the page fills in what a command laid down"
            (sample_root / file).write_text(text, encoding="utf-8")
        elif language == "console":
            for command, shown in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", text, re.MULTILINE):
                commands += 1
                printed = printed_by(command, sample_root)
                assert re.fullmatch(pattern(shown), printed), f"$ {command}\nshown:\n{shown}\nprinted:\n{printed}"
    assert commands == 7
