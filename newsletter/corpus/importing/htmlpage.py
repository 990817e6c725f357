"""Saved HTML pages to paragraphs: the main text with its headings, lists and links; nothing else.

Scripts, styles, forms' controls, navigation and what is hidden are left out and never run: the page is read as
text by the standard library's parser, which fetches nothing. Only addresses of http, https and mailto stay links.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from newsletter.corpus.importing.decoding import fold_spaces
from newsletter.corpus.importing.inline import escape_markdown, link_markdown
from newsletter.corpus.importing.outline import outlined, running_words
from newsletter.corpus.importing.records import Document, FoundArticle, Paragraph, Role

_DROPPED_TEXT = (
    "script style noscript template svg math canvas iframe object embed video audio button select "
    "textarea option dialog head"
)
_DROPPED = frozenset(_DROPPED_TEXT.split())
_ASIDE = frozenset({"nav", "footer", "aside"})
_ASIDE_ROLES = frozenset({"navigation", "banner", "contentinfo", "search", "complementary", "dialog", "alert"})
_BLOCKS_TEXT = (
    "p div section article main header footer aside nav ul ol li dl dt dd table tr td th thead tbody "
    "blockquote pre figure figcaption address form fieldset details summary h1 h2 h3 h4 h5 h6 hr body "
    "html center"
)
_BLOCKS = frozenset(_BLOCKS_TEXT.split())
_VOID_TEXT = "area base br col embed hr img input link meta param source track wbr"
_VOID = frozenset(_VOID_TEXT.split())
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_SITE_NAME = re.compile(r"\s+[|–—·»-]\s+[^|–—·»]{2,60}$")


@dataclass
class _Page:
    """What the head of a page says."""

    title: str = ""
    language: str | None = None
    address: str | None = None
    published: str | None = None


@dataclass
class _Block:
    """The paragraph being read."""

    line: int
    role: Role = Role.TEXT
    level: int = 0
    parts: list[str] = field(default_factory=list)
    plain: list[str] = field(default_factory=list)
    linked: bool = False


class _Reader(HTMLParser):
    """Collects paragraphs; each knows which <article> and whether it stood in <main>."""

    def __init__(self, *, whole: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.whole = whole
        self.page = _Page()
        self.paragraphs: list[tuple[Paragraph, int, bool]] = []
        self.dropped: Counter[str] = Counter()
        self._open: list[str] = []
        self._skip: list[str] = []
        self._block = _Block(1)
        self._href: str | None = None
        self._label: list[str] = []
        self._articles = 0
        self._in_article: list[int] = []
        self._lists: list[int | None] = []
        self._breaks = 0
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element: begin a paragraph, a link, or a part that is left out."""
        given = {name: value or "" for name, value in attrs}
        self._note_head(tag, given)
        if tag in _VOID:
            self._void(tag)
            return
        if self._skip:
            self._skip.append(tag)
            self.dropped[tag] += tag == "script"
            return
        if self._left_out(tag, given):
            self.dropped[tag] += 1
            self._flush()
            self._skip.append(tag)
            return
        self._open.append(tag)
        if tag in _BLOCKS:
            self._flush()
            self._begin(tag)
        elif tag == "a":
            self._close_link()
            self._href, self._label = given.get("href"), []

    def handle_endtag(self, tag: str) -> None:
        """Close an element; one that was never opened is ignored, as browsers do."""
        if tag == "title":
            self._in_title = False
        if self._skip:
            if tag in self._skip:
                while self._skip.pop() != tag:
                    pass
            return
        if tag == "a":
            self._close_link()
        if tag not in self._open:
            return
        while (closed := self._open.pop()) != tag:
            self._leave(closed)
        self._leave(tag)
        if tag in _BLOCKS:
            self._flush()

    def handle_data(self, data: str) -> None:
        """Text: of the page's title, of a link, or of the paragraph."""
        if self._in_title:
            self.page.title += data
        if self._skip:
            return
        if data.strip():
            if not any(part.strip() for part in self._block.plain):
                self._block.line = self.getpos()[0] + len(data[: len(data) - len(data.lstrip())].splitlines()[1:])
            self._breaks = 0
        if self._href is not None:
            self._label.append(data)
        else:
            self._block.parts.append(escape_markdown(data))
        self._block.plain.append(data)

    def finish(self) -> None:
        """Close what the page left open."""
        self.close()
        self._close_link()
        self._flush()

    def _note_head(self, tag: str, given: dict[str, str]) -> None:
        if tag == "html":
            self.page.language = given.get("lang") or given.get("xml:lang") or self.page.language
        elif tag == "title" and not self.page.title and "svg" not in self._skip:
            self._in_title = True
        elif tag == "link" and given.get("rel", "").lower() == "canonical":
            self.page.address = given.get("href") or self.page.address
        elif tag == "base" and self.page.address is None:
            self.page.address = given.get("href")
        elif tag == "meta":
            name = (given.get("property") or given.get("name") or "").lower()
            if name == "og:url" and self.page.address is None:
                self.page.address = given.get("content")
            elif name in ("article:published_time", "date", "dc.date", "dcterms.date") and not self.page.published:
                self.page.published = given.get("content")

    def _left_out(self, tag: str, given: dict[str, str]) -> bool:
        if tag in _DROPPED:
            return True
        if self.whole:
            return False
        if "hidden" in given or given.get("aria-hidden") == "true" or _HIDDEN.search(given.get("style", "")):
            return True
        site_header = tag == "header" and not ({"article", "main", "section"} & set(self._open))
        return tag in _ASIDE or site_header or given.get("role", "").lower() in _ASIDE_ROLES

    def _void(self, tag: str) -> None:
        if self._skip:
            return
        if tag == "img":
            self.dropped["img"] += 1
        elif tag == "br":
            self._breaks += 1
            self._block.parts.append(" ")
            self._block.plain.append(" ")
            if self._breaks >= 2:
                self._flush()
        elif tag == "hr":
            self._flush()

    def _begin(self, tag: str) -> None:
        self._block = _Block(self.getpos()[0])
        if re.fullmatch("h[1-6]", tag):
            self._block.role, self._block.level = Role.HEADING, int(tag[1])
        elif tag in ("ul", "ol"):
            self._lists.append(0 if tag == "ol" else None)
        elif tag == "li":
            self._begin_item()
        elif tag == "article":
            self._articles += 1
            self._in_article.append(self._articles)

    def _begin_item(self) -> None:
        count = self._lists[-1] if self._lists else None
        if count is None:
            self._block.role = Role.ITEM
        else:
            self._block.role, self._lists[-1] = Role.NUMBERED, count + 1

    def _leave(self, tag: str) -> None:
        if tag in ("ul", "ol") and self._lists:
            self._flush()
            self._lists.pop()
        elif tag == "article" and self._in_article:
            self._flush()
            self._in_article.pop()

    def _close_link(self) -> None:
        if self._href is None:
            return
        label, href = fold_spaces("".join(self._label)), self._href
        self._href = None
        address = _address(href, self.page.address)
        padded = "".join(self._label)
        before, after = padded[:1].isspace() * " ", padded[-1:].isspace() * " "
        if label and address:
            self._block.parts.append(before + link_markdown(label, address) + after)
            self._block.linked = True
        else:
            self._block.parts.append(escape_markdown(padded))

    def _flush(self) -> None:
        block, self._breaks = self._block, 0
        if self._href is not None:  # a link around blocks: its label so far belongs to the paragraph that ends
            href = self._href
            self._close_link()
            self._href, self._label = href, []
        text = fold_spaces("".join(block.plain))
        role = Role.ITEM if "li" in self._open and block.role is Role.TEXT else block.role
        if text:
            number = self._lists[-1] if role is Role.NUMBERED and self._lists else None
            paragraph = Paragraph(
                text,
                block.line,
                self.getpos()[0],
                role,
                block.level,
                markdown=fold_spaces("".join(block.parts)) if block.linked else None,
                number=number,
            )
            self.paragraphs.append(
                (paragraph, self._in_article[0] if self._in_article else 0, "main" in self._open)
            )
        self._block = _Block(self.getpos()[0])


