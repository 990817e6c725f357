"""An edition has a preheader of 40 to 100 characters that says more than the subject.

Why: Mail programs show it beside the subject. Without one they show what comes first in the mail, such as
"view in browser"; too short, they fill up with that.
Source: Display widths that several senders publish; no standard.
Wrong: `preheader: {fr: "Mai 2021", ...}`, or the subject again
Right: `preheader: {fr: "Deux séances en ligne cette semaine, et une carte des arbres.", ...}`
Fix: Write one sentence about what the subject leaves out.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "PRE-LEN"
ALIAS = "preheader"
SEVERITY = Severity.WARNING
APPLIES_TO = Target.ISSUE

SHORTEST = 40
LONGEST = 100


def check(subject: CheckSubject) -> Iterator[Finding]:
    """The preheader of each edition, as composed or as written."""
    for code, text in subject.preheaders.items():
        place = subject.text_place("preheader", code)
        hint = "Write one sentence about what the subject leaves out."
        if text.strip().casefold() == subject.subjects.get(code, "").strip().casefold():
            yield place.finding(ID, SEVERITY, "the preheader repeats the subject", hint=hint, edition=code)
        elif len(text) < SHORTEST:
            message = f"the preheader has {len(text)} characters; {SHORTEST} at least, so that nothing fills it up"
            yield place.finding(ID, SEVERITY, message, hint=hint, edition=code)
        elif len(text) > LONGEST:
            message = f"the preheader has {len(text)} characters; programs show {LONGEST} at most"
            if code not in subject.issue.data.preheader:
                hint = f"Its preheaders are joined; give this edition its own: '{code}: ...' under preheader:."
            yield place.finding(ID, SEVERITY, message, hint=hint, edition=code)
