"""Skeletons: filled in they are sound, with every optional key too; nothing is ever overwritten or left half done."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from article_files import write_article, write_text
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsletter.commands.corpus import OpenCorpus
from newsletter.commands.corpus_new import mark_up_to_date, new_article, translate_article
from newsletter.commands.corpus_skeleton import translation_skeleton
from newsletter.commands.corpus_status import corpus_status
from newsletter.corpus import load_article, load_translation
from newsletter.errors import FileTrouble, ProjectMistake, Refusal, UnknownName
from newsletter.models.article import Kind

Opened = Callable[[], OpenCorpus]
_EXAMPLE = re.compile(r"^( *[a-z_]+:) # (.+)$", re.MULTILINE)
_OPTION = re.compile(r"^( *)# ( *(?:- )?[a-z_]+:(?: .+|)|tags: .+)$", re.MULTILINE)


def fill(path: Path, *, options: bool = False) -> None:
    """Fill in as the comments say; with options, take away the # of every key that may be left out."""
    text = path.read_text(encoding="utf-8")
    if options:
        text = _OPTION.sub(r"\1\2", text)
    text = _EXAMPLE.sub(r"\1 \2", text)
    text = re.sub(r'(url: )\{fr: "", en: ""\}', r'\1"https://www.example.org/a"', text)
    path.write_text(text.replace('""', '"Words"'), encoding="utf-8")


@pytest.mark.parametrize("options", [False, True], ids=["as it is", "with every option"])
@pytest.mark.parametrize("kind", Kind)
def test_a_skeleton_is_sound_once_it_is_filled_in(root: Path, opened: Opened, kind: Kind, options: bool) -> None:
    laid = new_article(opened(), "summer-workshop", kind)
    assert laid.files == tuple(f"corpus/summer-workshop/{name}" for name in ("article.yaml", "fr.md", "en.md"))
    assert corpus_status(opened()).problems, "what is empty is reported"
    for file in laid.files:
        fill(root / file, options=options)
    article, findings = load_article(root / "corpus" / "summer-workshop", root)
    assert findings == []
    assert article is not None
    assert corpus_status(opened()).problems == ()
    if options:
        data = article.data
        assert (bool(data.tags), bool(data.places), bool(data.images)) == (True, True, True)
        block = None if kind is Kind.NEWS else getattr(data, kind.value)
        if block is not None:
            known = block.model_dump(exclude_none=True)
            missing = {name for name in type(block).model_fields if not known.get(name)}
            assert missing <= {"online", "all_day"}, "every key of the kind stands in the skeleton"


def test_the_day_is_today_where_the_publication_is(root: Path, opened: Opened) -> None:
    new_article(opened(), "a", Kind.NEWS, tags=("team", "youth"))
    text = (root / "corpus" / "a" / "article.yaml").read_text(encoding="utf-8")
    assert "\npublished: 2024-02-01\n" in text
    assert "\ntags: [team, youth]\n" in text


def test_one_language_only(root: Path, opened: Opened) -> None:
    assert new_article(opened(), "a", Kind.NEWS, languages=("fr",)).files == (
        "corpus/a/article.yaml",
        "corpus/a/fr.md",
    )
    with pytest.raises(UnknownName, match="no language 'es'"):
        new_article(opened(), "b", Kind.NEWS, languages=("es",))
    assert not (root / "corpus" / "b").exists()


@pytest.mark.parametrize(
    ("slug", "proposal"),
    [("Été à Montréal", "ete-a-montreal"), ("a_b", "summer"), ("../x", "x"), ("", "summer"), ("a--b", "a-b")],
)
def test_what_is_no_slug_is_refused_with_one(root: Path, opened: Opened, slug: str, proposal: str) -> None:
    with pytest.raises(UnknownName, match="not a slug") as caught:
        new_article(opened(), slug, Kind.NEWS)
    assert caught.value.hint is not None
    assert proposal in caught.value.hint or slug == "a_b"
    assert list((root / "corpus").iterdir()) == []


@pytest.mark.parametrize("taken", ["corpus/a", "corpus/_drafts/a"])
def test_nothing_is_overwritten(root: Path, opened: Opened, taken: str) -> None:
    (root / taken).mkdir(parents=True)
    with pytest.raises(Refusal, match="'a' exists already"):
        new_article(opened(), "a", Kind.NEWS)
    assert list((root / taken).iterdir()) == []


