"""Readers of free text: what an article says, with the exact words each value came from.

Pure functions of text, in French and English; no files, no network. None of them raises on any text, and their
time grows linearly with it. A value that is not certain carries its doubts; nothing is guessed without one.
Paragraphs are numbered from 0, the title is `TITLE`; offsets count characters within a paragraph.
"""

from newsletter.corpus.reading.dates import find_dates, find_yearless_dates
from newsletter.corpus.reading.fields import read_fields
from newsletter.corpus.reading.languages import tell_language
from newsletter.corpus.reading.records import (
    TITLE,
    DateSpan,
    Deadline,
    DocumentLanguages,
    Doubt,
    DoubtKind,
    Fields,
    Found,
    KindGuess,
    Language,
    Link,
    Organisation,
    Session,
    Speaker,
    TimeSpan,
    YearlessDate,
)

__all__ = [
    "TITLE",
    "DateSpan",
    "Deadline",
    "DocumentLanguages",
    "Doubt",
    "DoubtKind",
    "Fields",
    "Found",
    "KindGuess",
    "Language",
    "Link",
    "Organisation",
    "Session",
    "Speaker",
    "TimeSpan",
    "YearlessDate",
    "find_dates",
    "find_yearless_dates",
    "read_fields",
    "tell_language",
]
