"""Encodings told, mojibake and entities repaired, what is no text refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.corpus.importing.decoding import NotText, decode, fold_spaces, plain_spaces, repair, undo_entities

FRENCH = "Été à l’œuvre : « déjà vu » – 12 €…\nCoût ÷ 2, Ünal, niño, Ślą"


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_text_in_any_unicode_form(codec: str) -> None:
    assert decode(FRENCH.encode(codec))[0] == FRENCH


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_its_mark(codec: str) -> None:
    text, notes = decode((FRENCH * 3).encode(codec))
    assert text == FRENCH * 3
    assert notes == ["was UTF-16 without its mark"]


def test_windows_1252() -> None:
    text = "L’été, c’est déjà fini… – dit-elle. Œuvre à 12 €"
    assert decode(text.encode("cp1252")) == (text, ["was Windows-1252"])


def test_a_declared_encoding_is_believed_when_it_is_not_utf_8() -> None:
    page = '<meta charset="iso-8859-2"><p>Łódź'
    assert decode(page.encode("iso-8859-2")) == (page, ["was iso8859-2"])


def test_windows_1252_lines_inside_utf_8() -> None:
    raw = "Été\n".encode() + "Été\n".encode("cp1252") + "Été".encode()
    text, (note,) = decode(raw)
    assert text == "Été\nÉté\nÉté"
    assert "1 Windows-1252 lines" in note


@pytest.mark.parametrize(
    "raw",
    [
        b"%PDF-1.7 ...",
        b"PK\x03\x04....",
        b"\x89PNG\r\n",
        b"GIF89a",
        b"\xff\xd8\xff\xe0",
        b"{\\rtf1",
        b"a\0b\0\0c",
        bytes(range(256)) * 8,
    ],
)
def test_what_is_no_text_is_refused(raw: bytes) -> None:
    with pytest.raises(NotText):
        decode(raw)


@settings(deadline=None)
@given(st.text(alphabet=st.characters(codec="cp1252", exclude_categories=["Cc", "Cf"]), max_size=80))
def test_mojibake_of_any_western_text_is_undone(text: str) -> None:
    """UTF-8 read as Windows-1252 comes back, unless the text itself already reads like mojibake."""
    wrong = "".join(_as_cp1252(byte) for byte in text.encode())
    if repair(text)[0] == text:
        assert repair(wrong)[0] == text


def _as_cp1252(byte: int) -> str:
    try:
        return bytes([byte]).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("Ã©tÃ© Ã  MontrÃ©al", "été à Montréal"),
        ("dÃ©jÃ\u00a0", "déjà"),
        ("Lâ\u20ac™Ã©tÃ©", "L’été"),
        ("ÃƒÂ©tÃƒÂ©", "été"),
    ],
)
def test_mojibake_seen_in_the_wild(wrong: str, right: str) -> None:
    text, notes = repair(wrong)
    assert text == right
    assert "repaired" in notes[0]


@pytest.mark.parametrize(
    "text",
    [
        "São Paulo, Ångström, Ørsted",
        "« Â » et « Ã »",
        "naïve Ünal à l’été",
        "COMMUNIQUÉ\u00a0: À\u00a0QUI\u00a0?",
        "GALÈ\u00a0; Ê\u00a0",
        "VÄ\u00a0!",
    ],
)
def test_right_text_is_left_alone(text: str) -> None:
    assert repair(text) == (text, [])


def test_lost_characters_are_said() -> None:
    assert "1 characters are lost" in repair("M\ufffdtro")[1][0]


def test_entities_are_read_as_characters() -> None:
    text, notes = undo_entities("R&amp;D &eacute;t&#233; &#x2019; AT&T &nothing; a &lt;b&gt;")
    assert text == "R&D été ’ AT&T &nothing; a <b>"
    assert notes == ["6 HTML entities (&amp;) read as characters"]


def test_spaces_and_what_cannot_be_seen() -> None:
    assert plain_spaces("a\u00a0b\u202fc\u2009d\u200be\ufefff\u00adg\n\x07h") == "a b c defg\nh"
    assert fold_spaces("  a \n\u00a0 b\t") == "a b"


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_give_text_or_a_reason(raw: bytes) -> None:
    try:
        text, _ = decode(raw)
    except NotText:
        return
    repair(undo_entities(text)[0])
