"""Text to tokens: numbers, words and marks with their places. One pass, so that readers built on it stay linear.

Readers look at a bounded number of tokens behind each place. That is what keeps them linear on any text, where
patterns with nested repeats would not be.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

TokenKind = Literal["number", "word", "mark", "wall"]

_CHUNK = re.compile(r"\S+")
_PIECE = re.compile(r"[0-9]+|[^\W\d_](?:[^\W\d_]|[\u0300-\u036f])*|.", re.DOTALL)
_ORDINALS = frozenset(("st", "nd", "rd", "th", "er", "re", "e", "eme", "ere"))
_URL_START = re.compile(r"(?:https?|ftp)://|www\.", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of text.

    key: lower case without accents. wall: nothing reads across it (an address, the gap between paragraphs).
    glued: a letter or digit touches the number, no ordinal's ending, so that it counts no days: 13h30, 2.2.
    spaced: white space stands before it.
    """

    kind: TokenKind
    text: str
    key: str
    start: int
    end: int
    number: int = -1
    digits: int = 0
    ordinal: bool = False
    glued: bool = False
    spaced: bool = True


END = Token("wall", "", "", -1, -1)
"""What stands before the first and behind the last token."""


@lru_cache(maxsize=4096)
def fold(word: str) -> str:
    """Lower case, without accents and compatibility forms: ``Août`` -> ``aout``, ``ᵉʳ`` -> ``er``."""
    lower = word.casefold()
    if lower.isascii():
        return lower
    return "".join(char for char in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(char))


class Tokens:
    """The tokens of a text; any index may be asked for, outside of the text there are walls."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.items: list[Token] = []
        gap = 0
        for chunk in _CHUNK.finditer(text):
            if text.count("\n", gap, chunk.start()) > 1:
                self.items.append(Token("wall", "", "", chunk.start(), chunk.start()))
            self._read_chunk(chunk.group(), chunk.start())
            gap = chunk.end()

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, index: int) -> Token:
        return self.items[index] if 0 <= index < len(self.items) else END

    def slice(self, first: int, behind: int) -> tuple[int, str]:
        """Where the tokens from `first` to before `behind` start, and their text."""
        start = self.items[first].start
        return start, self.text[start : self.items[behind - 1].end]

    def _read_chunk(self, chunk: str, offset: int) -> None:
        address = _URL_START.search(chunk)
        cut = address.start() if address else 0 if "@" in chunk else len(chunk)
        pieces = list(_PIECE.finditer(chunk, 0, cut))
        position = 0
        while position < len(pieces):
            position = self._add(chunk, pieces, position, offset)
        if cut < len(chunk):
            self.items.append(Token("wall", chunk[cut:], "", offset + cut, offset + len(chunk), spaced=cut == 0))

    def _add(self, chunk: str, pieces: list[re.Match[str]], position: int, offset: int) -> int:
        piece = pieces[position]
        text, start, end = piece.group(), piece.start(), piece.end()
        if text[0] not in "0123456789":
            kind: TokenKind = "word" if text[0].isalpha() else "mark"
            key = fold(text) if kind == "word" else text
            self.items.append(Token(kind, text, key, offset + start, offset + end, spaced=start == 0))
            return position + 1
        following = pieces[position + 1].group() if position + 1 < len(pieces) else ""
        ordinal = fold(following) in _ORDINALS and len(text) <= 2
        if ordinal:
            end = pieces[position + 1].end()
        before, after = chunk[start - 1 : start], chunk[end : end + 1]
        decimal = (before in (".", ",") and chunk[start - 2 : start - 1].isdigit()) or (
            after in (".", ",") and chunk[end + 1 : end + 2].isdigit()
        )
        glued = before.isalnum() or after.isalnum() or decimal or before in ("$", "€", "£", "#") or after == "%"
        if before == "-" and chunk[start - 2 : start - 1].isalpha() and len(text) < 4:
            glued = True  # COVID-19
        number = int(text) if len(text) <= 4 else -1
        self.items.append(
            Token(
                "number", chunk[start:end], text, offset + start, offset + end,
                number, len(text), ordinal, glued, start == 0,
            )
        )  # fmt: skip
        return position + 1 + ordinal
