"""The message names its list in one List-Id, the one of newsletter.yaml.

Why: People's filters sort mail by it; a list id that changes breaks them all.
Source: RFC 2919 sections 3 and 4.
Wrong: no `List-Id:`; `List-Id: infolettre`
Right: `List-Id: "Infolettre" <infolettre.example.org>`
Fix: Write a name below your own domain under `list_id:` in `newsletter.yaml`, and keep it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "LST-ID"
ALIAS = "list-id"
SEVERITY = Severity.WARNING
APPLIES_TO = Target.MESSAGE

MAX_LENGTH = 255
_FORM = re.compile(r"[^<>]*<((?:[A-Za-z0-9_-]+\.)+[A-Za-z0-9_-]+)>")


def check(subject: CheckSubject) -> Iterator[Finding]:
    """List-Id of each sample message."""
    wanted = subject.publication.list_id
    for code, mail in subject.mails.items():
        lines = mail.all("List-Id")
        written = lines[0].value.decode("ascii", "replace") if lines else ""
        match = _FORM.fullmatch(written)
        if len(lines) != 1:
            message = f"the message has {len(lines)} List-Id headers; it must have one"
        elif match is None or len(match[1]) > MAX_LENGTH:
            message = f'List-Id is not of the form "Name" <list.domain>: {written[:100]}'
        elif match[1].lower() != wanted.lower():
            message = f"List-Id names {match[1]}, newsletter.yaml says {wanted}"
        else:
            continue
        place = subject.publication_place("list_id")
        hint = "Write a name below your own domain under list_id:, e.g. infolettre.example.org, and keep it."
        yield place.finding(ID, SEVERITY, message, hint=hint, edition=code)
