"""Where sentences end, and where they only seem to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.corpus.reading.sentences import lines, sentences


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("One. Two! Three?", 3), ("At 5 p.m. we meet. Come.", 2), ("It starts at 5 p.m. Come.", 2), ("Dr. Roe met Mme. Roy.", 1), ("On Sept. 3, 2020.", 1), ("approx. three of them", 1),
        ("J. Q. Public wrote. He did.", 2), ("« Oui. » Non.", 2), ("One\n\nTwo", 2), ("Wrapped\nline", 1), ("List:\n• one\n• two", 3), ("", 0), ("  \n ", 0), ("https://example.org/a.b c", 1),
    ],
)  # fmt: skip
def test_sentences(text: str, count: int) -> None:
    found = list(sentences(text))
    assert len(found) == count
    assert all(text[start : start + len(sentence)] == sentence for start, sentence in found)


@given(st.text(alphabet="aA. !?\n•-–p.m", max_size=80))
def test_nothing_is_lost(text: str) -> None:
    assert "".join("".join(sentence.split()) for _, sentence in sentences(text)) == "".join(text.split())


@given(st.text(alphabet="ab \n\r\u2028", max_size=60))
def test_lines_stand_where_they_say(text: str) -> None:
    assert all(text[start : start + len(line)] == line for start, line in lines(text))
