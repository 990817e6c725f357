"""Which edition a person gets, from what the list says about their language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache

from newsletter.locale import language_name
from newsletter.models.publication import Publication
from newsletter.models.text import languages_of

ALL = frozenset(
    (
        *("both", "bilingual", "bilingue", "les deux", "les 2"),
        *("all", "all languages", "toutes", "toutes les langues", "trilingual", "trilingue"),
    )
)
"""Words for every language there is; `recipients/README.md` shows them."""

_NAMED_IN = ("fr", "en")
"""Lists are kept by people who name languages in these, besides the publication's own."""
_JOINTS = re.compile(r"\s*[+/,،;&]\s*|\s+(?:et|and)\s+")
_TAG = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]+)*")


def choose_edition(language: str, publication: Publication) -> str | None:
    """The edition code for what a list's `language` cell says; None when such people are excluded.

    A language (``fr``, ``fr-CA``, ``Français``, ``French``) gives its edition; several (``fr+en``, ``en/fr``) the
    edition in those languages, in any order; a word for all (``bilingue``) the edition with most languages. Where
    no edition has just the languages named, the smallest that has them all; where none has them all, that of the
    first named. Nothing, or no language of the publication: its rule `unknown_language`.
    """
    plain = _plain(language)
    if plain in ALL:
        return publication.default_edition
    if plain in publication.edition_codes:
        return plain
    named = dict.fromkeys(_named(plain, publication))
    if not named:
        unknown = publication.unknown_language or publication.default_edition
        return None if unknown == "exclude" else unknown
    wanted = frozenset(named)
    covering = [code for code in publication.edition_codes if wanted <= set(languages_of(code))]
    return min(covering, key=lambda code: len(languages_of(code)), default=next(iter(named)))


def _named(plain: str, publication: Publication) -> Iterator[str]:
    """The languages of the publication that a cell names, in its order."""
    for part in _JOINTS.split(plain):
        tag = _TAG.fullmatch(part)
        if tag is not None and tag[1] in publication.languages:
            yield tag[1]
        elif code := _names(publication.languages).get(part):
            yield code


@lru_cache(maxsize=16)
def _names(languages: tuple[str, ...]) -> Mapping[str, str]:
    """Names of languages, plain, as CLDR has them: in the languages themselves, in French and in English."""
    speakers = dict.fromkeys((*languages, *_NAMED_IN))
    return {_plain(language_name(code, speaker)): code for code in languages for speaker in speakers}


def _plain(text: str) -> str:
    """One line in lower case, without accents."""
    folded = unicodedata.normalize("NFD", " ".join(text.split()).casefold())
    return "".join(character for character in folded if not unicodedata.combining(character))
