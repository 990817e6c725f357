"""Opens the index: keeps what did not change, reads what did, forgets what is gone."""

from __future__ import annotations

import gc
import os
import re
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from newsletter.corpus.index.cachefile import Folder, Stamp, read_cache, write_cache
from newsletter.corpus.index.entries import ArticleEntry, make_entry, pack, pack_findings, unpack, unpack_findings
from newsletter.corpus.index.outline import outline
from newsletter.corpus.index.searching import Hit, Searcher
from newsletter.corpus.loader import load_article, unreadable
from newsletter.models.article import Corpus
from newsletter.models.finding import Finding

YOUNG_NS = 2_000_000_000
"""A file written less than this before it was read (2 s, the coarsest clock of a file system, FAT) may be written
again without its stamp changing: it is read again the next time."""

_TEXT_FILE = re.compile(r"article\.yaml|[a-z]{2,3}\.md")

Progress = Callable[[int, int], None]
"""Called with how many folders were read and how many there are to read."""


@dataclass(frozen=True, eq=False)
class CorpusIndex:
    """What the corpus holds.

    entries: the articles that can be read, by slug. broken: the others, by name of the folder, with what is wrong
    with them. read: how many folders had to be read anew.
    """

    entries: Mapping[str, ArticleEntry]
    broken: Mapping[str, tuple[Finding, ...]]
    read: int
    _folders: Mapping[str, Folder]

    @cached_property
    def outline(self) -> Corpus:
        """The articles as far as choosing needs them: kind, day, tags, titles, languages; made when looked at."""
        return outline(self.entries, self.broken)

    def search(
        self, words: Sequence[str], *, language: str | None = None, among: Collection[str] | None = None
    ) -> list[Hit]:
        """The articles that hold all folded `words` in one language, the best first.

        language: search in that one only. among: slugs; others are left out.
        """
        return self._searcher.search(words, language=language, among=among)

    @cached_property
    def _searcher(self) -> Searcher:
        return Searcher(self.entries, {slug: self._folders[slug].texts for slug in self.entries})


def open_index(folder: Path, root: Path, cache: Path, *, progress: Progress | None = None) -> CorpusIndex:
    """The index of the corpus in `folder`, kept in the file `cache`, as fresh as the files are now.

    Raises FileTrouble when the folder cannot be read; never because of the cache.
    """
    started = time.time_ns()
    with _collector_paused():
        kept = read_cache(cache) or {}
    stamps = dict(_stamps(folder, root))
    stale = [name for name, stamp in stamps.items() if name not in kept or kept[name].stamp != stamp]
    folders: dict[str, Folder] = {}
    for number, name in enumerate(stale):
        if progress is not None:
            progress(number, len(stale))
        folders[name] = _read(folder / name, root, _trusted(stamps[name], started))
    current = {name: folders.get(name) or kept[name] for name in stamps}
    if stale or len(current) != len(kept):
        write_cache(cache, current)
    if progress is not None and stale:
        progress(len(stale), len(stale))
    return _index(current, len(stale))


def _index(folders: dict[str, Folder], read: int) -> CorpusIndex:
    with _collector_paused():
        entries = {name: unpack(one.entry) for name, one in folders.items() if one.entry is not None}
    broken = {name: unpack_findings(one.findings) for name, one in folders.items() if one.entry is None}
    return CorpusIndex(entries, broken, read, folders)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """No garbage collection meanwhile: it would walk through the same million living objects again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _read(folder: Path, root: Path, stamp: Stamp) -> Folder:
    article, findings = load_article(folder, root)
    if article is None:
        return Folder(stamp, None, pack_findings(tuple(findings)))
    entry, texts = make_entry(article, findings)
    return Folder(stamp, pack(entry), [], texts)


def _trusted(stamp: Stamp, started: int) -> Stamp:
    """The stamp, or one that nothing equals when a file is so young that the next change might not show."""
    newest = max((written for written, _, _ in stamp.values()), default=0)
    return stamp if newest < started - YOUNG_NS else {"young": []}


def _stamps(folder: Path, root: Path) -> Iterator[tuple[str, Stamp]]:
    try:
        with os.scandir(folder) as found:
            folders = sorted((one.name, one.path) for one in found if one.name[0] not in "._" and one.is_dir())
        for name, path in folders:
            yield name, _stamp(path)
    except OSError as error:
        raise unreadable(folder, root, error) from error


def _stamp(folder: str) -> Stamp:
    stamp: Stamp = {}
    with os.scandir(folder) as files:
        for file in files:
            if _TEXT_FILE.fullmatch(file.name):
                stat = file.stat()
                stamp[file.name] = [stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size]
    return stamp
