"""Parts travel as quoted-printable or base64; no byte above 127 is on the wire.

Why: Servers that speak only 7 bits refuse the rest, and changing the encoding on the way breaks a DKIM
signature.
Source: RFC 2045 sections 2.7, 2.8 and 6; RFC 6376 section 5.3.
Wrong: `Content-Transfer-Encoding: 8bit`
Right: `Content-Transfer-Encoding: quoted-printable`
Fix: This comes from the program, not from your files; report it with the sample message.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.places import Place
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "MIME-CTE"
ALIAS = "transfer-encoding"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.MESSAGE

ENCODINGS = frozenset({"quoted-printable", "base64"})


def check(subject: CheckSubject) -> Iterator[Finding]:
    """The encoding of each leaf part, then all bytes of the message."""
    for code, mail in subject.mails.items():
        place = Place(subject.issue.source.file)
        hint = "The program encodes the message; report it with the sample message."
        for part in mail.root.walk():
            if not part.parts and part.encoding not in ENCODINGS:
                message = (
                    f"the part {part.content_type} travels as {part.encoding}, not as quoted-printable or base64"
                )
                yield place.finding(ID, SEVERITY, message, hint=hint, edition=code)
        if not mail.raw.isascii():
            at = next(index for index, byte in enumerate(mail.raw) if byte > 127)
            line = mail.raw.count(b"\n", 0, at) + 1
            message = f"the message holds bytes above 127, the first on line {line}"
            yield place.finding(ID, SEVERITY, message, hint=hint, edition=code)
