"""The commands that README and the tutorial show are run, and what they show is what comes out."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from newsletter.inbox import Inbox

REPOSITORY = Path(__file__).resolve().parents[2]
PAGES = sorted([REPOSITORY / "README.md", *REPOSITORY.glob("docs/**/*.md")])
_CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"<!-- file: (\S+) -->\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#]+)")


def commands_of(page: Path) -> list[tuple[str, list[str]]]:
    """Every `$ command` of the page, and the lines shown below it."""
    found: list[tuple[str, list[str]]] = []
    for block in _CONSOLE.findall(page.read_text(encoding="utf-8")):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line.removeprefix("$ ").partition("  #")[0].strip(), []))
            elif found:
                found[-1][1].append(line)
    return found


def assert_shown(expected: list[str], printed: str, command: str) -> None:
    """`...` alone on a line stands for any lines; at the end of a line for the rest of it."""
    pattern = "".join(
        "(?:.*\n)*?"
        if line == "..."
        else re.escape(line.removesuffix("...")) + (".*\n" if line.endswith("...") else "\n")
        for line in expected
    )
    assert re.search(pattern, printed), f"$ {command}\nshown:\n{chr(10).join(expected)}\nprinted:\n{printed}"


@pytest.mark.parametrize("page", ["README.md", "docs/tutorial/first-issue.md"])
def test_commands_of_the_page_work(page: str, sample_root: Path) -> None:
    path = REPOSITORY / page
    for name, text in _FILE.findall(path.read_text(encoding="utf-8")):
        target = sample_root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    with Inbox() as inbox:
        words = {"DIGEST": "", "RUN": "", "PAGES": "saved.md", "LOG": "mail.log"}
        (sample_root / "mail.log").write_text("Feb  6 10:00:00 mx postfix/qmgr[1]: 4ABCDEF: removed\n", "utf-8")
        (sample_root / "saved.md").write_text("# A page of ours\n\nOn May 8, 2021, we met in Montréal.\n", "utf-8")
        for command, expected in commands_of(path):
            arguments = shlex.split(command)
            if arguments[0] in ("make", "export", "source") or arguments[:2] == ["newsletter", "preview"]:
                continue  # make and preview have tests of their own; the relay here is the inbox
            arguments = [words.get(argument, argument) for argument in arguments]
            if arguments[0] == "cat":
                assert_shown(expected, (sample_root / arguments[1]).read_text(encoding="utf-8"), command)
                continue
            done = run(arguments, sample_root, inbox.url)
            if "--resume" in arguments:
                assert done.returncode == 3, done  # the run is finished: there is nothing to go on with
                continue
            assert done.returncode == 0, f"$ {command}\n{done.stdout}\n{done.stderr}"
            if expected:
                assert_shown(expected, done.stdout, command)
            if match := re.search(r"^digest: (\w+)$", done.stdout, re.MULTILINE):
                words["DIGEST"] = match.group(1)
            if match := re.search(r"^Run (\S+):", done.stdout, re.MULTILINE):
                words["RUN"] = match.group(1)
        assert inbox.per_recipient()["you@example.org"] == 3
        assert len(inbox.messages) == 13


def run(arguments: list[str], root: Path, relay: str) -> subprocess.CompletedProcess[str]:
    assert arguments[0] == "newsletter"
    environ = {"NEWSLETTER_TRANSPORT": relay, "PATH": "/usr/bin:/bin", "COLUMNS": "120", "PYTHONUTF8": "1"}
    return subprocess.run(
        [sys.executable, "-m", "newsletter", *arguments[1:]],
        cwd=root, env=environ, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(REPOSITORY).as_posix())
def test_links_of_the_page_lead_somewhere(page: Path) -> None:
    prose = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in _LINK.findall(prose):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(REPOSITORY).as_posix())
def test_commands_that_pages_name_exist(page: Path) -> None:
    from newsletter.cli.group import _COMMANDS

    named = re.findall(r"(?:^\$ |`)newsletter ([a-z]+)", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(named) <= {*_COMMANDS, "new"} - {"new"}
