"""RSS 2.0, RSS 1.0 and Atom files to articles.

Read with expat directly, so that each entry keeps its line. A document type declaration is refused before anything
of it is read: no feed needs one, and entities declared in it can grow without end or name files of this machine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from xml.parsers import expat

from newsletter.corpus.importing.decoding import fold_spaces
from newsletter.corpus.importing.htmlpage import paragraphs_of_html
from newsletter.corpus.importing.lines import read_paragraphs
from newsletter.corpus.importing.records import Document, FoundArticle
from newsletter.corpus.importing.splitting import renumbered

_MAX_DEPTH = 200
_CONTENT = "http://purl.org/rss/1.0/modules/content/"
_XML = "http://www.w3.org/XML/1998/namespace"
_LOOKS_LIKE_HTML = re.compile(r"<(?:p|br|div|ul|ol|h[1-6]|a|strong|em|span|img|b|i)\b", re.I)


class FeedMistake(ValueError):
    """The file cannot be read as a feed; `line` is where."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


@dataclass
class _Node:
    """An XML element with what a feed needs of it."""

    space: str
    name: str
    line: int
    attributes: dict[str, str]
    children: list[_Node] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    last_line: int = 0

    def find(self, name: str, space: str | None = None) -> _Node | None:
        return next((c for c in self.children if c.name == name and (space is None or c.space == space)), None)

    def all_text(self) -> str:
        return "".join(self.text) + "".join(child.all_text() for child in self.children)

    def value(self, name: str) -> str:
        child = self.find(name)
        return child.all_text().strip() if child is not None else ""

    def walk(self) -> Iterator[_Node]:
        yield self
        for child in self.children:
            yield from child.walk()

    def as_html(self) -> str:
        """The inside as HTML again, for Atom content of type xhtml."""
        inner = "".join(f"<{c.name}{_href(c)}>{c.as_html()}</{c.name}>" for c in self.children)
        return _escaped("".join(self.text)) + inner


def _href(node: _Node) -> str:
    href = node.attributes.get("href")
    return f' href="{_escaped(href)}"' if href else ""


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


class _Builder:
    """Expat events to nodes. Text is kept in order by a node without name before each child."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._data
        self.root = _Node("", "", 0, {})
        self._stack = [self.root]

    def _doctype(self, *_: object) -> None:
        raise FeedMistake(
            "the file declares a document type (<!DOCTYPE ...>), which is not read from feeds",
            self.parser.CurrentLineNumber,
        )

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if len(self._stack) > _MAX_DEPTH:
            raise FeedMistake("elements are nested too deeply", self.parser.CurrentLineNumber)
        space, _, name = tag.rpartition(" ")
        node = _Node(space, name, self.parser.CurrentLineNumber, attributes)
        self._stack[-1].children.append(node)
        self._stack.append(node)

    def _end(self, _: str) -> None:
        self._stack.pop().last_line = self.parser.CurrentLineNumber

    def _data(self, data: str) -> None:
        top = self._stack[-1]
        if top.children:
            top.children.append(_Node("", "span", self.parser.CurrentLineNumber, {}, text=[data]))
        else:
            top.text.append(data)


def parse_feed(text: str) -> _Node:
    """The document's tree. Raises FeedMistake with the line."""
    builder = _Builder()
    body = re.sub(r"\A\s*<\?xml[^>]*\?>", lambda found: "\n" * found[0].count("\n"), text)
    try:
        builder.parser.Parse(body.encode("utf-8", "replace"), True)
    except expat.ExpatError as error:
        raise FeedMistake(f"not well-formed XML: {expat.errors.messages[error.code]}", error.lineno) from error
    return builder.root


def articles_of_feed(document: Document) -> list[FoundArticle]:
    """One article per entry. Raises FeedMistake."""
    root = parse_feed(document.text)
    top = root.children[0] if root.children else root
    if top.name not in ("rss", "feed", "RDF"):
        raise FeedMistake(
            f"this XML is not a feed: it begins with <{top.name}>, not with <rss> or <feed>", top.line
        )
    language = top.attributes.get(f"{_XML} lang") or next(
        (node.all_text() for node in top.walk() if node.name == "language"), ""
    )
    entries = [node for node in top.walk() if node.name in ("item", "entry")]
    return [_article(document, entry, language) for entry in entries]


def _article(document: Document, entry: _Node, feed_language: str) -> FoundArticle:
    title_node = entry.find("title")
    title = _plain(title_node) if title_node is not None else ""
    content = _content(entry)
    if content is None:
        body = []
    elif content.attributes.get("type") == "xhtml":
        body = paragraphs_of_html(content.as_html(), content.line)
    else:
        text = content.all_text()
        if _LOOKS_LIKE_HTML.search(text) or "html" in content.attributes.get("type", ""):
            body = paragraphs_of_html(text, content.line)
        else:
            body = renumbered(read_paragraphs(text.strip()), content.line - 1)
    own = entry.attributes.get(f"{_XML} lang") or entry.value("language") or feed_language
    given = title or (body[0].text[:80] if body else "")
    code = own[:2].lower()
    return FoundArticle(
        document.file,
        document.name,
        entry.line,
        entry.last_line,
        given,
        tuple(body),
        title_found=bool(title),
        url=_link(entry),
        published=_day(entry),
        language=code if code in ("fr", "en") else None,
        doubts=() if body else ("the feed holds only its title",),
    )


def _plain(node: _Node) -> str:
    text = node.all_text()
    if _LOOKS_LIKE_HTML.search(text) or re.search(r"&\w+;|&#\d+;", text):
        text = " ".join(p.text for p in paragraphs_of_html(text))
    return fold_spaces(text)


def _content(entry: _Node) -> _Node | None:
    """The fullest text of an entry: its content rather than its summary."""
    candidates = [
        entry.find("encoded", _CONTENT),
        next((c for c in entry.children if c.name == "content" and "src" not in c.attributes), None),
        entry.find("description"),
        entry.find("summary"),
    ]
    return next((node for node in candidates if node is not None and node.all_text().strip()), None)


def _link(entry: _Node) -> str | None:
    for node in entry.children:
        if node.name == "link":
            address = node.attributes.get("href") or node.all_text().strip()
            if (
                address.startswith(("http://", "https://"))
                and node.attributes.get("rel", "alternate") == "alternate"
            ):
                return address
    return None


def _day(entry: _Node) -> str | None:
    """The day an entry was published, ISO 8601."""
    for name in ("pubDate", "published", "date", "issued", "updated"):
        value = entry.value(name)
        if re.match(r"\d{4}-\d{2}-\d{2}", value):
            return value[:10]
        if value:
            try:
                return parsedate_to_datetime(value).date().isoformat()
            except (ValueError, TypeError, IndexError):
                continue
    return None
