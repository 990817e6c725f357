"""Dates as people write them, in both languages; what is no date; and what must be doubted."""

from __future__ import annotations

from datetime import date

import pytest

from newsletter.corpus.reading import DoubtKind, find_dates, find_yearless_dates, read_fields

# (text, what its dates come to)
ENGLISH = [
    ("May 8, 2021", ["2021-05-08"]),
    ("May 8 2021", ["2021-05-08"]),
    ("MAY 8, 2021", ["2021-05-08"]),
    ("may 8, 2021", ["2021-05-08"]),
    ("8 May 2021", ["2021-05-08"]),
    ("8 May, 2021", ["2021-05-08"]),
    ("8th of May, 2021", ["2021-05-08"]),
    ("the 8th of May 2021", ["2021-05-08"]),
    ("May 8th, 2021", ["2021-05-08"]),
    ("October 2nd 2019", ["2019-10-02"]),
    ("March 3rd, 2020", ["2020-03-03"]),
    ("June 21st 2022", ["2022-06-21"]),
    ("Saturday, May 8, 2021", ["2021-05-08"]),
    ("Saturday May 8 2021", ["2021-05-08"]),
    ("Sat., May 8, 2021", ["2021-05-08"]),
    ("Sat 8 May 2021", ["2021-05-08"]),
    ("on Saturday, the 8th of May, 2021", ["2021-05-08"]),
    ("Sept. 3, 2020", ["2020-09-03"]),
    ("Sep 3, 2020", ["2020-09-03"]),
    ("3 Dec. 2020", ["2020-12-03"]),
    ("Jan 31, 2020", ["2020-01-31"]),
    ("8-May-2021", ["2021-05-08"]),
    ("May 8,\n2021", ["2021-05-08"]),
    ("May\u00a08,\u00a02021", ["2021-05-08"]),
    ("**May 8, 2021**", ["2021-05-08"]),
    ("(May 8, 2021)", ["2021-05-08"]),
    ("“May 8, 2021”", ["2021-05-08"]),
    ("Ottawa, May 8, 2021.", ["2021-05-08"]),
    ("May 7-17, 2021", ["2021-05-07/2021-05-17"]),
    ("May 7–17, 2021", ["2021-05-07/2021-05-17"]),
    ("May 7 – 17, 2021", ["2021-05-07/2021-05-17"]),
    ("May 7 to 17, 2021", ["2021-05-07/2021-05-17"]),
    ("May 7 through 17, 2021", ["2021-05-07/2021-05-17"]),
    ("May 7th to May 17th, 2021", ["2021-05-07/2021-05-17"]),
    ("from May 7 to May 17, 2021", ["2021-05-07/2021-05-17"]),
    ("from Friday, May 7 to Monday, May 17, 2021", ["2021-05-07/2021-05-17"]),
    ("March 25-26 2019", ["2019-03-25/2019-03-26"]),
    ("26 – 27 November 2018", ["2018-11-26/2018-11-27"]),
    ("26-27 November 2018", ["2018-11-26/2018-11-27"]),
    ("26 and 27 November 2018", ["2018-11-26/2018-11-27"]),
    ("the 26 and 27 of November 2018", ["2018-11-26/2018-11-27"]),
    ("the 26th and the 27th of November, 2018", ["2018-11-26/2018-11-27"]),
    ("November 26 & 27, 2018", ["2018-11-26/2018-11-27"]),
    ("May 7, 8 and 9, 2021", ["2021-05-07/2021-05-09"]),
    ("May 7, 8, and 9, 2021", ["2021-05-07/2021-05-09"]),
    ("May 7 and 17, 2021", ["2021-05-07", "2021-05-17"]),
    ("May 28 and June 3, 2021", ["2021-05-28", "2021-06-03"]),
    ("28 May – 3 June 2021", ["2021-05-28/2021-06-03"]),
    ("May 28 to June 3, 2021", ["2021-05-28/2021-06-03"]),
    ("December 28 to January 3, 2022", ["2021-12-28/2022-01-03"]),
    ("December 28, 2021, to January 3, 2022", ["2021-12-28/2022-01-03"]),
    ("December 28, 2021 to January 3", ["2021-12-28/2022-01-03"]),
    ("between 4 and 22 October 2021", ["2021-10-04/2021-10-22"]),
    ("between May 4 and June 2, 2021", ["2021-05-04/2021-06-02"]),
    ("between May 2021 and June 2022", ["2021-05/2022-06"]),
    ("in May 2021 and June 2022", ["2021-05", "2022-06"]),
    ("at the end of 2020", ["2020"]),
    ("January 2022", ["2022-01"]),
    ("Jan. 2022", ["2022-01"]),
    ("in May, 2021.", ["2021-05"]),
    ("mid-May 2021", ["2021-05"]),
    ("May to June 2021", ["2021-05/2021-06"]),
    ("May-June 2021", ["2021-05/2021-06"]),
    ("May and June 2021", ["2021-05/2021-06"]),
    ("November 2018 – January 2019", ["2018-11/2019-01"]),
    ("spring of 2019", ["2019-03/2019-05"]),
    ("Summer 2022", ["2022-06/2022-08"]),
    ("fall 2020", ["2020-09/2020-11"]),
    ("Autumn, 2020", ["2020-09/2020-11"]),
    ("winter 2021-2022", ["2021-12/2022-03"]),
    ("2019-2022", ["2019/2022"]),
    ("2019–20", ["2019/2020"]),
    ("from 2015 to 2020", ["2015/2020"]),
    ("between 2019 and 2020", ["2019/2020"]),
    ("since 2018", ["2018"]),
    ("in 2023, and in 2024", ["2023", "2024"]),
    ("the year 2018", ["2018"]),
    ("(2018)", ["2018"]),
    ("2021-05-08", ["2021-05-08"]),
    ("2021-05-08T10:30", ["2021-05-08"]),
    ("2021-05", ["2021-05"]),
    ("2021/05/08", ["2021-05-08"]),
    ("2021-05-07 to 2021-05-17", ["2021-05-07/2021-05-17"]),
    ("2021-05-07/2021-05-17", ["2021-05-07/2021-05-17"]),
    ("12/25/2021", ["2021-12-25"]),
    ("25/12/2021", ["2021-12-25"]),
    ("Saturday, May 8, 2021, 10:30-11:15 a.m.", ["2021-05-08"]),
    ("May 8, 2021 - 10 a.m.", ["2021-05-08"]),
    ("8 mai 2021", ["2021-05-08"]),  # a French date inside of English
]
FRENCH = [
    ("le 8 mai 2021", ["2021-05-08"]),
    ("Le 8 MAI 2021", ["2021-05-08"]),
    ("1er mai 2021", ["2021-05-01"]),
    ("1ᵉʳ mai 2021", ["2021-05-01"]),
    ("le 1\u1d49\u02b3 février 2022", ["2022-02-01"]),
    ("samedi 8 mai 2021", ["2021-05-08"]),
    ("le samedi, 8 mai 2021", ["2021-05-08"]),
    ("Samedi le 8 mai 2021", ["2021-05-08"]),
    ("sam. 8 mai 2021", ["2021-05-08"]),
    ("8 aout 2021", ["2021-08-08"]),
    ("8 août 2021", ["2021-08-08"]),
    ("8 décembre 2021", ["2021-12-08"]),
    ("8 de\u0301cembre 2021", ["2021-12-08"]),
    ("3 sept. 2020", ["2020-09-03"]),
    ("3 févr. 2020", ["2020-02-03"]),
    ("Montréal, le 8 mai 2021 –", ["2021-05-08"]),
    ("d’ici le 8 mai 2021", ["2021-05-08"]),
    ("du 7 au 17 mai 2021", ["2021-05-07/2021-05-17"]),
    ("du 7 mai au 17 mai 2021", ["2021-05-07/2021-05-17"]),
    ("du 1er au 3 mai 2021", ["2021-05-01/2021-05-03"]),
    ("du vendredi 7 au lundi 17 mai 2021", ["2021-05-07/2021-05-17"]),
    ("du vendredi 7 mai au lundi 17 mai 2021", ["2021-05-07/2021-05-17"]),
    ("7-17 mai 2021", ["2021-05-07/2021-05-17"]),
    ("les 26 et 27 novembre 2018", ["2018-11-26/2018-11-27"]),
    ("le 26 et le 27 novembre 2018", ["2018-11-26/2018-11-27"]),
    ("les 7, 8 et 9 mai 2021", ["2021-05-07/2021-05-09"]),
    ("les 7 et 17 mai 2021", ["2021-05-07", "2021-05-17"]),
    ("le 28 mai et le 3 juin 2021", ["2021-05-28", "2021-06-03"]),
    ("du 28 décembre 2021 au 3 janvier 2022", ["2021-12-28/2022-01-03"]),
    ("du 28 décembre au 3 janvier 2022", ["2021-12-28/2022-01-03"]),
    ("du 28 mai jusqu’au 3 juin 2021", ["2021-05-28/2021-06-03"]),
    ("entre le 4 et le 22 octobre 2021", ["2021-10-04/2021-10-22"]),
    ("entre septembre 2022 et août 2023", ["2022-09/2023-08"]),
    ("mai 2021", ["2021-05"]),
    ("Mars 2019", ["2019-03"]),
    ("au mois de mai 2021", ["2021-05"]),
    ("d’avril à juin 2022", ["2022-04/2022-06"]),
    ("de mai à juin 2021", ["2021-05/2021-06"]),
    ("mai et juin 2021", ["2021-05/2021-06"]),
    ("printemps 2019", ["2019-03/2019-05"]),
    ("à l’été 2022", ["2022-06/2022-08"]),
    ("à l’automne de 2020", ["2020-09/2020-11"]),
    ("hiver 2021-2022", ["2021-12/2022-03"]),
    ("de 2015 à 2020", ["2015/2020"]),
    ("entre 2019 et 2020", ["2019/2020"]),
    ("depuis 2018", ["2018"]),
    ("en 2023", ["2023"]),
    ("l’année 2018", ["2018"]),
    ("fin 2018", ["2018"]),
    ("2021-05-08", ["2021-05-08"]),
    ("25/12/2021", ["2021-12-25"]),
    ("25.12.2021", ["2021-12-25"]),
    ("8 mai 2021 à 13 h", ["2021-05-08"]),
    ("le 8 mai 2021, de 10 h à 11 h 15", ["2021-05-08"]),
    ("May 8, 2021", ["2021-05-08"]),  # an English date inside of French
]
NO_DATES = [
    "", " ", "\n\n", "2021", "the 2021 edition", "12 people", "7 to 17 people", "COVID-19", "section 7.2.2019.4", "call 514 555-0199",
    "$2,021", "2021 participants", "in 20210508", "1999/2", "room 2019B", "https://example.org/2021/05/08/page",
    "events.2021-05-08@example.org", "www.example.org/2021-05-08", "May I help you?", "you may 7 times", "We march 8 hours", "mars",
    "Le 7 mars de la rue", "10:30", "13 h 30", "8 h", "in 45000", "1899-01-01x", "#2021", "2 020", "20 000 people", "3.5.1",
    "Monday", "lundi", "spring", "au printemps", "ISO 8601-2", "the second of May Street", "ratio 3/4", "No. 12, May Street",
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), ENGLISH, ids=lambda value: value if isinstance(value, str) else "")
@pytest.mark.parametrize("frame", ["{}", "We meet {} and go on.", "When: {}\nWhere: here"])
@pytest.mark.parametrize("language", ["en", None])
def test_english(text: str, expected: list[str], frame: str, language: str | None) -> None:
    sentence = frame.format(text)
    found = find_dates(sentence, language)
    assert [item.value.iso() for item in found] == expected
    assert all(sentence[item.start : item.end] == item.text for item in found)


