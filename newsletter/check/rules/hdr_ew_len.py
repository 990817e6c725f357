"""Encoded-words are at most 75 characters and whole by themselves.

Why: Longer ones are shown raw by strict programs; one that is cut inside a character shows a black diamond in
the subject.
Source: RFC 2047 section 2 (75 characters, lines of 76) and section 5 (whole characters).
Wrong: `=?utf-8?q?...?=` of 77 characters, as Python's `email` writes by default
Right: two encoded-words of 75 characters or fewer
Fix: This comes from the program, not from your files; report it with the sample message.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.errors import MessageError
from email.header import decode_header

from newsletter.check.mail import HeaderLine
from newsletter.check.places import Place
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "HDR-EW-LEN"
ALIAS = "encoded-word"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.MESSAGE

MAX_WORD = 75
MAX_LINE = 76
_WORD = re.compile(rb"=\?[^?\s]+\?[bBqQ]\?[^?\s]*\?=")


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Every encoded-word of each sample message."""
    for code, mail in subject.mails.items():
        for header in mail.headers:
            for problem in dict.fromkeys(_problems(header)):
                message = f"the header {header.name} of the message {problem}"
                hint = "The program makes this header; report it with the sample message."
                place = Place(subject.issue.source.file)
                yield place.finding(ID, SEVERITY, message, hint=hint, edition=code)


def _problems(header: HeaderLine) -> Iterator[str]:
    for line in header.raw.split(b"\r\n"):
        words = _WORD.findall(line)
        if words and len(line) > MAX_LINE:
            yield f"has a line of {len(line)} characters with an encoded-word; {MAX_LINE} at most"
        for word in words:
            if len(word) > MAX_WORD:
                yield f"has an encoded-word of {len(word)} characters; {MAX_WORD} at most"
            if not _is_whole(word):
                yield "has an encoded-word that does not decode by itself"


def _is_whole(word: bytes) -> bool:
    try:
        for content, charset in decode_header(word.decode("ascii", "replace")):
            if isinstance(content, bytes):
                content.decode(charset or "ascii")
    except (LookupError, ValueError, MessageError):
        return False
    return True
