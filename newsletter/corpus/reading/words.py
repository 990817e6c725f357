"""Words of the calendar in French and English, without accents, as `tokens.fold` gives them."""

from __future__ import annotations

from typing import NamedTuple

from newsletter.corpus.reading.records import Language
from newsletter.corpus.reading.tokens import Token


class Name(NamedTuple):
    """What a word stands for: a month (1 to 12) or a weekday (0 is Monday), its language, if cut short."""

    number: int
    language: Language
    short: bool


def word_set(words: str) -> frozenset[str]:
    """Words parted by spaces."""
    return frozenset(words.split())


def _names(language: Language, first: int, full: str, short: str) -> dict[str, Name]:
    names = {word: Name(number, language, False) for number, word in enumerate(full.split(), first)}
    for number, words in enumerate(short.split(), first):
        names |= {word: Name(number, language, True) for word in words.split("/") if word not in ("-", *names)}
    return names


_FR_MONTHS = _names(
    "fr", 1,
    "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
    "janv/jan fevr/fev - avr - - juil/juill - sept oct nov dec",
)  # fmt: skip
_EN_MONTHS = _names(
    "en", 1,
    "january february march april may june july august september october november december",
    "jan feb mar apr - jun jul aug sept/sep oct nov dec",
)  # fmt: skip
MONTHS: dict[Language, dict[str, Name]] = {"fr": _FR_MONTHS, "en": _EN_MONTHS}

_FR_WEEKDAYS = _names("fr", 0, "lundi mardi mercredi jeudi vendredi samedi dimanche", "lun - mer jeu ven sam dim")
_EN_WEEKDAYS = _names(
    "en", 0,
    "monday tuesday wednesday thursday friday saturday sunday", "mon tue/tues wed/weds thu/thur/thurs fri sat sun",
)  # fmt: skip
WEEKDAYS = _FR_WEEKDAYS | _EN_WEEKDAYS

WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
"""As doubts name them."""

SEASONS: dict[str, str] = {
    "spring": "spring", "summer": "summer", "fall": "autumn", "autumn": "autumn", "winter": "winter",
    "printemps": "spring", "ete": "summer", "automne": "autumn", "hiver": "winter",
}  # fmt: skip
SEASON_MONTHS = {
    "winter": (1, 3),
    "winter over new year": (12, 3),
    "spring": (3, 5),
    "summer": (6, 8),
    "autumn": (9, 11),
}
"""First and last month. The winter of a single year is taken as the part of it that lies in that year."""

RANGE_WORDS = word_set("to through thru until till au a")
RANGE_MARKS = frozenset("-–—−‑‒→")
LIST_WORDS = word_set("and et or ou &")


def month_of(token: Token, languages: tuple[Language, ...]) -> Name | None:
    """The month a word names; the first of `languages` that knows it decides."""
    if token.kind != "word":
        return None
    return next((name for language in languages if (name := MONTHS[language].get(token.key))), None)


def weekday_of(token: Token) -> Name | None:
    """The weekday a word names. Words cut short count only with a capital: `sat` is no Saturday."""
    name = WEEKDAYS.get(token.key) if token.kind == "word" else None
    if name is not None and name.short and not token.text[0].isupper():
        return None
    return name
