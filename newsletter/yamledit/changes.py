"""The changes that can be made: put in, take out, comment out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from newsletter.yamledit.document import BREAK, DASHES, Document, Loc, Node, Splice, words
from newsletter.yamledit.writing import Value, block_entry, block_item, in_flow


def append_item(text: str, file: str, loc: Loc, item: Value) -> str:
    """`text` with `item` after the last one of the list at `loc`, written as its neighbours are.

    file: name of the file, for messages. Raises Refusal.
    """
    document = Document(text, file)
    node = document.at(loc)
    if node.items is None:
        raise document.refusal(f"{words(loc)} is not a list", node.start, None)
    splice = _append_flow(document, node, item) if node.flow else _append_block(document, node, item)
    return document.apply([splice], lambda data: _inside(data, loc).append(_plain(item)))


def insert_key(text: str, file: str, loc: Loc, key: str, value: Value, *, after: str) -> str:
    """`text` with an entry `key: value` in the map at `loc`, below the entry `after`. Raises Refusal."""
    document = Document(text, file)
    node = document.at(loc)
    if node.entries is None or after not in node.entries:
        raise document.refusal(f"{words(loc)} has no '{after}'", node.start, None)
    neighbour = node.entries[after][1]
    if node.flow:
        splice = Splice(neighbour.end, neighbour.end, f", {key}: {in_flow(value)}")
    else:
        column = document.column(min(name.start for name, _ in node.entries.values()))
        lines = block_entry(key, value, _list_indent(document))
        splice = _below(document, neighbour.end, lines, column)
    return document.apply([splice], lambda data: _inside(data, loc).update({key: _plain(value)}))


def remove(text: str, file: str, loc: Loc) -> str:
    """`text` without the list item or the map entry at `loc`; comments on lines of their own around it stay.

    Raises Refusal, also when nothing would be left of the list or map (remove that instead).
    """
    document = Document(text, file)
    parent, last = document.at(loc[:-1]), loc[-1]
    document.at(loc)
    if len(parent.items or parent.entries or ()) < 2 and not (parent.flow and parent.items):
        raise document.refusal(f"{words(loc)} is the only one, and cannot be left out", parent.start, None)
    if parent.items is not None and isinstance(last, int):
        starts = [item.start if parent.flow else _dash(document, parent, i) for i, item in enumerate(parent.items)]
        spans = [(start, item.end) for start, item in zip(starts, parent.items, strict=True)]
        index = last
    else:
        assert parent.entries is not None
        spans = [(name.start, value.end) for name, value in parent.entries.values()]
        index = list(parent.entries).index(str(last))
    splice = _cut_flow(document, spans, index) if parent.flow else _cut_block(document, spans, index)
    return document.apply([splice], lambda data: _inside(data, loc[:-1]).__delitem__(last))


def comment_out(text: str, file: str, loc: Loc) -> str:
    """`text` with the lines of the map entry at `loc` turned into comments. Raises Refusal."""
    document = Document(text, file)
    parent, key = document.at(loc[:-1]), str(loc[-1])
    document.at(loc)
    assert parent.entries is not None
    name, value = parent.entries[key]
    line = document.line_start(name.start)
    if parent.flow or not DASHES.fullmatch(text, line, name.start):
        raise document.refusal(f"'{key}' stands on a line with other entries", name.start)
    column = name.start - line
    splices = [Splice(name.start, name.start, "# ")]
    for match in BREAK.finditer(text, name.start, document.line_end(value.end)):
        start, end = match.end(), document.line_end(match.end())
        content = text[start:end].lstrip(" \t")
        if content:
            at = min(start + column, end - len(content))
            splices.append(Splice(at, at, "# "))
    return document.apply(splices, lambda data: _inside(data, loc[:-1]).__delitem__(key))


def comment_above(text: str, file: str, loc: Loc) -> int | None:
    """The line (1-based) of a comment that stands right above the list item at `loc`, or None."""
    document = Document(text, file)
    parent = document.at(loc[:-1])
    if parent.items is None or parent.flow or not isinstance(loc[-1], int):
        return None
    start = document.line_start(_dash(document, parent, loc[-1]))
    if start == 0:
        return None
    above = document.before(start)
    line = text[document.line_start(above) : above]
    return len(BREAK.findall(text, 0, start)) if line.lstrip(" ").startswith("#") else None


def _append_block(document: Document, node: Node, item: Value) -> Splice:
    assert node.items
    last = node.items[-1]
    column = document.column(node.start)
    offset = 2
    for one in node.items:
        if one.entries is not None and not one.flow:
            offset = max(2, document.column(one.start) - column)
    lines = list(block_item(item, offset, _list_indent(document)))
    return _below(document, last.end, lines, column)


def _below(document: Document, index: int, lines: Sequence[str], column: int) -> Splice:
    """`lines` put below the line of `index`, which keeps its break, or gets one where the file ends without."""
    newline, end = document.newline(), document.line_end(index)
    written = [" " * column + line for line in lines]
    if found := BREAK.match(document.text, end):
        return Splice(end, found.end(), "".join([found.group(), *(line + newline for line in written)]))
    return Splice(end, end, "".join(newline + line for line in written))


def _append_flow(document: Document, node: Node, item: Value) -> Splice:
    assert node.items is not None
    written = in_flow(item)
    gap_start = node.items[-1].end if node.items else node.start + 1
    if document.has_comment(gap_start, node.end):
        raise document.refusal("a list in [ ] has a comment after its last entry", gap_start)
    if not node.items:
        return Splice(gap_start, gap_start, written)
    last = node.items[-1]
    separator = ", "
    if document.starts_line(last.start) and document.line_start(last.start) > node.start:
        separator = f",{document.newline()}{' ' * document.column(last.start)}"
    return Splice(last.end, last.end, separator + written)


def _cut_flow(document: Document, spans: Sequence[tuple[int, int]], index: int) -> Splice:
    start, end = spans[index]
    if index + 1 < len(spans):
        end = spans[index + 1][0]
    elif index > 0:
        start = spans[index - 1][1]
    if document.has_comment(start, spans[index][0]) or document.has_comment(spans[index][1], end):
        raise document.refusal("a comment stands beside an entry in [ ] or { }", spans[index][0])
    return Splice(start, end, "")


def _cut_block(document: Document, spans: Sequence[tuple[int, int]], index: int) -> Splice:
    start, end = spans[index]
    if not document.starts_line(start):
        # `- key: value`: the next entry takes the place behind the dash.
        following = spans[index + 1][0] if index + 1 < len(spans) else None
        if following is None or document.has_comment(end, following):
            raise document.refusal("the first entry behind a dash cannot be taken out here", start)
        return Splice(start, following, "")
    start, end = document.line_start(start), document.line_end(end)
    if found := BREAK.match(document.text, end):
        return Splice(start, found.end(), "")
    # The last line of a file whose last line has no break: from now on that is the line before it.
    return Splice(document.before(start) if start else 0, end, "")


def _dash(document: Document, node: Node, index: int) -> int:
    """Index of the dash of an item of a block list. Below the item before, only comments come before it."""
    assert node.items is not None
    if index == 0:
        return node.start
    position = document.line_end(node.items[index - 1].end)
    while (found := BREAK.match(document.text, position)) is not None:
        line, position = found.end(), document.line_end(found.end())
        content = document.text[line:position].lstrip(" ")
        if content.startswith("-"):
            return position - len(content)
    raise document.refusal("the start of a list entry cannot be found", node.items[index].start)


def _list_indent(document: Document) -> int:
    """How far this file indents lists below their key: as the first such list does, 2 where there is none."""
    for key, value in _entries(document.root):
        if value.items and not value.flow and document.starts_line(value.start):
            line = document.line_start(key.start)
            dashes = DASHES.match(document.text, line, key.start)
            if dashes and dashes.end() == key.start:
                return document.column(value.start) - document.column(key.start)
    return 2


def _entries(node: Node) -> Iterator[tuple[Node, Node]]:
    """Every entry of every map, the inner ones first: they are the neighbours of what is written."""
    for item in node.items or ():
        yield from _entries(item)
    for key, value in (node.entries or {}).values():
        yield from _entries(value)
        yield key, value


def _plain(value: Value) -> Any:
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value]


def _inside(data: Any, loc: Loc) -> Any:
    for part in loc:
        data = data[part]
    return data
