"""No markup, placeholder or note to oneself is left in the mail.

Why: "Bonjour {{ name }}" in ten thousand mailboxes is what people remember of an issue.
Source: Project.
Wrong: `Bonjour {{ name }},`, `TODO`, `lorem ipsum`, `**gras**` shown with its stars, `&amp;eacute;`
Right: the text as the reader should see it
Fix: Search the words of the finding in the file it names and write what was meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.check.page import HtmlPage
from newsletter.check.places import Place
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "HTML-TEMPLATE-LEFT"
ALIAS = "template-left"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.ISSUE

_PLACEHOLDER = (
    r"\{\{|\}\}|\{%|%\}|\{#|#\}|%%|\[\[|\]\]|\*\||\|\*|</?mj-|<%|%>"
    r"|\b(?:TODO|TBD|FIXME|XXX|xxx)\b|\b[Ll]orem [Ii]psum\b|\[object Object\]"
)
_MARKUP = r"|&[a-z]{2,8};|&#\d+;|\*\*[^*\s][^*]*\*\*|\]\(https?:"
"""Right in Markdown, wrong where readers see it."""
_IN_MARKDOWN = re.compile(_PLACEHOLDER)
_IN_TEXT = re.compile(_PLACEHOLDER + _MARKUP)
_EMPTY_VALUES = frozenset({"None", "undefined", "null", "NaN", "nan"})
_READ_BY_PEOPLE = ("href", "src", "alt", "title", "aria-label")
_AROUND = 15


def check(subject: CheckSubject) -> Iterator[Finding]:
    """The texts people wrote, then what only the templates put into the mails and their headers."""
    written: set[str] = set()
    for text in subject.prose:
        pattern = _IN_MARKDOWN if text.is_body or text.loc[:1] == ("intro",) else _IN_TEXT
        for match in pattern.finditer(text.text):
            written.add(match[0])
            place = text.place_of(match[0], match.start())
            yield place.finding(ID, SEVERITY, _message(match), hint=_HINT, edition=text.language)
    for code, piece in _made(subject):
        for match in _IN_TEXT.finditer(piece):
            if match[0] not in written:
                place = subject.locate(match[0], code)
                yield place.finding(ID, SEVERITY, _message(match), hint=_HINT, edition=code)
        if piece.strip() in _EMPTY_VALUES:
            message = f"the word '{piece.strip()}' stands where a value is missing"
            hint = "A value the template shows is not set; set it, or let the template leave it out."
            yield Place(subject.issue.source.file).finding(ID, SEVERITY, message, hint=hint, edition=code)


_HINT = "Write what the reader should see."


def _message(match: re.Match[str]) -> str:
    around = match.string[max(0, match.start() - _AROUND) : match.end() + _AROUND]
    return f"'{match[0]}' is left over in '{' '.join(around.split())}'"


def _made(subject: CheckSubject) -> Iterator[tuple[str, str]]:
    """Edition code and text: the HTML as readers see it, the lines of the text part, decoded headers."""
    for code, page in subject.pages.items():
        yield from ((code, piece) for piece in _pieces(page))
    for code, text in subject.texts.items():
        yield from ((code, line) for line in text.splitlines())
    for code, mail in subject.mails.items():
        yield from ((code, header.text) for header in mail.headers if header.name.lower() in _HEADERS)


_HEADERS = frozenset({"from", "reply-to", "to", "subject", "list-id", "feedback-id"})


def _pieces(page: HtmlPage) -> Iterator[str]:
    yield from page.body.pieces()
    for element in page.body.walk():
        yield from (element.get(name) for name in _READ_BY_PEOPLE if element.get(name))
