"""Values as YAML: the pieces that are put into a file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

Value = str | Mapping[str, "Value"] | Sequence["Value"]
"""What can be written: text, lists and maps of it."""

_PLAIN = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*")
_NOT_TEXT = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})


def block_item(item: Value, offset: int, indent: int) -> Iterator[str]:
    dash = "-" + " " * (offset - 1)
    if not isinstance(item, Mapping):
        yield f"- {in_flow(item)}"
        return
    lines = [line for key, value in item.items() for line in block_entry(key, value, indent)]
    yield dash + lines[0]
    yield from (" " * offset + line for line in lines[1:])


def block_entry(key: str, value: Value, indent: int) -> list[str]:
    """Lists go below their key, one item a line; maps stay on the line: ``{fr: "...", en: "..."}``."""
    if isinstance(value, (str, Mapping)) or not value:
        return [f"{key}: {in_flow(value)}"]
    items = [line for item in value for line in block_item(item, 2, indent)]
    return [f"{key}:", *(" " * indent + line for line in items)]


def in_flow(value: Value) -> str:
    if isinstance(value, str):
        return _scalar(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {in_flow(one)}" for key, one in value.items()) + "}"
    return "[" + ", ".join(in_flow(one) for one in value) + "]"


def _scalar(text: str) -> str:
    """Plain only where no reader of YAML could take it for anything but text."""
    if _PLAIN.fullmatch(text) and text not in _NOT_TEXT:
        return text
    return '"' + "".join(_escaped(character) for character in text) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if character == "\n":
        return "\\n"
    if character.isprintable() or character in "\u00a0\u202f\u2009":  # spaces that French typography needs
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
