"""A subject has at most 60 characters, better 40.

Why: Mail programs on a desktop show about 60 to 70 characters of it, telephones 30 to 40; what comes later is
not read.
Source: Display widths that several senders publish; no standard.
Wrong: `fr: "L’infolettre de mai : les séances ouvertes, la carte des arbres de rue et bien d’autres
nouvelles"`
Right: `fr: "Séances ouvertes et arbres de rue"`
Fix: Begin with what is new and cut the rest. Where the finding points at the whole `subject:`, the
two-language edition joins both subjects: give it a short one of its own, `fr+en: "..."`.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "HDR-SUBJECT-LEN"
ALIAS = "subject-length"
SEVERITY = Severity.WARNING
APPLIES_TO = Target.ISSUE

DESKTOP = 60
PHONE = 40


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Characters of each subject; between the two limits it is only worth knowing."""
    for code, text in subject.subjects.items():
        if len(text) <= PHONE:
            continue
        severity, limit = (SEVERITY, DESKTOP) if len(text) > DESKTOP else (Severity.INFO, PHONE)
        where = "mail programs" if limit == DESKTOP else "telephones"
        message = f"the subject has {len(text)} characters; {where} show about {limit}"
        hint = "Begin with what is new and cut the rest."
        if code not in subject.issue.data.subject:
            hint = f"Its subjects are joined; give this edition its own: '{code}: ...' under subject:."
        yield subject.text_place("subject", code).finding(ID, severity, message, hint=hint, edition=code)
