"""A day as a leaf of a tear-off calendar: a large number, and the month below it, short."""

from __future__ import annotations

from datetime import date

from newsletter.locale.conventions import Figures, conventions_for
from newsletter.locale.numbers import format_number


def calendar_leaf(first: date, last: date, locale: str) -> tuple[str, str]:
    """Number and month: ``("8", "mai")``, ``("1er", "avr.")``; ``("8–9", "mai")`` for days of one month.

    Days of two months give the first of them. A language without names of months gets the month's number.
    """
    words = conventions_for(locale)
    number = _number(first, locale)
    if first != last and (first.year, first.month) == (last.year, last.month):
        number = f"{number}–{_number(last, locale)}"
    if isinstance(words, Figures):
        return number, f"{first.month:02}"
    return number, str(words.locale.months["stand-alone"]["abbreviated"][first.month])


def _number(day: date, locale: str) -> str:
    """``1er`` in French (Office québécois de la langue française), figures everywhere else."""
    if day.day == 1 and locale.partition("-")[0] == "fr":
        return "1er"
    return format_number(day.day, locale)
