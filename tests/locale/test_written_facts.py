"""Days, sums and telephone numbers that a sentence names."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.locale import format_date_range, format_money, typography
from newsletter.locale.written_facts import written_facts


def named(text: str, locale: str) -> set[object]:
    return {fact.value for fact in written_facts(typography(text, locale), locale)}


@pytest.mark.parametrize(
    ("french", "english", "values"),
    [
        ("le samedi 8 mai 2021", "Saturday, May 8, 2021", {(5, 8)}),
        ("les 8 et 9 mai", "May 8 and 9", {(5, 8), (5, 9)}),
        ("du 1er au 17 mai", "May 1 to 17", {(5, 1), (5, 17)}),
        ("le samedi 8 et le dimanche 9 mai", "May 8 and 9", {(5, 8), (5, 9)}),
        ("les 1er, 2 et 3 juin", "June 1, 2 and 3", {(6, 1), (6, 2), (6, 3)}),
        ("du 8-9 mai", "May 8–9, 2021", {(5, 8), (5, 9)}),
        ("25 $", "$25", {Decimal(25)}),
        ("1 234,50 $", "$1,234.50", {Decimal("1234.5")}),
        ("3,5 millions de dollars", "$3.5 million", {Decimal(3500000)}),
        ("2 milliards de dollars", "$2 billion", {Decimal(2 * 10**9)}),
        ("au 514 555-0100", "at 514-555-0100", {"5145550100"}),
        ("1 800 555-0122", "(800) 555-0122", {"8005550122"}),
        ("en mai 2021, 18 maisons", "in May 2021, 18 houses", set()),
        ("au 12, rue de mai", "12 May Street", set()),
    ],
)
def test_both_languages_name_the_same(french: str, english: str, values: set[object]) -> None:
    assert named(french, "fr-CA") == values
    assert named(english, "en-CA") == values


@given(st.dates(date(2000, 1, 1), date(2040, 1, 1)), st.integers(0, 60))
def test_ranges_we_write_name_the_same_days(start: date, days: int) -> None:
    end = start + timedelta(days=days)
    wanted = {(day.month, day.day) for day in (start, end)}
    for locale in ("fr-CA", "en-CA"):
        assert named(format_date_range(start, end, locale), locale) == wanted


@given(st.decimals(0, 10**7, places=2))
def test_sums_we_write_are_the_same(amount: Decimal) -> None:
    french, english = (named(format_money(amount, locale), locale) for locale in ("fr-CA", "en-CA"))
    assert french == english == {amount.normalize()}


def test_other_languages_have_telephone_numbers_only() -> None:
    assert named("8 mai, $25, 514 555-0100", "ar") == {"5145550100"}