@pytest.mark.parametrize(("text", "expected"), FRENCH, ids=lambda value: value if isinstance(value, str) else "")
@pytest.mark.parametrize("frame", ["{}", "Rencontre {} et ensuite.", "Quand : {}\nOù : ici"])
@pytest.mark.parametrize("language", ["fr", None])
def test_french(text: str, expected: list[str], frame: str, language: str | None) -> None:
    sentence = frame.format(text)
    found = find_dates(sentence, language)
    assert [item.value.iso() for item in found] == expected
    assert all(sentence[item.start : item.end] == item.text for item in found)


@pytest.mark.parametrize("text", NO_DATES)
@pytest.mark.parametrize("language", ["fr", "en", None])
def test_no_date(text: str, language: str | None) -> None:
    assert find_dates(text, language) == ()


@pytest.mark.parametrize(
    ("text", "precision"),
    [
        ("May 8, 2021", "day"), ("May 7-8, 2021", "range"), ("May 2021", "month"), ("May-June 2021", "month"),
        ("summer 2021", "season"), ("in 2021", "year"), ("2019-2021", "year"), ("2021-05-08", "day"), ("2021-05", "month"),
    ],
)  # fmt: skip
def test_precision(text: str, precision: str) -> None:
    assert [found.value.precision for found in find_dates(text)] == [precision]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Monday 20 November", (11, 20, 0)), ("on October 27th,", (10, 27, None)), ("1er mai", (5, 1, None)), ("le lundi 20 novembre", (11, 20, 0)),
        ("In June,", (6, None, None)), ("en juin,", (6, None, None)), ("throughout the month of June:", (6, None, None)),
        ("au mois d’août", (8, None, None)), ("Thursday, April 29.", (4, 29, 3)), ("du 7 au 17 mai", (5, 7, None)),
    ],
)  # fmt: skip
def test_year_missing(text: str, expected: tuple[int, int | None, int | None]) -> None:
    (found,) = find_yearless_dates(text)
    assert (found.value.month, found.value.day, found.value.weekday) == expected
    assert [doubt.kind for doubt in found.doubts] == [DoubtKind.YEAR_MISSING]
    assert find_dates(text) == ()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Saturday, May 9, 2021", DoubtKind.WEEKDAY), ("dimanche 8 mai 2021", DoubtKind.WEEKDAY), ("from Friday, May 7 to Friday, May 17, 2021", DoubtKind.WEEKDAY),
        ("08/05/2021", DoubtKind.AMBIGUOUS), ("8.5.2021", DoubtKind.AMBIGUOUS), ("May 17-7, 2021", DoubtKind.BACKWARDS),
    ],
)  # fmt: skip
def test_doubted(text: str, kind: DoubtKind) -> None:
    (found,) = find_dates(text)
    assert [doubt.kind for doubt in found.doubts] == [kind]


