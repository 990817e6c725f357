"""The words of the gallery's page, in the languages of the people who look at it.

They stand in `words.<language>.json`; every language has every key.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

LANGUAGES = ("en", "fr")
"""The first one is for everybody who reads neither."""


@cache
def words(language: str) -> Mapping[str, str]:
    """Key -> words in one of `LANGUAGES`."""
    text = (files("newsletter.commands.gallery") / f"words.{language}.json").read_text(encoding="utf-8")
    return {str(key): str(value) for key, value in json.loads(text).items()}


def in_each_language(key: str, **values: str) -> dict[str, str]:
    """Language -> the words of one key, its placeholders filled."""
    return {language: words(language)[key].format(**values) for language in LANGUAGES}
