"""No text crashes a reader, none takes more than linear time, and every value stands where it says it does."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from types import CodeType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.corpus.reading import TITLE, Fields, find_dates, find_yearless_dates, read_fields, tell_language
from newsletter.corpus.reading.contacts import find_emails, find_links, find_phones
from newsletter.corpus.reading.kinds import guess_kind
from newsletter.corpus.reading.sentences import sentences
from newsletter.corpus.reading.speakers import find_speakers_in, speaker_label
from newsletter.corpus.reading.tokens import Tokens

PIECES = st.sampled_from(
    "May 8 , 2021 mai 1er du au to – - / : . ; ( ) [ ] @ https://example.org 10:30 a.m. p.m. 13 h 30 EST HAE deadline until "
    "jusqu’au prolongée Speakers : Séance Session français French only • 1. Centre of the de la (ABC) ABC +1 514 555 0199 "
    "Saturday lundi spring of 2019 été and et , , noon à midi from de \n \n\n \t \u00a0 \u202f \u0301 ᵉʳ İ ß \ud800 \x00 "
    "info@example.org [label]( www.example.com ) 31 June février 99999999999999999999 ٣ ² ½".replace(
        "\n", "\n "
    ).split(" ")
)
TEXTS = st.one_of(
    st.text(max_size=300),
    st.lists(PIECES, max_size=60).map(" ".join),
    st.lists(PIECES, max_size=60).map("".join),
)


def _all_found(fields: Fields) -> list[object]:
    groups = (getattr(fields, name) for name in Fields.__dataclass_fields__)
    found = [item for group in groups if isinstance(group, tuple) for item in group]
    found += [person for session in fields.sessions for person in session.value.speakers]
    found += [item for item in (fields.when, fields.published, *fields.kind.evidence) if item is not None]
    return found


@given(
    TEXTS, st.lists(TEXTS, max_size=4), st.sampled_from(["fr", "en"]), st.sampled_from([None, date(2024, 2, 29)])
)
def test_any_text_is_read_and_every_value_stands_where_it_says(
    title: str, paragraphs: list[str], language: str, today: date | None
) -> None:
    fields = read_fields(title, paragraphs, language, today=today)
    for item in _all_found(fields):
        text = title if item.paragraph == TITLE else paragraphs[item.paragraph]
        assert text[item.start : item.end] == item.text
    assert all(found.value.first <= found.value.last for found in fields.dates)
    assert 0 <= fields.kind.score <= 1
    tell_language(title)


@given(TEXTS)
def test_dates_alone(text: str) -> None:
    for found in (*find_dates(text), *find_yearless_dates(text)):
        assert text[found.start : found.end] == found.text


def _steps(run: Callable[[], object]) -> int:
    """Lines of the readers that `run` executes: a clock that no busy machine disturbs."""
    count = 0

    def trace(frame: object, event: str, _: object) -> object:
        nonlocal count
        code: CodeType = frame.f_code
        if "corpus/reading" not in code.co_filename.replace("\\", "/"):
            return None
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        run()
    finally:
        sys.settrace(before)
    return count


REPEATED = [
    "1 ", "May ", "May 8, ", "8, ", "8 au ", "2021-", "2021-2022-", "1/", "10:", "10:30-", "13 h ", "a.m. ", "( ", "(ABC", "A ", "Centre de la ",
    "(Centre de ", "[", "[a](", "[a](b", "https://", "www.", "a@", "@a.", "a.", "514 ", "+33 1 ", "deadline ", "until ", "deadline May 8. ",
    "Speakers: ", "• Jane Roe, Director, Centre\n", "May 8, 2021, 10:30 a.m.\n", "Monday ", "Monday, the ", "spring of ", "'", "l’", "- ", "–", "\n", "\n\n",
    "French and ", "in French ", "only ", "report ", "x", "é", "\u0301", " ", "\u00a0", "a " * 40 + ". ", "and ", "2021 to ", "May to ", "(2021", "heure de ",
    "call for a ", "new a ", "Ville-", "A-B", "jusqu’", "due ",
]  # fmt: skip


@pytest.mark.parametrize("piece", REPEATED)
def test_twice_the_text_takes_at_most_twice_the_steps(piece: str) -> None:
    size = 300 // len(piece) + 1

    def read(times: int) -> int:
        text = piece * times
        return _steps(lambda: (read_fields(text[:500], [text], "en"), tell_language(text)))

    once, twice = read(size), read(2 * size)
    assert twice <= 2.2 * once + 3000


@pytest.mark.parametrize("piece", REPEATED)
def test_patterns_do_not_explode(piece: str) -> None:
    """What the trace cannot see, the work of regular expressions: thirty thousand characters must come to an end.

    Something quadratic would need 10^9 steps here, which no run of the tests would survive.
    """
    text = piece * (30_000 // len(piece))
    for reader in (find_links, find_emails, find_phones):
        reader(text)
    Tokens(text)
    guess_kind(text, [text], agenda=False, deadlines=False, to_come=False)
    for _, sentence in sentences(text):
        speaker_label(sentence)
        find_speakers_in(sentence, 0)