@pytest.mark.parametrize(
    "text", ["June 31, 2021", "31 juin 2021", "February 29, 2021", "2021-02-30", "le 30 février 2020"]
)
def test_not_in_the_calendar(text: str) -> None:
    (found,) = find_yearless_dates(text)
    assert [doubt.kind for doubt in found.doubts] == [DoubtKind.NOT_IN_CALENDAR]
    assert find_dates(text) == ()


@pytest.mark.parametrize("text", ["You may 7 times", "we march 8 strong", "in 8 march steps"])
def test_verbs_are_no_months(text: str) -> None:
    assert find_yearless_dates(text, "en") == ()
    assert find_dates(text, "en") == ()


def test_same_in_both_readings_is_not_ambiguous() -> None:
    (found,) = find_dates("05/05/2021")
    assert found.doubts == ()


def test_slashes_are_read_as_the_language_writes_them() -> None:
    assert find_dates("08/05/2021", "fr")[0].value.first == date(2021, 5, 8)
    assert find_dates("08/05/2021", "en")[0].value.first == date(2021, 8, 5)


def test_two_years_in_the_text_settle_nothing() -> None:
    text = "On May 8, 2020 and on May 8, 2021 we met. On June 3 we meet again."
    (found,) = find_yearless_dates(text, "en")
    assert found.text == "June 3"


