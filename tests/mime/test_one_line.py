"""`one_line`: what keeps names and subjects harmless wherever they stand."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.models.text import one_line

FORBIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}


@given(st.text(st.characters(), max_size=200), st.none() | st.integers(2, 120))
def test_nothing_harmful_is_left(text: str, limit: int | None) -> None:
    line = one_line(text, limit)
    assert (
        not {unicodedata.category(char) for char in line.replace("\u200c", "").replace("\u200d", "")} & FORBIDDEN
    )
    assert unicodedata.is_normalized("NFC", line)
    assert "  " not in line
    assert line == line.strip()
    assert limit is None or len(line) <= limit
    assert one_line(line, limit) == line
    line.encode("utf-8")


@given(st.text("abc éàœŁễ’.,'\"&<>", max_size=60))
def test_ordinary_text_stays(text: str) -> None:
    assert one_line(text) == " ".join(text.split())


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("A\r\nBcc: b@example.org", "A Bcc: b@example.org"),
        ("Infolettre\u00a0: mai", "Infolettre\u00a0: mai"),
        ("13\u202fh", "13\u202fh"),
        ("\u202egnp.exe", "gnp.exe"),
        ("a\u2028b\u0085c", "a b c"),
        ("Zoe\u0301", "Zoé"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("a \x00 b", "a b"),
    ],
)
def test_by_example(text: str, line: str) -> None:
    assert one_line(text) == line


def test_what_is_cut_ends_with_an_ellipsis() -> None:
    assert one_line("x" * 101, 100) == "x" * 99 + "…"
    assert one_line("x" * 100, 100) == "x" * 100
    assert one_line("\0" * 10_000_000 + "x", 100) == ""
