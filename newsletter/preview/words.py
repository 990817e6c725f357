"""The words of the preview's own pages, in the languages of the people who use it.

They stand in `pages/words.<language>.json`; every language has every key.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

LANGUAGES = ("en", "fr")
"""The first one is for readers who prefer neither."""


@cache
def words(language: str) -> dict[str, str]:
    """Key -> words of one of `LANGUAGES`."""
    text = (files("newsletter.preview") / "pages" / f"words.{language}.json").read_text(encoding="utf-8")
    return {str(key): str(value) for key, value in json.loads(text).items()}


def choose_language(asked: str | None, accept_language: str) -> str:
    """The language asked for, else the one the reader likes best (RFC 9110 section 12.5.4), else the first."""
    if asked in LANGUAGES:
        return asked
    best, best_weight = LANGUAGES[0], 0.0
    for item in accept_language.split(","):
        tag, _, parameters = item.partition(";")
        language = tag.strip().lower().split("-")[0]
        weight = _weight(parameters)
        if language in LANGUAGES and weight > best_weight:
            best, best_weight = language, weight
    return best


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
