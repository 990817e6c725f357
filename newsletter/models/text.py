"""Text in several languages, and the languages themselves."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

LanguageCode = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
"""A primary language subtag (BCP 47): ``fr``, ``en``, ``ar``."""

EditionCode = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(\+[a-z]{2,3})*$")]
"""One language, or several joined by ``+`` in the order they appear in the mail: ``fr``, ``fr+en``."""

NonEmpty = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]

Localized = dict[LanguageCode, NonEmpty]
"""Language -> text, as written in YAML: ``{fr: "...", en: "..."}``."""


class Record(BaseModel):
    """Base of every record read from a file: frozen, and a key it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


def languages_of(edition: str) -> tuple[str, ...]:
    """``fr+en`` -> ``("fr", "en")``."""
    return tuple(edition.split("+"))
