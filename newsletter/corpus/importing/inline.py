"""Plain words as Markdown that says the same words."""

from __future__ import annotations

import re

_SPECIAL = re.compile(r"([\\`*_\[\]<>])")
_INTRAWORD = re.compile(r"(?<=\w)\\_(?=\w)")
_START = re.compile(r"^(\s*)(#{1,6}(?=\s)|[+-](?=\s)|=+$|-+$|~{3})")
_NUMBER_START = re.compile(r"^(\s*\d{1,9})([.)])(?=\s)")
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def escape_markdown(text: str) -> str:
    """`text` with the characters escaped that Markdown would take for mark-up; addresses stay as they are."""
    parts, at = [], 0
    for found in _ADDRESS.finditer(text):
        parts += [_escape(text[at : found.start()]), found[0]]
        at = found.end()
    return "".join([*parts, _escape(text[at:])])


def _escape(text: str) -> str:
    return _INTRAWORD.sub("_", _SPECIAL.sub(r"\\\1", text))


def escape_line_start(text: str) -> str:
    """`text` so that its beginning is not read as a heading, a list item or a rule."""
    text = _START.sub(r"\1\\\2", text)
    return _NUMBER_START.sub(r"\1\\\2", text)


def link_markdown(label: str, address: str) -> str:
    """``[label](<address>)`` in the plain form when the address allows."""
    safe = address.replace("<", "%3C").replace(">", "%3E").replace(" ", "%20")
    target = f"<{safe}>" if re.search(r"[()\\]", safe) else safe
    return f"[{_escape(label)}]({target})"
