"""Pages and schemas made from code are what the code makes; every command, option and setting is explained."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import click
import pytest

from newsletter.cli import main
from newsletter.commands.schema import MODELS, schema_text

REPOSITORY = Path(__file__).resolve().parents[2]


def test_generated_pages_are_fresh() -> None:
    spec = importlib.util.spec_from_file_location("docs_generate", REPOSITORY / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    for name, text in generate.pages().items():
        assert (REPOSITORY / "docs" / "reference" / name).read_text(encoding="utf-8") == text, "run: make docs"


def test_the_page_shows_the_options_as_the_commands_do() -> None:
    page = (REPOSITORY / "docs" / "reference" / "cli.md").read_text(encoding="utf-8")
    assert "-h, --help" in page
    assert [line for line in page.splitlines() if line.startswith("  --help")] == []


@pytest.mark.parametrize("name", MODELS)
def test_schemas_are_fresh(name: str) -> None:
    path = REPOSITORY / "schemas" / f"{name}.schema.json"
    assert path.read_text(encoding="utf-8") == schema_text(name), "run: make docs"
    assert json.loads(schema_text(name))["type"] == "object"


def test_every_command_and_option_has_words() -> None:
    context = click.Context(main)
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert command is not None
        assert command.help, name
        for parameter in command.params:
            if isinstance(parameter, click.Option) and parameter.name not in ("form", "help"):
                assert parameter.help, f"{name} {parameter.name}"


def test_every_yaml_file_names_a_schema_that_exists() -> None:
    files = [
        REPOSITORY / "newsletter.yaml",
        *REPOSITORY.glob("issues/*.yaml"),
        *REPOSITORY.glob("corpus/*/article.yaml"),
    ]
    assert len(files) > 15
    for file in files:
        first = file.read_text(encoding="utf-8").splitlines()[0]
        prefix = "# yaml-language-server: $schema="
        assert first.startswith(prefix), file
        assert (file.parent / first.removeprefix(prefix)).resolve().is_file(), file
