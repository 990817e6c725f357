"""Which edition a person gets, from what the list says about their language."""

from __future__ import annotations

import re
import unicodedata

from newsletter.models.publication import Publication

WORDS = {
    "francais": "fr",
    "french": "fr",
    "anglais": "en",
    "english": "en",
}
"""Names of languages that lists use, without accents; `recipients/README.md` shows this table."""
ALL = frozenset(("both", "bilingual", "bilingue", "les deux", "les 2"))

_JOINTS = re.compile(r"\s*[+/,;&]\s*|\s+(?:et|and)\s+")
_TAG = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]+)*")


def choose_edition(language: str, publication: Publication) -> str | None:
    """The edition code for what a list's `language` cell says; None when such people are excluded.

    A language (``fr``, ``fr-CA``, ``Français``) gives its edition; several (``fr+en``, ``en/fr``, ``bilingue``)
    the edition in all languages; nothing, or no language of the publication, its rule `unknown_language`.
    """
    plain = _without_accents(" ".join(language.split()).casefold())
    if plain in ALL:
        wanted = set(publication.languages)
    else:
        named = (_language(part) for part in _JOINTS.split(plain))
        wanted = {code for code in named if code in publication.languages}
    if len(wanted) == 1:
        return wanted.pop()
    everything = publication.edition_codes[-1]
    if wanted:
        return everything
    if publication.unknown_language == "exclude":
        return None
    return (
        publication.unknown_language if publication.unknown_language in publication.edition_codes else everything
    )


def _language(word: str) -> str:
    tag = _TAG.fullmatch(word)
    return WORDS.get(word) or (tag[1] if tag else "")


def _without_accents(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))
