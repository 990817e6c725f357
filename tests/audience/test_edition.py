"""The one function that chooses an edition, by table."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.audience import choose_edition
from newsletter.models.publication import Publication


@pytest.mark.parametrize(
    ("language", "edition"),
    [
        ("fr", "fr"),
        ("FR", "fr"),
        (" fr ", "fr"),
        ("fr-CA", "fr"),
        ("fr_CA", "fr"),
        ("Français", "fr"),
        ("FRANÇAIS", "fr"),
        ("Franc\u0327ais", "fr"),
        ("french", "fr"),
        ("en", "en"),
        ("en-CA", "en"),
        ("English", "en"),
        ("anglais", "en"),
        ("fr+en", "fr+en"),
        ("en+fr", "fr+en"),
        ("FR / EN", "fr+en"),
        ("fr, en", "fr+en"),
        ("français et anglais", "fr+en"),
        ("bilingue", "fr+en"),
        ("both", "fr+en"),
        ("fr+es", "fr"),
        ("", None),
        ("?", None),
        ("es", None),
        ("frog", None),
        ("no", None),
        ("+", None),
    ],
)
def test_language_to_edition(
    make_publication: Callable[..., Publication], language: str, edition: str | None
) -> None:
    assert choose_edition(language, make_publication(unknown_language="exclude")) == edition
    for rule in ("fr+en", "fr", "en"):
        assert choose_edition(language, make_publication(unknown_language=rule)) == edition or rule


@pytest.mark.parametrize("language", ["", "es", "?"])
@pytest.mark.parametrize("rule", ["fr+en", "fr", "en"])
def test_the_rule_for_unknown_languages(
    make_publication: Callable[..., Publication], language: str, rule: str
) -> None:
    assert choose_edition(language, make_publication(unknown_language=rule)) == rule


def test_a_publication_in_one_language_has_one_edition(make_publication: Callable[..., Publication]) -> None:
    publication = make_publication(languages=["fr"])
    for language in ("fr", "fr+en", "both", "", "en"):
        assert choose_edition(language, publication) == "fr"


def test_three_languages(make_publication: Callable[..., Publication]) -> None:
    publication = make_publication(languages=["fr", "en", "ar"], unknown_language="fr")
    assert choose_edition("ar", publication) == "ar"
    assert choose_edition("fr+en", publication) == "fr+en+ar", "no edition in those two alone"
    assert choose_edition("bilingue", publication) == "fr+en+ar"
    assert choose_edition("", publication) == "fr"


@pytest.mark.parametrize(
    ("language", "edition"),
    [
        ("ar", "ar"),
        ("ar-MA", "ar"),
        ("العربية", "ar"),
        ("Arabe", "ar"),
        ("arabic", "ar"),
        ("الفرنسية", "fr"),
        ("en", "en"),
        ("fr+ar", "fr+ar"),
        ("ar+fr", "ar+fr"),
        ("arabe et français", "fr+ar"),
        ("ar، fr", "fr+ar"),
        ("en+fr", "en"),
        ("anglais, arabe", "en"),
        ("fr/en/ar", "fr"),
        ("es", "fr+ar"),
        ("", "fr+ar"),
        ("toutes les langues", "fr+ar"),
    ],
)
def test_editions_that_a_publication_chooses(
    make_publication: Callable[..., Publication], language: str, edition: str
) -> None:
    """No edition holds English and another language; where two hold the same, a cell can name one by its code."""
    publication = make_publication(languages=["fr", "en", "ar"], editions=["fr+ar", "ar+fr"])
    assert publication.edition_codes == ("fr", "en", "ar", "fr+ar", "ar+fr")
    assert choose_edition(language, publication) == edition


def test_no_edition_in_several_languages(make_publication: Callable[..., Publication]) -> None:
    publication = make_publication(languages=["fr", "en"], editions=[])
    assert publication.edition_codes == ("fr", "en")
    assert [choose_edition(said, publication) for said in ("en+fr", "both", "")] == ["en", "fr", "fr"]


@given(st.text(max_size=30))
def test_anything_written_gives_an_edition_that_exists(
    make_publication: Callable[..., Publication], language: str
) -> None:
    publication = make_publication()
    assert choose_edition(language, publication) in publication.edition_codes
