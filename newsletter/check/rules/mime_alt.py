"""A message is multipart/alternative: the plain text first, the HTML last.

Why: A program shows the last part it understands. Without a text part, watches, voice assistants and careful
readers get nothing, and filters count it as a mark of spam.
Source: RFC 2046 section 5.1.4; SpamAssassin MIME_HTML_ONLY.
Wrong: one part of text/html; text/html before text/plain
Right: multipart/alternative with text/plain, then text/html
Fix: This comes from the program, not from your files; report it with the sample message.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.mail import Part
from newsletter.check.places import Place
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "MIME-ALT"
ALIAS = "mime-alternative"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.MESSAGE


def check(subject: CheckSubject) -> Iterator[Finding]:
    """The build of each sample message."""
    for code, mail in subject.mails.items():
        problem = _judge(_without_attachments(mail.root))
        if problem is not None:
            hint = "The program builds the message; report it with the sample message."
            place = Place(subject.issue.source.file)
            yield place.finding(ID, SEVERITY, problem, hint=hint, edition=code)


def _without_attachments(root: Part) -> Part:
    """What is shown: the first part of a multipart/mixed whose others are attachments."""
    if root.content_type == "multipart/mixed" and root.parts and all(part.attachment for part in root.parts[1:]):
        return root.parts[0]
    return root


def _judge(root: Part) -> str | None:
    if root.content_type != "multipart/alternative":
        return f"the message is {root.content_type}, not multipart/alternative"
    kinds = [part.content_type for part in root.parts]
    if not kinds or kinds[0] != "text/plain":
        return f"the first part is {kinds[0] if kinds else 'missing'}, not text/plain"
    if kinds[-1] not in {"text/html", "multipart/related"}:
        return f"the last part is {kinds[-1]}, not text/html"
    return None
