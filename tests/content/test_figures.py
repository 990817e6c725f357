"""Numbers, days and hours in our sentences: those of the source, and the same in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from newsletter.corpus import load_corpus
from newsletter.models.article import Article

ROOT = Path(__file__).resolve().parents[2]
CORPUS, _ = load_corpus(ROOT / "corpus", ROOT)
ARTICLES = list(CORPUS.articles.values())
LANGUAGES = ("fr", "en")

OUR_OWN_NUMBERS: dict[str, dict[int, str]] = {
    # slug: number -> why it is right although the source does not say it
    "agglomeration-crime-report": {6: "years from 2015 to 2020"},
    "crime-observatories-conference-2023": {2: "organizers named", 4: "panellists named"},
    "datajam-2021-launch": {3: "aims listed in our text"},
    "datajam-2021-open-sessions": {9: "sessions listed"},
    "oas-trafficking-meeting-2024": {3: "themes listed in our text"},
    "osce-counter-terrorism-conference": {3: "subjects listed in our text"},
    "raps-meeting-2023": {2: "guests named"},
    "sex-trafficking-victims-report": {2: "decades from 2000 to 2019"},
}
WORDS = {
    "en": "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty",
    "fr": "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept "
    "dix-huit dix-neuf vingt",
}
NUMBER_OF = {
    language: {word: number for number, word in enumerate(words.split())} for language, words in WORDS.items()
}
CLOCK = {
    "fr": re.compile(r"(?<!\d)(\d\d?)\u00a0h(?:\u00a0(\d\d))?(?!\w)"),
    "en": re.compile(r"(?<!\d)(\d\d?)(?::(\d\d))?[ \u00a0]([ap])\.?m\b\.?"),
}
MONTHS = {
    "en": ("January February March April May June July August September October November December"),
    "fr": ("janvier février mars avril mai juin juillet août septembre octobre novembre décembre"),
}
MONTH_OF = {
    language: {name: number for number, name in enumerate(names.split(), start=1)}
    for language, names in MONTHS.items()
}
DAY = {
    "en": re.compile(
        rf"\b(?P<month>{'|'.join(MONTH_OF['en'])}) (?P<one>\d\d?)(?: (?:and|to) (?P<two>\d\d?))?(?!\d)"
    ),
    "fr": re.compile(
        r"(?<!\d)(?:(?P<one>\d\d?)(?:er)? (?:et|au) )?(?P<two>\d\d?)(?:er)?[ \u00a0]"
        rf"(?P<month>{'|'.join(MONTH_OF['fr'])})\b"
    ),
}


def by_slug(article: Article) -> str:
    return article.slug


def joined(text: str) -> str:
    """Thousands without their separator."""
    return re.sub(r"(?<=\d)[,\u00a0\s](?=\d{3}\b)", "", text)


def numbers(text: str, language: str) -> set[int]:
    """Numbers in digits and in words; "one" and "un" are articles and pronouns too, and are left out.

    So are hours, which each language writes in its own way: `clocks` compares them.
    """
    text = CLOCK[language].sub(" ", text)
    found = {int(number) for number in re.findall(r"(?<![\w.])\d+", joined(text))}
    words = re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", text.casefold())
    return (found | {NUMBER_OF[language][word] for word in words if word in NUMBER_OF[language]}) - {0, 1}


def clocks(text: str, language: str) -> set[tuple[int, int]]:
    """Times of day as (hour, minute) of 24 hours."""
    found = set()
    for match in CLOCK[language].finditer(text):
        hour = int(match[1])
        if language == "en":
            hour = hour % 12 + (12 if match[3] == "p" else 0)
        found.add((hour, int(match[2] or 0)))
    return found


def days(text: str, language: str) -> set[tuple[int, int]]:
    """Days named in a text of ours, as (month, day); `April 20 to 27` names two."""
    return {
        (MONTH_OF[language][found["month"]], int(day))
        for found in DAY[language].finditer(text)
        for day in (found["one"], found["two"])
        if day
    }


def days_of_source(text: str) -> set[tuple[int, int]]:
    """Days a capture names, whichever way: every number of one or two digits close to the name of a month."""
    found = set()
    for match in re.finditer("|".join(MONTH_OF["en"]), text):
        around = f"{text[max(0, match.start() - 12) : match.start()]} {text[match.end() : match.end() + 12]}"
        found |= {(MONTH_OF["en"][match[0]], int(day)) for day in re.findall(r"(?<!\d)\d\d?(?!\d)", around)}
    return found


@pytest.mark.parametrize("article", ARTICLES, ids=by_slug)
def test_numbers_come_from_the_source(captures, prose, article):
    known = numbers(captures.window(article), "en") | set(OUR_OWN_NUMBERS.get(article.slug, {}))
    for language in LANGUAGES:
        used = numbers(prose(article, language), language)
        assert used <= known, f"{language}: {sorted(used - known)} not in the source"


@pytest.mark.parametrize("article", ARTICLES, ids=by_slug)
def test_both_languages_give_the_same_figures(prose, article):
    def figures(language: str) -> list[str]:
        text = joined(CLOCK[language].sub(" ", prose(article, language)))
        return sorted(set(re.findall(r"\d+", text)))

    assert figures("fr") == figures("en")


@pytest.mark.parametrize("article", ARTICLES, ids=by_slug)
def test_hours_are_those_of_the_source_in_both_languages(captures, prose, article):
    french, english = (clocks(prose(article, language), language) for language in LANGUAGES)
    assert french == english
    assert french <= clocks(captures.window(article), "en")


@pytest.mark.parametrize("article", ARTICLES, ids=by_slug)
def test_days_are_those_of_the_source_in_both_languages(captures, prose, article):
    french, english = (days(prose(article, language), language) for language in LANGUAGES)
    assert french == english
    assert french <= days_of_source(captures.window(article))


def test_hours_and_days_are_seen(prose):
    """Otherwise the comparisons above would be of nothing with nothing."""
    launch = CORPUS.articles["datajam-2021-launch"]
    assert clocks(prose(launch, "fr"), "fr") == {(13, 0)}
    assert clocks("12:30 p.m., 9 a.m.", "en") == clocks("12\u00a0h\u00a030, 9\u00a0h", "fr") == {(12, 30), (9, 0)}
    assert days("du 20 au 27\u00a0avril 2020, puis le 1er\u00a0mai", "fr") == {(4, 20), (4, 27), (5, 1)}
    assert days("April 20 to 27, 2020, then May 1; in May 2021", "en") == {(4, 20), (4, 27), (5, 1)}
    assert sum(bool(days(prose(article, "fr"), "fr")) for article in ARTICLES) > 15


@pytest.mark.parametrize(
    "article",
    [
        article
        for article in ARTICLES
        if article.data.event and article.slug != "datajam-2021-open-sessions"  # see test_agenda.py
    ],
    ids=by_slug,
)
def test_hours_of_an_event_come_from_the_source(captures, article):
    source = clocks(captures.window(article), "en")
    for session in article.data.event.sessions:
        assert {(moment.hour, moment.minute) for moment in (session.start, session.end)} <= source


@pytest.mark.parametrize("article", [a for a in ARTICLES if a.data.project or a.data.person], ids=by_slug)
def test_years_of_the_data_come_from_the_source(captures, article):
    project, person = article.data.project, article.data.person
    year = re.compile(r"\b\d{4}\b")
    for text in (project.period if project else None, person.since if person else None):
        assert set(year.findall(str(text or ""))) <= set(year.findall(captures.window(article)))
