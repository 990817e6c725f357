"""Whatever the document looks like: only the intended lines change, and every change can be undone to the byte."""

from __future__ import annotations

from collections.abc import Callable
from itertools import takewhile
from typing import Any

import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from newsletter.errors import Refusal
from newsletter.yamledit import append_item, comment_out, insert_key, remove

SLUGS = st.from_regex(r"[a-z]{1,4}(-[a-z0-9]{1,3}){0,2}", fullmatch=True).filter(
    lambda word: word not in ("null", "no", "on", "yes", "off", "y", "n", "true")
)
WORDS = st.text(st.sampled_from("aé😀 '\"#:,-[]{}&*|>%@\u00a0\u2028\x85"), max_size=8)
COMMENTS = st.text(st.sampled_from("aé😀 '\"#:,-[]{}&*|>\u00a0"), max_size=8).map(lambda words: f"#{words}")
SPACES = st.integers(1, 4).map(lambda count: " " * count)
NEWLINES = st.sampled_from(["\n", "\r\n"])


def quoted(text: str) -> str:
    return '"' + "".join(f"\\u{ord(c):04x}" if c in '"\\\u2028\x85' else c for c in text) + '"'


@st.composite
def scalars(draw: st.DrawFn) -> str:
    slug = draw(SLUGS)
    return draw(st.sampled_from([slug, f"'{slug}'", f'"{slug}"', quoted(draw(WORDS))]))


@st.composite
def rests(draw: st.DrawFn) -> str:
    """What may follow a value on its line."""
    return draw(st.sampled_from(["", "", " "])) + draw(
        st.one_of(st.just(""), COMMENTS.map(lambda text: f"  {text}"))
    )


@st.composite
def between(draw: st.DrawFn, deepest: int) -> list[str]:
    """Empty lines and comments, indented anyhow: what may stand between two entries."""
    line = st.one_of(
        st.just(""), st.just("  "), st.builds(lambda n, text: " " * n + text, st.integers(0, deepest), COMMENTS)
    )
    return draw(st.lists(line, max_size=2))


@st.composite
def block_items(draw: st.DrawFn, indent: int) -> list[str]:
    """The lines of one list item whose dash stands at `indent`."""
    pad, gap = " " * indent, draw(SPACES)
    shape = draw(st.sampled_from(["scalar", "scalar", "map", "below", "folded", "flow"]))
    if shape == "scalar":
        return [f"{pad}-{gap}{draw(scalars())}{draw(rests())}"]
    if shape == "flow":
        return [f"{pad}-{gap}{{article: {draw(scalars())}, layout: digest}}{draw(rests())}"]
    if shape == "folded":
        return [f"{pad}-{gap}{draw(st.sampled_from(['>-', '|-']))}", f"{pad}    some # text", "", f"{pad}    more"]
    inner = " " * (indent + 1 + len(gap))
    entry = [f"article: {draw(scalars())}{draw(rests())}"]
    if draw(st.booleans()):
        entry += [*draw(between(6)), f"{inner}title: {{fr: {draw(scalars())}, en: x}}{draw(rests())}"]
    if shape == "below":
        return [f"{pad}-{draw(rests())}", *draw(between(6)), inner + entry[0], *entry[1:]]
    return [f"{pad}-{gap}{entry[0]}", *entry[1:]]


@st.composite
def lists(draw: st.DrawFn, key_column: int) -> tuple[str, list[str]]:
    """What stands behind `articles:`, and the lines below it."""
    if draw(st.booleans()):
        indent = key_column + draw(st.integers(0, 4))
        lines = draw(between(6))
        for _ in range(draw(st.integers(1, 3))):
            lines += draw(block_items(indent)) + draw(between(8))
        return draw(rests()), lines
    items = [draw(scalars()) for _ in range(draw(st.integers(0, 3)))]
    if items and draw(st.booleans()):
        pad = " " * (key_column + draw(st.integers(1, 4)))
        lines = [f"{pad}{item}," for item in items[:-1]] + [pad + items[-1] + draw(st.sampled_from(["", ","]))]
        lines = [line + draw(rests()) for line in lines[:-1]] + lines[-1:]
        return " [", [*lines, f"{' ' * (key_column + 1)}]{draw(rests())}"]
    inner = ", ".join(items) + draw(st.sampled_from(["", " "]))
    return f" [{inner}]{draw(rests())}", []


