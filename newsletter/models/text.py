"""Text in several languages, and the languages themselves."""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

LanguageCode = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
"""A primary language subtag (BCP 47): ``fr``, ``en``, ``ar``."""

EditionCode = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(\+[a-z]{2,3})*$")]
"""One language, or several joined by ``+`` in the order they appear in the mail: ``fr``, ``fr+en``."""


def _known_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("not a time zone; write an IANA name, e.g. America/Toronto") from None
    return value


ZoneName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(_known_zone)]
"""An IANA time zone that this machine knows: ``America/Toronto``."""

NonEmpty = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]

Localized = dict[LanguageCode, NonEmpty]
"""Language -> text, as written in YAML: ``{fr: "...", en: "..."}``."""


class Record(BaseModel):
    """Base of every record read from a file: frozen, and a key it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


def languages_of(edition: str) -> tuple[str, ...]:
    """``fr+en`` -> ``("fr", "en")``."""
    return tuple(edition.split("+"))


_PLAIN_WORD = "[!-~\u00c0-\u024f\u1e00-\u1eff\u2019]+"
_PLAIN_LINE = re.compile(f"{_PLAIN_WORD}(?: {_PLAIN_WORD})*")
"""ASCII and precomposed Latin with single spaces: needs no cleaning, and is almost every line there is."""
_BREAKING_SPACES = re.compile("[^\\S\u00a0\u202f]+")
_DROPPED = frozenset(("Cc", "Cf", "Cs"))
_JOINERS = "\u200c\u200d"


def one_line(text: str, limit: int | None = None) -> str:
    """`text` as one harmless line: for names of people and for header values.

    NFC; a run of line breaks and white space becomes one space (no-break spaces stay: French needs them);
    control characters, lone surrogates and format characters (bidirectional overrides among them) are
    dropped, except the zero-width joiners, which Persian and Indic names need and which reorder nothing; at most
    `limit` characters, the last one an ellipsis when something was cut off.
    """
    if limit is not None and len(text) > 20 * limit:
        text = text[: 20 * limit]  # a hostile value of any length costs no more than this
    if not _PLAIN_LINE.fullmatch(text):
        visible = "".join(char for char in text if char.isspace() or _is_visible(char))
        text = unicodedata.normalize("NFC", _BREAKING_SPACES.sub(" ", visible).strip())
    if limit is not None and len(text) > limit:
        text = text[: limit - 1].rstrip() + "…"
    return text


def _is_visible(char: str) -> bool:
    return char in _JOINERS or unicodedata.category(char) not in _DROPPED
