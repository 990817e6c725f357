"""The how-to page: its commands are run one after the other, and what it shows is what comes out."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "compose-from-the-corpus.md"


def steps() -> list[tuple[str, str]]:
    """Every command of the page, and the text below it."""
    blocks = re.findall(r"^```console\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", "".join(blocks), re.MULTILINE)


def pattern(shown: str) -> str:
    """`...` alone on a line stands for any lines; at the end of a line for the rest of it."""
    parts = [
        "(?:.*\n)*?" if line == "..." else re.escape(line.removesuffix("...")) + (".*\n" if line.endswith("...") else "\n")
        for line in shown.splitlines()
    ]  # fmt: skip
    return "".join(parts)


def test_the_page_shows_what_happens(sample_root: Path) -> None:
    found = steps()
    assert len(found) == 9
    environ = {name: value for name, value in os.environ.items() if not name.startswith("NEWSLETTER_")}
    for command, shown in found:
        arguments = shlex.split(command)
        if arguments[0] == "cat":
            printed = (sample_root / arguments[1]).read_text(encoding="utf-8")
        else:
            done = subprocess.run(
                [sys.executable, "-m", *arguments], cwd=sample_root, env=environ | {"COLUMNS": "160"},
                capture_output=True, text=True, encoding="utf-8", timeout=60, check=False,
            )  # fmt: skip
            assert done.returncode == 0, f"$ {command}\n{done.stderr}"
            printed = done.stdout
        assert re.fullmatch(pattern(shown), printed), f"$ {command}\nshown:\n{shown}\nprinted:\n{printed}"
