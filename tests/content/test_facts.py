"""Facts of the corpus against the captures they were read from, and sentences that must be our own.

The captures are looked for in ``../shared/seeds`` beside the checkout, or in ``NEWSLETTER_SEEDS``; where they
are absent, `conftest.py` deselects this module.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

import pytest

from newsletter.compose.issue_file import issue_ids, load_issue
from newsletter.corpus import load_corpus
from newsletter.models.article import Article

ROOT = Path(__file__).resolve().parents[2]
SEEDS = Path(os.environ.get("NEWSLETTER_SEEDS") or ROOT.parent / "shared" / "seeds")
CORPUS, _ = load_corpus(ROOT / "corpus", ROOT)
ARTICLES = list(CORPUS.articles.values())
AGENDA = CORPUS.articles["datajam-2021-open-sessions"]

LONGEST_RUN = 12
"""Words in a row that no sentence of ours may share with a capture; names and titles are shorter."""

OUR_OWN_NUMBERS: dict[str, dict[int, str]] = {
    # slug: number -> why it is right although the source does not say it
    "agglomeration-crime-report": {6: "years from 2015 to 2020"},
    "crime-observatories-conference-2023": {2: "organizers named", 4: "panellists named"},
    "datajam-2021-open-sessions": {9: "sessions listed"},
    "oas-trafficking-meeting-2024": {3: "themes listed in our text"},
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


def by_slug(article: Article) -> str:
    return article.slug


@cache
def capture(name: str) -> str:
    text = (SEEDS / name).read_text(encoding="utf-8")
    return text.replace("articleHomicides", "article “Homicides")  # a quotation mark lost in the capture


def plain(text: str) -> str:
    """For comparing: no accents, straight quotes, single spaces, lower case, one spelling of what varies."""
    text = unicodedata.normalize("NFKD", text)
    text = "".join(char for char in text if not unicodedata.combining(char))
    text = re.sub("[’‘]", "'", text).casefold()
    text = re.sub(r"[\s\u00a0]+", " ", text)
    return re.sub("[“”]", '"', text).replace("neighborhood", "neighbourhood").strip()


def title_key(text: str) -> str:
    """Captures of one article differ in "The ICPC ..." and "ICPC ..."."""
    return plain(text).removeprefix("the ")


TITLES = {title_key(article.data.source.title) for article in ARTICLES if article.data.source.title}


def windows(article: Article) -> list[str]:
    """The part of each capture that is about the article: from its title to the next title we know of."""
    assert article.data.source.title
    wanted = title_key(article.data.source.title)
    found = []
    for name in article.data.source.captures:
        taken: list[str] | None = None
        for line in capture(name).splitlines():
            key = title_key(line)
            if taken is None and key == wanted:
                taken = []
            elif taken and key in TITLES and key != wanted:
                break
            if taken is not None:
                taken.append(line)
        assert taken is not None, f"{article.slug}: {name} has no article titled {article.data.source.title!r}"
        found.append("\n".join(taken))
    return found


def window(article: Article) -> str:
    return "\n".join(windows(article))


def texts(article: Article, language: str) -> Iterator[str]:
    translation = article.translations[language]
    yield translation.data.title
    yield translation.data.summary
    yield translation.body
    for session in article.data.event.sessions if article.data.event else ():
        yield session.title[language]
        if session.summary:
            yield session.summary[language]


def numbers(text: str, language: str) -> set[int]:
    """Numbers in digits and in words; "one" and "un" are articles and pronouns too, and are left out."""
    digits = re.sub(r"(?<=\d)[,\u00a0\s](?=\d{3}\b)", "", text)
    found = {int(number) for number in re.findall(r"(?<![\w.])\d+", digits)}
    words = re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", text.casefold())
    return (found | {NUMBER_OF[language][word] for word in words if word in NUMBER_OF[language]}) - {0, 1}


@pytest.mark.parametrize("article", ARTICLES, ids=by_slug)
def test_source_title_stands_in_every_capture(article: Article) -> None:
    assert len(windows(article)) == len(article.data.source.captures) >= 1


@pytest.mark.parametrize("article", ARTICLES, ids=by_slug)
def test_numbers_come_from_the_source(article: Article) -> None:
    known = numbers(window(article), "en") | set(OUR_OWN_NUMBERS.get(article.slug, {}))
    for language in ("fr", "en"):
        used = numbers("\n".join(texts(article, language)), language)
        assert used <= known, f"{language}: {sorted(used - known)} not in the source"


@pytest.mark.parametrize("article", ARTICLES, ids=by_slug)
def test_both_languages_give_the_same_figures(article: Article) -> None:
    def figures(language: str) -> list[str]:
        text = re.sub(r"(?<=\d)[,\u00a0](?=\d{3}\b)", "", "\n".join(texts(article, language)))
        return sorted(set(re.findall(r"\d+", text)))

    assert figures("fr") == figures("en")


def names(article: Article) -> Iterator[str]:
    """Every proper name in the shared data, as the source would have it: in English."""
    data = article.data
    for value in (*data.organisations, *data.places, *(data.project.partners if data.project else ())):
        yield value if isinstance(value, str) else value["en"]
    for session in data.event.sessions if data.event else ():
        for speaker in session.speakers:
            yield speaker.name
    if data.person:
        yield data.person.name
    if data.job and data.job.contact:
        yield data.job.contact
    if data.media:
        yield data.media.outlet
        yield data.media.title


@pytest.mark.parametrize("article", ARTICLES, ids=by_slug)
def test_names_come_from_the_source(article: Article) -> None:
    source = plain(window(article))
    for name in names(article):
        parts = [name] if _stands_in(source, name) else re.split(r"[(),]", name)
        for part in parts:
            known = not part.strip() or part == "funding" or _stands_in(source, part)
            assert known, f"{part!r} of {name!r} is not in the source"


def _stands_in(source: str, name: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(plain(name))}(?!\w)", source) is not None


NOT_NAMES = {
    "ICPC",
    "ICPC’s",
    "Canada’s",
    "Quebec",
    "Quebec’s",
    "Franco-Quebec",
    "French",
    "English",
    "Montréal-Nord",
}
"""Capitals that are ours: the organisation, spellings, languages."""


@pytest.mark.parametrize("article", ARTICLES, ids=by_slug)
def test_names_in_english_sentences_come_from_the_source(article: Article) -> None:
    source = set(re.findall(r"[\w-]+", plain(window(article))))
    for text in texts(article, "en"):
        for word in _capitalised_inside_sentences(text):
            parts = re.findall(r"[\w-]+", re.sub(r"['’]s$", "", word))
            known = word in NOT_NAMES or all(plain(part) in source for part in parts)
            assert known, f"{word!r} in {text!r} is not in the source"


def _capitalised_inside_sentences(text: str) -> list[str]:
    start = r"(?:^|[.?!:]\s+|\n|- \*{0,2}|[“(])"
    without_first_words = re.sub(rf"({start})[^\W\d_][\w’'-]*", r"\1", text, flags=re.MULTILINE)
    return re.findall(r"(?<![\w’'-])[A-ZÀ-Þ][\w’'-]+", without_first_words)


def dates(article: Article) -> Iterator[date]:
    data = article.data
    if data.job:
        yield data.job.deadline
    if data.call:
        yield data.call.deadline
    if data.media:
        yield data.media.published
    for session in data.event.sessions if data.event else ():
        yield session.start.date()


@pytest.mark.parametrize("article", [a for a in ARTICLES if any(dates(a))], ids=by_slug)
def test_dates_come_from_the_source(article: Article) -> None:
    for day in dates(article):
        assert f"{day:%B} {day.day}, {day.year}" in window(article)


@dataclass(frozen=True)
class AgendaEntry:
    """One session as a capture lists it."""

    start: datetime
    end: datetime
    languages: frozenset[str]
    speakers: tuple[tuple[str, str], ...]


_HEAD = re.compile(r"Saturday, May (\d), 2021, (.+) \(EST\) – Session in (.+)")
_CLOCK = re.compile(r"(\d+):(\d\d)")


def _instant(day: int, text: str) -> datetime:
    """Sessions run from 10:30 in the morning: an hour below 8 is in the afternoon."""
    match = _CLOCK.search(text)
    assert match
    hour = int(match[1])
    return datetime(2021, 5, day, hour + 12 if hour < 8 else hour, int(match[2]))  # noqa: DTZ001 local time


def agenda(text: str) -> list[AgendaEntry]:
    entries: list[AgendaEntry] = []
    for block in re.split(r"(?=^Saturday, May)", text, flags=re.MULTILINE)[1:]:
        head = _HEAD.match(block)
        assert head, block[:80]
        first, last = re.split("[-–]", head[2])
        spoken = frozenset(
            {"French": "fr", "English": "en"}[word] for word in re.findall("French|English", head[3])
        )
        people = re.findall(
            r"^\s*• (?!Speaker:)([^,]+), (.+?)\.?$", block.replace("• Speaker:\n", ""), re.MULTILINE
        )
        entries.append(
            AgendaEntry(_instant(int(head[1]), first), _instant(int(head[1]), last), spoken, tuple(people))
        )
    return entries


@pytest.mark.parametrize("name", AGENDA.data.source.captures)
def test_open_sessions_are_those_of_the_agenda(name: str) -> None:
    """Day, hour, languages, speakers and roles of every session, in the order of the capture."""
    assert AGENDA.data.event
    text = windows(AGENDA)[AGENDA.data.source.captures.index(name)]
    expected = agenda(text)
    assert len(expected) == 9
    ours = [
        AgendaEntry(
            session.start,
            session.end,
            frozenset(session.languages),
            tuple((speaker.name, (speaker.role or {})["en"]) for speaker in session.speakers),
        )
        for session in AGENDA.data.event.sessions
    ]
    assert ours == expected


def test_weekdays_are_those_of_the_calendar() -> None:
    """The source calls May 9, 2021 a Saturday; what we print is computed from the date."""
    assert AGENDA.data.event
    weekdays = {session.start.strftime("%A") for session in AGENDA.data.event.sessions}
    assert weekdays == {"Saturday", "Sunday"}
    assert AGENDA.data.event.timezone == "America/Toronto"


def test_first_deadline_was_extended() -> None:
    call = CORPUS.articles["datajam-2021-call"].data.call
    assert call
    assert "extended to May 3, 2021" in window(CORPUS.articles["datajam-2021-call"])
    assert call.deadline == date(2021, 5, 3)


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+(?:['-][^\W_]+)*", plain(text))


@cache
def capture_runs() -> frozenset[tuple[str, ...]]:
    return frozenset(run for path in SEEDS.glob("*.txt") for run in _runs(path.read_text(encoding="utf-8")))


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    words = _words(text)
    yield from (tuple(words[i : i + LONGEST_RUN]) for i in range(len(words) - LONGEST_RUN + 1))


def _copied(written: Iterable[str]) -> list[str]:
    return [" ".join(run) for text in written for run in _runs(text) if run in capture_runs()]


@pytest.mark.parametrize("article", ARTICLES, ids=by_slug)
def test_sentences_are_our_own(article: Article) -> None:
    for language in ("fr", "en"):
        assert _copied(texts(article, language)) == []


@pytest.mark.parametrize("name", issue_ids(ROOT / "issues", ROOT))
def test_sentences_of_the_issues_are_our_own(name: str) -> None:
    text = (ROOT / "issues" / f"{name}.yaml").read_text(encoding="utf-8")
    assert _copied([text]) == []
    issue, _ = load_issue(ROOT / "issues" / f"{name}.yaml", ROOT)
    assert issue


def test_the_comparison_sees_a_copy() -> None:
    """A capture compared with itself is all copy: the test above is not blind."""
    assert _copied([window(AGENDA)])


def test_no_address_of_the_captures_is_ours() -> None:
    real = {
        found
        for path in SEEDS.glob("*.txt")
        for found in re.findall(r"[\w.+-]+@[\w.-]+\w", path.read_text("utf-8"))
    }
    assert real
    for file in [*ROOT.glob("corpus/*/*"), *ROOT.glob("issues/*.yaml"), ROOT / "newsletter.yaml"]:
        text = file.read_text(encoding="utf-8")
        assert not any(address in text for address in real), file.name
