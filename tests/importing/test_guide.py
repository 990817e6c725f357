"""The worked example of `docs/how-to/import-articles.md` is run as it stands there."""

from __future__ import annotations

import re
import shlex

from import_parts import REPOSITORY
from test_import import run

from newsletter.commands.project import Project

PAGE = REPOSITORY / "docs" / "how-to" / "import-articles.md"
_BLOCK = re.compile(r"<!-- file: (\S+) -->\n```\w+\n(.*?)^```$|^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def shown(expected: list[str], printed: str) -> bool:
    """`...` alone on a line stands for any lines."""
    pattern = "".join("(?:.*\n)*?" if line == "..." else re.escape(line) + "\n" for line in expected)
    return re.search(pattern, printed) is not None


def test_the_example_works_as_written(project: Project) -> None:
    ran = 0
    for name, text, console in _BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        if name:
            path = project.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            continue
        first, *expected = console.splitlines()
        command, _, remark = first.removeprefix("$ ").partition("  # ")
        words = shlex.split(command)
        if words[0] == "cat":
            assert shown(expected, (project.root / words[1]).read_text(encoding="utf-8")), command
            continue
        assert words[:2] == ["newsletter", "corpus"]
        done = run(project, *words[2:])
        assert done.returncode == (1 if "exit code 1" in remark else 0), done.stderr
        assert shown(expected, done.stdout), f"{command}\n{done.stdout}"
        ran += 1
    assert ran == 5
