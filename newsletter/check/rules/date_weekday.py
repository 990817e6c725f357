"""A day of the week agrees with its date, and the date exists.

Why: "Saturday, May 9" sends half of the readers on the wrong day, and the office answers the telephone.
Source: Project.
Wrong: `le samedi 9 mai 2021`, `on April 31`
Right: `le dimanche 9 mai 2021`, `on April 30`
Fix: Look the date up and correct what is wrong. A date without its year is taken for the one nearest to the day
the article was published; such a finding is a warning only.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.passages import Passage
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.locale import english_habits, french_habits
from newsletter.locale.written_dates import WrittenDate, written_dates
from newsletter.models.finding import Finding, Severity

ID = "DATE-WEEKDAY"
ALIAS = "wrong-weekday"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.ARTICLE

_DAYS = {"fr": french_habits.DAYS.split("|"), "en": english_habits.DAYS.split("|")}


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Every date people wrote in a sentence."""
    for passage in subject.passages:
        for written in written_dates(passage.text, passage.locale):
            if (fault := _judge(written, passage)) is not None:
                message, hint = fault
                severity = SEVERITY if written.year is not None else Severity.WARNING
                place = passage.place_of(written.start)
                yield place.finding(ID, severity, message, hint=hint, edition=passage.language)


def _judge(written: WrittenDate, passage: Passage) -> tuple[str, str] | None:
    words = " ".join(passage.text[written.start : written.end].split())
    day = written.near(passage.about)
    if day is None:
        return f"there is no such day: “{words}”", "Correct the date."
    if written.weekday is None or written.weekday == day.weekday():
        return None
    english = _DAYS["en"][day.weekday()]
    right = _DAYS[passage.language][day.weekday()]
    return f"“{words}”: {day.isoformat()} is a {english}", f"Write “{right}”, or correct the date."
