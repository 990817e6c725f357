"""Which of the two languages a text is in, by its commonest words.

Enough to see that a paragraph was not translated; it says nothing where it is not sure, and nothing about other
languages than French and English.
"""

from __future__ import annotations

import re
import unicodedata

from newsletter.locale.languages import language_name

_WORDS = {
    "fr": """le la les un une des du de au aux et ou où est sont était été être a ont avait dans par pour sur avec
    sans sous entre chez que qui quoi dont ce cet cette ces son sa ses leur leurs notre nos votre vos nous vous ils
    elle elles il je se ne pas plus mais donc comme aussi très tout tous toute toutes même après avant depuis selon
    vers afin ainsi lors en""",
    "en": """the a an of to and or is are was were be been being has have had do does did will would can could may
    should in on at by for from with without under between about into over that which who whose whom what when
    where this these those his her its their our your my we you they he she it i not no more but so as also very
    all both after before since than then there here how why if up out""",
}
_STOP = {language: frozenset(words.split()) for language, words in _WORDS.items()}
_SHARED = _STOP["fr"] & _STOP["en"]
_WORD = re.compile(r"[^\W\d_]+")


def guess_language(text: str, *, least: int = 3) -> str | None:
    """``fr``, ``en``, or None when too little speaks for either.

    least: how many common words there must be of the language; it must have three times as many as the other.
    """
    words = [word.lower() for word in _WORD.findall(text)]
    counts = {code: sum(word in stop and word not in _SHARED for word in words) for code, stop in _STOP.items()}
    first, second = sorted(counts, key=lambda code: counts[code], reverse=True)
    if counts[first] < least or counts[first] < 3 * counts[second] or counts[first] == counts[second]:
        return None
    return first


def tells_apart(language: str) -> bool:
    """Whether a guess means anything for a text that should be in `language`.

    It does for French and English, and for every language of another script than theirs. Spanish has too many
    words in common with French: a sentence of it may well be taken for French.
    """
    return language in _STOP or not any(
        unicodedata.name(letter, "").startswith("LATIN") for letter in language_name(language, language)
    )


def word_count(text: str) -> int:
    """Words of a text, without figures."""
    return len(_WORD.findall(text))
