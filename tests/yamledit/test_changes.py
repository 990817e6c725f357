"""Single changes, as an editor would see them in a diff; and what is refused."""

from __future__ import annotations

import pytest
import yaml

from newsletter.errors import Refusal
from newsletter.yamledit import append_item, comment_above, comment_out, in_flow, insert_key, remove

LIST = ("articles",)


def append(text: str, item: str = "new") -> str:
    return append_item(text, "x.yaml", LIST, item)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("articles:\n  - a\n", "articles:\n  - a\n  - new\n"),
        ("articles:\n- a\nend: z\n", "articles:\n- a\n- new\nend: z\n"),
        ("articles:\n  - a", "articles:\n  - a\n  - new"),
        ("articles:\r\n  - a\r\nend: z\r\n", "articles:\r\n  - a\r\n  - new\r\nend: z\r\n"),
        ("articles:\n  - a  # why\n  # b was cut\nend: z\n", "articles:\n  - a  # why\n  - new\n  # b was cut\nend: z\n"),
        ("articles:\n    -   'a'\n\n\nend: z\n", "articles:\n    -   'a'\n    - new\n\n\nend: z\n"),
        ("articles:\n  - article: a\n    layout: feature # x\n", "articles:\n  - article: a\n    layout: feature # x\n  - new\n"),
        ("articles:\n  - \n", "articles:\n  - \n  - new\n"),
        ("articles: [a, b]  # two\n", "articles: [a, b, new]  # two\n"),
        ("articles: [a, b,]\n", "articles: [a, b, new,]\n"),
        ("articles: []\n", "articles: [new]\n"),
        ("articles: [\n  a,   # one\n  b\n]\n", "articles: [\n  a,   # one\n  b,\n  new\n]\n"),
        ("articles: [\r\n  a\r\n]\r\n", "articles: [\r\n  a,\r\n  new\r\n]\r\n"),
        ("a: z\r\narticles:\r\n  - a\n", "a: z\r\narticles:\r\n  - a\n  - new\r\n"),
        ("a: z\r\nb: z\narticles:\n  - a\r\n", "a: z\r\nb: z\narticles:\n  - a\r\n  - new\r\n"),
        ("b: z\narticles:\n  - a\r\n", "b: z\narticles:\n  - a\r\n  - new\n"),
        ("{articles: [a]}", "{articles: [a, new]}"),
        ("articles:\n  - >-\n    folded\n    text\n\nend: z\n", "articles:\n  - >-\n    folded\n    text\n  - new\n\nend: z\n"),
        ("articles:\n  - 'é😀'\n# é\u2028  - an item\nend: z\n", "articles:\n  - 'é😀'\n# é\u2028  - an item\n  - new\nend: z\n"),
        ("--- # start\narticles:\n  - a\n...\n", "--- # start\narticles:\n  - a\n  - new\n...\n"),
    ],
)  # fmt: skip
def test_append(before: str, after: str) -> None:
    assert append(before) == after
    if _length(after) > 1:
        assert remove(after, "x.yaml", (*LIST, _length(after) - 1)) == before


def _length(text: str) -> int:
    return len(yaml.load(text, Loader=yaml.BaseLoader)["articles"])


def test_append_writes_maps_as_their_neighbours() -> None:
    text = "sections:\n-   heading: {fr: A}\n    articles:\n    - a\n"
    item = {
        "heading": {"fr": "À « lire »", "en": 'Worth "reading"'},
        "layout": "people",
        "articles": ["b", "2021"],
    }
    assert append_item(text, "x.yaml", ("sections",), item) == text + (
        '-   heading: {fr: "À « lire »", en: "Worth \\"reading\\""}\n'
        "    layout: people\n    articles:\n    - b\n"
        '    - "2021"\n'
    )


def test_append_a_map_to_a_flow_list() -> None:
    text = "sections: [{articles: [a]}]\n"
    changed = append_item(text, "x.yaml", ("sections",), {"layout": "digest", "articles": ["b"]})
    assert changed == "sections: [{articles: [a]}, {layout: digest, articles: [b]}]\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("articles: [a, b # note\n  ]\n", "a comment after its last entry"),
        ("articles: [ # none\n]\n", "a comment after its last entry"),
        ("articles: &all\n  - a\n", "anchors"),
        ("x: &a 1\narticles:\n  - *a\n", "anchors"),
        ("articles: a\n", "not a list"),
        ("other: [a]\n", "there is nothing at articles"),
        ("articles: [a\n", "not valid YAML"),
        ("articles: [a]\n---\narticles: [a]\n", "a second document"),
        ("articles: [a]\narticles: [b]\n", "stands twice"),
        ("[a]: b\narticles: [c]\n", "a key that is no word"),
        ("articles:\n  - |+\n    text\n\n", "cannot be edited without risk"),
        ("articles:\n  - " + "[" * 60 + "]" * 60 + "\n", "nested too deeply"),
        ("", "there is nothing at articles"),
    ],
)
def test_refused(text: str, words: str) -> None:
    with pytest.raises(Refusal) as caught:
        append(text)
    assert words in caught.value.what
    assert caught.value.where is not None
    assert caught.value.where.startswith("x.yaml")


