"""A mail as kinds of mail programs show it: what each keeps of the HTML, and how Chromium must be set.

Approximations, all in Chromium's own engine: no real mail program and no Word was asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

_MSO = re.compile(r"<!--\[if ([^\]]*\bmso\b[^\]]*)\]>(.*?)<!\[endif\]-->", re.DOTALL)
_NOT_MSO = re.compile(r"<!--\[if !mso[^\]]*\]><!-->(.*?)<!--<!\[endif\]-->", re.DOTALL)
_STYLE = re.compile(r"(<style\b[^>]*>)(.*?)(</style>)", re.DOTALL)
_SCHEME_META = re.compile(r'<meta name="(?:supported-)?color-schemes?"[^>]*>')
_SCHEME_RULE = re.compile(r"(?:supported-)?color-schemes?:[^;}]*;?")


def as_is(html: str) -> str:
    """A program that keeps everything: Apple Mail, Thunderbird."""
    return html


def without_media_queries(html: str, holding: str = "") -> str:
    """The mail without its @media blocks, or without those whose condition holds these words."""
    return _STYLE.sub(lambda style: style[1] + _drop_media(style[2], holding) + style[3], html)


def _drop_media(css: str, holding: str) -> str:
    kept, done = [], 0
    for found in re.finditer(r"@media([^{]*)\{", css):
        if found.start() < done or holding not in found[1]:
            continue
        kept.append(css[done : found.start()])
        depth, done = 1, found.end()
        while depth:
            depth += {"{": 1, "}": -1}.get(css[done], 0)
            done += 1
    return "".join(kept) + css[done:]


def for_outlook(html: str) -> str:
    """Roughly what Outlook on Windows reads: its conditional comments, not the other branch, no media queries.

    Word's own engine is not there: VML stays unknown elements, and padding and widths follow the standards.
    """
    html = _NOT_MSO.sub("", html)
    html = _MSO.sub(lambda found: "" if "!mso" in found[1] else found[2], html)
    return without_media_queries(html)


def for_recolouring(html: str) -> str:
    """What is left for a program that recolours on its own: nothing in it speaks of colour schemes."""
    html = _SCHEME_META.sub("", html)
    html = without_media_queries(html, "prefers-color-scheme")
    return _STYLE.sub(lambda style: style[1] + _SCHEME_RULE.sub("", style[2]) + style[3], html)


@dataclass(frozen=True)
class View:
    """name: for pictures and tables. prepare: what the program keeps. forced: Chromium recolours by itself."""

    name: str
    prepare: Callable[[str], str] = as_is
    scheme: Literal["light", "dark"] = "light"
    forced: bool = False


LIGHT = View("light")
DARK = View("author-dark", scheme="dark")
FORCED_DARK = View("forced-dark", for_recolouring, forced=True)
OUTLOOK = View("outlook", for_outlook)
VIEWS = (LIGHT, DARK, FORCED_DARK, OUTLOOK)
WIDTHS = (375, 700)
"""Pixels: a phone, and the reading pane of a desktop."""
