"""Searches the folded words of all articles at once: one long text, looked through by `bytes.find`."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from newsletter.corpus.index.entries import FIELDS, ArticleEntry

_WEIGHTS = {"title": (120, 100), "summary": (12, 10), "shared": (6, 5), "body": (2, 1)}
"""What a word counts in each field: whole, and as the beginning of a longer one. A word in the title outweighs
several in the summary, one in the summary several in the body."""


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that holds all the words. field: the best one that holds any of them."""

    slug: str
    language: str
    field: str
    score: int


class Searcher:
    """texts: slug -> language -> the words of the article, fields apart by tabs, ending with a line end."""

    def __init__(self, entries: Mapping[str, ArticleEntry], texts: Mapping[str, Mapping[str, bytes]]) -> None:
        self._entries = entries
        self._documents = [(slug, language) for slug, per in texts.items() for language in per]
        self._text = b"".join(text for per in texts.values() for text in per.values())
        self._starts: list[int] = []
        at = 0
        for per in texts.values():
            for text in per.values():
                self._starts.append(at)
                at += len(text)
        self._starts.append(at)

    def search(self, words: Sequence[str], *, language: str | None, among: Collection[str] | None) -> list[Hit]:
        """As `CorpusIndex.search`."""
        if not words:
            return []
        needles = [b" " + word.encode() for word in dict.fromkeys(words)]
        best: dict[str, Hit] = {}
        for number in self._candidates(needles):
            slug, code = self._documents[number]
            if (language is not None and code != language) or (among is not None and slug not in among):
                continue
            hit = self._judge(number, needles)
            if slug not in best or hit.score > best[slug].score:
                best[slug] = hit
        return sorted(best.values(), key=self._order)

    def _candidates(self, needles: Sequence[bytes]) -> Iterator[int]:
        """Numbers of the documents that hold every word; the longest is looked for first, as the rarest."""
        first, *others = sorted(needles, key=len, reverse=True)
        text, starts = self._text, self._starts
        at = text.find(first)
        while at >= 0:
            number = bisect_right(starts, at) - 1
            start, end = starts[number], starts[number + 1]
            if all(text.find(word, start, end) >= 0 for word in others):
                yield number
            at = text.find(first, end)

    def _judge(self, number: int, needles: Sequence[bytes]) -> Hit:
        slug, language = self._documents[number]
        fields = self._text[self._starts[number] : self._starts[number + 1]].split(b"\t")
        found: list[str] = []
        score = 0
        for word in needles:
            name = next(name for name, text in zip(FIELDS, fields, strict=True) if word in text)
            whole = word + b" " in fields[FIELDS.index(name)]
            score += _WEIGHTS[name][0 if whole else 1]
            found.append(name)
        return Hit(slug, language, min(found, key=FIELDS.index), score)

    def _order(self, hit: Hit) -> tuple[int, int, str]:
        """The best first, then the newest, then by slug."""
        return -hit.score, -self._entries[hit.slug].published.toordinal(), hit.slug
