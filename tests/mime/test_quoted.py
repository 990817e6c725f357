"""Pieces of quoted-printable: they decode to the text, and joining them needs no look at their bytes."""

from __future__ import annotations

import quopri

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsletter.mime.quoted import encode_text, encode_value

texts = st.text(st.characters(codec="utf-8"), max_size=400)
long_texts = st.builds(lambda text, times: text * times, texts, st.integers(1, 12))


def decoded(piece: bytes) -> str:
    return quopri.decodestring(piece.replace(b"\r\n", b"\n")).decode("utf-8")


def with_lf(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


@given(st.lists(long_texts, max_size=5))
@example([".", ".x", "a" * 75 + ".", "From here", "x \n", "\t\n"])
@example(["é" * 40, "=" * 26, "a" * 74 + "é", "a" * 76, "a" * 76 + "\n", "a" * 75 + " \n"])
def test_pieces_side_by_side_decode_to_their_texts(parts: list[str]) -> None:
    joined = b"".join(encode_text(part) for part in parts)
    assert decoded(joined) == "".join(with_lf(part) for part in parts)
    assert joined.isascii()
    assert joined == b"" or joined.endswith(b"\r\n")
    for line in joined.split(b"\r\n"):
        assert len(line) <= 76
        assert b"\r" not in line
        assert b"\n" not in line
        assert not line.startswith((b".", b"From "))
        assert not line.endswith((b" ", b"\t"))


@given(long_texts)
def test_each_line_alone_is_whole_characters(text: str) -> None:
    for line in encode_text(text).split(b"\r\n"):
        quopri.decodestring(line.removesuffix(b"=")).decode("utf-8")


@given(st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=200))
def test_the_quick_way_gives_the_same_bytes(value: str) -> None:
    assert encode_value(value) == encode_text(value)


@pytest.mark.parametrize("value", ["x" * 75, "x" * 76, ".dot", "From me", " ", "a=b", "", "~", "tab\t"])
def test_the_quick_way_at_its_edges(value: str) -> None:
    assert encode_value(value) == encode_text(value)


@given(long_texts)
def test_nothing_encoded_can_look_like_a_boundary(text: str) -> None:
    assert b"=_" not in encode_text(text)


def test_nothing_is_written_for_nothing() -> None:
    assert encode_text("") == b""
    assert encode_text("a\n") == b"a\r\n"
    assert encode_text("a") == b"a=\r\n"


def test_a_long_line_is_encoded_in_linear_time() -> None:
    assert decoded(encode_text("é<p>" * 100_000)) == "é<p>" * 100_000