def _address(href: str, base: str | None) -> str | None:
    """`href` as an address that a mail may hold; None for scripts, anchors and what stays relative."""
    href = "".join(href.split())
    if href.startswith("#"):
        return None
    try:
        address = urljoin(base or "", href)
        scheme = urlsplit(address).scheme.lower()
    except ValueError:
        return None
    return address if scheme in ("http", "https", "mailto") else None


def read_html(text: str, *, whole: bool = False) -> _Reader:
    """Parse `text`. whole: keep navigation and the like, for pages that put everything into it."""
    reader = _Reader(whole=whole)
    reader.feed(text)
    reader.finish()
    return reader


def paragraphs_of_html(text: str, line: int = 1) -> list[Paragraph]:
    """The paragraphs of a piece of HTML, as feeds hold it; all of them on line `line`."""
    return [
        Paragraph(p.text, line, line, p.role, p.level, markdown=p.markdown, number=p.number)
        for p, _, _ in read_html(text, whole=True).paragraphs
    ]


def articles_of_page(document: Document) -> tuple[list[FoundArticle], list[str]]:
    """The articles of a saved page, and notes on what was left out of it."""
    reader = read_html(document.text)
    chosen = _main_parts(reader)
    if not any(running_words(p) for group in chosen for p in group):
        reader = read_html(document.text, whole=True)
        chosen = [[p for p, _, _ in reader.paragraphs]]
    found: list[FoundArticle] = []
    for group in chosen:
        found += outlined(document, group) or _untitled(document, group, reader.page)
    dropped = reader.dropped
    notes = []
    if scripts := dropped["script"]:
        notes.append(f"{scripts} {'script' if scripts == 1 else 'scripts'} left out (never run)")
    if pictures := dropped["img"]:
        notes.append(f"{pictures} {'picture' if pictures == 1 else 'pictures'} left out")
    return [_with_head(article, reader.page, alone=len(found) == 1) for article in found], notes


