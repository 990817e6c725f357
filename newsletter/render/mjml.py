"""MJML to HTML with mrml (mjml-python), and the work-arounds it needs."""

from __future__ import annotations

import re
from collections.abc import Iterable

from newsletter.render.markup import Token, TokenKind, remembered, tag_of, tokens

_UNSAFE = re.compile(r"""[^ !#-;=?-\[\]-~]""")
"""What mrml 6.0.1 damages in an attribute value: it prints values with Rust's Debug format, so that a line break
becomes ``\\n``, a no-break space ``\\u{a0}`` and a quote ends the value. Numeric entities pass untouched."""

_OUTLOOK_SEAM = re.compile(r"<!\[endif\]-->\s*<!--\[if mso \| IE\]>")
_AMPERSAND = re.compile(r"&(?![A-Za-z][A-Za-z0-9]*;|#[0-9]+;|#[xX][0-9A-Fa-f]+;)")


class MjmlRefused(Exception):
    """mrml could not compile. `offset`: where in the prepared MJML, in characters, as far as mrml says it."""

    def __init__(self, reason: str, offset: int | None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.offset = offset


def prepare(source: str, parsed: Iterable[Token] | None = None) -> str:
    """MJML with every attribute re-quoted and written in ASCII, and mj-title in entities (mrml copies it into
    an attribute). The meaning stays the same; comments and style are untouched."""
    pieces: list[str] = []
    in_title = False
    for kind, start, end, name, tag in tokens(source) if parsed is None else parsed:
        if kind is TokenKind.OPEN:
            pieces.append(_requoted(tag.text) if tag.attributes else tag.text)
            in_title = name == "mj-title"
        else:
            text = source[start:end]
            pieces.append(_entities(text) if in_title and kind is TokenKind.TEXT else text)
            in_title = False
    return "".join(pieces)


@remembered
def _requoted(text: str) -> str:
    tag = tag_of(text)
    attributes = " ".join(f'{each.name}="{_entities(each.value or "")}"' for each in tag.attributes)
    return f"<{tag.name} {attributes}{' /' if tag.empty else ''}>"


def _entities(value: str) -> str:
    value = _AMPERSAND.sub("&amp;", value)
    return _UNSAFE.sub(lambda match: f"&#{ord(match[0])};", value)


def to_html(prepared: str) -> str:
    """Compile prepared MJML. Raises MjmlRefused.

    No fonts and no icons are fetched or linked: a mail calls nothing of a third party.
    """
    from mjml import mjml2html

    try:
        html: str = mjml2html(prepared, fonts={})
    except ValueError as error:
        raise MjmlRefused(str(error), _offset(str(error), prepared)) from error
    except BaseException as error:
        # A panic inside mrml is a pyo3_runtime.PanicException: no Exception, and not to be imported.
        if type(error).__name__ != "PanicException":
            raise
        raise MjmlRefused(f"the MJML compiler failed inside: {error}", None) from error
    for remnant in ("<mj-", "\\u{"):
        # Text may say \u{a0} in its own right: only what the compiler added is its fault.
        if html.count(remnant) > (prepared.count(remnant) if remnant == "\\u{" else 0):
            at = html.find(remnant)
            shown = " ".join(html[max(0, at - 20) : at + 40].split())
            raise MjmlRefused(f"the MJML compiler left “{shown}” in the mail", None)
    return html


def join_outlook_comments(html: str) -> str:
    """Merge conditional comments that touch, as the reference compiler does: some 2 % fewer bytes."""
    return _OUTLOOK_SEAM.sub("", html)


def _offset(message: str, prepared: str) -> int | None:
    found = re.search(r"at position (\d+):\d+", message)
    if found is None:
        return None
    # mrml counts bytes of UTF-8.
    return len(prepared.encode()[: int(found[1])].decode(errors="ignore"))
