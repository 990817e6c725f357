"""Markdown files to articles: headings as titles, front matter read, raw HTML left out."""

from __future__ import annotations

import re
from dataclasses import replace

from markdown_it import MarkdownIt
from markdown_it.token import Token

from newsletter.corpus.importing.decoding import fold_spaces
from newsletter.corpus.importing.outline import outlined, running_words
from newsletter.corpus.importing.records import Document, FoundArticle, Paragraph, Role
from newsletter.yamlfile import parse_yaml

_FRONT = re.compile(r"\A---[ \t]*\n(.*?)^---[ \t]*$\n?", re.MULTILINE | re.DOTALL)
_TAG = re.compile(r"</?[A-Za-z][^>]*>|<!--.*?-->")


def paragraphs_of_markdown(text: str, first_line: int = 1) -> list[Paragraph]:
    """Headings, paragraphs and list items; HTML blocks and code are left out."""
    found: list[Paragraph] = []
    role, level, number = Role.TEXT, 0, None
    lists: list[int | None] = []
    for token in MarkdownIt("commonmark").parse(text):
        if token.type == "heading_open":
            role, level = Role.HEADING, int(token.tag[1])
        elif token.type in ("ordered_list_open", "bullet_list_open"):
            lists.append(int(token.attrGet("start") or 1) - 1 if token.type.startswith("ordered") else None)
        elif token.type in ("ordered_list_close", "bullet_list_close"):
            lists.pop()
        elif token.type == "list_item_open":
            number = lists[-1] + 1 if lists[-1] is not None else None
            lists[-1] = number
            role = Role.ITEM if number is None else Role.NUMBERED
        elif token.type == "hr" and token.map:
            line = token.map[0] + first_line
            found.append(Paragraph("---", line, line, Role.RULE))
        elif token.type == "inline":
            found += _inline(token, role, level, number, first_line)
            role, level = Role.TEXT, 0
    return found


def _inline(token: Token, role: Role, level: int, number: int | None, first_line: int) -> list[Paragraph]:
    children = token.children or []
    parts = [
        child.content if child.type in ("text", "code_inline") else " " if child.type.endswith("break") else ""
        for child in children
    ]
    text = fold_spaces("".join(parts))
    if not text or token.map is None:
        return []
    marked = any(child.type not in ("text", "softbreak", "hardbreak") for child in children)
    raw = fold_spaces(_TAG.sub("", token.content)) if marked or "\\" in token.content else None
    if role is Role.TEXT and _all_strong(children) and len(text) <= 160:
        role, level = Role.HEADING, 6  # a title set in bold instead of marked as a heading
    return [
        Paragraph(
            text,
            token.map[0] + first_line,
            token.map[1] + first_line - 1,
            role,
            level,
            markdown=raw,
            number=number,
        )
    ]


def _all_strong(children: list[Token]) -> bool:
    inner = [child for child in children if child.type != "text" or child.content]
    return (
        len(inner) >= 3
        and inner[0].type == "strong_open"
        and inner[-1].type == "strong_close"
        and sum(child.type == "strong_open" for child in inner) == 1
    )


def articles_of_markdown(document: Document) -> list[FoundArticle]:
    """The articles of a Markdown file; empty when it has neither headings nor a title in its front matter."""
    text, line, front = document.text, 1, dict[str, object]()
    if (found := _FRONT.match(text)) is not None:
        data, _ = parse_yaml(found[1], document.file, first_line=2)
        front = data.data if data is not None and isinstance(data.data, dict) else {}
        line += text.count("\n", 0, found.end())
        text = text[found.end() :]
    paragraphs = paragraphs_of_markdown(text, line)
    title = front.get("title")
    if isinstance(title, str) and sum(map(running_words, paragraphs)) >= 6:
        body = tuple(
            p for p in paragraphs if p.role is not Role.RULE and fold_spaces(p.text) != fold_spaces(title)
        )
        articles = [FoundArticle(document.file, document.name, 1, body[-1].last_line, fold_spaces(title), body)]
    else:
        articles = outlined(document, paragraphs)
    if len(articles) != 1:
        return articles
    return [
        replace(
            articles[0],
            url=_first(front, "url", "link", "permalink", "canonical") or articles[0].url,
            published=_first(front, "date", "published", "pubdate"),
            language=(_first(front, "lang", "language", "langue") or "")[:2].lower() or None,
        )
    ]


def _first(front: dict[str, object], *keys: str) -> str | None:
    return next((value for key in keys if isinstance(value := front.get(key), str)), None)
