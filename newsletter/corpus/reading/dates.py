"""Dates in running text."""

from __future__ import annotations

from datetime import date

from newsletter.corpus.reading.records import DateSpan, Found, YearlessDate


def find_dates(
    text: str, language: str | None = None, *, today: date | None = None
) -> tuple[Found[DateSpan], ...]:
    """Every date of `text` whose year is written or clear from the rest, in reading order."""
    return ()


def find_yearless_dates(
    text: str, language: str | None = None, *, today: date | None = None
) -> tuple[Found[YearlessDate], ...]:
    """Every day or month of `text` whose year nothing tells, in reading order."""
    return ()