def _main_parts(reader: _Reader) -> list[list[Paragraph]]:
    """The <article> elements when there are several, else <main>, else the one <article>, else the body."""
    groups: dict[int, list[Paragraph]] = {}
    for paragraph, article, _ in reader.paragraphs:
        if article:
            groups.setdefault(article, []).append(paragraph)
    texts = [group for group in groups.values() if sum(map(running_words, group)) >= 6]
    if len(texts) >= 2:
        return texts
    in_main = [paragraph for paragraph, _, main in reader.paragraphs if main]
    if len(texts) == 1 and any(p.role is Role.HEADING for p in texts[0]):
        return texts
    if sum(map(running_words, in_main)) >= 6:
        return [in_main]
    return [[paragraph for paragraph, _, _ in reader.paragraphs]]


def _untitled(document: Document, group: list[Paragraph], page: _Page) -> list[FoundArticle]:
    """A page without headings is one article, titled by its <title>."""
    if sum(map(running_words, group)) < 12:
        return []
    title = _SITE_NAME.sub("", fold_spaces(page.title))
    body = [p for p in group if p.role is not Role.RULE]
    if not title:
        return []
    return [FoundArticle(document.file, document.name, body[0].line, body[-1].last_line, title, tuple(body))]


def _with_head(article: FoundArticle, page: _Page, *, alone: bool) -> FoundArticle:
    language = (page.language or "")[:2].lower()
    return replace(
        article,
        url=page.address if alone and (page.address or "").startswith("http") else article.url,
        published=page.published if alone else None,
        language=language if language in ("fr", "en") else None,
    )
