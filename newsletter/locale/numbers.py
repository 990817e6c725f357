"""Numbers, money, percentages, lists and plurals, per locale."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from newsletter.locale.languages import direction, find_locale, in_digits, locale_for, numbering_system, only_nbsp

Number = int | float | Decimal

PLURALS = ("zero", "one", "two", "few", "many", "other")
"""Every plural category of CLDR (UTS 35 part 3, Language Plural Rules)."""

_LATIN_COMMA = frozenset({"he", "yi"})
"""Languages written from the right that use the comma of the Latin script."""


def format_number(number: Number, locale: str, *, decimals: int | None = None) -> str:
    """``1 234,5``, ``1,234.5``. decimals: how many to show, exactly; None shows those it has, at most three."""
    from babel.numbers import format_decimal

    data = locale_for(locale)
    pattern = _with_decimals(data.decimal_formats[None].pattern, "0" * decimals if decimals is not None else "###")
    return _written(
        format_decimal(_exact(number), format=pattern, locale=data, numbering_system=_system(locale)), locale
    )


def format_money(amount: Number, locale: str, currency: str = "CAD") -> str:
    """``25 $``, ``1 234,50 $``; ``$25``, ``$1,234.50``. Cents are left out when there are none.

    currency: ISO 4217 code; one foreign to the locale gets its longer symbol (``25 $ US``).
    """
    from babel.numbers import format_currency, get_currency_precision

    data = locale_for(locale)
    value = _exact(amount)
    digits = get_currency_precision(currency)
    whole = round(value, digits) == round(value)
    pattern = _with_decimals(data.currency_formats["standard"].pattern, "" if whole else "0" * digits)
    text = format_currency(
        value, currency, format=pattern, locale=data, currency_digits=False, numbering_system=_system(locale)
    )
    return _written(text, locale)


def format_percent(fraction: Number, locale: str, *, decimals: int = 1) -> str:
    """``12,5 %``, ``12.5%`` for 0.125. decimals: the most to show; zeros at the end are left out."""
    from babel.numbers import format_percent as babel_percent

    data = locale_for(locale)
    pattern = _with_decimals(data.percent_formats[None].pattern, "#" * decimals)
    text = babel_percent(_exact(fraction), format=pattern, locale=data, numbering_system=_system(locale))
    return _written(text, locale)


def format_list(items: Sequence[str], locale: str, *, kind: Literal["and", "or"] = "and") -> str:
    """``a, b et c``, ``a, b and c`` (no comma before `and` in Canada); empty for no items."""
    from babel.lists import format_list as babel_list

    if find_locale(locale) is None:
        return ", ".join(items)  # no "and" rather than an English one
    return only_nbsp(babel_list(list(items), "standard" if kind == "and" else "or", locale_for(locale)))


def with_commas(items: Iterable[str], locale: str) -> str:
    """``PDF, 48 pages``: what there is of `items`, apart by the comma of the language (``،`` in Arabic script)."""
    language = locale.partition("-")[0].lower()
    comma = "، " if direction(locale) == "rtl" and language not in _LATIN_COMMA else ", "
    return ("、" if language in ("ja", "zh", "yue") else comma).join(filter(None, items))


def format_count(count: int, forms: Mapping[str, str], locale: str) -> str:
    """The form of `forms` that the count takes, with ``{n}`` replaced by the number.

    forms: CLDR plural category -> text: ``{"one": "{n} article", "other": "{n} articles"}``. French says ``0
    article``, English ``0 articles``; Arabic has six forms. `other` stands in for a form that is missing.
    """
    category = locale_for(locale).plural_form(abs(count))
    text = forms.get(category) or forms.get("other") or next(iter(forms.values()))
    return text.replace("{n}", format_number(count, locale))


@lru_cache(maxsize=64)
def plural_categories(locale: str) -> tuple[str, ...]:
    """The CLDR plural categories that whole numbers take in a language: ``("one", "other")`` in French.

    Those of numbers from 1 to 999: nobody counts a million pages, so French ``many`` is not among them. A language
    CLDR does not know has ``other`` alone.
    """
    data = find_locale(locale)
    used = {data.plural_form(count) for count in range(1, 1000)} if data else {"other"}
    return tuple(name for name in PLURALS if name in used)


def format_ordinal(number: int, locale: str, *, feminine: bool = False) -> str:
    """``1er``, ``1re``, ``2e``; ``1st``, ``2nd``, ``23rd``. Other languages: the number alone.

    French agrees with what is counted: feminine for ``la 1re fois``.
    """
    data = locale_for(locale)
    text = format_number(number, locale)
    if find_locale(locale) is None:
        return text
    if data.language == "fr":
        return text + ("e" if abs(number) != 1 else "re" if feminine else "er")
    if data.language == "en":
        return text + {"one": "st", "two": "nd", "few": "rd"}.get(data.ordinal_form(abs(number)), "th")
    return text


def format_number_range(first: Number, last: Number, locale: str) -> str:
    """``de 10 à 20``, ``10 to 20``; one number when both are the same.

    Raises ValueError when `last` is smaller.
    """
    return _range(first, last, [format_number(each, locale) for each in (first, last)], locale)


def format_money_range(first: Number, last: Number, locale: str, currency: str = "CAD") -> str:
    """``de 25 $ à 50 $``, ``$25 to $50``; one sum when both are the same.

    Raises ValueError when `last` is smaller.
    """
    return _range(first, last, [format_money(each, locale, currency) for each in (first, last)], locale)


def _range(first: Number, last: Number, words: Sequence[str], locale: str) -> str:
    from newsletter.locale.conventions import conventions_for

    if last < first:
        raise ValueError(f"the range ends ({last}) before it starts ({first})")
    return words[0] if words[0] == words[1] else conventions_for(locale).between(words[0], words[1])


def _system(tag: str) -> str:
    """The numbering system, when CLDR has its separators for the locale."""
    name = numbering_system(tag)
    return name if name in locale_for(tag).number_symbols else "latn"


def _written(text: str, tag: str) -> str:
    return in_digits(only_nbsp(text), tag)


def _exact(number: Number) -> Decimal:
    """The number people see: 0.29 is 0.29 and not 0.28999..., so that percentages round as they read."""
    return number if isinstance(number, Decimal) else Decimal(str(number))


def _with_decimals(pattern: str, decimals: str) -> str:
    """A CLDR number pattern with these decimals instead of its own: ``#,##0.00 ¤`` -> ``#,##0 ¤``."""
    return re.sub(r"0(?:\.[0#]+)?", f"0.{decimals}" if decimals else "0", pattern)
