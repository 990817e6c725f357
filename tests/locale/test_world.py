"""Languages other than French and English: CLDR's habits, digits and plurals; figures for those it does not know."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from babel import localedata
from hypothesis import given
from hypothesis import strategies as st

from newsletter.locale import (
    format_count,
    format_date,
    format_date_range,
    format_datetime,
    format_list,
    format_money,
    format_number,
    format_percent,
    format_period,
    format_when,
    plural_categories,
    typography,
    typography_across,
    upper_first,
    with_commas,
)
from newsletter.locale.bidi import LRM, keep_order
from newsletter.locale.conventions import Figures, conventions_for

MOMENT = datetime(2021, 5, 8, 13, 30, tzinfo=UTC)
LATER = datetime(2021, 5, 8, 15, 0, tzinfo=UTC)
FIRST, LAST, NEXT = date(2021, 5, 7), date(2021, 5, 17), date(2021, 6, 17)


def when(locale: str) -> str:
    return format_when(MOMENT, LATER, locale, tz="America/Toronto").replace("\u00a0", "~")


def days(locale: str, last: date = LAST, *, year: bool = True) -> str:
    return format_date_range(FIRST, last, locale, year=year).replace("\u00a0", "~")


def test_arabic_by_its_country() -> None:
    assert when("ar") == "السبت، 8 مايو 2021، 9:30 ص~– 11:00 ص (UTC−4)"
    assert when("ar-MA") == "السبت، 8 ماي 2021، 09:30~– 11:00 (UTC−4)"
    assert when("ar-EG") == "السبت، ٨ مايو ٢٠٢١، ٩:٣٠ ص~– ١١:٠٠ ص (UTC−4)"
    assert when("ar-EG-u-nu-latn") == when("ar")
    assert format_number(1234.5, "ar-EG") == "١٬٢٣٤٫٥"
    assert format_number(1234.5, "ar-MA") == "1.234,5"
    assert format_percent(0.5, "ar-EG").startswith("٥٠")
    assert "٢٥" in format_money(25, "ar-EG")
    assert format_number(12, "ar-MA-u-nu-arab") == "١٢"


def test_a_range_has_whole_months() -> None:
    assert days("ar") == "7–17 مايو 2021"
    assert days("es") == "7–17 de mayo de 2021"
    assert days("pt") == "7~–~17 de maio de 2021"
    assert days("pt", NEXT, year=False) == "7 de maio~–~17 de junho"
    assert days("ar", date(2022, 1, 3)) == "7 مايو 2021 – 3 يناير 2022"


def test_a_day_without_its_year_has_whole_names() -> None:
    assert format_date(FIRST, "es", weekday=True, year=False) == "viernes, 7 de mayo"
    assert format_date(FIRST, "he", weekday=True, year=False) == "יום שישי, 7 במאי"


@pytest.mark.parametrize("locale", ["oj", "moh", "xx"])
def test_a_language_without_months_has_figures(locale: str) -> None:
    assert when(locale) == "2021-05-08~09:30~– 11:00 (UTC−4)"
    assert days(locale) == "2021-05-07~– 2021-05-17"
    assert format_date(FIRST, locale, weekday=True, year=False) == "2021-05-07"
    assert format_period("2021-04/2021-06", locale) == "2021-04\u00a0– 2021-06"
    assert format_datetime(MOMENT, locale) == "2021-05-08\u00a013:30"


def test_a_list_in_an_unknown_language_has_no_foreign_word() -> None:
    assert format_list(["a", "b", "c"], "oj") == "a, b, c"
    assert format_list(["a", "b", "c"], "es") == "a, b y c"


def test_the_comma_of_a_language() -> None:
    said = {"fr-CA": "a, b", "en": "a, b", "es": "a, b", "oj": "a, b", "ar-MA": "a، b", "fa": "a، b", "ja": "a、b"}
    assert {locale: with_commas(["a", "b"], locale) for locale in said} == said
    assert with_commas(["", "a", ""], "ar") == "a"


def test_plural_categories_are_those_of_counts() -> None:
    assert plural_categories("fr-CA") == plural_categories("en") == plural_categories("es") == ("one", "other")
    assert plural_categories("ar") == ("one", "two", "few", "many", "other")
    assert plural_categories("pl") == ("one", "few", "many")
    assert plural_categories("ja") == plural_categories("oj") == ("other",)


def test_a_count_takes_its_form() -> None:
    forms = {"one": "صفحة واحدة", "two": "صفحتان", "few": "{n} صفحات", "many": "{n} صفحة", "other": "{n} صفحة"}
    said = {n: format_count(n, forms, "ar") for n in (1, 2, 5, 48, 100)}
    assert said == {1: "صفحة واحدة", 2: "صفحتان", 5: "5 صفحات", 48: "48 صفحة", 100: "100 صفحة"}
    assert format_count(3, {"one": "{n} x"}, "en") == "3 x", "a form there is beats none"


@pytest.mark.parametrize("locale", sorted({tag.split("_")[0] for tag in localedata.locale_identifiers()}))
def test_every_language_of_cldr_tells_its_dates(locale: str) -> None:
    texts = [
        when(locale),
        days(locale),
        days(locale, NEXT, year=False),
        days(locale, date(2022, 1, 3)),
        format_date(FIRST, locale, weekday=True, year=False),
        format_date(FIRST, locale, weekday=True),
    ]
    assert all(text.strip() == text and text for text in texts)
    assert not [text for text in texts if "M05" in text or "M06" in text]
    if isinstance(conventions_for(locale), Figures):
        assert texts[-1] == "2021-05-07"


@pytest.mark.parametrize(
    "figures",
    [
        "+1 514 555-0100",
        "514 555-0100",
        "(514) 555-0100",
        "+15145550100",
        "2021-05-08",
        "C++",
        "C#",
        "24@example.org",
    ],
)
def test_figures_keep_their_order(figures: str) -> None:
    kept = LRM + figures.replace(" ", "\u00a0") + LRM
    assert keep_order(f"هاتف: {figures}.") == f"هاتف: {kept}."
    assert keep_order(figures) == kept


@pytest.mark.parametrize(
    "text", ["7–17 مايو 2021", "48 صفحة", "9:30 ص", "صفحات 3-5", "2019–2022", "1,234.5", "PDF, 48"]
)
def test_what_reads_from_the_right_is_left_alone(text: str) -> None:
    assert keep_order(text) == text


def test_a_sentence_begins_with_a_capital_where_there_are_some() -> None:
    said = {"samedi": "Samedi", "ქართული": "ქართული", "العربية": "العربية", "ǆep": "ǅep", "«": "«", "": ""}
    assert {text: upper_first(text) for text in said} == said


def test_typography_of_a_language_from_the_right() -> None:
    phone = "+1 514 555-0100"
    kept = f"{LRM}+1\u00a0514\u00a0555-0100{LRM}"
    assert typography(f"هاتف: {phone}.", "ar") == f"هاتف: {kept}."
    assert LRM not in typography(f"هاتف: {phone}", "fr-CA")
    assert typography("اكتب إلى 2024@example.org أو https://www.example.org/2024-05-08/", "ar").count(LRM) == 0
    pieces = typography_across(["هاتف ", "+1 514 ", "555-0100", "."], "ar")
    assert "".join(pieces) == f"هاتف {kept}."
    assert [piece.replace(LRM, "") for piece in pieces] == ["هاتف ", "+1\u00a0514\u00a0", "555-0100", "."]


@given(st.text(alphabet="+0123456789 -().ابC#\u200e", max_size=40))
def test_order_is_kept_once(text: str) -> None:
    once = keep_order(text)
    assert keep_order(once) == once
    assert once.replace(LRM, "").replace("\u00a0", " ") == text.replace(LRM, "")
