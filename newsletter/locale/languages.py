"""Languages and locale tags: direction of writing, names of languages, and the CLDR data behind a tag."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from babel import Locale

NBSP = "\u00a0"
"""The only no-break space this program writes: mail clients show U+202F and U+2009 as boxes or drop them."""

HOME_REGION = {"fr": "CA", "en": "CA"}
"""Region taken for a tag that names none. CLDR would take France and the United States, whose dates differ
and whose zone names are not the ones used here (HEE for HAE)."""

_RTL = "apc ar arc bal bgn ckb dv fa he ks lrc mzn nqo ps rhg sd sdh skr syr trw ug ur yi"
_RIGHT_TO_LEFT_LANGUAGES = frozenset(_RTL.split())
_RIGHT_TO_LEFT_SCRIPTS = frozenset({"adlm", "arab", "hebr", "nkoo", "rohg", "syrc", "thaa"})


_DIGITS = {
    "adlm": 0x1E950,
    "arab": 0x660,
    "arabext": 0x6F0,
    "beng": 0x9E6,
    "cakm": 0x11136,
    "deva": 0x966,
    "hmnp": 0x1E140,
    "mtei": 0xABF0,
    "mymr": 0x1040,
    "nkoo": 0x7C0,
    "olck": 0x1C50,
    "tibt": 0xF20,
}
"""CLDR's names of digits -> where Unicode has their zero: those that are the usual ones of some locale."""


def direction(language: str) -> Literal["ltr", "rtl"]:
    """Which way `language` (``ar``, ``fr-CA``) is written: the value of the HTML attribute `dir`.

    A script subtag decides over the language (``az-Arab``); a language nobody knows is written ``ltr``.
    """
    subtags = language.replace("_", "-").lower().split("-")
    script = next((subtag for subtag in subtags[1:] if len(subtag) == 4 and subtag.isalpha()), None)
    if script is not None:
        return "rtl" if script in _RIGHT_TO_LEFT_SCRIPTS else "ltr"
    return "rtl" if subtags[0] in _RIGHT_TO_LEFT_LANGUAGES else "ltr"


def language_name(code: str, in_language: str) -> str:
    """Name of the language `code` as readers of `in_language` write it: ``anglais``, ``English``.

    Falls back to the language's own name for itself, then to the code: a name is always returned.
    """
    code = code.replace("_", "-")
    for locale in (find_locale(in_language), find_locale(code)):
        for key in (code.replace("-", "_"), code.split("-")[0]):
            if locale is not None and (name := locale.languages.get(key)):
                return str(name)
    return code


def upper_first(text: str) -> str:
    """``samedi 8 mai`` -> ``Samedi 8 mai``; the rest stays as it is, and so does a script without capitals.

    Title case, not upper case: the first letter of a Georgian sentence has no capital, that of ``ǆ`` is ``ǅ``.
    """
    return text[:1].title() + text[1:]


@lru_cache(maxsize=64)
def find_locale(tag: str) -> Locale | None:
    """CLDR data for a tag (``fr-CA``, ``fr``), or None when CLDR knows nothing of its language.

    An unknown region, variant or extension is dropped: ``fr-ZZ`` gets what ``fr`` gets.
    """
    from babel import Locale, UnknownLocaleError  # here: importing Babel costs about 50 ms

    subtags = tag.replace("_", "-").split("-")
    home = HOME_REGION.get(subtags[0].lower())
    candidates = [subtags[:end] for end in range(len(subtags), 1, -1)]
    candidates += [[subtags[0], home]] if home else []
    candidates.append(subtags[:1])
    for candidate in candidates:
        try:
            return Locale.parse("-".join(candidate), sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return None


@lru_cache(maxsize=64)
def numbering_system(tag: str) -> str:
    """CLDR's name of the digits readers of a tag expect: ``latn`` for ``ar``, ``arab`` for ``ar-EG``.

    A tag can ask for others: ``ar-EG-u-nu-latn`` (RFC 6067). What is not in our table is written in Latin digits.
    """
    asked = re.search(r"-u(?:-[a-z0-9]{2,8})*?-nu-([a-z]{3,8})(?:-|$)", tag.replace("_", "-").lower())
    locale = find_locale(tag)
    name = asked[1] if asked else str(locale.default_numbering_system) if locale else "latn"
    return name if name in _DIGITS else "latn"


def in_digits(text: str, tag: str) -> str:
    """`text` with the digits that readers of `tag` expect."""
    zero = _DIGITS.get(numbering_system(tag))
    return text if zero is None else text.translate({ord("0") + digit: zero + digit for digit in range(10)})


def locale_for(tag: str) -> Locale:
    """CLDR data for a tag; for a language CLDR does not know, that of Canadian English."""
    found = find_locale(tag) or find_locale("en-CA")
    assert found is not None, "CLDR has Canadian English"
    return found


def only_nbsp(text: str) -> str:
    """The narrow and thin spaces CLDR writes, as plain no-break spaces."""
    return text.replace("\u202f", NBSP).replace("\u2009", NBSP)
