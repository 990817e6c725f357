"""Numbers, money, percentages, lists, plurals, and languages by name."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.locale import (
    NBSP,
    direction,
    format_count,
    format_list,
    format_money,
    format_number,
    format_percent,
    language_name,
)


def nb(text: str) -> str:
    return text.replace("~", NBSP)


@pytest.mark.parametrize(
    ("number", "french", "english"),
    [(0, "0", "0"), (1234, "1~234", "1,234"), (1234567.5, "1~234~567,5", "1,234,567.5"), (-3, "-3", "-3")],
)
def test_numbers(number: float, french: str, english: str) -> None:
    assert format_number(number, "fr-CA") == nb(french)
    assert format_number(number, "en-CA") == english


def test_a_number_with_as_many_decimals_as_asked() -> None:
    assert format_number(3, "fr-CA", decimals=2) == "3,00"
    assert format_number(2.71828, "en-CA", decimals=1) == "2.7"
    assert format_number(2.71828, "en-CA", decimals=0) == "3"


@pytest.mark.parametrize(
    ("amount", "french", "english"),
    [
        (25, "25~$", "$25"),
        (1234.5, "1~234,50~$", "$1,234.50"),
        (Decimal("0.05"), "0,05~$", "$0.05"),
        (1000000, "1~000~000~$", "$1,000,000"),
        (24.999, "25~$", "$25"),
        (-25, "-25~$", "-$25"),
    ],
)
def test_money(amount: float, french: str, english: str) -> None:
    assert format_money(amount, "fr-CA") == nb(french)
    assert format_money(amount, "en-CA") == english


def test_money_of_elsewhere_is_told_apart() -> None:
    assert format_money(25, "fr-CA", "USD") == nb("25~$~US")
    assert format_money(25, "en-CA", "USD") == "US$25"
    assert format_money(2500, "en-CA", "JPY") == "JP¥2,500"


def test_percentages_round_as_they_read() -> None:
    assert format_percent(0.125, "fr-CA") == nb("12,5~%")
    assert format_percent(0.125, "en-CA") == "12.5%"
    assert format_percent(0.29, "fr-CA") == nb("29~%")
    assert format_percent(1, "en-CA") == "100%"
    assert format_percent(0.12345, "en-CA", decimals=2) in {"12.34%", "12.35%"}
    assert format_percent(0.126, "fr-CA", decimals=0) == nb("13~%")


def test_lists() -> None:
    assert format_list(["Anaïs", "Béa", "Chloé"], "fr-CA") == "Anaïs, Béa et Chloé"
    assert format_list(["Anaïs", "Béa", "Chloé"], "en-CA") == "Anaïs, Béa and Chloé"
    assert format_list(["a", "b"], "fr-CA", kind="or") == "a ou b"
    assert format_list(["a"], "en-CA") == "a"
    assert format_list([], "en-CA") == ""


@pytest.mark.parametrize(("count", "french", "english"), [(0, "0 mot", "0 words"), (1, "1 mot", "1 word")])
def test_counts_of_none_and_one(count: int, french: str, english: str) -> None:
    assert format_count(count, {"one": "{n} mot", "other": "{n} mots"}, "fr-CA") == french
    assert format_count(count, {"one": "{n} word", "other": "{n} words"}, "en-CA") == english


def test_counts_of_many() -> None:
    assert format_count(1200, {"one": "{n} mot", "other": "{n} mots"}, "fr-CA") == nb("1~200 mots")
    assert format_count(1_000_000, {"one": "{n} mot", "other": "{n} mots"}, "fr-CA") == nb("1~000~000 mots")
    assert format_count(2, {"two": "deux", "other": "{n}"}, "ar") == "deux"


@given(st.decimals("-1e9", "1e9", places=2), st.sampled_from(["fr-CA", "en-CA", "fr", "de", "ar", "iu"]))
def test_no_number_holds_a_thin_space(number: Decimal, locale: str) -> None:
    texts = [format_number(number, locale), format_money(number, locale), format_percent(number, locale)]
    assert not {"\u202f", "\u2009"} & set("".join(texts))


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("fr-CA", "ltr"),
        ("en", "ltr"),
        ("ar", "rtl"),
        ("ar-MA", "rtl"),
        ("fa", "rtl"),
        ("ur_PK", "rtl"),
        ("az-Arab", "rtl"),
        ("ar-Latn", "ltr"),
        ("iu", "ltr"),
        ("tlh", "ltr"),
    ],
)
def test_direction(tag: str, expected: str) -> None:
    assert direction(tag) == expected


def test_direction_agrees_with_cldr_for_every_language_it_knows() -> None:
    from babel import Locale
    from babel.localedata import locale_identifiers

    identifiers = [name for name in locale_identifiers() if name.isalpha()]
    assert len(identifiers) > 100
    disagree = {name for name in identifiers if Locale.parse(name).text_direction != direction(name)}
    assert not disagree


def test_names_of_languages() -> None:
    assert language_name("en", "fr-CA") == "anglais"
    assert language_name("fr", "en-CA") == "French"
    assert language_name("fr", "fr") == "français"
    assert language_name("ar", "ar") == "العربية"
    assert language_name("ar", "xx") == "العربية", "its own name when the reader's language is not known"
    assert language_name("xx", "fr-CA") == "xx", "the code when nobody knows it"
