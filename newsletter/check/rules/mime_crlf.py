"""Lines of a message end with CR LF, and have at most 998 bytes.

Why: A bare LF or CR is refused by some servers since they closed the door to smuggled messages; longer lines
are cut.
Source: RFC 5322 section 2.1.1; RFC 5321 sections 2.3.8 and 4.5.3.1.6; RFC 2045 section 2.7.
Wrong: a line that ends with LF alone
Right: every line ends with CR LF, the last one too
Fix: This comes from the program, not from your files; report it with the sample message.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.check.places import Place
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "MIME-CRLF"
ALIAS = "line-ends"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.MESSAGE

MAX_LINE = 998
_BARE = re.compile(rb"\r(?!\n)|(?<!\r)\n")


def check(subject: CheckSubject) -> Iterator[Finding]:
    """All bytes of each sample message."""
    for code, mail in subject.mails.items():
        for problem in _problems(mail.raw):
            hint = "The program writes the message; report it with the sample message."
            place = Place(subject.issue.source.file)
            yield place.finding(ID, SEVERITY, problem, hint=hint, edition=code)


def _problems(raw: bytes) -> Iterator[str]:
    if bare := _BARE.search(raw):
        what = "CR" if bare[0] == b"\r" else "LF"
        line = raw.count(b"\n", 0, bare.start()) + 1
        yield f"line {line} of the message ends with {what} alone"
    if not raw.endswith(b"\r\n"):
        yield "the message does not end with CR LF"
    longest = max(len(line) for line in re.split(rb"\r?\n", raw))
    if longest > MAX_LINE:
        yield f"the message has a line of {longest} bytes; {MAX_LINE} at most"