@st.composite
def documents(draw: st.DrawFn) -> str:
    """An issue-like file: two sections, the second with `articles:` and perhaps a `select:`, written in many ways."""
    outer, gap = draw(st.integers(0, 3)), draw(SPACES)
    column = outer + 1 + len(gap)
    pad = " " * column
    head = [draw(COMMENTS), *draw(between(0)), f"date: 2021-05-06{draw(rests())}", f"sections:{draw(rests())}"]
    first = [f"{' ' * outer}-{gap}articles: [z]{draw(rests())}", *draw(between(6))]
    rest, below = draw(lists(column))
    entries = [[f"articles:{rest}", *below], [f"heading: {{fr: {draw(scalars())}}}{draw(rests())}"]]
    select = ["select: {kind: job, limit: 2}" + draw(rests())]
    if draw(st.booleans()):
        select = [f"select:{draw(rests())}", f"{pad}  kind: job{draw(rests())}", *draw(between(9))]
        select.append(f"{pad}  limit: 2{draw(rests())}")
    entries.append(select)
    entries = draw(st.permutations(entries))
    second: list[str] = []
    for index, entry in enumerate(entries):
        start = f"{' ' * outer}-{gap}" if index == 0 else pad
        second += [start + entry[0], *entry[1:], *draw(between(column))]
    tail = draw(st.sampled_from([[], ["waive: []"], [draw(COMMENTS)]]))
    text = draw(NEWLINES).join([*head, *first, *second, *tail])
    return text + draw(st.sampled_from(["", "\n"]))


def data_of(text: str) -> Any:
    return yaml.load(text, Loader=yaml.BaseLoader)


def valid(text: str) -> bool:
    try:
        data = data_of(text)
    except yaml.YAMLError:
        return False
    return len(data["sections"]) == 2 and set(data["sections"][1]) == {"articles", "heading", "select"}


DOCUMENTS = documents().filter(valid)
ARTICLES = ("sections", 1, "articles")


def lines_put_in(before: str, after: str, count: int) -> list[list[str]]:
    """Every way in which `after` is `before` with `count` lines more at one place; equal lines make it ambiguous."""
    old, new = before.splitlines(), after.splitlines()
    return [new[i : i + count] for i in range(len(new)) if new[:i] + new[i + count :] == old]


