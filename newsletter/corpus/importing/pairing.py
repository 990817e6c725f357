"""French and English versions of one article, found by what both have in common.

Numbers, names, addresses and words of common origin (prévention, prevention) are the same in both; rare ones count
more. Each French article is paired with the English one it fits best, when that one fits it best as well.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from newsletter.corpus.importing.shapes import fold

_NUMBER = re.compile(r"\d+(?:[ \u00a0\u202f.,]\d+)*")
"""One sign between two groups of digits: in "May 8, 2021" the day and the year are two numbers."""
_NAME = re.compile(r"(?<![.!?:»\"”]\s)(?<!^)\b[A-ZÀ-Þ][\w’'-]+")
_ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+|https?://[^\s)>]+|www\.[^\s)>]+")
_LEAST = 0.22
"""Least cosine of two versions of one article."""
_LEAST_BETWEEN = 0.05
"""The same for one that stands where its other version must stand."""
_ORDER = 0.04
"""Bonus for an article that stands right before or after its other version, as bilingual pages print them."""
_COGNATE = 5
"""Letters two words of common origin begin with."""


@dataclass(frozen=True)
class Candidate:
    """One article to pair. position: its number in reading order; group: the file it stands in."""

    key: int
    title: str
    text: str
    position: int
    group: str
    file: str


def marks(title: str, text: str) -> Counter[str]:
    """What an article has that its other version will have too, each with its weight of kind."""
    found: Counter[str] = Counter()
    for number in _NUMBER.findall(text):
        digits = re.sub(r"\D", "", number)
        if len(digits) >= 2:
            found[f"#{digits}"] += 2
    for address in _ADDRESS.findall(text):
        found[f"@{address.lower().rstrip('.,')}"] += 4
    for name in _NAME.findall(f"{title}\n{text}"):
        if len(name) >= 3:
            found[f"N{fold(name)}"] += 2
    for word in set(fold(f"{title} {title} {text}").split() if len(text) < 4000 else fold(text[:4000]).split()):
        if len(word) > _COGNATE and word.isalpha():
            found[f"c{word[:_COGNATE]}"] += 1
    return found


def pair(french: Sequence[Candidate], english: Sequence[Candidate]) -> list[tuple[int, int, float]]:
    """(key of the French one, key of the English one, score) for each pair found, the surest first."""
    if not french or not english:
        return []
    vectors = {one.key: marks(one.title, one.text) for one in (*french, *english)}
    seen_in = Counter(mark for vector in vectors.values() for mark in vector)
    count = len(vectors)
    weight = {mark: math.log(1 + count / times) for mark, times in seen_in.items()}
    lengths = {
        key: math.sqrt(sum((times * weight[mark]) ** 2 for mark, times in vector.items()))
        for key, vector in vectors.items()
    }
    holders: dict[str, list[Candidate]] = {}
    for one in english:
        for mark in vectors[one.key]:
            holders.setdefault(mark, []).append(one)
    by_key = {one.key: one for one in english}
    scores: dict[tuple[int, int], float] = {}
    for ours in french:
        products: dict[int, float] = defaultdict(float)
        for mark, times in vectors[ours.key].items():
            for theirs in holders.get(mark, ()) if seen_in[mark] <= max(20, count // 4) else ():
                products[theirs.key] += times * vectors[theirs.key][mark] * weight[mark] ** 2
        for key, product in products.items():
            theirs = by_key[key]
            cosine = product / (lengths[ours.key] * lengths[key] or 1.0)
            scores[ours.key, key] = cosine + _nearby(ours, theirs)
    pairs = _mutual(scores)
    return pairs + _between(pairs, french, english, scores)


def _between(
    pairs: Sequence[tuple[int, int, float]],
    french: Sequence[Candidate],
    english: Sequence[Candidate],
    scores: Mapping[tuple[int, int], float],
) -> list[tuple[int, int, float]]:
    """Pairs that follow from the order: a French page and its English version list their articles alike.

    What stands between two articles whose versions stand around one article is a version of that one, if anything
    at all speaks for it.
    """
    other = {ours: theirs for ours, theirs, _ in pairs}
    taken = set(other.values())
    place = _places(english)
    at = {where: key for key, where in place.items()}
    found = []
    for before, ours, after in zip(french, french[1:], french[2:], strict=False):
        if ours.key in other or not before.file == ours.file == after.file:
            continue
        first, last = (place.get(other.get(one.key, -1)) for one in (before, after))
        if first is None or last is None or first[0] != last[0] or last[1] - first[1] != 2:
            continue
        theirs = at[first[0], first[1] + 1]
        score = scores.get((ours.key, theirs), 0.0)
        if theirs not in taken and score >= _LEAST_BETWEEN:
            found.append((ours.key, theirs, score))
    return found


def _places(candidates: Sequence[Candidate]) -> dict[int, tuple[str, int]]:
    """key -> (file, how manieth of that file), in reading order."""
    count: Counter[str] = Counter()
    places = {}
    for one in candidates:
        places[one.key] = (one.file, count[one.file])
        count[one.file] += 1
    return places


def _nearby(ours: Candidate, theirs: Candidate) -> float:
    if ours.file == theirs.file:
        return _ORDER if abs(ours.position - theirs.position) == 1 else 0.0
    return _ORDER if ours.group and ours.group == theirs.group else 0.0


def _mutual(scores: dict[tuple[int, int], float]) -> list[tuple[int, int, float]]:
    """Pairs in which each is the other's best, taken from the best score down."""
    pairs = []
    taken: set[int] = set()
    for (ours, theirs), score in sorted(scores.items(), key=lambda item: (-item[1], item[0])):
        if score < _LEAST:
            break
        if ours not in taken and theirs not in taken:
            pairs.append((ours, theirs, score))
            taken |= {ours, theirs}
    return pairs
