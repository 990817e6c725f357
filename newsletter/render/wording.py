"""A theme's own words (``strings.yaml``) in one language: filled, counted, safe in both directions of writing."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup, escape

from newsletter.locale import PLURALS, direction, format_count, plural_categories
from newsletter.locale.bidi import keep_order
from newsletter.locale.languages import find_locale
from newsletter.models.finding import Severity, did_you_mean
from newsletter.render.mistakes import UnknownWord

_PLACEHOLDER = re.compile(r"\{(\w*)\}")
_COUNTED = re.compile(rf"(\w+)_({'|'.join(PLURALS)})")


class Words:
    """`t` of a template: ``t("unsubscribe")``, ``t("source", name=...)``, ``t.count("pages", 48)``."""

    def __init__(self, strings: Mapping[str, str], locale: str) -> None:
        self._strings = strings
        self._locale = locale
        self._from_right = direction(locale) == "rtl"

    def __call__(self, key: str, /, **values: object) -> str:
        """The word, its placeholders filled. Raises UnknownWord.

        A value that is markup stays markup, and the rest is escaped: ``t("sent_to", email=...|safe)``. In a
        language written from the right, telephone numbers and the like among the values keep their order.
        """
        text = self._strings.get(key)
        if text is None:
            message = f"strings.yaml has no word '{key}' for {self._locale.partition('-')[0]}"
            raise UnknownWord(message, did_you_mean(key, self._strings))
        if self._from_right:
            values = {name: keep_order(value) if type(value) is str else value for name, value in values.items()}
        try:
            if any(isinstance(value, Markup) for value in values.values()):
                return escape(text).format_map(values)
            return text.format_map(values)
        except (KeyError, IndexError, ValueError) as error:
            raise UnknownWord(f"the word '{key}' ({text!r}) cannot be filled: {error}") from error

    def count(self, key: str, number: int, /, **values: object) -> str:
        """``48 pages``: the form of the number, ``{n}`` the number itself. Raises UnknownWord.

        strings.yaml has one word per plural category of the language (CLDR): ``pages_one``, ``pages_other``.
        """
        forms = {name: f"{key}_{name}" for name in PLURALS if f"{key}_{name}" in self._strings}
        if not forms:
            return self(f"{key}_other", n=number, **values)  # which says that there is none
        chosen = format_count(number, forms, self._locale)
        return self(chosen, n=format_count(number, {"other": "{n}"}, self._locale), **values)


@dataclass(frozen=True, slots=True)
class Uneven:
    """What does not fit between two languages. places: paths in strings.yaml, the best first.

    severity: an error, but a warning where another plural form stands in. hint: the key that was probably meant.
    """

    message: str
    places: tuple[tuple[str, ...], ...]
    severity: Severity = Severity.ERROR
    hint: str | None = None


def uneven(languages: Mapping[str, Mapping[str, str]]) -> Iterator[Uneven]:
    """Words that one language has and another lacks, or that name other placeholders.

    The first language is the measure. A key that ends in ``_other`` there is counted: every language has the
    plural forms of its own (`plural_categories`).
    """
    first, *others = languages
    measure = languages[first]
    counted = {key.removesuffix("_other") for key in measure if key.endswith("_other")}
    for language in (first, *others):
        words = languages[language]
        for key in _needed(measure, counted, language):
            if key not in words:
                yield _lacking(key, language, words, first)
        for key in words:
            base, form = _parts(key, counted)
            if form and form not in (*plural_categories(language), "zero", "other") and find_locale(language):
                forms = ", ".join(f"{base}_{name}" for name in plural_categories(language))
                message = f"{language} has no plural form '{form}', so nobody reads this; it has {forms}"
                yield Uneven(message, ((language, key),), Severity.WARNING)
            elif not form and key not in measure:
                meant = did_you_mean(key, measure.keys() - words.keys())
                yield Uneven(f"{first} has no word for {key}, {language} has", ((language, key),), hint=meant)
            elif like := _fills_otherwise(key, base, form, words, measure):
                than = f"{like} in {first}" if like != key else f"in {first}"
                yield Uneven(f"{key} has other placeholders in {language} than {than}", ((language, key),))


def _needed(measure: Mapping[str, str], counted: Collection[str], language: str) -> Iterator[str]:
    for key in measure:
        base, form = _parts(key, counted)
        if not form:
            yield key
        elif form == "other":
            yield from (f"{base}_{name}" for name in plural_categories(language))


def _parts(key: str, counted: Collection[str]) -> tuple[str, str]:
    """``pages_few`` -> ``pages``, ``few``; any other key is itself, and has no form."""
    match = _COUNTED.fullmatch(key)
    return (match[1], match[2]) if match and match[1] in counted else (key, "")


def _lacking(key: str, language: str, words: Mapping[str, str], first: str) -> Uneven:
    stands_in = _COUNTED.sub(r"\1_other", key)
    if stands_in != key and stands_in in words:
        message = f"{language} has no word for {key}: a plural form that its numbers need; {stands_in} stands in"
        return Uneven(message, ((language, stands_in),), Severity.WARNING)
    return Uneven(f"{language} has no word for {key}, {first} has", ((first, key), (language,)))


def _fills_otherwise(
    key: str, base: str, form: str, words: Mapping[str, str], measure: Mapping[str, str]
) -> str | None:
    """The key of the measure that names other placeholders. A plural form may leave the number out: "one page"."""
    like = f"{base}_other" if form else key
    here, there = _placeholders(words[key]), _placeholders(measure[like])
    if form:
        here, there = here - {"n"}, there - {"n"}
    return like if here != there else None


def _placeholders(text: str) -> set[str]:
    return set(_PLACEHOLDER.findall(text))