@pytest.mark.parametrize(
    ("before", "loc", "after"),
    [
        ("articles:\n  # about a\n  - a\n  - b # b\n", ("articles", 1), "articles:\n  # about a\n  - a\n"),
        ("articles:\n  # about a\n  - a\n  - b\n", ("articles", 0), "articles:\n  # about a\n  - b\n"),
        ("articles:\r\n  - a\r\n  - b", ("articles", 1), "articles:\r\n  - a"),
        ("articles:\n  - article: a\n    title: |\n      x\n\n  - b\n", ("articles", 0), "articles:\n\n  - b\n"),
        ("articles: [a, b, c]\n", ("articles", 0), "articles: [b, c]\n"),
        ("articles: [a, b, c]\n", ("articles", 2), "articles: [a, b]\n"),
        ("articles: [ a ]\n", ("articles", 0), "articles: [  ]\n"),
        ("articles: [\n  a, # one\n  b,\n  c\n]\n", ("articles", 1), "articles: [\n  a, # one\n  c\n]\n"),
        ("- - a\n  - b\n", (0, 0), "- - b\n"),
        ("- select: {kind: job}\n  articles:\n    - a\n", (0, "select"), "- articles:\n    - a\n"),
        ("- select: {kind: job}\n  articles:\n    - a\n", (0, "articles"), "- select: {kind: job}\n"),
        ("{a: b, c: d}\n", ("c",), "{a: b}\n"),
    ],
)
def test_remove(before: str, loc: tuple[str | int, ...], after: str) -> None:
    assert remove(before, "x.yaml", loc) == after


@pytest.mark.parametrize(
    ("text", "loc", "words"),
    [
        ("articles:\n  - a\n", ("articles", 0), "the only one"),
        ("a: b\n", ("a",), "the only one"),
        ("articles: [\n  a, # one\n  b ]\n", ("articles", 0), "a comment stands beside"),
        ("- select: x\n  # why\n  articles: [a]\n", (0, "select"), "cannot be taken out"),
        ("articles: [a, b]\n", ("articles", 2), "there is nothing at articles.2"),
    ],
)
def test_remove_refused(text: str, loc: tuple[str | int, ...], words: str) -> None:
    with pytest.raises(Refusal, match=words):
        remove(text, "x.yaml", loc)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a:\n  x: 1\n  select: {kind: job} # y\n  z: 2\n", "a:\n  x: 1\n  # select: {kind: job} # y\n  z: 2\n"),
        (
            "a:\r\n  x: 1\r\n  select:\r\n    kind: job\r\n\r\n    # why\r\n    limit: 2\r\n",
            "a:\r\n  x: 1\r\n  # select:\r\n  #   kind: job\r\n\r\n  #   # why\r\n  #   limit: 2\r\n",
        ),
        (
            "a:\n  - select: {kind: job,\n limit: 3}\n    x: 1",
            "a:\n  - # select: {kind: job,\n # limit: 3}\n    x: 1",
        ),
    ],
)
def test_comment_out(before: str, after: str) -> None:
    loc: tuple[str | int, ...] = ("a", 0, "select") if "- select" in before else ("a", "select")
    assert comment_out(before, "x.yaml", loc) == after


@pytest.mark.parametrize("text", ["a: {x: 1, select: {kind: job}}\n", "a:\n  select: {kind: job}\n"])
def test_comment_out_refused(text: str) -> None:
    with pytest.raises(Refusal):
        comment_out(text, "x.yaml", ("a", "select"))


def test_insert_key_goes_below_its_neighbour() -> None:
    text = "s:\n  -   select:\n        kind: job # k\n      # about x\n      x: 1\n"
    changed = insert_key(text, "x.yaml", ("s", 0), "articles", ["a", "b"], after="select")
    assert changed == text.replace("# k\n", "# k\n      articles:\n        - a\n        - b\n")


def test_insert_key_in_flow() -> None:
    assert insert_key("{a: [], c: d}", "x.yaml", (), "b", ["x"], after="a") == "{a: [], b: [x], c: d}"


def test_a_comment_above_is_known() -> None:
    text = "articles:\r\n  # one\r\n  - a\r\n  - b\r\n"
    assert comment_above(text, "x.yaml", ("articles", 0)) == 2
    assert comment_above(text, "x.yaml", ("articles", 1)) is None
    assert comment_above("- a\n", "x.yaml", (0,)) is None
    assert comment_above("a: [b]\n", "x.yaml", ("a", 0)) is None


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("a-slug", "a-slug"),
        ("2021-05-06", '"2021-05-06"'),
        ("null", '"null"'),
        ("no", '"no"'),
        ("", '""'),
        ("Tab\tand\x85 \ufeff", '"Tab\\x09and\\x85 \\ufeff"'),
        ("À 13 h\u00a0: \U0001f600", '"À 13 h\u00a0: \U0001f600"'),
        ("two\nlines \\ \"", '"two\\nlines \\\\ \\""'),
        ({"fr": ["a", "B"]}, '{fr: [a, "B"]}'),
    ],
)  # fmt: skip
def test_values_as_text(value: str, written: str) -> None:
    assert in_flow(value) == written
