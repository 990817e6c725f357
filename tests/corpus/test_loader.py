"""Folders to articles: what is right loads, what is wrong is reported with its place, one does not hide the other."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.corpus import load_article, load_corpus, translation_digest
from newsletter.errors import FileTrouble
from newsletter.models.article import TranslationData

ARTICLE = """\
kind: news
published: 2024-01-22
tags: [montreal]
source: {name: {fr: CIPC, en: ICPC}}
"""
FRENCH = "---\ntitle: Titre\nsummary: Résumé.\n---\n\nLe corps.\n\nEncore.\n"


def write_article(root: Path, slug: str, **files: str) -> Path:
    folder = root / "corpus" / slug
    folder.mkdir(parents=True)
    for name, text in ({"article_yaml": ARTICLE, "fr_md": FRENCH} | files).items():
        (folder / name.replace("_", ".")).write_text(text, encoding="utf-8")
    return folder


def test_an_article_with_its_translations(tmp_path: Path) -> None:
    folder = write_article(tmp_path, "one", en_md="---\r\ntitle: Title\r\nsummary: S.\r\n---\r\nBody.\r\n")
    article, findings = load_article(folder, tmp_path)
    assert findings == []
    assert article is not None
    assert article.slug == "one"
    assert article.files == ("corpus/one/article.yaml", "corpus/one/en.md", "corpus/one/fr.md")
    french = article.translations["fr"]
    assert (french.data.title, french.body, french.body_line) == ("Titre", "Le corps.\n\nEncore.", 6)
    assert (article.translations["en"].body, article.translations["en"].body_line) == ("Body.", 5)


@pytest.mark.parametrize(
    ("files", "rule", "place"),
    [
        ({"fr_md": "# no front matter\n"}, "ARTICLE-FRONT-MATTER", "corpus/one/fr.md:1"),
        ({"fr_md": "---\ntitle: x\n"}, "ARTICLE-FRONT-MATTER", "corpus/one/fr.md:1"),
        ({"fr_md": "---\ntitle: x\nsumary: y\n---\n"}, "SCHEMA-KEY", "corpus/one/fr.md:3:1"),
        ({"fr_md": "---\ntitle: x: y\nsummary: y\n---\n"}, "YAML-SYNTAX", "corpus/one/fr.md:2:9"),
        ({"article_yaml": ARTICLE.replace("news", "event")}, "SCHEMA-VALUE", "corpus/one/article.yaml:1:1"),
        ({"article_yaml": ARTICLE.replace("2024-01-22", "soon")}, "SCHEMA-VALUE", "corpus/one/article.yaml:2:1"),
    ],
)
def test_mistakes_have_file_and_line(tmp_path: Path, files: dict[str, str], rule: str, place: str) -> None:
    folder = write_article(tmp_path, "one", **files)
    _, findings = load_article(folder, tmp_path)
    assert (rule, place) in [(finding.rule, finding.place) for finding in findings]


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("# no front matter\n", "no front matter", "four lines"),
        ("---\ntitle: x\nsummary: y\n\nThe text.\n", "has no end", "three hyphens"),
    ],
)
def test_front_matter_is_explained_to_those_who_never_heard_of_it(
    tmp_path: Path, text: str, message: str, hint: str
) -> None:
    article, findings = load_article(write_article(tmp_path, "one", fr_md=text), tmp_path)
    assert article is not None
    assert article.faulty == {"fr"}
    assert message in findings[0].message
    assert hint in (findings[0].hint or "")


def test_a_folder_with_a_mistake_is_known_to_be_there(tmp_path: Path) -> None:
    write_article(tmp_path, "bad", article_yaml="kind: nonsense\n")
    corpus, _ = load_corpus(tmp_path / "corpus", tmp_path)
    assert corpus.faulty == {"bad"}


def test_a_block_of_another_kind_is_named(tmp_path: Path) -> None:
    folder = write_article(tmp_path, "one", article_yaml=ARTICLE + "job: {deadline: 2024-02-05}\n")
    _, findings = load_article(folder, tmp_path)
    assert "the block 'job:' belongs to kind job, this article is news" in findings[0].message


def test_one_bad_article_does_not_hide_the_others(tmp_path: Path) -> None:
    write_article(tmp_path, "good")
    write_article(tmp_path, "bad", article_yaml="kind: nonsense\n")
    write_article(tmp_path, "Bad Name")
    (tmp_path / "corpus" / "empty").mkdir()
    (tmp_path / "corpus" / ".hidden").mkdir()
    (tmp_path / "corpus" / "README.md").write_text("not an article")
    corpus, findings = load_corpus(tmp_path / "corpus", tmp_path)
    assert list(corpus.articles) == ["good"]
    assert {finding.rule for finding in findings} >= {
        "ARTICLE-SLUG",
        "ARTICLE-FILE",
        "SCHEMA-VALUE",
        "SCHEMA-MISSING",
    }


def test_no_corpus_is_trouble_of_the_world(tmp_path: Path) -> None:
    with pytest.raises(FileTrouble, match="the corpus cannot be read"):
        load_corpus(tmp_path / "corpus", tmp_path)


def test_the_digest_names_the_words_not_the_wrapping() -> None:
    data = TranslationData(title="T", summary="S")
    assert translation_digest(data, "a b\nc") == translation_digest(data, "a  b c")
    assert translation_digest(data, "a b c") != translation_digest(data, "a b d")
    assert translation_digest(data, "x").startswith("sha256:")


@given(st.text(max_size=30), st.text(max_size=30))
def test_words_cannot_move_from_title_to_body_unnoticed(title: str, body: str) -> None:
    words = title.split()
    if not words:
        return
    one = translation_digest(TranslationData(title="T " + words[0], summary="S"), body)
    other = translation_digest(TranslationData(title="T", summary="S"), words[0] + " " + body)
    assert one != other


EVENT = """\
kind: event
published: 2024-01-22
source: {name: X}
event:
  start: 2024-04-13T13:30
  end: 2024-04-13T15:00
  timezone: America/Toronto
  online: true
"""


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("end: 2024-04-13T15:00", "end: 2024-04-13T13:00", "an event must end after it starts"),
        ("end: 2024-04-13T15:00", "end: 2024-04-13T15:00Z", "both with a zone or both without"),
        ("America/Toronto", "Montréal", "not a time zone"),
        ("America/Toronto", "../../etc/passwd", "not a time zone"),
        ("online: true", "online: maybe", "expected true or false"),
        ("online: true", "online: no", "an event needs a place, or online: true"),
        ("online: true", "online: true\n  sessions: [{start: 2024-04-13T10:00, end: 2024-04-13T09:00, languages: [fr], title: {fr: x}}]", "a session must end after it starts"),
    ],
)  # fmt: skip
def test_events_that_cannot_be(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in EVENT
    folder = write_article(tmp_path, "one", article_yaml=EVENT.replace(old, new))
    article, findings = load_article(folder, tmp_path)
    assert article is None
    assert any(words in finding.message for finding in findings), findings


def test_an_event_whose_end_nobody_knows(tmp_path: Path) -> None:
    folder = write_article(tmp_path, "one", article_yaml=EVENT.replace("  end: 2024-04-13T15:00\n", ""))
    article, findings = load_article(folder, tmp_path)
    assert findings == []
    assert article is not None
    assert article.data.event is not None
    assert article.data.event.last_known == article.data.event.start