def test_a_disk_that_refuses_leaves_nothing_behind(
    root: Path, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = opened()

    def full(self: Path, *args: object, **more: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(FileTrouble, match="No space left"):
        new_article(corpus, "a", Kind.NEWS)
    assert list((root / "corpus").iterdir()) == []


def test_a_translation_has_its_source_beside_it(root: Path, opened: Opened) -> None:
    more = (
        "links:\n  more: {url: 'https://www.example.org/a'}\n  english: {url: {en: 'https://www.example.org/b'}}\n"
        "images:\n  room: {url: 'https://www.example.org/r.jpg', width: 10, height: 10}\n"
    )
    folder = write_article(root, "a", en=None, more=more)
    write_text(
        folder,
        "fr",
        "Un titre",
        "Un résumé : long.",
        "Premier.\n\n---\n\n## Deuxième",
        'kicker: "Rapport"\nalts: {room: "Une salle"}\nlinks: {more: "Lire"}\n',
    )
    digest = opened().index.entries["a"].translations["fr"].digest
    assert translate_article(opened(), "a", "en").files == ("corpus/a/en.md",)
    text = (folder / "en.md").read_text(encoding="utf-8")
    for line in (
        "# fr: Un titre",
        "# fr: Un résumé : long.",
        "  # fr: Une salle",
        "# Premier.",
        "# ---",
        "# ## Deuxième",
    ):
        assert f"\n{line}\n" in text, line
    assert corpus_status(opened()).problems, "what is empty is reported"
    fill(folder / "en.md")
    translation, findings = load_translation(folder / "en.md", root)
    assert findings == []
    assert translation is not None
    assert (translation.data.kicker, set(translation.data.alts), set(translation.data.links)) == (
        "Words",
        {"room"},
        {"more", "english"},
    )
    assert translation.data.translated_from is not None
    assert translation.data.translated_from.digest == digest
    assert corpus_status(opened()).problems == ()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=st.text(min_size=1, max_size=150), body=st.text(max_size=300))
def test_no_source_text_can_break_the_skeleton(root: Path, title: str, body: str) -> None:
    folder = root / "corpus" / "a"
    if not folder.exists():
        write_article(root, "a", en=None)
    article, _ = load_article(folder, root)
    assert article is not None
    from dataclasses import replace

    source = article.translations["fr"]
    data = source.data.model_copy(update={"title": title, "summary": title})
    path = folder / "en.md"
    path.write_bytes(translation_skeleton(article, replace(source, data=data, body=body), "en").encode())
    fill(path)
    translation, findings = load_translation(path, root)
    assert findings == []
    assert translation is not None
    assert (translation.data.title, translation.data.summary, translation.body) == ("Words", "Words", "")


def test_a_text_that_is_there_is_not_touched(root: Path, opened: Opened) -> None:
    folder = write_article(root, "a")
    before = (folder / "en.md").read_bytes()
    with pytest.raises(Refusal) as caught:
        translate_article(opened(), "a", "en")
    assert caught.value.where == "corpus/a/en.md"
    assert (folder / "en.md").read_bytes() == before


def test_from_which_language(root: Path, opened: Opened) -> None:
    folder = write_article(root, "a", en=None)
    with pytest.raises(UnknownName, match="no text in 'en' to translate from"):
        translate_article(opened(), "a", "fr", source="en") if (folder / "fr.md").unlink() is None else None
    with pytest.raises(UnknownName, match="no text to translate"):
        translate_article(opened(), "a", "fr")
    (folder / "fr.md").write_text("no front matter", encoding="utf-8")
    with pytest.raises(ProjectMistake, match="no text of 'a' can be read"):
        translate_article(opened(), "a", "en")
    with pytest.raises(UnknownName, match="no language 'de'"):
        translate_article(opened(), "a", "de")
    with pytest.raises(UnknownName, match="no article 'b'"):
        translate_article(opened(), "b", "fr")


ORIGIN = "translated_from: {{language: fr, digest: {digest}}}\n"


@pytest.mark.parametrize(
    "more",
    [
        "",
        'kicker: "X"  # a comment\n',
        'translated_from: {language: fr, digest: "sha256:0000000000000000"}  # by Zoé\n',
        "translated_from:\n  digest: sha256:0000000000000000\n  language: fr\nkicker: X\n",
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_up_to_date_changes_one_line(root: Path, opened: Opened, more: str, newline: str) -> None:
    folder = write_article(root, "a")
    path = write_text(folder, "en", "Title", body="A body.\n\n---\n\nEnd.", more=more)
    path.write_bytes(path.read_bytes().replace(b"\n", newline.encode()))
    before = path.read_bytes().decode().split(newline)
    digest = opened().index.entries["a"].translations["fr"].digest
    assert mark_up_to_date(opened(), "a", "en").files == ("corpus/a/en.md",)
    after = path.read_bytes().decode().split(newline)
    changed = [line for line in after if line not in before]
    assert len(changed) == 1
    assert digest in changed[0]
    assert [line for line in before if line not in after] in (
        [],
        [line.replace(digest, "sha256:" + "0" * 16) for line in changed],
    )
    assert corpus_status(opened()).problems == ()
    assert mark_up_to_date(opened(), "a", "en").files == ()


def test_up_to_date_needs_both_texts(root: Path, opened: Opened) -> None:
    folder = write_article(root, "a", en=None)
    with pytest.raises(UnknownName) as caught:
        mark_up_to_date(opened(), "a", "en")
    assert caught.value.hint == "Lay it down: newsletter corpus translate a en"
    with pytest.raises(UnknownName, match="no other text"):
        mark_up_to_date(opened(), "a", "fr")
    (folder / "en.md").write_text("---\ntitle: x\n---\n", encoding="utf-8")
    with pytest.raises(ProjectMistake):
        mark_up_to_date(opened(), "a", "en")


def test_an_original_comes_before_what_is_itself_a_translation(root: Path, opened: Opened) -> None:
    config = root / "newsletter.yaml"
    text = config.read_text(encoding="utf-8").replace("languages: [fr, en]", "languages: [fr, en, es]")
    text = text.replace("unknown_language: fr+en", "unknown_language: fr")
    config.write_text(
        text.replace("locales: {fr: fr-CA, en: en-CA}", "locales: {fr: fr-CA, en: en-CA, es: es-MX}"),
        encoding="utf-8",
    )
    folder = write_article(root, "a")
    write_text(folder, "fr", "Titre", more='translated_from: {language: en, digest: "sha256:0000000000000000"}\n')
    translate_article(opened(), "a", "es")
    assert "\n# en: Title\n" in (folder / "es.md").read_text(encoding="utf-8")
    (folder / "es.md").unlink()
    translate_article(opened(), "a", "es", source="fr")
    assert "\n# fr: Titre\n" in (folder / "es.md").read_text(encoding="utf-8")
