"""The page about issues on the web: what it tells to type and to write works."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from newsletter.cli import main
from newsletter.config import load_config

PAGE = Path(__file__).resolve().parents[2] / "docs/how-to/web-pages.md"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def test_commands_print_what_the_page_shows(sample_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(sample_root)
    commands = blocks("console")
    assert len(commands) == 2
    for block in commands:
        command, _, shown = block.removeprefix("$ ").partition("\n")
        program, *arguments = shlex.split(command)
        assert program == "newsletter"
        done = CliRunner().invoke(main, arguments)
        assert done.exit_code == 0, done.output
        pattern = "".join(
            r"(?:.*\n)*?" if line == "..." else re.escape(f"{line}\n") for line in shown.splitlines()
        )
        assert re.fullmatch(pattern, done.stdout), f"$ {command}\n{done.stdout}"


def test_the_pattern_of_the_page_is_that_of_the_sample_and_sound(sample_root: Path) -> None:
    (line,) = blocks("yaml")
    assert line in (sample_root / "newsletter.yaml").read_text(encoding="utf-8")
    for pattern in re.findall(r"`(https://[^`]*\{[^`]*)`", PAGE.read_text(encoding="utf-8")):
        config, findings = load_config(sample_root, {"NEWSLETTER_PUBLICATION__WEB_PAGE": pattern})
        assert findings == []
        assert config is not None
        assert config.publication.web_page == pattern
