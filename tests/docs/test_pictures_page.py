"""The page about pictures and calendar files: what it tells to type and to write works."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from newsletter.cli import main
from newsletter.config import load_config
from newsletter.models.article import EventData, Image, TranslationData
from newsletter.yamlfile import parse_yaml

PAGE = Path(__file__).resolve().parents[2] / "docs/how-to/pictures-and-calendars.md"


def blocks(language: str) -> list[str]:
    text = PAGE.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def as_pattern(shown: str) -> str:
    """``...`` alone is any lines, at the end of a line the rest of it."""
    parts = []
    for line in shown.splitlines():
        if line == "...":
            parts.append(r"(?:.*\n)*?")
        else:
            parts.append(re.escape(line.removesuffix("...")) + (r".*\n" if line.endswith("...") else r"\n"))
    return "".join(parts)


def test_commands_print_what_the_page_shows(sample_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(sample_root)
    commands = blocks("console")
    assert len(commands) == 5
    for block in commands:
        command, _, shown = block.removeprefix("$ ").partition("\n")
        program, *arguments = shlex.split(command)
        assert program == "newsletter"
        done = CliRunner().invoke(main, arguments)
        assert done.exit_code == 0, done.output
        assert re.fullmatch(as_pattern(shown), done.stdout), f"$ {command}\n{done.stdout}"


def test_what_the_page_tells_to_write_is_accepted(sample_root: Path) -> None:
    config, image, alts, event = (parse_yaml(block, "page") for block in blocks("yaml"))
    assert load_config(sample_root, {})[0].assets_url == config[0].data["assets"]["url"]
    assert Image.model_validate(image[0].data["images"]["hall"]).file == "hall.jpg"
    assert TranslationData.model_validate({"title": "a", "summary": "b", **alts[0].data}).alts["hall"]
    whole = {"start": "2024-06-08T13:00", "timezone": "America/Toronto", "online": "true"}
    assert EventData.model_validate({**whole, **event[0].data["event"]}).sequence == 1
    inline = re.findall(r"`(?:hall: )?(\{(?:file|url): .*?\})`", PAGE.read_text(encoding="utf-8"))
    assert len(inline) == 3
    for written in inline:
        document, _ = parse_yaml(written, "page")
        assert document is not None
        Image.model_validate(document.data)
