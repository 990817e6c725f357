"""The text of one YAML file with its values and where they stand."""

from __future__ import annotations

import copy
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from newsletter.errors import Refusal

Loc = tuple[str | int, ...]
"""A path into the document: keys and list indexes."""

BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
"""What YAML 1.1, and so the parser, takes for the end of a line."""
_NEWLINES = ("\n", "\r\n", "\r")
"""Those of them that are written."""
DASHES = re.compile(r"[ ]*(?:-[ ]+)*")

_MAX_DEPTH = 40
_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BLOCK_SCALARS = ("|", ">")
_ON_SEVERAL_LINES = "Write it on several lines, one entry each, then run the command again."


@dataclass
class Node:
    """One value and where it stands: `start` to `end` are indexes into the text, trailing blank lines left out.

    flow: written in ``[...]`` or ``{...}``. An entry of a map is its key's node and its value's node.
    """

    start: int
    end: int
    flow: bool = False
    value: str | None = None
    items: list[Node] | None = None
    entries: dict[str, tuple[Node, Node]] | None = None

    def data(self) -> Any:
        """The value as lists, dicts, text and None."""
        if self.items is not None:
            return [item.data() for item in self.items]
        if self.entries is not None:
            return {key: value.data() for key, (_, value) in self.entries.items()}
        return self.value


@dataclass(frozen=True)
class Splice:
    """Replace the text from `start` to `end` by `by`."""

    start: int
    end: int
    by: str


@dataclass
class Document:
    """The text of one file with its values; raises Refusal for what cannot be edited."""

    text: str
    file: str
    root: Node = field(init=False)

    def __post_init__(self) -> None:
        try:
            self.root = _read(self)
        except yaml.YAMLError as error:
            raise Refusal("not valid YAML, so it cannot be edited", where=self.file) from error

    def at(self, loc: Loc) -> Node:
        """The value at `loc`. Raises Refusal when there is none."""
        node = self.root
        for part in loc:
            inside: Node | None = None
            if isinstance(part, int) and node.items is not None and part < len(node.items):
                inside = node.items[part]
            elif isinstance(part, str) and node.entries is not None and part in node.entries:
                inside = node.entries[part][1]
            if inside is None:
                raise self.refusal(f"there is nothing at {words(loc)}", node.start, None)
            node = inside
        return node

    def refusal(self, what: str, index: int, hint: str | None = _ON_SEVERAL_LINES) -> Refusal:
        """A refusal placed at the line of `index`."""
        line = len(BREAK.findall(self.text, 0, index)) + 1
        return Refusal(what, where=f"{self.file}:{line}", hint=hint)

    def line_start(self, index: int) -> int:
        """Index of the first character of the line of `index`."""
        found = 0
        for match in BREAK.finditer(self.text, 0, index):
            found = match.end()
        return found

    def line_end(self, index: int) -> int:
        """Index of the line break that ends the line of `index`, or of the end of the text."""
        found = BREAK.search(self.text, index)
        return found.start() if found else len(self.text)

    def before(self, line: int) -> int:
        """Index of the line break in front of the line that starts at index `line`."""
        return line - 2 if self.text[max(0, line - 2) : line] == "\r\n" else line - 1

    def column(self, index: int) -> int:
        """Characters between the start of the line and `index`."""
        return index - self.line_start(index)

    def newline(self) -> str:
        """The line break most lines of the file end in, the first of equals: one line may differ by accident."""
        breaks = Counter(found for found in BREAK.findall(self.text) if found in _NEWLINES)
        return breaks.most_common(1)[0][0] if breaks else "\n"

    def starts_line(self, index: int) -> bool:
        """Only spaces come before `index` on its line."""
        return not self.text[self.line_start(index) : index].strip(" ")

    def has_comment(self, start: int, end: int) -> bool:
        """Is there a comment from `start` to `end`, which lies between two values?"""
        return "#" in self.text[start:end]

    def apply(self, splices: Sequence[Splice], change: Callable[[Any], None]) -> str:
        """The text after `splices`, once it is proved that only `change` happened to the data."""
        text = self.text
        for one in sorted(splices, key=lambda splice: splice.start, reverse=True):
            text = text[: one.start] + one.by + text[one.end :]
        expected = copy.deepcopy(self.root.data())
        change(expected)
        try:
            happened = Document(text, self.file).root.data()
        except Refusal:
            happened = None
        if happened != expected:
            raise self.refusal(
                "this part of the file is written in a way that cannot be edited without risk",
                min((one.start for one in splices), default=0),
                "Make the change by hand; the file was not touched.",
            )
        return text


def words(loc: Loc) -> str:
    return ".".join(str(part) for part in loc) or "the file"


def _read(document: Document) -> Node:
    events: Iterator[Any] = yaml.parse(document.text, Loader=_Loader)
    root: Node | None = None
    for event in events:
        if isinstance(event, yaml.NodeEvent):
            if root is not None:
                raise document.refusal("a second document (---) in the file", root.end, None)
            root = _node(document, event, events, 0)
    return root or Node(0, 0)


def _node(document: Document, event: Any, events: Iterator[Any], depth: int) -> Node:
    start, end = event.start_mark.index, _end(event)
    if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
        hint = "Write the value out; text that starts with & or * must stand in quotes."
        raise document.refusal("anchors (&name) and aliases (*name) are not supported", start, hint)
    if depth > _MAX_DEPTH:
        raise document.refusal("nested too deeply", start, None)
    if isinstance(event, yaml.ScalarEvent):
        if event.style in _BLOCK_SCALARS:
            end = start + len(document.text[start:end].rstrip())
        is_null = event.style in (None, "") and event.value in _NULLS
        return Node(start, end, value=None if is_null else event.value)
    node = Node(start, end, flow=bool(event.flow_style))
    if isinstance(event, yaml.SequenceStartEvent):
        node.items = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            node.items.append(_node(document, event, events, depth + 1))
            node.end = max(node.end, node.items[-1].end)
    else:
        node.entries = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            key = _node(document, event, events, depth + 1)
            if key.items is not None or key.entries is not None or event.value in node.entries:
                raise document.refusal("a key that is no word, or that stands twice", key.start, None)
            value = _node(document, next(events), events, depth + 1)
            node.entries[event.value] = key, value
            node.end = max(node.end, value.end, key.end)
    if node.flow:
        node.end = _end(event)
    return node


def _end(event: Any) -> int:
    index: int = event.end_mark.index
    return index
