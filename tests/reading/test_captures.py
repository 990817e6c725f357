"""What the readers make of real captures, against the data that people wrote from the same captures.

The captures are looked for in ``../shared/seeds`` beside the checkout, or in ``NEWSLETTER_SEEDS``; where they
are absent, `conftest.py` deselects this module. No title or name stands here: all come from the data.
"""

from __future__ import annotations

import os
import re
from calendar import month_name
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from newsletter.corpus import load_corpus
from newsletter.corpus.reading import (
    DoubtKind,
    Fields,
    find_dates,
    find_yearless_dates,
    read_fields,
    tell_language,
)
from newsletter.models.article import Article

ROOT = Path(__file__).resolve().parents[2]
SEEDS = Path(os.environ.get("NEWSLETTER_SEEDS") or ROOT.parent / "shared" / "seeds")
ARTICLES = [
    article for article in load_corpus(ROOT / "corpus", ROOT)[0].articles.values() if article.data.source.title
]
MONTH = "|".join(month_name[1:])


@dataclass(frozen=True)
class Read:
    """An article of a capture: its data, and what was read."""

    article: Article
    title: str
    text: str
    fields: Fields


@cache
def everything() -> tuple[Read, ...]:
    """Every article of every capture whose title the data gives, once per capture."""
    found = []
    for name in sorted({name for article in ARTICLES for name in article.data.source.captures}):
        here = {
            _plain(article.data.source.title): article
            for article in ARTICLES
            if name in article.data.source.captures
        }
        parts: list[tuple[Article, str, list[str]]] = []
        for line in (SEEDS / name).read_text(encoding="utf-8").splitlines():
            article = here.get(_plain(line))
            if article is not None and not (parts and parts[-1][0] is article):
                parts.append((article, line.strip(), []))
            elif parts:
                parts[-1][2].append(line)
        for article, title, lines in parts:
            text = "\n".join(lines)
            paragraphs = [part for part in re.split(r"\n\s*\n", text) if part.strip()]
            found.append(Read(article, title, text, read_fields(title, paragraphs, "en")))
    return tuple(found)


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text).casefold().strip()


def test_most_articles_are_found() -> None:
    assert len({read.article.slug for read in everything()}) >= 0.9 * len(ARTICLES)


def test_every_day_and_month_with_a_year_is_read() -> None:
    """Recall, against a pattern that knows nothing but names of months and digits."""
    pattern = re.compile(rf"\b(?:{MONTH})\s+\d|\d(?:st|nd|rd|th)?(?:\s+of)?\s+(?:{MONTH})\b")
    missed = []
    for path in sorted(SEEDS.glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        spans = [(found.start, found.end) for found in (*find_dates(text, "en"), *find_yearless_dates(text, "en"))]
        missed += [
            match.group() for match in pattern.finditer(text) if not any(a <= match.start() < b for a, b in spans)
        ]
    assert missed == []


def test_nothing_else_is_read_as_a_date() -> None:
    """Precision: what is read as a day or month holds the name of one, what is read as a year is one."""
    for path in sorted(SEEDS.glob("*.txt")):
        for found in find_dates(path.read_text(encoding="utf-8"), "en"):
            if found.value.precision in ("day", "range", "month"):
                assert re.search(MONTH, found.text)
            assert re.search(r"\b(?:19|20)\d\d\b", found.text) or found.doubts


def test_event_days_and_sessions() -> None:
    for read in everything():
        event = read.article.data.event
        if event is None:
            continue
        assert read.fields.when is not None
        assert (read.fields.when.value.first, read.fields.when.value.last) == (
            event.start.date(),
            event.end.date(),
        )
        if len(event.sessions) < 2:
            assert (read.fields.times[0].value.start, read.fields.times[0].value.end) == (
                event.start.time(),
                event.end.time(),
            )
            continue
        sessions = [found.value for found in read.fields.sessions]
        assert [
            (one.start.replace(tzinfo=None), one.end.replace(tzinfo=None), one.timezone) for one in sessions
        ] == [(one.start, one.end, event.timezone) for one in event.sessions]
        assert [one.languages for one in sessions] == [one.languages for one in event.sessions]
        assert [
            [(person.value.name, person.value.description) for person in one.speakers] for one in sessions
        ] == [
            [(person.name, (person.role or {}).get("en", "")) for person in one.speakers] for one in event.sessions
        ]


def test_titles_of_sessions_where_the_capture_has_them() -> None:
    """One capture has lost the headings of the agenda: there, the missing titles are doubted."""
    agendas = [read for read in everything() if len(read.fields.sessions) > 1]
    titled = [all(found.value.title for found in read.fields.sessions) for read in agendas]
    assert any(titled)
    for read, complete in zip(agendas, titled, strict=True):
        for found in read.fields.sessions:
            kinds = [doubt.kind for doubt in found.doubts]
            assert (DoubtKind.TITLE_MISSING in kinds) is not complete
            assert DoubtKind.ZONE in kinds  # the sources write the winter word in May


def test_deadlines() -> None:
    for read in everything():
        data = read.article.data
        block = data.job or data.call
        if block is not None:
            assert read.fields.deadline is not None
            assert read.fields.deadline.value.day.first == block.deadline
        elif read.fields.deadline is not None:  # of something else than a job or call: the word stands there
            assert "deadline" in read.text.casefold()


def test_days_of_media_and_arrivals_of_people() -> None:
    for read in everything():
        data = read.article.data
        periods = {found.value.iso() for found in read.fields.dates}
        if data.media is not None:
            assert data.media.published.isoformat() in periods
        if data.person is not None and data.person.since is not None:
            assert data.person.since in periods


def test_languages_of_documents() -> None:
    for read in everything():
        block = read.article.data.publication
        if block is not None and read.fields.languages:
            assert read.fields.languages[-1].value.languages == block.languages


def test_language_is_english_throughout() -> None:
    for read in everything():
        assert tell_language(read.text) == "en"
        assert tell_language(read.title) in ("en", None)
    assert sum(tell_language(read.title) == "en" for read in everything()) >= 0.9 * len(everything())


def test_kinds_mostly_agree_with_people() -> None:
    """People decided by what they wanted to say: a study announced is a project to one and a publication to another."""
    first = {read.article.slug: read for read in everything()}
    agreeing = [read.fields.kind.kind is read.article.data.kind for read in first.values()]
    assert sum(agreeing) >= 0.75 * len(agreeing)


@pytest.mark.parametrize("name", sorted(path.name for path in SEEDS.glob("*.txt")))
def test_every_value_stands_where_it_says(name: str) -> None:
    text = (SEEDS / name).read_text(encoding="utf-8")
    fields = read_fields("", [text], "en")
    for group in (fields.dates, fields.times, fields.deadlines, fields.links, fields.emails, fields.organisations):
        assert all(text[found.start : found.end] == found.text for found in group)
