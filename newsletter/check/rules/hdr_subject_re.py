"""A subject does not pretend to be a reply or a forwarded mail.

Why: It deceives the reader, and Gmail names it among the practices that get senders blocked.
Source: Google email sender guidelines; rspamd FAKE_REPLY (+1); CASL section 6 and the Competition Act on
misleading subject lines.
Wrong: `en: "Re: your membership"`, `fr: "TR : nouvelles de mai"`
Right: `en: "News of May"`
Fix: Delete the prefix.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "HDR-SUBJECT-RE"
ALIAS = "subject-reply"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.ISSUE

_PREFIX = re.compile(r"(re|rép|fwd?|tr|fw|aw|wg)(\[\d+\])?\s*:", re.IGNORECASE)


def check(subject: CheckSubject) -> Iterator[Finding]:
    """The beginning of each subject, and of each half of a joined one."""
    for code, text in subject.subjects.items():
        for piece in text.split(" / "):
            if match := _PREFIX.match(piece.strip()):
                message = f"the subject begins with '{match[0]}', as if it were a reply"
                place = subject.text_place("subject", code)
                yield place.finding(ID, SEVERITY, message, hint=f"Delete '{match[0]}'.", edition=code)
