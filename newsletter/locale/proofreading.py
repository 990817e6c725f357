"""What is wrong in a text as its readers see it, by the habits of fr-CA and en-CA: the module that checks.

`typography` repairs what can be repaired without changing a word. This says what is left: hours, dates, money and
names of zones written in another way, and signs no rule of typography could repair. Give it text that was typeset.
Other languages than French and English have no habits of ours, so nothing is found in them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from newsletter.locale.detection import guess_language
from newsletter.locale.english_habits import ENGLISH
from newsletter.locale.french_habits import FRENCH, FRENCH_OF_CANADA
from newsletter.locale.habits import Habit, Misprint
from newsletter.locale.languages import locale_for
from newsletter.locale.quotation import quotations
from newsletter.locale.typography import MARK, addresses_in

__all__ = ["Misprint", "proofread"]


@lru_cache(maxsize=2048)
def proofread(text: str, locale: str) -> tuple[Misprint, ...]:
    """Everything wrong in one paragraph, heading or label, in its order.

    Addresses, e-mail addresses and placeholders are not looked at, nor words quoted from another language: in
    English text ``“le 8 mai à 13 h”`` is right.
    """
    habits = _habits_of(locale)
    if not habits:
        return ()
    shown = _without_addresses(text)
    found = sorted(_found(shown, habits), key=lambda one: (one.start, one.end))
    if not found:
        return ()
    foreign = list(_foreign_quotations(shown, locale))
    return tuple(
        one for one in found if not one.of_words or not any(start < one.start < end for start, end in foreign)
    )


def _found(text: str, habits: tuple[Habit, ...]) -> Iterator[Misprint]:
    characters = frozenset(text)
    for habit in habits:
        if not characters.isdisjoint(habit.needs):
            yield from habit.misprints(text)


@lru_cache(maxsize=64)
def _habits_of(locale: str) -> tuple[Habit, ...]:
    data = locale_for(locale)
    if data.language == "fr":
        return (*FRENCH, *FRENCH_OF_CANADA) if data.territory == "CA" else ()
    known = data.language == "en" and locale.lower().startswith("en") and data.territory in ("CA", "US")
    return ENGLISH if known else ()


def _without_addresses(text: str) -> str:
    """The text with marks, as many, where nothing is looked at."""
    for start, end in addresses_in(text):
        text = text[:start] + MARK * (end - start) + text[end:]
    return text


def _foreign_quotations(text: str, locale: str) -> Iterator[tuple[int, int]]:
    language = locale_for(locale).language
    for one in quotations(text) or ():
        guessed = guess_language(text[one.start + 1 : one.end], least=1)
        if guessed is not None and guessed != language:
            yield one.start, one.end
