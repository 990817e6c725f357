"""The windows of CASL section 10, on their edges."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.audience.consent import CharityOnly, ConsentMissing, expires, read_consent
from newsletter.models.recipient import Basis

GOOD = {"basis": "express", "consented_on": "2023-05-31", "source": "form", "proof": "form #1"}
ON = date(2024, 2, 6)


@pytest.mark.parametrize(
    ("basis", "consented_on", "last_day"),
    [
        (Basis.EXPRESS, date(2010, 1, 1), None),
        (Basis.PURCHASE, date(2022, 2, 6), date(2024, 2, 6)),
        (Basis.PURCHASE, date(2024, 2, 29), date(2026, 2, 28)),
        (Basis.CONTRACT, date(2022, 12, 31), date(2024, 12, 31)),
        (Basis.INQUIRY, date(2023, 8, 31), date(2024, 2, 29)),
        (Basis.INQUIRY, date(2022, 8, 31), date(2023, 2, 28)),
        (Basis.INQUIRY, date(2023, 12, 6), date(2024, 6, 6)),
        (Basis.DONATION, date(2022, 3, 1), date(2024, 3, 1)),
        (Basis.VOLUNTEER, date(2022, 3, 1), date(2024, 3, 1)),
        (Basis.MEMBERSHIP, date(2022, 3, 1), date(2024, 3, 1)),
        (Basis.PUBLISHED_ADDRESS, date(2010, 1, 1), None),
        (Basis.DISCLOSED_ADDRESS, date(2010, 1, 1), None),
        (Basis.PURCHASE, date(9998, 1, 1), date.max),
    ],
)
def test_the_last_day_of_each_basis(basis: Basis, consented_on: date, last_day: date | None) -> None:
    assert expires(basis, consented_on) == last_day


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)))
def test_windows_are_two_years_and_six_months(day: date) -> None:
    two_years, half_a_year = expires(Basis.PURCHASE, day), expires(Basis.INQUIRY, day)
    assert two_years is not None
    assert half_a_year is not None
    assert timedelta(729) <= two_years - day <= timedelta(731)
    assert timedelta(180) <= half_a_year - day <= timedelta(184)


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"basis": ""}, "basis is empty"),
        ({"basis": "implied"}, "not known"),
        ({"basis": "expres"}, "Did you mean 'express'"),
        ({"basis": "implied:purchse"}, "Did you mean 'implied:purchase'"),
        ({"consented_on": ""}, "consented_on is empty"),
        ({"consented_on": "31/05/2023"}, "2021-05-31"),
        ({"consented_on": "2023-02-30"}, "not a date"),
        ({"consented_on": "20230531"}, "not a date"),
        ({"consented_on": "2024-02-07"}, "future"),
        ({"source": ""}, "source is empty"),
        ({"proof": ""}, "proof is empty"),
    ],
)
def test_what_does_not_prove_a_consent(changes: dict[str, str], word: str) -> None:
    with pytest.raises(ConsentMissing, match=word):
        read_consent({**GOOD, **changes}, registered_charity=False, on=ON)


@pytest.mark.parametrize("basis", ["implied:donation", "implied:volunteer"])
def test_donations_and_volunteers_count_for_charities_only(basis: str) -> None:
    cells = {**GOOD, "basis": basis}
    with pytest.raises(CharityOnly, match="registered_charity"):
        read_consent(cells, registered_charity=False, on=ON)
    assert read_consent(cells, registered_charity=True, on=ON).expires == date(2025, 5, 31)


@pytest.mark.parametrize("basis", ["implied:membership", "implied:contract"])
def test_a_membership_may_end_later(basis: str) -> None:
    consent = read_consent({**GOOD, "basis": basis, "consented_on": "2024-12-31"}, registered_charity=False, on=ON)
    assert consent.expires == date(2026, 12, 31)


@pytest.mark.parametrize("written", ["2023-05-31", "2023-05-31T10:15:00Z", "2023-05-31 10:15"])
def test_a_time_of_day_is_no_mistake(written: str) -> None:
    consent = read_consent({**GOOD, "consented_on": written}, registered_charity=False, on=ON)
    assert consent.consented_on == date(2023, 5, 31)


def test_a_basis_may_be_written_with_spaces_and_capitals() -> None:
    consent = read_consent({**GOOD, "basis": "Implied: Inquiry"}, registered_charity=False, on=ON)
    assert consent.basis is Basis.INQUIRY
