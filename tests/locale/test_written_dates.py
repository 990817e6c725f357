"""Dates in sentences."""

from __future__ import annotations

from datetime import date

import pytest

from newsletter.locale import format_date
from newsletter.locale.written_dates import written_dates, written_zones, zone_of_season

MAY = date(2021, 5, 6)


@pytest.mark.parametrize(
    ("text", "locale", "expected"),
    [
        ("le samedi 8 mai 2021", "fr-CA", (8, 5, 2021, 5)),
        ("Samedi, le 8 mai", "fr-CA", (8, 5, None, 5)),
        ("du 1er août", "fr-CA", (1, 8, None, None)),
        ("le 8\u00a0mai 2021\u00a0300", "fr-CA", (8, 5, None, None)),
        ("Saturday, May 8, 2021", "en-CA", (8, 5, 2021, 5)),
        ("Saturday May 8th", "en-CA", (8, 5, None, 5)),
        ("by June 30, 2022 at noon", "en-CA", (30, 6, 2022, None)),
    ],
)
def test_a_date(text: str, locale: str, expected: tuple[int, int, int | None, int | None]) -> None:
    (found,) = written_dates(text, locale)
    assert (found.day, found.month, found.year, found.weekday) == expected


@pytest.mark.parametrize(
    ("text", "locale"),
    [
        ("en mai 2021, 18 maisons", "fr-CA"),
        ("in May 2021, May 200 people", "en-CA"),
        ("le 8 mai 2021", "en-CA"),
        ("8 May", "ar"),
    ],
)
def test_no_date(text: str, locale: str) -> None:
    assert list(written_dates(text, locale)) == []


@pytest.mark.parametrize("locale", ["fr-CA", "en-CA"])
@pytest.mark.parametrize("day", [date(2021, 5, 1), date(2024, 2, 29), date(2026, 12, 31)])
def test_dates_we_write_are_read(day: date, locale: str) -> None:
    (found,) = written_dates(f"x {format_date(day, locale, weekday=True)} x", locale)
    assert found.near(date(1999, 1, 1)) == day
    assert found.weekday == day.weekday()


def test_a_date_without_year_is_the_nearest() -> None:
    (january,) = written_dates("le 3 janvier", "fr-CA")
    assert january.near(date(2021, 12, 20)) == date(2022, 1, 3)
    assert january.near(date(2021, 2, 1)) == date(2021, 1, 3)
    (leap,) = written_dates("le 29 février", "fr-CA")
    assert leap.near(date(2024, 3, 1)) == date(2024, 2, 29)
    (none,) = written_dates("le 31 avril", "fr-CA")
    assert none.near(MAY) is None


def test_zones_stand_behind_times() -> None:
    text = "à 13 h (HAE), at 1 p.m. EDT, noon (EST), l’EST du pays, HNE"
    assert [zone.name for zone in written_zones(text)] == ["HAE", "EDT", "EST"]


@pytest.mark.parametrize(
    ("name", "day", "right"),
    [
        ("HNE", MAY, "HAE"),
        ("EST", MAY, "EDT"),
        ("HAE", MAY, None),
        ("EDT", date(2021, 12, 1), "EST"),
        ("HAE", date(2021, 12, 1), "HNE"),
        ("PST", MAY, None),  # another zone than Montréal's: we cannot say
    ],
)
def test_the_name_of_the_season(name: str, day: date, right: str | None) -> None:
    assert zone_of_season(name, day, "America/Toronto") == right


def test_a_zone_without_a_name() -> None:
    assert zone_of_season("EST", MAY, "Europe/Paris") is None
