"""The same article in slightly different words: found by shared runs of words, shown word by word.

Runs of five words that two texts share are looked up in an index, so that no article is compared with all others;
runs that very many articles share (a sentence every page ends with) say nothing and are passed over. What is found
so is compared exactly, by runs of three words.
"""

from __future__ import annotations

import difflib
import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from newsletter.corpus.importing.shapes import fold

SAMPLE = 4
"""One run of words in so many is kept as a fingerprint; the same ones of every text."""
_SHORT = 40
"""Runs of a text up to which all are kept: a sample of so few may be empty."""
_COMMON = 12
"""Texts sharing a run beyond which it is boilerplate."""
_ALIKE = 0.5
"""Shared part of the shorter text's runs of three words from which two texts are versions of one article."""
_ALIKE_TITLE = 0.3
"""The same, when both have the same title."""


def fingerprints(text: str) -> frozenset[int]:
    """A fixed sample of the runs of five words of `text`, as 32-bit numbers.

    A run is taken or not by its first word, so that the same runs are taken from every text that has them.
    """
    words = fold(text).split() if len(text) < 4000 else _fold_long(text)
    if len(words) < 5:
        return frozenset((zlib.crc32(" ".join(words).encode()),)) if words else frozenset()
    last = len(words) - 4
    starts = range(last) if last <= _SHORT else [i for i in range(last) if _is_sampled(words[i])]
    return frozenset(zlib.crc32(" ".join(words[i : i + 5]).encode()) for i in starts)


@lru_cache(maxsize=65536)
def _is_sampled(word: str) -> bool:
    return zlib.crc32(word.encode()) % SAMPLE == 0


def _fold_long(text: str) -> list[str]:
    """`fold` keeps what it folded; long texts would fill its memory."""
    return fold.__wrapped__(text).split()


def similarity(one: str, other: str) -> tuple[float, float]:
    """How much of the shorter text stands in the other, and how much both have of their union (0 to 1 each)."""
    first, second = _triples(one), _triples(other)
    shared = (first & second).total()
    shorter = min(first.total(), second.total())
    union = (first | second).total()
    return (shared / shorter if shorter else 0.0, shared / union if union else 0.0)


def _triples(text: str) -> Counter[tuple[str, ...]]:
    words = _fold_long(text)
    return Counter(zip(words, words[1:], words[2:], strict=False)) if len(words) > 2 else Counter([tuple(words)])


def are_versions(title: str, text: str, other_title: str, other_text: str) -> bool:
    """Whether two articles are versions of one."""
    same_title = _title_key(title) == _title_key(other_title)
    part, whole = similarity(text, other_text)
    if same_title:
        return part >= _ALIKE_TITLE
    return part >= _ALIKE and (whole >= 0.35 or part >= 0.8)


def _title_key(title: str) -> str:
    return " ".join(word for word in fold(title).split() if word not in _SMALL)


_SMALL_TEXT = "the a an of in on to and for le la les l un une des du de d et en a au aux"
_SMALL = frozenset(_SMALL_TEXT.split())


class Index:
    """Fingerprints of many texts; finds those that share some with a new one."""

    def __init__(self) -> None:
        self._holders: dict[int, list[int]] = defaultdict(list)
        self._titles: dict[str, list[int]] = defaultdict(list)

    def add(self, key: int, title: str, prints: Iterable[int]) -> None:
        """Remember a text under `key`."""
        for one in prints:
            self._holders[one].append(key)
        if wanted := _title_key(title):
            self._titles[wanted].append(key)

    def near(self, title: str, prints: frozenset[int], limit: int = 8) -> list[int]:
        """Keys of the texts most likely to be versions of this one, best first."""
        shared: Counter[int] = Counter()
        for one in prints:
            holders = self._holders.get(one, ())
            if len(holders) <= _COMMON:
                shared.update(holders)
        for key in self._titles.get(_title_key(title), ())[:_COMMON]:
            shared[key] += 2
        least = 2 if len(prints) > 6 else 1
        return [key for key, count in shared.most_common(limit) if count >= least]


@dataclass(frozen=True)
class Difference:
    """One place where two versions differ: words of the one, words of the other, a word of context before."""

    before: str
    ours: str
    theirs: str


_TOKEN = re.compile(r"\S+")


def differences(ours: str, theirs: str, limit: int = 12) -> list[Difference]:
    """Which words differ, spaces and quotes aside; at most `limit` places."""
    return list(_limited(_differences(_TOKEN.findall(ours), _TOKEN.findall(theirs)), limit))


def _differences(ours: Sequence[str], theirs: Sequence[str]) -> Iterator[Difference]:
    matcher = difflib.SequenceMatcher(
        None, [_plain(word) for word in ours], [_plain(word) for word in theirs], autojunk=len(ours) > 3000
    )
    for tag, a1, a2, b1, b2 in matcher.get_opcodes():
        if tag != "equal":
            yield Difference(" ".join(ours[max(0, a1 - 3) : a1]), " ".join(ours[a1:a2]), " ".join(theirs[b1:b2]))


def _plain(word: str) -> str:
    return word.replace("’", "'").replace("“", '"').replace("”", '"')


def _limited(items: Iterator[Difference], limit: int) -> Iterator[Difference]:
    for position, item in enumerate(items):
        if position >= limit:
            return
        yield item
