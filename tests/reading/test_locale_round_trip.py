"""What `newsletter.locale` writes, the readers read back: every date and time of a mail could be imported again."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from newsletter.corpus.reading import DateSpan, DoubtKind, find_dates, find_yearless_dates
from newsletter.corpus.reading.times import find_times
from newsletter.corpus.reading.zones import moments
from newsletter.locale import (
    format_date,
    format_date_range,
    format_datetime,
    format_month,
    format_period,
    format_time_range,
    format_when,
)

LOCALES = st.sampled_from(["fr-CA", "en-CA"])
DAYS = st.dates(date(1900, 1, 1), date(2099, 12, 31))
SENTENCES = {
    "fr-CA": "La rencontre est prévue {}, dans nos bureaux.",
    "en-CA": "The meeting is planned {}, in our office.",
}
TORONTO = ZoneInfo("America/Toronto")


def _one_date(text: str, locale: str) -> DateSpan:
    """The only date of a sentence around `text`, without any doubt, the same when the language is not known."""
    sentence = SENTENCES[locale].format(text)
    for language in (locale[:2], None):
        (found,) = find_dates(sentence, language)
        assert found.doubts == ()
        assert sentence[found.start : found.end] == found.text
    return found.value


@given(DAYS, LOCALES, st.booleans())
def test_day(day: date, locale: str, weekday: bool) -> None:
    assert _one_date(format_date(day, locale, weekday=weekday), locale) == DateSpan(day, day, "day")


@given(DAYS, LOCALES)
def test_day_with_another_weekday_is_doubted(day: date, locale: str) -> None:
    text = format_date(day, locale)
    wrong = format_date(day + timedelta(days=1), locale, weekday=True).split(" ")[0]
    (found,) = find_dates(f"{wrong} {text}", locale[:2])
    assert found.value.first == day
    assert [doubt.kind for doubt in found.doubts] == [DoubtKind.WEEKDAY]


@given(DAYS, st.integers(1, 800), LOCALES, st.booleans())
def test_range_of_days(first: date, length: int, locale: str, weekday: bool) -> None:
    last = first + timedelta(days=length)
    assume(last.year <= 2099)
    text = format_date_range(first, last, locale, weekday=weekday)
    assert _one_date(text, locale) == DateSpan(first, last, "range")


@given(DAYS, LOCALES, st.booleans())
def test_day_without_year(day: date, locale: str, weekday: bool) -> None:
    sentence = SENTENCES[locale].format(format_date(day, locale, weekday=weekday, year=False))
    (found,) = find_yearless_dates(sentence, locale[:2])
    assert (found.value.month, found.value.day) == (day.month, day.day)
    assert found.value.weekday == (day.weekday() if weekday else None)
    assert find_dates(sentence, locale[:2]) == ()


@given(DAYS, LOCALES)
def test_year_of_another_date_is_taken_and_marked(day: date, locale: str) -> None:
    text = f"{format_date(day, locale)} ... {format_date(day, locale, year=False)}."
    first, second = find_dates(text, locale[:2])
    assert first.value == second.value
    assert [doubt.kind for doubt in second.doubts] == [DoubtKind.YEAR_FROM_CONTEXT]


@given(DAYS, LOCALES)
def test_weekday_settles_the_year_near_the_capture(day: date, locale: str) -> None:
    assume(day.year <= 2097)
    text = format_date(day, locale, weekday=True, year=False)
    same = [year for year in range(day.year - 3, day.year + 3) if _weekday_in(year, day) == day.weekday()]
    found = find_dates(text, locale[:2], today=date(day.year + 1, 6, 1))
    assert bool(found) == (len(same) == 1)
    for item in found:
        assert item.value.first == day
        assert [doubt.kind for doubt in item.doubts] == [DoubtKind.YEAR_GUESSED]


def _weekday_in(year: int, day: date) -> int | None:
    try:
        return day.replace(year=year).weekday()
    except ValueError:  # February 29
        return None


@given(DAYS, LOCALES)
def test_month(day: date, locale: str) -> None:
    found = _one_date(format_month(day, locale), locale)
    assert (found.precision, found.iso()) == ("month", f"{day:%Y-%m}")


@given(st.integers(1900, 2090), st.integers(1, 9), LOCALES)
def test_years(first: int, length: int, locale: str) -> None:
    text = f"{first}/{first + length}"
    found = _one_date(format_period(text, locale), locale)
    assert (found.precision, found.iso()) == ("year", text)


@given(DAYS, DAYS, LOCALES)
def test_months(one: date, two: date, locale: str) -> None:
    first, last = sorted([f"{one:%Y-%m}", f"{two:%Y-%m}"])
    found = _one_date(format_period(f"{first}/{last}", locale), locale)
    assert (found.precision, found.iso()) == ("month", first if first == last else f"{first}/{last}")


@given(DAYS, LOCALES)
def test_open_periods(day: date, locale: str) -> None:
    for period in (f"{day:%Y-%m}/..", f"../{day:%Y-%m}", f"{day}/..", f"../{day}", f"{day:%Y}/..", f"../{day:%Y}"):
        assert _one_date(format_period(period, locale), locale).iso() == period.replace("..", "").strip("/")


MOMENTS = st.builds(
    datetime,
    st.integers(1970, 2037),
    st.integers(1, 12),
    st.integers(1, 28),
    st.integers(0, 23),
    st.integers(0, 59),
)
"""Whole minutes of the years for which the zone's rules are the ones known today."""


@given(MOMENTS, st.integers(1, 60 * 10), LOCALES)
def test_times_of_a_day(start: datetime, minutes: int, locale: str) -> None:
    end = start + timedelta(minutes=minutes)
    assume(end.date() == start.date())
    (found,) = find_times(SENTENCES[locale].format(format_time_range(start, end, locale)))
    assert (found.value.start, found.value.end) == (start.time(), end.time())
    assert found.doubts == ()


@given(MOMENTS, st.integers(1, 60 * 10), LOCALES)
def test_day_times_and_zone(start: datetime, minutes: int, locale: str) -> None:
    start = start.replace(tzinfo=TORONTO)
    end = start + timedelta(minutes=minutes)
    assume(end.date() == start.date() and start.hour > 3)  # the hours when clocks change have names of their own
    text = format_when(start, end, locale)
    assert _one_date(text, locale) == DateSpan(start.date(), start.date(), "day")
    (found,) = find_times(text)
    assert moments(_one_date(text, locale), found) == (start, end, ())


@given(MOMENTS, LOCALES)
def test_moment(moment: datetime, locale: str) -> None:
    moment = moment.replace(tzinfo=TORONTO)
    assume(moment.hour > 3)
    text = format_datetime(moment, locale, weekday=True, zone=True)
    (found,) = find_times(text)
    assert moments(_one_date(text, locale), found) == (moment, None, ())


@pytest.mark.parametrize(("locale", "wrong"), [("fr-CA", "HNE"), ("en-CA", "EST")])
def test_winter_word_in_summer(locale: str, wrong: str) -> None:
    start = datetime(2021, 7, 8, 13, tzinfo=TORONTO)
    text = format_datetime(start, locale, zone=True).replace("HAE", wrong).replace("EDT", wrong)
    (clock,) = find_times(text)
    found, _, doubts = moments(_one_date(text, locale), clock)
    assert found == start
    assert [doubt.kind for doubt in doubts] == [DoubtKind.ZONE]
