"""Facts of the corpus against the captures they were read from, and sentences that must be our own.

The captures are looked for in ``../shared/seeds`` beside the checkout, or in ``NEWSLETTER_SEEDS``; where they
are absent, `conftest.py` deselects this module. Which lines of them are titles was counted by hand and stands in
`title_lines.yaml`.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path

import pytest

from newsletter.compose.issue_file import issue_ids, load_issue
from newsletter.corpus import load_corpus
from newsletter.models.article import Article
from newsletter.yamlfile import read_yaml

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


def clocks(text: str, language: str) -> set[tuple[int, int]]:
    """Times of day as (hour, minute) of 24 hours."""
    found = set()
    for match in CLOCK[language].finditer(text):
        hour = int(match[1])
        if language == "en":
            hour = hour % 12 + (12 if match[3] == "p" else 0)
        found.add((hour, int(match[2] or 0)))
    return found


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
    return plain(text).removeprefix("the ").replace(" the icpc ", " icpc ")


@dataclass(frozen=True)
class Captured:
    """One article as it stands in one capture: its title line and everything up to the next title."""

    file: str
    line: int
    title: str
    text: str

    def is_titled(self, title: str) -> bool:
        """Captures of one article spell its title a little differently; titles of two articles are far apart."""
        return _nearly_equal(title_key(self.title), title_key(title))


@cache
def _nearly_equal(one: str, other: str) -> bool:
    comparison = SequenceMatcher(None, one, other, autojunk=False)
    return comparison.real_quick_ratio() > 0.9 and comparison.ratio() > 0.9


def _captured() -> Iterator[Captured]:
    document, findings = read_yaml(Path(__file__).with_name("title_lines.yaml"), ROOT)
    assert document is not None, findings
    for file, titles in document.data.items():
        lines = capture(file).splitlines()
        starts = [int(line) for line in titles]
        for start, end in zip(starts, [*starts[1:], len(lines) + 1], strict=True):
            yield Captured(file, start, lines[start - 1], "\n".join(lines[start - 1 : end - 1]))


CAPTURED = tuple(_captured()) if SEEDS.is_dir() else ()


def claimed_by(article: Article) -> list[Captured]:
    title, files = article.data.source.title, article.data.source.captures
    return [part for part in CAPTURED if title and part.file in files and part.is_titled(title)]


def windows(article: Article) -> list[str]:
    """The part of each capture that is about the article, in the order of `source.captures`."""
    found = {part.file: part.text for part in claimed_by(article)}
    for name in article.data.source.captures:
        assert name in found, f"{article.slug}: {name} has no article titled {article.data.source.title!r}"
    return [found[name] for name in article.data.source.captures]


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
    """Numbers in digits and in words; "one" and "un" are articles and pronouns too, and are left out.

    So are hours, which each language writes in its own way: `clocks` compares them.
    """
    text = CLOCK[language].sub(" ", text)
    digits = re.sub(r"(?<=\d)[,\u00a0\s](?=\d{3}\b)", "", text)
    found = {int(number) for number in re.findall(r"(?<![\w.])\d+", digits)}
    words = re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", text.casefold())
    return (found | {NUMBER_OF[language][word] for word in words if word in NUMBER_OF[language]}) - {0, 1}


SECOND_READINGS = {"datajam-2021-call": "datajam-2021-competition"}
"""One text, two articles: a presentation of the contest that also holds the call to enter it, with its deadline."""


def test_captures_hold_as_many_articles_as_were_counted() -> None:
    """Title lines counted by hand; the same article stands in several captures, in slightly different words."""
    assert len(CAPTURED) == 45
    distinct: list[Captured] = []
    for part in CAPTURED:
        assert part.title.strip()
        same = [other for other in distinct if other.is_titled(part.title)]
        assert len(same) <= 1
        assert all(other.file != part.file for other in same)
        distinct += [] if same else [part]
    assert len(distinct) == 37


def test_every_article_of_the_captures_stands_in_the_corpus_once() -> None:
    for part in CAPTURED:
        claims = [article.slug for article in ARTICLES if part in claimed_by(article)]
        first = [slug for slug in claims if slug not in SECOND_READINGS]
        assert len(first) == 1, f"{part.file}:{part.line}: {part.title!r} is claimed by {claims}"
        assert all(SECOND_READINGS[slug] == first[0] for slug in set(claims) - set(first))


@pytest.mark.parametrize("article", ARTICLES, ids=by_slug)
def test_article_names_every_capture_it_stands_in(article: Article) -> None:
    assert article.data.source.title
    stands_in = [part.file for part in CAPTURED if part.is_titled(article.data.source.title)]
    assert list(article.data.source.captures) == stands_in != []
    assert article.data.source.title in {part.title.strip() for part in claimed_by(article)}


@pytest.mark.parametrize("article", ARTICLES, ids=by_slug)
def test_numbers_come_from_the_source(article: Article) -> None:
    known = numbers(window(article), "en") | set(OUR_OWN_NUMBERS.get(article.slug, {}))
    for language in ("fr", "en"):
        used = numbers("\n".join(texts(article, language)), language)
        assert used <= known, f"{language}: {sorted(used - known)} not in the source"


@pytest.mark.parametrize("article", ARTICLES, ids=by_slug)
def test_both_languages_give_the_same_figures(article: Article) -> None:
    def figures(language: str) -> list[str]:
        text = CLOCK[language].sub(" ", "\n".join(texts(article, language)))
        text = re.sub(r"(?<=\d)[,\u00a0](?=\d{3}\b)", "", text)
        return sorted(set(re.findall(r"\d+", text)))

    assert figures("fr") == figures("en")


@pytest.mark.parametrize("article", ARTICLES, ids=by_slug)
def test_hours_are_those_of_the_source_in_both_languages(article: Article) -> None:
    french, english = (clocks("\n".join(texts(article, language)), language) for language in ("fr", "en"))
    assert french == english
    assert french <= clocks(window(article), "en")


def test_hours_are_seen() -> None:
    """Otherwise the comparison above would be of nothing with nothing."""
    launch = CORPUS.articles["datajam-2021-launch"]
    assert clocks("\n".join(texts(launch, "fr")), "fr") == {(13, 0)}
    assert clocks("12:30 p.m., 9 a.m.", "en") == clocks("12\u00a0h\u00a030, 9\u00a0h", "fr") == {(12, 30), (9, 0)}


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


SPELLED_OUT = {"OSCE": "Organization for Security and Co-operation in Europe"}
"""What an abbreviation of a source stands for, where no capture says it."""


def named_in_source(article: Article) -> str:
    """The source, compared as plain text, with its abbreviations spelled out."""
    text = window(article)
    known = [name for short, name in SPELLED_OUT.items() if re.search(rf"\b{short}\b", text)]
    return plain("\n".join([text, *known]))


@pytest.mark.parametrize("article", ARTICLES, ids=by_slug)
def test_names_come_from_the_source(article: Article) -> None:
    source = named_in_source(article)
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
    source = set(re.findall(r"[\w-]+", named_in_source(article)))
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


@pytest.mark.parametrize("article", [a for a in ARTICLES if a.data.event and a is not AGENDA], ids=by_slug)
def test_hours_of_an_event_come_from_the_source(article: Article) -> None:
    assert article.data.event
    source = clocks(window(article), "en")
    for session in article.data.event.sessions:
        assert {(moment.hour, moment.minute) for moment in (session.start, session.end)} <= source


@pytest.mark.parametrize("article", [a for a in ARTICLES if a.data.project or a.data.person], ids=by_slug)
def test_years_of_the_data_come_from_the_source(article: Article) -> None:
    project, person = article.data.project, article.data.person
    since = person.since if person else None
    for text in ((project.period if project else None), since):
        assert set(re.findall(r"\b\d{4}\b", str(text or ""))) <= set(re.findall(r"\b\d{4}\b", window(article)))


@pytest.mark.parametrize("article", [a for a in ARTICLES if a.data.publication], ids=by_slug)
def test_a_document_is_in_the_languages_the_source_gives(article: Article) -> None:
    assert article.data.publication
    assert article.data.publication.languages == ("fr",)
    assert re.search(r"available in french", plain(window(article)))


@pytest.mark.parametrize("article", ARTICLES, ids=by_slug)
def test_addresses_elsewhere_come_from_the_source(article: Article) -> None:
    for link in article.data.links.values():
        for url in (link.url_for("fr"), link.url_for("en")):
            assert url
            assert url.startswith("https://www.example.org/") or url in window(article)


@pytest.mark.parametrize("article", ARTICLES, ids=by_slug)
def test_day_of_publication_is_given_or_accounted_for(article: Article) -> None:
    """Captures are rarely dated: where the day is our choice, the note for editors says how it was made."""
    note = article.data.source.note or ""
    assert re.search(r"\b(published|chosen|dated|undated|the day is ours)\b", note, re.IGNORECASE), note


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
