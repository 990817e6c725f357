"""The index answers as the files are now, whatever was kept, and costs nothing when nothing changed."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from article_files import age, write_article, write_text
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.commands.corpus import OpenCorpus
from newsletter.corpus import load_corpus
from newsletter.corpus.index import CorpusIndex, open_index
from newsletter.errors import FileTrouble


def index_of(root: Path, cache: str = "var/cache/corpus.index") -> CorpusIndex:
    return open_index(root / "corpus", root, root / cache)


def test_entries_are_what_the_loader_reads(sample_corpus: OpenCorpus) -> None:
    project, index = sample_corpus.project, sample_corpus.index
    corpus, findings = load_corpus(project.corpus, project.root)
    assert findings == []
    assert list(index.entries) == list(corpus.articles)
    again = open_index(project.corpus, project.root, project.var / "cache" / "corpus.index")
    for slug, article in corpus.articles.items():
        entry = again.entries[slug]
        assert entry == index.entries[slug]
        assert (entry.kind, entry.published, entry.tags) == (
            article.data.kind,
            article.data.published,
            article.data.tags,
        )
        assert entry.files == article.files
        for language, one in article.translations.items():
            kept = entry.translations[language]
            assert (kept.title, kept.summary, kept.digest) == (one.data.title, one.data.summary, one.digest)


def test_only_what_changed_is_read_again(tmp_path: Path) -> None:
    for slug in ("one", "two", "three"):
        write_article(tmp_path, slug)
    age(tmp_path / "corpus")
    assert index_of(tmp_path).read == 3
    assert index_of(tmp_path).read == 0
    write_text(tmp_path / "corpus" / "two", "fr", "Autre")
    age(tmp_path / "corpus" / "two", 30)
    index = index_of(tmp_path)
    assert (index.read, index.entries["two"].translations["fr"].title) == (1, "Autre")
    assert index_of(tmp_path).read == 0


@pytest.mark.parametrize(
    "change", ["edit", "same size", "add file", "remove file", "add", "remove", "rename", "break"]
)
def test_every_change_shows_at_once(tmp_path: Path, change: str) -> None:
    write_article(tmp_path, "one", fr="Avant")
    write_article(tmp_path, "two", en=None)
    age(tmp_path / "corpus")
    before = index_of(tmp_path)
    folder = tmp_path / "corpus" / "one"
    if change == "edit":
        write_text(folder, "fr", "Après, et plus long")
    elif change == "same size":
        write_text(folder, "fr", "Apres")
    elif change == "add file":
        write_text(tmp_path / "corpus" / "two", "en", "New")
    elif change == "remove file":
        (folder / "fr.md").unlink()
    elif change == "add":
        write_article(tmp_path, "three")
    elif change == "remove":
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()
    elif change == "rename":
        folder.rename(folder.with_name("four"))
    else:
        (folder / "article.yaml").write_text("kind: nonsense\n", encoding="utf-8")
    index = index_of(tmp_path)
    assert (index.entries, index.broken) != (before.entries, before.broken)
    fresh = index_of(tmp_path, "elsewhere.index")
    assert (index.entries, index.broken) == (fresh.entries, fresh.broken)


def test_a_file_written_twice_in_one_tick_of_the_clock_is_not_missed(tmp_path: Path) -> None:
    path = write_text(write_article(tmp_path, "one"), "fr", "Avant")
    stat = path.stat()
    assert index_of(tmp_path).entries["one"].translations["fr"].title == "Avant"
    write_text(path.parent, "fr", "Apres")
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))  # what a coarse clock does by itself
    assert index_of(tmp_path).entries["one"].translations["fr"].title == "Apres"


def test_a_young_file_is_read_again_until_it_is_old(tmp_path: Path) -> None:
    write_article(tmp_path, "young")
    write_article(tmp_path, "old")
    age(tmp_path / "corpus" / "old")
    assert index_of(tmp_path).read == 2
    assert index_of(tmp_path).read == 1, "another change within the same tick would not show in its stamp"
    age(tmp_path / "corpus" / "young")
    assert [index_of(tmp_path).read for _ in range(2)] == [1, 0]


def test_what_is_gone_is_forgotten(tmp_path: Path) -> None:
    for slug in ("one", "two"):
        write_article(tmp_path, slug)
    age(tmp_path / "corpus")
    index_of(tmp_path)
    shutil.rmtree(tmp_path / "corpus" / "one")
    assert list(index_of(tmp_path).entries) == ["two"]
    assert b'"one"' not in (tmp_path / "var" / "cache" / "corpus.index").read_bytes()


@pytest.mark.parametrize("harm", ["cut", "empty", "text", "older format", "other code", "folder", "wrong types"])
def test_a_harmed_cache_is_made_anew(tmp_path: Path, harm: str) -> None:
    write_article(tmp_path, "one")
    age(tmp_path / "corpus")
    expected = index_of(tmp_path).entries
    cache = tmp_path / "var" / "cache" / "corpus.index"
    raw = cache.read_bytes()
    head, rest = raw.split(b"\n", 1)
    if harm == "folder":
        cache.unlink()
        cache.mkdir()
    else:
        cache.write_bytes(
            {
                "cut": raw[:-1],
                "empty": b"",
                "text": b"hello\n",
                "older format": json.dumps({**json.loads(head), "format": 0}).encode() + b"\n" + rest,
                "other code": json.dumps({**json.loads(head), "code": "x"}).encode() + b"\n" + rest,
                "wrong types": raw.replace(b'"news"', b'"wens"'),
            }[harm]
        )
    index = index_of(tmp_path)
    assert (index.entries, index.read) == (expected, 1)
    assert list((tmp_path / "var" / "cache").glob(".*.tmp")) == []


@settings(max_examples=60, deadline=None)
@given(at=st.integers(0, 5000), byte=st.integers(0, 255))
def test_no_byte_of_the_cache_can_stop_the_program(
    tmp_path_factory: pytest.TempPathFactory, at: int, byte: int
) -> None:
    root = tmp_path_factory.mktemp("bytes")
    write_article(root, "one")
    age(root / "corpus")
    index_of(root)
    cache = root / "var" / "cache" / "corpus.index"
    raw = bytearray(cache.read_bytes())
    raw[at % len(raw)] = byte
    cache.write_bytes(raw)
    assert list(index_of(root).entries) == ["one"]


def test_a_disk_that_refuses_the_cache_costs_only_time(tmp_path: Path) -> None:
    write_article(tmp_path, "one")
    (tmp_path / "var").write_text("a file where the folder should be")
    assert list(index_of(tmp_path).entries) == ["one"]


def test_the_outline_says_what_the_corpus_says(sample_corpus: OpenCorpus) -> None:
    project = sample_corpus.project
    (project.corpus / "eva-croci" / "fr.md").write_text("no front matter", encoding="utf-8")
    (project.corpus / "djibril-diop" / "article.yaml").write_text("kind: nonsense", encoding="utf-8")
    corpus, _ = load_corpus(project.corpus, project.root)
    outline = OpenCorpus(project).index.outline
    assert outline.faulty == corpus.faulty
    assert list(outline.articles) == list(corpus.articles)
    for slug, article in corpus.articles.items():
        one = outline.articles[slug]
        assert (one.slug, one.files, one.faulty) == (article.slug, article.files, article.faulty)
        assert (one.data.kind, one.data.published, one.data.tags) == (
            article.data.kind,
            article.data.published,
            article.data.tags,
        )
        assert {
            code: (text.data.title, text.data.summary, text.digest) for code, text in one.translations.items()
        } == {
            code: (text.data.title, text.data.summary, text.digest) for code, text in article.translations.items()
        }


def test_drafts_and_hidden_folders_are_no_articles(tmp_path: Path) -> None:
    for slug in ("one", "_drafts", ".two"):
        write_article(tmp_path, slug)
    (tmp_path / "corpus" / "README.md").write_text("no article")
    assert list(index_of(tmp_path).entries) == ["one"]


def test_no_corpus_is_trouble_of_the_world(tmp_path: Path) -> None:
    with pytest.raises(FileTrouble, match="the corpus cannot be read"):
        index_of(tmp_path)


def test_progress_counts_what_is_read(tmp_path: Path) -> None:
    for slug in ("one", "two"):
        write_article(tmp_path, slug)
    seen: list[tuple[int, int]] = []
    open_index(tmp_path / "corpus", tmp_path, tmp_path / "i", progress=lambda *step: seen.append(step))
    assert seen == [(0, 2), (1, 2), (2, 2)]
