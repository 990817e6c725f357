"""The mails of the sample issues, compared by meaning with files one can open in a browser.

What counts: elements in order, their attributes and style declarations whatever their order, the words, the
conditional comments. What does not: white space, quotes, order within an attribute. After a change that is meant:
`make golden`, look at the diff, commit it.
"""

from __future__ import annotations

import difflib
import os
import re
from pathlib import Path

import pytest

from newsletter.commands.build import prepare
from newsletter.models.finding import errors
from newsletter.models.message import Slotted
from newsletter.render.markup import TokenKind, tokens

HERE = Path(__file__).parent / "expected"
ISSUES = ("2021-05", "2024-02")
CODES = ("fr", "en", "fr+en")
WRITE = os.environ.get("NEWSLETTER_TEST_GOLDEN") == "write"
SLOTS = {
    "name": "Zoé Exemple",
    "greeting_name": "\u00a0Zoé Exemple",
    "email": "zoe@example.org",
    "unsubscribe_url": "https://www.example.org/unsubscribe",
    "preferences_url": "https://www.example.org/preferences",
}
BLOCKS = {
    "body",
    "div",
    "table",
    "tr",
    "td",
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "ul",
    "li",
    "meta",
    "style",
    "title",
}


def filled(slotted: Slotted) -> str:
    pieces = [slotted.parts[0]]
    for slot, part in zip(slotted.slots, slotted.parts[1:], strict=True):
        pieces += [SLOTS[slot.name], part]
    return "".join(pieces)


def readable(html: str) -> str:
    """The mail with a line break before each block, where white space means nothing, so that a diff can be read."""
    pieces = []
    after_tag = False
    for token in tokens(html):
        block = token.kind is TokenKind.COMMENT or (token.kind is TokenKind.OPEN and token.name in BLOCKS)
        pieces.append(
            f"\n{html[token.start : token.end]}" if block and after_tag else html[token.start : token.end]
        )
        after_tag = token.kind in (TokenKind.OPEN, TokenKind.CLOSE)
    return "".join(pieces) + "\n"


def meaning_of_html(html: str) -> list[str]:
    """One line per element, text and comment."""
    lines = []
    for token in tokens(html):
        source = html[token.start : token.end]
        if token.kind is TokenKind.OPEN:
            pairs = sorted(f"{each.name}={tidy(each.name, each.value or '')}" for each in token.tag.attributes)
            lines.append(f"<{token.name} {' '.join(pairs)}>")
        elif token.kind is TokenKind.CLOSE:
            lines.append(f"</{token.name}>")
        elif words := " ".join(re.split(r"[ \t\r\n]+", source)).strip(" "):  # not at U+00A0, which has a meaning
            lines.append(words)
    return lines


def tidy(name: str, value: str) -> str:
    if name == "style":
        declarations = [re.sub(r"\s*([:,])\s*", r"\1", each.strip()) for each in value.split(";")]
        return ";".join(sorted(filter(None, declarations)))
    return " ".join(sorted(value.split())) if name == "class" else value


def meaning_of_text(text: str) -> list[str]:
    return [line.rstrip() for line in text.split("\n") if line.strip()]


def compare(path: Path, text: str, meaning) -> None:
    """Write the file, or fail with the first differences."""
    if WRITE:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return
    assert path.is_file(), f"no {path.name} yet: make golden"
    expected, got = meaning(path.read_text(encoding="utf-8")), meaning(text)
    if expected != got:
        diff = list(difflib.unified_diff(expected, got, "expected", "got", n=2, lineterm=""))
        shown = "\n".join(line[:300] for line in diff[:60])
        pytest.fail(f"{path.name} has changed; if that is meant: make golden\n{shown}", pytrace=False)


@pytest.mark.parametrize("issue", ISSUES)
def test_sample_issue(sample, issue):
    prepared = prepare(sample, issue)
    assert errors(prepared.findings) == []
    assert set(prepared.rendered) == set(CODES)
    for code, rendered in prepared.rendered.items():
        html = filled(rendered.html)
        assert meaning_of_html(readable(html)) == meaning_of_html(html)
        compare(HERE / f"{issue}.{code}.html", readable(html), meaning_of_html)
        compare(HERE / f"{issue}.{code}.txt", filled(rendered.text), meaning_of_text)


def test_no_expected_file_is_left_over():
    expected = {f"{issue}.{code}.{kind}" for issue in ISSUES for code in CODES for kind in ("html", "txt")}
    assert {path.name for path in HERE.iterdir()} == expected


def test_order_and_white_space_mean_nothing_and_words_do():
    one = '<p class="a b" style="color:red;margin:0 1px">Bonjour <b>toi</b></p>'
    same = "<p style='margin: 0 1px; color: red;' class='b a'>\n  Bonjour\n<b>toi</b></p>"
    assert meaning_of_html(one) == meaning_of_html(same)
    for other in (one.replace("toi", "moi"), one.replace("red", "blue"), one.replace("b>", "i>")):
        assert meaning_of_html(one) != meaning_of_html(other)
    assert meaning_of_html("<p>5\u00a0%</p>") != meaning_of_html("<p>5 %</p>")
