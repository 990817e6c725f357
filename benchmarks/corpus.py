"""Listing and searching 10,000 articles by the index, against reading every file each time.

Both sides answer the same questions and are compared before they are timed. "Cold" is the first call ever, when
there is no index; "warm" is a later call: the kept index is read and every file looked at for changes.
Times are the processor's, system calls included, with the files in the system's memory on both sides.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from newsletter.corpus import load_corpus
from newsletter.corpus.index import open_index, search_words
from newsletter.models.article import Article, Corpus

ARTICLES = 10_000
ROUNDS = 5
QUERY = "marché montréal"

_SYLLABLES = (
    "ba",
    "ca",
    "di",
    "fo",
    "ga",
    "mé",
    "no",
    "pé",
    "qui",
    "ra",
    "sé",
    "ti",
    "lan",
    "ger",
    "ment",
    "ville",
)
_ARTICLE = """\
kind: {kind}
published: {day}
tags: [{tag}]
links:
  more:
    url: {{fr: "https://www.example.org/fr/{slug}", en: "https://www.example.org/en/{slug}"}}
source:
  name: {{fr: "Atelier des données", en: "Data Workshop"}}
{block}"""
_TEXT = '---\ntitle: "{title}"\nsummary: "{summary}"\nlinks:\n  more: "{label}"\n---\n{body}\n'
_BLOCKS = {
    "news": "",
    "project": "project: {status: running, period: 2023/2025}\n",
    "person": 'person: {name: "Camille Tremblay", role: {fr: "conseillère", en: "adviser"}}\n',
    "call": "call: {deadline: 2024-06-05, link: more}\n",
}


def write_corpus(root: Path, count: int) -> None:
    """`count` articles of about 1,000 characters a language; the same ones every time."""
    chance = random.Random(2021)
    words = ["".join(chance.choices(_SYLLABLES, k=chance.randint(1, 4))) for _ in range(5_000)]
    words += ["Montréal"] * 8 + ["marché"] * 4
    for number in range(count):
        slug = f"article-{number:05}"
        folder = root / "corpus" / slug
        folder.mkdir(parents=True)
        kind = chance.choice(list(_BLOCKS))
        day = f"20{chance.randint(10, 24)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
        tag = chance.choice(("youth", "justice", "training"))
        text = _ARTICLE.format(kind=kind, day=day, tag=tag, slug=slug, block=_BLOCKS[kind])
        (folder / "article.yaml").write_text(text, encoding="utf-8")
        for language in ("fr", "en"):
            title, summary, label = (" ".join(chance.choices(words, k=size)) for size in (7, 18, 4))
            body = "\n\n".join(" ".join(chance.choices(words, k=45)).capitalize() + "." for _ in range(3))
            text = _TEXT.format(title=title, summary=summary, label=label, body=body)
            (folder / f"{language}.md").write_text(text, encoding="utf-8")


def plain_search(corpus: Corpus, query: str) -> set[str]:
    """Slugs of the articles that hold all words in one language, by looking through every text."""
    wanted = search_words(query)
    return {slug for slug, article in corpus.articles.items() if _holds(article, wanted)}


def _holds(article: Article, wanted: list[str]) -> bool:
    for one in article.translations.values():
        found = search_words(" ".join((one.data.title, one.data.summary, *one.data.links.values(), one.body)))
        if all(any(word.startswith(part) for word in found) for part in wanted):
            return True
    return False


def seconds(work: Callable[[], object], rounds: int = 1) -> float:
    """The shortest of `rounds` times: what disturbs a machine only ever makes it slower."""
    times: list[float] = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def main(count: int = ARTICLES) -> None:
    """Print the times and their ratios."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        write_corpus(root, count)
        measure(root, count)


def baseline(root: Path) -> tuple[list[tuple[str, str]], set[str], float, float]:
    """Titles and what the search finds by reading every file, and the seconds that reading and searching take.

    In a function of its own, so that the articles are gone when the index is timed: a garbage collector that has
    them to look after slows whoever comes next.
    """

    def read_all() -> Corpus:
        return load_corpus(root / "corpus", root)[0]

    corpus = read_all()  # and the files are in memory from here on
    titles = [(slug, one.translations["fr"].data.title) for slug, one in corpus.articles.items()]
    found = plain_search(corpus, QUERY)
    return titles, found, seconds(read_all, 2), seconds(lambda: plain_search(corpus, QUERY), 2)


def measure(root: Path, count: int) -> None:
    """Compare the answers, then the times."""
    folder, cache = root / "corpus", root / "corpus.index"

    def listed() -> list[tuple[str, str]]:
        return [(slug, one.title("fr")) for slug, one in open_index(folder, root, cache).entries.items()]

    def searched() -> set[str]:
        return {hit.slug for hit in open_index(folder, root, cache).search(search_words(QUERY))}

    titles, expected, plain_list, plain_words = baseline(root)
    cold = seconds(listed)
    assert listed() == titles, "the index lists other articles"
    assert searched() == expected, "the index finds other articles"
    warm_list, warm_search = seconds(listed, ROUNDS), seconds(searched, ROUNDS)
    index = open_index(folder, root, cache)
    index.search(search_words(QUERY))
    search_alone = seconds(lambda: index.search(search_words(QUERY)), ROUNDS)
    one = folder / "article-00000" / "fr.md"
    one.write_text(one.read_text(encoding="utf-8") + "\nUn mot de plus.\n", encoding="utf-8")
    edited = seconds(searched)

    size = cache.stat().st_size
    print(f"{count:,} articles, {3 * count:,} files; index {size / 1e6:.0f} MB; '{QUERY}' finds {len(expected):,}")
    rows = (
        ("read every file (baseline)", plain_list, plain_list),
        ("cold list: no index yet", cold, plain_list),
        ("warm list", warm_list, plain_list),
        ("read every file and search (baseline)", plain_list + plain_words, plain_list + plain_words),
        ("warm search", warm_search, plain_list + plain_words),
        ("warm search after one edit", edited, plain_list + plain_words),
        ("search in an open index", search_alone, plain_words),
    )
    for words, taken, plain in rows:
        print(f"{words:<38} {taken:>9.4f} s   ratio {plain / taken:>8.1f}")


if __name__ == "__main__":
    main()
