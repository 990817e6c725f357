"""No invisible control characters, and no character that was broken on the way.

Why: Gmail cuts a mail off at some of them (U+0092, an apostrophe copied from an old Word file, is the known
one); U+FFFD shows as a black diamond; bidirectional controls can make a text read other than it is.
In a language written from the right, the two plain marks (U+200E, U+200F) are how figures keep their order: they
reorder nothing else, and are allowed there.
Source: email-bugs issue 41; Unicode TR 36 for bidirectional controls.
Wrong: `l\\x92infolettre`, a text with a black diamond in it
Right: `l’infolettre`
Fix: Go to the place, delete what looks wrong or like nothing, and type it anew.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.locale import direction
from newsletter.models.finding import Finding, Severity
from newsletter.models.text import languages_of

ID = "TXT-C1"
ALIAS = "control-characters"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.ISSUE

BROKEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffd\ud800-\udfff]"
)

_BUT_MARKS = re.compile(BROKEN.pattern.replace("\u200e\u200f", ""))


def check(subject: CheckSubject) -> Iterator[Finding]:
    """The texts people wrote, then what only a template put into the mails."""
    seen: set[str] = set()
    for text in subject.sources:
        for match in _broken(subject, text.language).finditer(text.text):
            seen.add(match[0])
            place = text.place_of(match[0], match.start())
            yield place.finding(ID, SEVERITY, _message(match[0], text.text), hint=_HINT, edition=text.language)
    for code in subject.pages:
        made = (subject.pages[code].source, subject.texts.get(code, ""))
        for character in sorted({found for text in made for found in _broken(subject, code).findall(text)} - seen):
            context = next(text for text in made if character in text)
            place = subject.issue_place()
            yield place.finding(ID, SEVERITY, _message(character, context), hint=_HINT, edition=code)


def _broken(subject: CheckSubject, code: str | None) -> re.Pattern[str]:
    """What may not stand in a text of that language or edition."""
    locales = (subject.publication.locale(language) for language in languages_of(code or ""))
    return _BUT_MARKS if any(direction(locale) == "rtl" for locale in locales) else BROKEN


_HINT = "Delete the character and type what was meant."
_AROUND = 12


def _message(character: str, text: str) -> str:
    name = unicodedata.name(character, "a control character").lower()
    at = text.find(character)
    around = text[max(0, at - _AROUND) : at + _AROUND + 1].replace(character, "□")
    return f"U+{ord(character):04X} ({name}) in '{' '.join(BROKEN.sub('□', around).split())}'"
