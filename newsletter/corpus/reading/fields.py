"""All readers together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from newsletter.corpus.reading.records import Fields, KindGuess
from newsletter.models.article import Kind


def read_fields(title: str, paragraphs: Sequence[str], language: str, *, today: date | None = None) -> Fields:
    """Everything that can be told of an article from its title and paragraphs.

    language: ``fr`` or ``en``; dates of the other language are read too. today: the day the text was captured, for
    dates without a year; None leaves those open that the text itself does not settle.
    """
    return Fields(
        language="fr" if language.startswith("fr") else "en",
        kind=KindGuess(Kind.NEWS, 0.0, ()),
        published=None,
        when=None,
        dates=(),
        yearless=(),
        deadlines=(),
        times=(),
        sessions=(),
        speakers=(),
        links=(),
        emails=(),
        phones=(),
        organisations=(),
        languages=(),
    )
