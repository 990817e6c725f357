"""Dates and times in words, read against the tables of the OQLF and The Canadian Style."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.locale import (
    NBSP,
    format_date,
    format_date_range,
    format_datetime,
    format_month,
    format_period,
    format_time,
    format_time_range,
    format_when,
    parse_period,
    zone_name,
)

MONTREAL = ZoneInfo("America/Toronto")
OTHERS = ("fr", "en", "en-GB", "fr-FR", "ar", "de", "es-MX", "iu", "ja", "pt-BR", "xx", "fr-ZZ", "zh-Hant-TW")


def nb(text: str) -> str:
    """Expected values are written with ~ for the no-break space, so that a reader of this file sees it."""
    return text.replace("~", NBSP)


@pytest.mark.parametrize(
    ("day", "french", "english"),
    [
        (date(2021, 5, 1), "samedi 1er~mai 2021", "Saturday, May 1, 2021"),
        (date(2021, 5, 8), "samedi 8~mai 2021", "Saturday, May 8, 2021"),
        (date(2024, 2, 29), "jeudi 29~février 2024", "Thursday, February 29, 2024"),
        (date(2023, 8, 21), "lundi 21~août 2023", "Monday, August 21, 2023"),
        (date(2022, 12, 11), "dimanche 11~décembre 2022", "Sunday, December 11, 2022"),
    ],
)
def test_a_day(day: date, french: str, english: str) -> None:
    assert format_date(day, "fr-CA", weekday=True) == nb(french)
    assert format_date(day, "en-CA", weekday=True) == english
    assert format_date(day, "fr-CA") == nb(french).split(" ", 1)[1]
    assert format_date(day, "en-CA") == english.split(", ", 1)[1]
    assert format_date(day, "fr-CA", year=False, weekday=True) == nb(french).rsplit(" ", 1)[0]
    assert format_date(day, "en-CA", year=False) == english.split(", ")[1]


@pytest.mark.parametrize(
    ("start", "end", "french", "english"),
    [
        ((2021, 5, 7), (2021, 5, 17), "du 7 au 17~mai 2021", "May 7 to 17, 2021"),
        ((2021, 5, 1), (2021, 5, 3), "du 1er au 3~mai 2021", "May 1 to 3, 2021"),
        ((2021, 5, 8), (2021, 5, 9), "les 8 et 9~mai 2021", "May 8 and 9, 2021"),
        ((2021, 4, 30), (2021, 5, 1), "du 30~avril au 1er~mai 2021", "April 30 to May 1, 2021"),
        ((2021, 5, 28), (2021, 6, 1), "du 28~mai au 1er~juin 2021", "May 28 to June 1, 2021"),
        (
            (2021, 12, 28),
            (2022, 1, 3),
            "du 28~décembre 2021 au 3~janvier 2022",
            "December 28, 2021, to January 3, 2022",
        ),
        ((2021, 5, 7), (2022, 5, 17), "du 7~mai 2021 au 17~mai 2022", "May 7, 2021, to May 17, 2022"),
        ((2021, 5, 7), (2021, 5, 7), "7~mai 2021", "May 7, 2021"),
    ],
)
def test_a_range_of_days(
    start: tuple[int, int, int], end: tuple[int, int, int], french: str, english: str
) -> None:
    assert format_date_range(date(*start), date(*end), "fr-CA") == nb(french)
    assert format_date_range(date(*start), date(*end), "en-CA") == english


def test_a_range_with_weekdays_and_without_year() -> None:
    start, end = date(2021, 5, 7), date(2021, 5, 17)
    assert format_date_range(start, end, "fr-CA", weekday=True) == nb("du vendredi 7 au lundi 17~mai 2021")
    assert format_date_range(start, end, "en-CA", weekday=True) == "Friday, May 7 to Monday, May 17, 2021"
    assert format_date_range(start, end, "fr-CA", year=False) == nb("du 7 au 17~mai")
    assert format_date_range(start, end, "en-CA", year=False) == "May 7 to 17"


def test_a_range_that_leaves_the_year_keeps_it_even_when_asked_not_to() -> None:
    for locale in ("fr-CA", "en-CA", *OTHERS):
        for weekday in (False, True):
            text = format_date_range(date(2021, 12, 28), date(2022, 1, 3), locale, year=False, weekday=weekday)
            assert "2021" in text, (locale, text)
            assert "2022" in text, (locale, text)


def test_a_range_backwards_is_refused() -> None:
    with pytest.raises(ValueError, match=r"ends .* before it starts"):
        format_date_range(date(2021, 5, 17), date(2021, 5, 7), "fr-CA")
    with pytest.raises(ValueError, match=r"ends .* before it starts"):
        format_time_range(datetime(2021, 5, 7, 11), datetime(2021, 5, 7, 10), "fr-CA")  # noqa: DTZ001


@pytest.mark.parametrize(
    ("hour", "minute", "french", "english"),
    [
        (0, 0, "minuit", "midnight"),
        (0, 5, "0~h~05", "12:05~a.m."),
        (9, 5, "9~h~05", "9:05~a.m."),
        (12, 0, "midi", "noon"),
        (12, 30, "12~h~30", "12:30~p.m."),
        (13, 0, "13~h", "1~p.m."),
        (13, 30, "13~h~30", "1:30~p.m."),
        (23, 59, "23~h~59", "11:59~p.m."),
    ],
)
def test_a_time(hour: int, minute: int, french: str, english: str) -> None:
    moment = datetime(2021, 5, 8, hour, minute, tzinfo=MONTREAL)
    assert format_time(moment, "fr-CA") == nb(french)
    assert format_time(moment, "en-CA") == nb(english)
    assert format_time(moment, "fr-CA", zone=True) == nb(french) + " (HAE)"
    assert format_time(moment, "en-CA", zone=True) == nb(english) + " (EDT)"


@pytest.mark.parametrize(
    ("start", "end", "french", "english"),
    [
        ("10:30", "11:15", "de 10~h~30 à 11~h~15 (HAE)", "10:30 to 11:15~a.m. (EDT)"),
        ("10:30", "13:00", "de 10~h~30 à 13~h (HAE)", "10:30~a.m. to 1~p.m. (EDT)"),
        ("11:00", "12:00", "de 11~h à midi (HAE)", "11~a.m. to noon (EDT)"),
        ("12:00", "13:00", "de midi à 13~h (HAE)", "noon to 1~p.m. (EDT)"),
        ("12:30", "13:00", "de 12~h~30 à 13~h (HAE)", "12:30 to 1~p.m. (EDT)"),
        ("13:00", "13:00", "13~h (HAE)", "1~p.m. (EDT)"),
    ],
)
def test_a_range_of_times(start: str, end: str, french: str, english: str) -> None:
    first, last = (datetime.fromisoformat(f"2021-05-06T{clock}") for clock in (start, end))
    for locale, expected in (("fr-CA", french), ("en-CA", english)):
        assert format_time_range(first, last, locale, zone=True, tz="America/Toronto") == nb(expected)
        assert format_time_range(first, last, locale, tz=MONTREAL) == nb(expected).rsplit(" ", 1)[0]


def test_midnight_ends_its_day_and_anything_later_names_both_days() -> None:
    start = datetime(2021, 5, 7, 22, tzinfo=MONTREAL)
    assert format_time_range(start, start + timedelta(hours=2), "fr-CA") == nb("de 22~h à minuit")
    assert format_time_range(start, start + timedelta(hours=2), "en-CA") == nb("10~p.m. to midnight")
    after = start + timedelta(hours=4)
    assert format_time_range(start, after, "fr-CA") == nb("du 7~mai à 22~h au 8~mai à 2~h")
    assert format_time_range(start, after, "en-CA") == nb("May 7 at 10~p.m. to May 8 at 2~a.m.")
    same_clock = start + timedelta(days=1)
    assert format_time_range(start, same_clock, "en-CA") == nb("May 7 at 10~p.m. to May 8 at 10~p.m.")


def test_day_and_times_together() -> None:
    start, end = datetime(2021, 5, 8, 13), datetime(2021, 5, 8, 15, 30)  # noqa: DTZ001
    zone = "America/Toronto"
    assert format_when(start, end, "fr-CA", tz=zone) == nb("samedi 8~mai 2021, de 13~h à 15~h~30 (HAE)")
    assert format_when(start, end, "en-CA", tz=zone) == nb("Saturday, May 8, 2021, 1 to 3:30~p.m. (EDT)")
    assert format_when(start, start, "fr-CA", tz=zone) == nb("samedi 8~mai 2021 à 13~h (HAE)")
    assert format_datetime(start, "en-CA", tz=zone) == nb("May 8, 2021 at 1~p.m.")
    over_night = format_when(start, end + timedelta(days=1), "fr-CA", tz=zone)
    assert over_night == nb("du 8~mai 2021 à 13~h au 9~mai 2021 à 15~h~30 (HAE)")


# -- clocks that change: 2021-03-14 02:00 EST -> 03:00 EDT, 2021-11-07 02:00 EDT -> 01:00 EST


@pytest.mark.parametrize(
    ("utc", "french", "english"),
    [
        ("2021-03-14T06:59:00+00:00", "1~h~59 (HNE)", "1:59~a.m. (EST)"),
        ("2021-03-14T07:00:00+00:00", "3~h (HAE)", "3~a.m. (EDT)"),
        ("2021-11-07T05:30:00+00:00", "1~h~30 (HAE)", "1:30~a.m. (EDT)"),
        ("2021-11-07T06:30:00+00:00", "1~h~30 (HNE)", "1:30~a.m. (EST)"),
    ],
)
def test_the_zone_is_named_by_the_instant(utc: str, french: str, english: str) -> None:
    moment = datetime.fromisoformat(utc)
    assert format_time(moment, "fr-CA", zone=True, tz=MONTREAL) == nb(french)
    assert format_time(moment, "en-CA", zone=True, tz=MONTREAL) == nb(english)


def test_both_zones_are_named_when_the_clocks_change_in_between() -> None:
    start, end = datetime(2021, 3, 14, 1, tzinfo=MONTREAL), datetime(2021, 3, 14, 3, 30, tzinfo=MONTREAL)
    assert format_time_range(start, end, "fr-CA", zone=True) == nb("de 1~h (HNE) à 3~h~30 (HAE)")
    assert format_time_range(start, end, "en-CA", zone=True) == nb("1~a.m. (EST) to 3:30~a.m. (EDT)")


def test_the_hour_that_comes_twice_is_compared_by_instant() -> None:
    first = datetime(2021, 11, 7, 1, 45, tzinfo=MONTREAL)
    later = datetime(2021, 11, 7, 1, 15, tzinfo=MONTREAL, fold=1)
    assert format_time_range(first, later, "fr-CA", zone=True) == nb("de 1~h~45 (HAE) à 1~h~15 (HNE)")
    same_clock = datetime(2021, 11, 7, 1, 45, tzinfo=MONTREAL, fold=1)
    assert format_time_range(first, same_clock, "fr-CA", zone=True) == nb("de 1~h~45 (HAE) à 1~h~45 (HNE)")


def test_an_aware_time_is_converted_and_a_naive_one_is_taken_as_local() -> None:
    noon_utc = datetime(2021, 5, 8, 12, 30, tzinfo=UTC)
    assert format_time(noon_utc, "fr-CA", tz="America/Toronto") == nb("8~h~30")
    assert format_time(noon_utc.replace(tzinfo=None), "fr-CA", tz="America/Toronto") == nb("12~h~30")
    assert format_date(datetime(2021, 5, 8, 2, tzinfo=UTC), "en-CA", tz=MONTREAL) == "May 7, 2021"
    in_vancouver = datetime(2021, 5, 8, 11, tzinfo=ZoneInfo("America/Vancouver"))
    assert format_time_range(datetime(2021, 5, 8, 13, tzinfo=MONTREAL), in_vancouver, "fr-CA") == nb(
        "de 13~h à 14~h"
    )


def test_zones_elsewhere_have_a_name_or_an_offset() -> None:
    moment = datetime(2021, 5, 8, 16, tzinfo=UTC)
    assert zone_name(moment, "fr-CA", tz="America/Vancouver") == "HAP"
    assert zone_name(moment, "en-CA", tz="UTC") == "UTC"
    assert zone_name(moment, "de-DE", tz=MONTREAL) == "UTC−4"
    assert zone_name(moment, "de-DE", tz="America/St_Johns") == "UTC−2:30"
    with pytest.raises(ValueError, match="tz="):
        format_time(datetime(2021, 5, 8, 16), "fr-CA", zone=True)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("text", "french", "english"),
    [
        ("2023", "2023", "2023"),
        ("2022-01", "janvier 2022", "January 2022"),
        ("2022-01-01", "1er~janvier 2022", "January 1, 2022"),
        ("2019/2022", "de 2019 à 2022", "2019 to 2022"),
        ("2019 / 2022", "de 2019 à 2022", "2019 to 2022"),
        ("2022-04/2022-06", "d’avril à juin 2022", "April to June 2022"),
        ("2021-11/2022-06", "de novembre 2021 à juin 2022", "November 2021 to June 2022"),
        ("2021-05-07/2021-05-17", "du 7 au 17~mai 2021", "May 7 to 17, 2021"),
        ("2019/..", "depuis 2019", "since 2019"),
        ("2021-05-03/..", "depuis le 3~mai 2021", "since May 3, 2021"),
        ("../2022-06", "jusqu’en juin 2022", "until June 2022"),
        ("../2022-06-03", "jusqu’au 3~juin 2022", "until June 3, 2022"),
    ],
)
def test_a_period(text: str, french: str, english: str) -> None:
    assert format_period(text, "fr-CA") == nb(french)
    assert format_period(text, "en-CA") == nb(english)
    for locale in OTHERS:
        assert format_period(text, locale)


@pytest.mark.parametrize(
    "text", ["", "21", "2021-13", "2021-02-30", "2021.10", "../..", "2022/2019", "mai 2021", "٢٠٢١"]
)
def test_what_is_no_period_is_refused_in_words(text: str) -> None:
    with pytest.raises(ValueError, match=r"not a date|calendar|before it starts|neither"):
        parse_period(text)


def test_a_month() -> None:
    assert format_month(date(2021, 5, 6), "fr-CA") == "mai 2021"
    assert format_month(date(2021, 5, 6), "en-CA") == "May 2021"
    assert format_month(date(2021, 8, 6), "fr-CA", year=False) == "août"


def test_other_languages_get_what_cldr_has() -> None:
    assert format_date(date(2021, 5, 8), "de-DE", weekday=True) == "Samstag, 8. Mai 2021"
    assert format_date(date(2021, 5, 8), "en-GB") == "8 May 2021"
    assert format_date(date(2021, 5, 8), "ar").endswith("مايو 2021")
    assert format_date(date(2021, 5, 8), "fr") == format_date(date(2021, 5, 8), "fr-CA")


def everything_about(day: date, locale: str) -> list[str]:
    start = datetime(day.year, day.month, day.day, 9, 5, tzinfo=MONTREAL)
    end = start + timedelta(hours=30)
    return [
        format_date(day, locale, weekday=True),
        format_date(day, locale, year=False, weekday=True),
        format_date_range(day, end.date(), locale),
        format_date_range(day, end.date(), locale, weekday=True, year=False),
        format_month(day, locale),
        format_month(day, locale, year=False),
        format_time_range(start, start + timedelta(hours=4), locale, zone=True),
        format_time_range(start, end, locale, zone=True),
        format_when(start, end, locale),
        format_when(start, start + timedelta(hours=1), locale),
        format_period(f"{day}/..", locale),
        format_period(f"{day}/{end.date()}", locale),
    ]


@pytest.mark.parametrize("locale", ["fr-CA", "en-CA"])
def test_every_day_of_a_leap_year(locale: str) -> None:
    seen = set()
    for number in range(366):
        day = date(2024, 1, 1) + timedelta(days=number)
        texts = everything_about(day, locale)
        assert all(text and "\u202f" not in text and "\u2009" not in text for text in texts), texts
        assert str(day.year) in texts[0]
        seen.add(texts[0])
    assert len(seen) == 366


@pytest.mark.parametrize("locale", OTHERS)
def test_no_language_fails_or_writes_a_thin_space(locale: str) -> None:
    for day in (date(2024, 1, 1), date(2024, 2, 29), date(2024, 12, 31)):
        texts = everything_about(day, locale)
        assert all(text and "\u202f" not in text and "\u2009" not in text for text in texts), texts


@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2060, 1, 1)),  # noqa: DTZ001
    st.timedeltas(timedelta(0), timedelta(days=400)),
    st.sampled_from(["America/Toronto", "America/St_Johns", "Europe/Paris", "Asia/Kathmandu", "UTC"]),
    st.sampled_from(["fr-CA", "en-CA", "de", "ar"]),
)
def test_any_two_instants_make_a_range(start: datetime, length: timedelta, zone: str, locale: str) -> None:
    first = start.replace(tzinfo=UTC)
    text = format_when(first, first + length, locale, tz=zone)
    assert text
    assert not set(text) & {"\u202f", "\u2009", "\n"}


def test_a_fixed_offset_is_a_zone_too() -> None:
    moment = datetime(2021, 5, 8, 16, tzinfo=timezone(timedelta(hours=-4)))
    assert format_time(moment, "fr-CA", zone=True) == nb("16~h (UTC−4)")


def test_babel_is_not_imported_with_the_package() -> None:
    code = "import sys, newsletter.locale; sys.exit('babel' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
