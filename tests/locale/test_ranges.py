"""Ordinals, and ranges of numbers and of sums."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.locale import NBSP, format_money_range, format_number_range, format_ordinal
from newsletter.locale.proofreading import proofread


def nb(text: str) -> str:
    """Expected values are written with ~ for the no-break space."""
    return text.replace("~", NBSP)


@pytest.mark.parametrize(
    ("number", "french", "feminine", "english"),
    [
        (1, "1er", "1re", "1st"),
        (2, "2e", "2e", "2nd"),
        (3, "3e", "3e", "3rd"),
        (11, "11e", "11e", "11th"),
        (21, "21e", "21e", "21st"),
        (112, "112e", "112e", "112th"),
        (1001, "1~001e", "1~001e", "1,001st"),
    ],
)
def test_ordinals(number: int, french: str, feminine: str, english: str) -> None:
    assert format_ordinal(number, "fr-CA") == nb(french)
    assert format_ordinal(number, "fr-CA", feminine=True) == nb(feminine)
    assert format_ordinal(number, "en-CA") == english
    assert format_ordinal(number, "xx").isascii()
    assert format_ordinal(number, "xx")[-1].isdigit()


@pytest.mark.parametrize(
    ("first", "last", "french", "english"),
    [
        (10, 20, "de 10 à 20", "10 to 20"),
        (1500, 2500, "de 1~500 à 2~500", "1,500 to 2,500"),
        (Decimal("1.5"), 2, "de 1,5 à 2", "1.5 to 2"),
        (10, 10, "10", "10"),
    ],
)
def test_ranges_of_numbers(first: Decimal, last: Decimal, french: str, english: str) -> None:
    assert format_number_range(first, last, "fr-CA") == nb(french)
    assert format_number_range(first, last, "en-CA") == english


def test_ranges_of_sums() -> None:
    assert format_money_range(25, 50, "fr-CA") == nb("de 25~$ à 50~$")
    assert format_money_range(25, Decimal("49.50"), "en-CA") == "$25 to $49.50"
    assert format_money_range(25, 25, "en-CA") == "$25"


def test_a_range_that_ends_before_it_starts() -> None:
    with pytest.raises(ValueError, match="before it starts"):
        format_number_range(2, 1, "fr-CA")
    with pytest.raises(ValueError, match="before it starts"):
        format_money_range(2, 1, "en-CA")


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.sampled_from(["fr-CA", "en-CA"]))
def test_what_we_write_passes_the_proofreader(one: int, other: int, locale: str) -> None:
    first, last = sorted((one, other))
    assert proofread(f"x {format_number_range(first, last, locale)} x", locale) == ()
    assert proofread(f"x {format_money_range(first, last, locale)} x", locale) == ()
    assert proofread(f"x {format_ordinal(one, locale)} x", locale) == ()
