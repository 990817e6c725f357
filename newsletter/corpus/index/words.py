"""Words as they are searched: without accents, without case, without punctuation."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_WORD = re.compile(r"[^\W_]+")
_LATIN_MARKS = re.compile("[\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff]")
"""Combining marks of the Latin alphabet, soft hyphens and spaces of no width."""
_MARKS_ELSEWHERE = re.compile("[\u0483-\u1fff\u20d0-\u20ff\u2cef-\U0010ffff]")
"""Where Unicode has the combining marks of other alphabets; French and English never need the slow way."""
_LETTERS = {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
"""Letters that people type otherwise, and that Unicode does not take apart."""


def fold(text: str) -> str:
    """`text` in lower case and without accents: ``Œuvre d’ÉTÉ`` is ``oeuvre d’ete``."""
    if text.isascii():
        return text.lower()
    text = _LATIN_MARKS.sub("", unicodedata.normalize("NFKD", text)).casefold()
    for letter, plain in _LETTERS.items():
        text = text.replace(letter, plain)
    if _MARKS_ELSEWHERE.search(text):
        text = "".join(char for char in text if not unicodedata.combining(char))
    return text


def search_words(text: str) -> list[str]:
    """The words of a text, folded: ``l’Arrondissement d'Ahuntsic-Cartierville`` has five."""
    return _WORD.findall(fold(text))


def find_words(text: str, wanted: Sequence[str]) -> list[tuple[int, int, str]]:
    """Where words of `text` begin with one of the folded words `wanted`: start, end, and which one it was.

    The longest of `wanted` that fits is named.
    """
    longest = sorted(wanted, key=len, reverse=True)
    found: list[tuple[int, int, str]] = []
    # A mark of its own (a decomposed accent) is no letter for the pattern; composed, it belongs to its word.
    for match in _WORD.finditer(text if text.isascii() else _composed(text)):
        folded = fold(match[0])
        begins = next((word for word in longest if folded.startswith(word)), None)
        if begins is not None:
            found.append((match.start(), match.end(), begins))
    return found


def _composed(text: str) -> str:
    """`text` composed, if that does not move any character: positions must be those of `text`."""
    composed = unicodedata.normalize("NFC", text)
    return composed if len(composed) == len(text) else text
