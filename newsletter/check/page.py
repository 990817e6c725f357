"""The HTML of a mail as a tree, read with the standard library so that nothing of the renderer is trusted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta"}) | {
    "param",
    "source",
    "track",
    "wbr",
}
CLOSED_BY = {
    "p": frozenset({"p", "div", "table", "ul", "ol", "blockquote", "section"} | HEADINGS),
    "li": frozenset({"li"}),
    "tr": frozenset({"tr"}),
    "td": frozenset({"td", "th", "tr"}),
    "th": frozenset({"td", "th", "tr"}),
}
"""An open element (key) that a start tag (values) ends without an end tag (WHATWG HTML 13.1.2.4)."""
_SILENT = frozenset({"head", "style", "script", "title", "template"})
_BLOCKS = HEADINGS | {"p", "div", "table", "tr", "td", "th", "ul", "ol", "li", "br", "hr", "section", "article"}
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)


@dataclass(eq=False, slots=True)
class Element:
    """One element. attributes: lower-case names, entity references resolved; an attribute without value is ''."""

    tag: str
    attributes: Mapping[str, str]
    parent: Element | None = field(default=None, repr=False)
    children: list[Element | str] = field(default_factory=list, repr=False)

    def get(self, name: str) -> str:
        """The value of an attribute, '' when absent."""
        return self.attributes.get(name, "")

    @property
    def elements(self) -> Iterator[Element]:
        """Child elements, without the text between them."""
        return (child for child in self.children if isinstance(child, Element))

    def walk(self) -> Iterator[Element]:
        """This element and all below it, in document order."""
        stack: list[Element] = [self]
        while stack:
            element = stack.pop()
            yield element
            stack.extend(reversed(list(element.elements)))

    def all(self, *tags: str) -> Iterator[Element]:
        """The elements below (or this one) with one of the tags."""
        return (element for element in self.walk() if element.tag in tags)

    def ancestors(self) -> Iterator[Element]:
        """Parents, nearest first."""
        parent = self.parent
        while parent is not None:
            yield parent
            parent = parent.parent

    @property
    def hidden(self) -> bool:
        """True when an inline style hides this element or one around it."""
        return any(_HIDDEN.search(one.get("style")) for one in (self, *self.ancestors()))

    def pieces(self) -> Iterator[str]:
        """Text nodes below, in order, without style, script and head; a space where a block begins or ends."""
        stack: list[Element | str] = [self]
        while stack:
            node = stack.pop()
            if isinstance(node, str):
                yield node
            elif node.tag not in _SILENT:
                if node.tag in _BLOCKS:
                    yield " "
                    stack.append(" ")
                stack.extend(reversed(node.children))

    def text(self) -> str:
        """The text below, white space (also no-break) folded to single spaces."""
        return " ".join("".join(self.pieces()).split())

    def name(self) -> str:
        """The accessible name of a link: its text with the alt texts of its images (accname 1.1, in short)."""
        alts = " ".join(image.get("alt") for image in self.all("img"))
        return " ".join(f"{self.text()} {alts}".split())


@dataclass(frozen=True)
class HtmlPage:
    """A parsed page. source: the HTML it was read from. styles: the content of every style element."""

    source: str
    root: Element
    styles: tuple[str, ...]

    @property
    def html(self) -> Element | None:
        """The html element."""
        return next(self.root.all("html"), None)

    @property
    def body(self) -> Element:
        """The body element, or the whole document when there is none."""
        return next(self.root.all("body"), self.root)

    def all(self, *tags: str) -> Iterator[Element]:
        """Every element with one of the tags, in document order."""
        return self.root.all(*tags)

    def text(self) -> str:
        """The words of the body that a reader can see."""
        return self.body.text()


class _Builder(HTMLParser):
    """Builds the tree. Conditional comments for Outlook stay comments, so their content is not seen twice."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("#document", {})
        self.open: list[Element] = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        while len(self.open) > 1 and tag in CLOSED_BY.get(self.open[-1].tag, frozenset()):
            self.open.pop()
        element = Element(tag, {name: value or "" for name, value in attrs}, self.open[-1])
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        for index in range(len(self.open) - 1, 0, -1):
            if self.open[index].tag == tag:
                del self.open[index:]
                return

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)

    def parse_html_declaration(self, i: int) -> int:
        """``<![if !mso]>`` and its end: nothing to keep, whatever stands in it (the library refuses ``<![;``)."""
        if self.rawdata.startswith("<![", i):
            return self.parse_bogus_comment(i)
        return super().parse_html_declaration(i)


def read_page(source: str) -> HtmlPage:
    """Parse HTML as a mail client would: nothing is refused, what is not closed is closed."""
    builder = _Builder()
    builder.feed(source)
    builder.close()
    styles = tuple(
        "".join(child for child in style.children if isinstance(child, str)) for style in builder.root.all("style")
    )
    return HtmlPage(source, builder.root, styles)
