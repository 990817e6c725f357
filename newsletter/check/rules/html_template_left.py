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
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "HTML-TEMPLATE-LEFT"
ALIAS = "template-left"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.ISSUE

_LEFT = re.compile(
    r"\{\{|\}\}|\{%|%\}|\{#|#\}|%%|\[\[|\]\]|\*\||\|\*|</?mj-|<%|%>"
    r"|\b(?:TODO|TBD|FIXME|XXX|xxx)\b|\b[Ll]orem [Ii]psum\b|&[a-z]{2,8};|&#\d+;|\[object Object\]"
    r"|\*\*[^*\s][^*]*\*\*|\]\(https?:"
)
_EMPTY_VALUES = frozenset({"None", "undefined", "null", "NaN", "nan"})
_READ_BY_PEOPLE = ("href", "src", "alt", "title", "aria-label")
_AROUND = 15


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Subjects and preheaders, the HTML as readers see it, the text part, decoded headers."""
    for code, text in (*subject.subjects.items(), *subject.preheaders.items()):
        yield from _judge(subject, text, code)
    for code, page in subject.pages.items():
        for piece in _pieces(page):
            yield from _judge(subject, piece, code)
    for code, text in subject.texts.items():
        for line in text.splitlines():
            yield from _judge(subject, line, code)
    for code, mail in subject.mails.items():
        for header in mail.headers:
            if header.name.lower() in {"from", "reply-to", "to", "list-id", "feedback-id"}:
                yield from _judge(subject, header.text, code)


def _pieces(page: HtmlPage) -> Iterator[str]:
    yield from page.body.pieces()
    for element in page.body.walk():
        yield from (element.get(name) for name in _READ_BY_PEOPLE if element.get(name))


def _judge(subject: CheckSubject, text: str, code: str) -> Iterator[Finding]:
    seen: set[str] = set()
    for match in _LEFT.finditer(text):
        found = match[0]
        if found in seen:
            continue
        seen.add(found)
        around = " ".join(text[max(0, match.start() - _AROUND) : match.end() + _AROUND].split())
        place = subject.find(around, code) or subject.locate(found, code)
        message = f"'{found}' is left over in '{around}'"
        yield place.finding(ID, SEVERITY, message, hint="Write what the reader should see.", edition=code)
    if text.strip() in _EMPTY_VALUES:
        message = f"the word '{text.strip()}' stands where a value is missing"
        hint = "A value the template shows is not set; set it, or let the template leave it out."
        yield subject.locate(text.strip(), code).finding(ID, SEVERITY, message, hint=hint, edition=code)
