"""Links, e-mail addresses and phone numbers."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from newsletter.corpus.reading.records import Doubt, DoubtKind, Found, Link

_MARKDOWN = re.compile(
    r"\[([^\[\]\n]{1,300})\]\([ \t]{0,4}<?"
    r"([^\s<>()]{1,2000}(?:\([^\s<>()]{0,200}\)[^\s<>()]{0,500}){0,3})"
    r">?(?:[ \t]{1,4}\"[^\n\"]{0,300}\")?[ \t]{0,4}\)"
)
_BARE = re.compile(r"(?:https?://|(?<![\w./@-])www\.)[^\s<>\"“”«»\[\]`]{2,2000}", re.IGNORECASE)
_TRAILING = ".,;:!?'’…*_"
_EMAIL = re.compile(
    r"(?<![\w.+%-])[\w+%-][\w.+%'-]{0,63}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}(?![\w@-]|\.\w)", re.IGNORECASE
)
_PHONE = re.compile(
    r"(?<![\w/.+-])(?<!\d[ \u00a0])(?:"
    r"(?P<nanp>(?:\+?1[ .\-\u00a0]?)?(?:\([2-9]\d\d\)[ \u00a0]?|[2-9]\d\d[ .\-\u00a0])[2-9]\d\d[ .\-\u00a0]\d{4})"
    r"|(?P<foreign>\+[2-9]\d{0,2}(?:[ .\-\u00a0]?\(?\d{1,4}\)?){2,6})"
    r")(?![\w/-])"
    r"(?:,?[ \u00a0](?:ext\.?|extension|poste|p\.|x)[ \u00a0]?(?P<extension>\d{1,6}))?",
    re.IGNORECASE,
)


def find_links(text: str) -> tuple[Found[Link], ...]:
    """Markdown links and bare addresses, in reading order; an address without scheme is given `https`."""
    found: list[Found[Link]] = []
    taken: list[tuple[int, int]] = []
    for match in _MARKDOWN.finditer(text):
        url = match[2]
        if url.lower().startswith(("mailto:", "tel:")):
            taken.append(match.span())
            continue
        found.append(_link(_complete(url), " ".join(match[1].split()), match.group(), match.start()))
        taken.append(match.span())
    spans = iter(taken)
    span = next(spans, None)
    for match in _BARE.finditer(text):
        while span is not None and span[1] <= match.start():
            span = next(spans, None)
        if span is not None and span[0] <= match.start():
            continue
        url = trim_address(match.group())
        if len(url) > 8:
            found.append(_link(_complete(url), "", url, match.start()))
    return tuple(sorted(found, key=lambda link: link.start))


def _link(url: str, label: str, text: str, start: int) -> Found[Link]:
    doubts: tuple[Doubt, ...] = ()
    try:
        parts = urlsplit(url)
        complete = parts.scheme in ("http", "https") and "." in (parts.hostname or "")
    except ValueError:
        complete = False
    if not complete:
        doubts = (Doubt(DoubtKind.LINK, f"“{url}” is not a complete web address"),)
    return Found(Link(url, label), text, start, 0, doubts)


def _complete(url: str) -> str:
    return f"https://{url}" if url.lower().startswith("www.") else url


def trim_address(url: str) -> str:
    """An address without the punctuation of its sentence; a closing bracket stays when it was opened."""
    depth = url.count("(") - url.count(")")
    end = len(url)
    while end:
        last = url[end - 1]
        if last == ")" and depth < 0:
            depth += 1
        elif last not in _TRAILING:
            break
        end -= 1
    return url[:end]


def find_emails(text: str) -> tuple[Found[str], ...]:
    """E-mail addresses as written, ``mailto:`` left out."""
    return tuple(Found(match.group(), match.group(), match.start()) for match in _EMAIL.finditer(text))


def find_phones(text: str) -> tuple[Found[str], ...]:
    """Phone numbers of North America and international ones, as in a `tel:` address (RFC 3966)."""
    found = []
    for match in _PHONE.finditer(text):
        digits = "".join(char for char in (match["nanp"] or match["foreign"]) if char.isdecimal())
        if match["nanp"]:
            digits = digits if len(digits) == 11 else f"1{digits}"
        if not 8 <= len(digits) <= 15:
            continue
        extension = f";ext={match['extension']}" if match["extension"] else ""
        found.append(Found(f"+{digits}{extension}", match.group(), match.start()))
    return tuple(found)
