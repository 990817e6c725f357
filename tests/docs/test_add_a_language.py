"""The page on languages, followed step by step in a copy of the project."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from newsletter.commands.build import prepare
from newsletter.commands.project import open_project
from newsletter.models.finding import Severity
from newsletter.yamlfile import parse_yaml

PAGE = Path(__file__).resolve().parents[2] / "docs/how-to/add-a-language.md"
_STEP = re.compile(
    r"<!-- (?P<what>file|change|words): (?P<path>\S+) -->\n```\w+\n(?P<text>.*?)^```$"
    r"|^```console\n(?P<commands>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)

_WHERE = re.compile(r":\d+:\d+\\ ")
"""Line and column, which change whenever newsletter.yaml gets a line more."""


def change(path: Path, diff: str) -> None:
    """The lines with - make place for those with +."""
    lines = diff.splitlines()
    old, new = ("".join(f"{line[1:]}\n" for line in lines if line[0] == sign) for sign in "-+")
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{path.name} has not once:\n{old}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def words(root: Path, path: Path, text: str) -> None:
    """The words of the page, and the English ones for those it leaves out."""
    shown, _ = parse_yaml(text, path.name)
    house, _ = parse_yaml((root / "templates/house/strings.yaml").read_text(encoding="utf-8"), "strings.yaml")
    assert shown is not None
    assert house is not None
    english = house.data["en"]
    assert shown.data["es"].keys() <= english.keys()
    whole = {**english, **shown.data["es"]}
    path.write_text("es:\n" + "".join(f'  {key}: "{word}"\n' for key, word in whole.items()), encoding="utf-8")


def one_more_language(path: Path) -> None:
    """`es` beside every `en` that stands alone."""

    def spanish(found: re.Match[str]) -> str:
        english = found["text"]
        text = english.replace("/en/", "/es/") if english.startswith("https:") else f"{english} (es)"
        return f'{found[0]}{found["before"]}es: "{text}"'

    text = path.read_text(encoding="utf-8")
    path.write_text(
        re.sub(r'(?P<before>, |\n +)en: "(?P<text>[^"]*)"(?!\n +es:)', spanish, text), encoding="utf-8"
    )


def run(root: Path, block: str) -> None:
    for step in re.findall(r"^\$ (.*\n(?:(?!\$ ).*\n)*)", block, re.MULTILINE):
        command, *expected = step.splitlines()
        command, _, note = command.partition("  #")
        code = re.search(r"exit code (\d)", note)
        done = subprocess.run(
            [sys.executable, "-m", *shlex.split(command)],
            cwd=root,
            env={**os.environ, "PYTHONUTF8": "1", "COLUMNS": "120"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == (int(code[1]) if code else 0), f"$ {command}\n{done.stdout}"
        lines = (
            "(?:.*\n)*?"
            if line == "..."
            else _WHERE.sub(r":\\d+:\\d+ ", re.escape(line.removesuffix("...")))
            + (".*\n" if line.endswith("...") else "\n")
            for line in expected
        )
        assert re.search("".join(lines), done.stdout), f"$ {command}\n{done.stdout}"


def test_the_page(sample_root: Path) -> None:
    steps = []
    for step in _STEP.finditer(PAGE.read_text(encoding="utf-8")):
        path = sample_root / (step["path"] or "")
        steps.append(step["what"] or "console")
        if step["commands"]:
            run(sample_root, step["commands"])
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        if step["what"] == "file":
            path.write_text(step["text"], encoding="utf-8")
        elif step["what"] == "change":
            change(path, step["text"])
            if path.name == "article.yaml":
                one_more_language(path)  # "its names too"
        else:
            words(sample_root, path, step["text"])
            one_more_language(sample_root / "newsletter.yaml")
    assert steps.count("console") == 3

    prepared = prepare(open_project(sample_root, {}), "2024-03")
    assert not [one for one in prepared.findings if one.severity is Severity.ERROR]
    text = "".join(prepared.rendered["es"].text.parts)
    assert "7 de marzo de 2024" in text
    assert "Cancelar la suscripción" in text