def test_the_dates_of_the_same_paragraph_settle_more_than_others() -> None:
    paragraphs = ["We met on May 8, 2020.", "We meet on May 8, 2021. Tell us by April 30."]
    fields = read_fields("Meeting", paragraphs, "en")
    assert [found.value.iso() for found in fields.dates] == ["2020-05-08", "2021-05-08", "2021-04-30"]


def test_a_bare_year_settles_only_what_stands_beside_it() -> None:
    assert [found.value.iso() for found in read_fields("Review of 2021", ["In June, we met."], "en").dates] == [
        "2021",
        "2021-06",
    ][1:]
    assert [
        found.value.iso() for found in read_fields("Review", ["The 2021 edition began in June."], "en").dates
    ] == ["2021-06"]
    assert [
        found.text for found in read_fields("Review", ["EXO began in 1985.", "In June, we met."], "en").dates
    ] == ["1985"]
    assert [
        found.value.iso()
        for found in read_fields("Review", ["The 2021 edition.", "On Tuesday, June 8, we met."], "en").dates
    ] == ["2021-06-08"]


def test_a_weekday_chooses_among_the_years_of_the_text() -> None:
    text = "On May 8, 2020 and on May 8, 2021 we met. On Thursday, June 3, we meet again."
    assert [found.value.iso() for found in find_dates(text, "en")] == ["2020-05-08", "2021-05-08", "2021-06-03"]


def test_a_weekday_that_fits_no_year_of_the_text_settles_nothing() -> None:
    text = "We met on May 8, 2021. On Monday, June 3, we meet again."
    assert [found.value.iso() for found in find_dates(text, "en")] == ["2021-05-08"]
    assert len(find_yearless_dates(text, "en")) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("le 30 juin prochain", "2022-06-30"), ("le 30 mars prochain", "2023-03-30"), ("next June 30", "2022-06-30"), ("le 30 juin dernier", "2021-06-30"),
        ("last March 30", "2022-03-30"), ("en mai prochain", "2022-05"), ("on Monday, April 11", "2022-04-11"), ("le mardi 29 mars", "2022-03-29"),
    ],
)  # fmt: skip
def test_the_day_of_the_capture_settles_what_the_text_says_relative_to_it(text: str, expected: str) -> None:
    (found,) = find_dates(text, today=date(2022, 4, 8))
    assert found.value.iso() == expected
    assert [doubt.kind for doubt in found.doubts] == [DoubtKind.YEAR_GUESSED]
    assert find_dates(text) == ()


def test_a_year_settled_by_the_capture_counts_for_the_other_dates() -> None:
    fields = read_fields(
        "Meeting of April 14",
        ["We meet on Thursday, April 14. Tell us by April 11."],
        "en",
        today=date(2022, 4, 8),
    )
    assert [found.value.iso() for found in fields.dates] == ["2022-04-14", "2022-04-14", "2022-04-11"]
    assert {doubt.kind for found in fields.dates for doubt in found.doubts} == {DoubtKind.YEAR_GUESSED}


def test_the_day_of_the_capture_alone_settles_nothing() -> None:
    assert find_dates("on June 30", today=date(2022, 4, 8)) == ()