def shared_start(first: str, second: str) -> int:
    """How many characters both begin with."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(first, second, strict=False)))


def attempted(change: Callable[[], str]) -> tuple[str | None, str]:
    """The changed text and no words, or no text and the words of the refusal."""
    try:
        return change(), ""
    except Refusal as refusal:
        return None, refusal.what


@given(DOCUMENTS, SLUGS)
@example(
    "#\r\ndate: 2021-05-06\r\nsections:\r\n- articles: [z]\r\n- heading: {fr: a}\r\n"
    "  select: {kind: job, limit: 2}\r\n  articles:\r\n  - a\n",
    "a",
)
def test_appending_adds_one_line_or_an_entry_to_a_line_and_can_be_undone(text: str, slug: str) -> None:
    changed, refused = attempted(lambda: append_item(text, "x.yaml", ARTICLES, slug))
    if changed is None:
        assert "has a comment after its last entry" in refused
        return
    expected = data_of(text)
    expected["sections"][1]["articles"].append(slug)
    assert data_of(changed) == expected
    assert changed.count("\r\n") - changed.count("\n") == text.count("\r\n") - text.count("\n") or "\r" not in text
    if [f"- {slug}"] not in [[line.strip() for line in lines] for lines in lines_put_in(text, changed, 1)]:
        start = shared_start(text, changed)
        assert text[start:] in changed[start:]  # a flow list: nothing is taken away, and what is put in ...
        put_in = changed[start : len(changed) - len(text[start:])]
        assert sorted(put_in.translate(dict.fromkeys(map(ord, " ,\r\n")))) == sorted(slug)  # ... is the slug
    index = len(expected["sections"][1]["articles"]) - 1
    if index:
        assert remove(changed, "x.yaml", (*ARTICLES, index)) == text


@given(DOCUMENTS, st.integers(0, 5))
def test_removing_takes_only_the_lines_of_the_item(text: str, index: int) -> None:
    items = data_of(text)["sections"][1]["articles"]
    changed, refused = attempted(lambda: remove(text, "x.yaml", (*ARTICLES, index)))
    if changed is None:
        assert index >= len(items) or len(items) == 1 or "comment" in refused, refused
        return
    expected = data_of(text)
    del expected["sections"][1]["articles"][index]
    assert data_of(changed) == expected
    gone = len(text.splitlines()) - len(changed.splitlines())
    found = lines_put_in(changed, text, gone) if gone else []
    if found:
        assert any(not lines[0].lstrip().startswith("#") for lines in found)
        assert any(not lines[-1].lstrip().startswith("#") for lines in found)
    else:  # a flow list
        assert shared_start(text, changed) + shared_start(text[::-1], changed[::-1]) >= len(changed)


@given(DOCUMENTS)
def test_commenting_out_changes_only_those_lines_and_can_be_undone(text: str) -> None:
    changed = comment_out(text, "x.yaml", ("sections", 1, "select"))
    expected = data_of(text)
    del expected["sections"][1]["select"]
    assert data_of(changed) == expected
    before, after = text.splitlines(keepends=True), changed.splitlines(keepends=True)
    assert len(before) == len(after)
    for old, new in zip(before, after, strict=True):
        assert old == new or new.replace("# ", "", 1) == old or old in undone(new)
    assert sum(old != new for old, new in zip(before, after, strict=True)) <= 5


def undone(line: str) -> list[str]:
    """`line` without one of its ``# ``."""
    return [line[:i] + line[i + 2 :] for i in range(len(line)) if line.startswith("# ", i)]


@given(DOCUMENTS, st.lists(SLUGS, min_size=1, max_size=3), st.sampled_from(["articles", "heading", "select"]))
def test_inserting_a_key_adds_only_its_lines_and_can_be_undone(text: str, slugs: list[str], after: str) -> None:
    changed = insert_key(text, "x.yaml", ("sections", 1), "extra", slugs, after=after)
    expected = data_of(text)
    expected["sections"][1]["extra"] = slugs
    assert data_of(changed) == expected
    put_in = [[line.strip() for line in lines] for lines in lines_put_in(text, changed, len(slugs) + 1)]
    assert ["extra:", *(f"- {slug}" for slug in slugs)] in put_in
    assert remove(changed, "x.yaml", ("sections", 1, "extra")) == text


@given(DOCUMENTS)
def test_a_section_can_be_added_and_taken_out_again(text: str) -> None:
    section = {"heading": {"fr": "À « voir »", "en": 'New "one"'}, "layout": "people", "articles": ["a", "b"]}
    changed = append_item(text, "x.yaml", ("sections",), section)
    expected = data_of(text)
    expected["sections"].append(section)
    assert data_of(changed) == expected
    assert lines_put_in(text, changed, 5)
    assert remove(changed, "x.yaml", ("sections", 2)) == text


@settings(max_examples=300)
@given(st.text(st.sampled_from("ab:-[]{}#,'\"|>&*!?%@ \n\r\u2028é😀"), max_size=40))
def test_any_text_is_changed_rightly_or_refused(noise: str) -> None:
    text = f"articles: [a]\n{noise}"
    try:
        changed = append_item(text, "x.yaml", ("articles",), "new")
    except Refusal:
        return
    assert changed == f"articles: [a, new]\n{noise}"
    assert data_of(changed)["articles"] == ["a", "new"]
