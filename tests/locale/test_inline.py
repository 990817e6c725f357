"""Typography of a text in pieces: the same as that of the whole, cut at the same places."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsletter.locale import NBSP, typography
from newsletter.locale.inline import OBJECT, Alignment, typography_across


def nb(text: str) -> str:
    """Expected values are written with ~ for the no-break space."""
    return text.replace("~", NBSP)


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("« |mot| »", "«~|mot|~»"),
        ("«|mot|»", "«~|mot|~»"),
        ('"|mot|"', "«~|mot|~»"),
        ('Elle dit |"oui|" et "|non".', "Elle dit |«~oui|~» et «~|non~»."),
        ("l'|été", "l’|été"),
        ("Nouveau| : lire", "Nouveau|~: lire"),
        ("Nouveau|: lire", "Nouveau|~: lire"),
        ("Nouveau |: lire", "Nouveau~|: lire"),
        ("Vraiment |? Oui", "Vraiment|? Oui"),
        ("Vraiment| ?", "Vraiment|?"),
        ("50| %", "50|~%"),
        ("50|%", "50|~%"),
        ("à 13 |h| 30", "à 13~|h|~30"),
        ("le 8| |mai", "le 8|~|mai"),  # the end of a line in the author's file
        ("10| |000 $", "10|~|000~$"),
        ("Fin|...", "Fin|…"),
        ("Fin.|..", "Fin…|"),
        ("Voir |https://example.org/l'a:b|: l'ici", "Voir |https://example.org/l'a:b|~: l’ici"),
        (f"Voir {OBJECT}| : ici", f"Voir {OBJECT}|~: ici"),
        ("|rien|", "|rien|"),
    ],
)
def test_french_pieces(written: str, printed: str) -> None:
    assert "|".join(typography_across(written.split("|"), "fr-CA")) == nb(printed)


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ('She said |"yes|".', "She said |“yes|”."),
        ("it|'s |the members|' list", "it|’s |the members|’ list"),
        ("Note| : this", "Note|: this"),
        ("at 1| |p.m.", "at 1|~|p.m."),
        ("«| le mot |»", "“|le mot|”"),
    ],
)
def test_english_pieces(written: str, printed: str) -> None:
    assert "|".join(typography_across(written.split("|"), "en-CA")) == nb(printed)


PIECES = st.lists(
    st.text(st.sampled_from("ab12é hmp.:;!?%$«»\"'’…[- \n\u00a0\u202f\ue000"), max_size=6), max_size=6
)


@given(PIECES, st.sampled_from(["fr-CA", "fr-FR", "en-CA", "ar"]))
@example(["a ", " ", ":"], "fr-CA")
@example([".", ".", "."], "fr-CA")
@example(['"', '"', "a", '"', '"'], "fr-CA")
def test_the_pieces_make_the_whole(pieces: list[str], locale: str) -> None:
    set_ = typography_across(pieces, locale)
    assert "".join(set_) == typography("".join(pieces), locale)
    assert len(set_) == len(pieces)


@given(PIECES, st.sampled_from(["fr-CA", "fr-FR", "en-CA", "ar"]))
def test_a_letter_stays_in_its_piece(pieces: list[str], locale: str) -> None:
    def letters(text: str) -> str:
        return "".join(character for character in text if character.isalnum() or character == OBJECT)

    for before, after in zip(pieces, typography_across(pieces, locale), strict=True):
        assert letters(before) == letters(after)


def test_a_place_of_the_printed_text_is_found_in_the_written_one() -> None:
    written = 'Il dit "oui" : 1 p.m. et "non'
    printed = typography(written, "fr-CA")
    assert printed == nb('Il dit «~oui~»~: 1 p.m. et "non')
    places = Alignment(written, printed)
    for word in ("dit", "oui", ":", "p.m.", '"non'):
        expected = written.rindex(word) if word == '"non' else written.index(word)
        assert places.to_written(printed.index(word)) == expected
    assert places.to_written(printed.index(nb("~oui"))) == written.index("oui")
    assert places.to_written(len(printed)) == len(written)
