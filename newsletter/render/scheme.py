"""A mail as readers of the light or of the dark scheme see it, where a browser cannot be told which."""

from __future__ import annotations

import re

_ALWAYS = "(min-width: 0px)"
_NEVER = "(max-width: 0px)"
_QUERY = re.compile(rb"\(\s*prefers-color-scheme\s*:\s*(?P<scheme>light|dark)\s*\)", re.IGNORECASE)

# <meta name="color-scheme" content="light dark"> and the CSS property of that name: they choose the colours of
# links and of the page where the mail sets none.
_OFFERED = re.compile(
    rb"(?P<before><meta\s[^>]*name=[\"']?color-scheme[\"']?[^>]*content=[\"']?|(?<![-\w])color-scheme\s*:\s*)"
    rb"(?:light\s+dark|dark\s+light)(?!\s*[\w-])",
    re.IGNORECASE,
)


def with_scheme(html: bytes, scheme: str) -> bytes:
    """A copy whose `prefers-color-scheme` queries answer as if the reader had chosen `scheme`, light or dark.

    Only for browsers that cannot tell a frame its colour scheme otherwise; what is shown is then not the
    bytes that are sent, and the page says so.
    """

    def answer(match: re.Match[bytes]) -> bytes:
        return (_ALWAYS if match["scheme"].decode().lower() == scheme else _NEVER).encode()

    html = _QUERY.sub(answer, html)
    return _OFFERED.sub(lambda match: match["before"] + scheme.encode(), html)
