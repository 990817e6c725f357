"""What every block of every theme makes of one sample, compared by meaning with files one can read.

One file per block and theme; in it the block in each language. After a change that is meant: `make golden`, look at
the diff, commit it.
"""

from __future__ import annotations

import difflib
import os
import re
from pathlib import Path

import pytest

from newsletter.commands.gallery import make_gallery
from newsletter.commands.project import open_project

HERE = Path(__file__).parent / "golden"
REPOSITORY = Path(__file__).parents[2]
WRITE = os.environ.get("NEWSLETTER_TEST_GOLDEN") == "write"
SHOWN = {
    "feature": "picture, kicker",
    "digest": "a very long title",
    "agenda": "three days",
    "documents": "in one language",
    "notices": "a job",
    "people": "a portrait",
    "text": "headings",
}
"""The sample that stands for a layout: the one that fills most of its places."""

_BODY = re.compile(r"<body.*</body>", re.DOTALL)
_TAG = re.compile(r"<!--.*?-->|<[^>]*>|[^<]+", re.DOTALL)
_DRAWN = re.compile(r"data:image/svg\+xml,[^\"]*")


def normal(document: str) -> str:
    """The body, one tag or text a line, declarations and attributes in order, so that only a meaning makes a diff."""
    body = _BODY.search(document)
    assert body is not None
    lines = (_line(piece) for piece in _TAG.findall(_DRAWN.sub("(picture)", body[0])))
    return "".join(f"{line}\n" for line in lines if line)


def _line(piece: str) -> str:
    if not piece.startswith("<") or piece.startswith(("<!", "</")):
        return " ".join(re.split(r"[ \t\r\n]+", piece)).strip(" ")
    name = re.match(r"<[\w:-]+", piece)
    assert name is not None
    attributes = sorted(
        f'{key}="{_value(key, value)}"' for key, value in re.findall(r'([\w:-]+)="([^"]*)"', piece)
    )
    return " ".join([name[0], *attributes]) + ">"


def _value(key: str, value: str) -> str:
    if key == "style":
        declarations = (re.sub(r"\s*([:,])\s*", r"\1", each.strip()) for each in value.split(";"))
        return ";".join(sorted(filter(None, declarations)))
    return value


def blocks() -> dict[str, str]:
    """Name of the golden file -> what it is to hold."""
    made = make_gallery(open_project(REPOSITORY, {}), None)
    assert made.findings == ()
    found = {}
    for theme in made.themes:
        for row in theme.rows:
            case = next(each for each in row.cases if each.label.startswith(SHOWN.get(row.name, "one language")))
            shots = "".join(f"== {shot.code}\n{normal(shot.html)}" for shot in case.shots)
            found[f"{theme.name}.{row.name}.txt"] = f"{row.template}: {case.label}\n{shots}"
    return found


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    return blocks()


def test_every_block_of_every_theme(made: dict[str, str]) -> None:
    if WRITE:
        HERE.mkdir(exist_ok=True)
        for old in HERE.iterdir():
            old.unlink()
        for name, text in made.items():
            (HERE / name).write_text(text, encoding="utf-8")
        return
    expected = {path.name: path.read_text(encoding="utf-8") for path in sorted(HERE.glob("*.txt"))}
    assert expected.keys() == made.keys(), "blocks came or went: make golden"
    diff: list[str] = []
    for name, text in made.items():
        diff += difflib.unified_diff(expected[name].splitlines(), text.splitlines(), name, "now", n=1, lineterm="")
    if diff:
        shown = "\n".join(line[:200] for line in diff[:60])
        pytest.fail(f"blocks have changed; if that is meant: make golden\n{shown}", pytrace=False)


def test_order_means_nothing_and_words_do() -> None:
    one = '<body><p class="a" style="color:red;margin:0 1px">Bonjour <b>toi</b></p></body>'
    same = '<body>\n<p style="margin: 0 1px; color: red;" class="a">\n  Bonjour <b>toi</b></p></body>'
    assert normal(one) == normal(same)
    for other in (one.replace("toi", "moi"), one.replace("red", "blue"), one.replace("b>", "i>")):
        assert normal(one) != normal(other)
    assert normal("<body>5\u00a0%</body>") != normal("<body>5 %</body>")
