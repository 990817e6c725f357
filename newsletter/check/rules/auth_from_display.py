"""The sender's name is a name: no emoji, no brackets, no counters, no address.

Why: Names such as "(1) new message" or "[Action required]" imitate a notice; Google lists them among
practices that mislead. Nobody recognises an address.
Source: Google email sender guidelines, on display names.
Wrong: `name: {fr: "[URGENT] L’Atelier 🎉", ...}`, `name: {fr: "(2) nouvelles", ...}`
Right: `name: {fr: "Atelier des données ouvertes", ...}`
Fix: Write the organisation's or the newsletter's name under `sender: name:` in `newsletter.yaml`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "AUTH-FROM-DISPLAY"
ALIAS = "sender-display"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.ISSUE

_COUNTER = re.compile(r"\(\d+\)|^\d+\s+(new|nouveau|message)", re.IGNORECASE)


def check(subject: CheckSubject) -> Iterator[Finding]:
    """The sender's name in each language."""
    for language, name in subject.publication.sender.name.items():
        problem = _judge(name, set(subject.subjects.values()))
        if problem is not None:
            place = subject.publication_place("sender", "name", language)
            message = f"the sender's name {problem}: {name}"
            hint = "Write the organisation's or the newsletter's name."
            yield place.finding(ID, SEVERITY, message, hint=hint, edition=language)


def _judge(name: str, subjects: set[str]) -> str | None:
    if not any(character.isalnum() for character in name):
        return "holds no letter"
    if any(unicodedata.category(character) in {"So", "Sk", "Cs", "Co"} for character in name):
        return "holds an emoji or a symbol"
    if "[" in name or "]" in name:
        return "holds square brackets"
    if _COUNTER.search(name):
        return "looks like a counter of messages"
    if "@" in name:
        return "is an address"
    return "is the subject" if name in subjects else None
