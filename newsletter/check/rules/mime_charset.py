"""Both parts are UTF-8, say so, and hold no broken character.

Why: Without a charset accents show as garbage; some programs assume another one.
Source: RFC 2046 section 4.1.2; Gmail has been seen to clip mails in ISO-8859-1 (email-bugs issue 41).
Wrong: `Content-Type: text/plain`, `charset=iso-8859-1`
Right: `Content-Type: text/plain; charset=utf-8`
Fix: This comes from the program, not from your files; report it with the sample message.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.mail import Part
from newsletter.check.places import Place
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "MIME-CHARSET"
ALIAS = "charset"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.MESSAGE


def check(subject: CheckSubject) -> Iterator[Finding]:
    """The text parts of each sample message."""
    for code, mail in subject.mails.items():
        for part in mail.root.walk():
            problem = _judge(part) if part.content_type.startswith("text/") else None
            if problem is not None:
                message = f"the part {part.content_type} {problem}"
                hint = "The program writes this part; report it with the sample message."
                place = Place(subject.issue.source.file)
                yield place.finding(ID, SEVERITY, message, hint=hint, edition=code)


def _judge(part: Part) -> str | None:
    if part.charset != "utf-8":
        return f"says charset {part.charset}, not utf-8" if part.charset else "says no charset; it should be utf-8"
    try:
        text = part.decoded.decode("utf-8")
    except UnicodeDecodeError as error:
        return f"is not UTF-8 at byte {error.start}"
    return "holds U+FFFD, the mark of a broken character" if "\ufffd" in text else None
