"""The first screen of a mail: what a reader sees before anything is read."""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.page import Element, HtmlPage

WORDS = 80
"""How many words may stand before something that is to be seen at once: about one screen of a telephone."""
_SILENT = frozenset({"head", "style", "script", "title", "template"})


def opening(page: HtmlPage) -> Iterator[Element]:
    """The visible elements that begin within the first words of the body, in their order."""
    before = 0
    stack: list[Element | str] = [page.body]
    while stack and before <= WORDS:
        node = stack.pop()
        if isinstance(node, str):
            before += len(node.split())
        elif node.tag not in _SILENT and not node.hidden:
            yield node
            stack.extend(reversed(node.children))


def speaks(element: Element, language: str) -> bool:
    """Whether an element says that it, or what it leads to, is in a language."""
    said = element.get("lang") or element.get("hreflang")
    return said.lower().partition("-")[0] == language
