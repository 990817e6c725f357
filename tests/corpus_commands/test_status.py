"""The state of the corpus: each thing that can be wrong is counted, named with its place, and sets the answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from article_files import write_article, write_text

from newsletter.commands.corpus import OpenCorpus
from newsletter.commands.corpus_status import CorpusStatus, corpus_status

Opened = Callable[[], OpenCorpus]
PICTURE = "images:\n  room: {url: 'https://www.example.org/r.jpg', width: 10, height: 10}\n"
LINK = "links:\n  more: {url: 'https://www.example.org/a'}\n"
EVENT = """\
links:
  register: {{url: 'https://www.example.org/a'}}
event:
  start: 2024-06-08T13:00
  end: 2024-06-08T15:00
  timezone: America/Toronto
  online: true
  registration: {registration}
  sessions:
    - {{start: 2024-06-08T13:00, end: 2024-06-08T14:00, languages: [fr], title: {{fr: A, en: A}}, link: {session}}}
"""
LABEL = 'links: {register: "Ici"}\n'


def places(status: CorpusStatus) -> list[tuple[str, str]]:
    return [(one.rule, one.place) for one in status.problems]


def counts(status: CorpusStatus) -> dict[str, tuple[int, int, int, int, int]]:
    return {
        one.language: (one.complete, len(one.missing), len(one.stale), len(one.alts), len(one.labels))
        for one in status.languages
    }


def test_the_sample_corpus_has_nothing_to_correct(sample_corpus: OpenCorpus) -> None:
    status = corpus_status(sample_corpus)
    assert status.problems == ()
    assert status.broken == ()
    assert {one.language: one.complete for one in status.languages} == {
        "fr": status.articles,
        "en": status.articles,
    }


def test_a_sound_article_that_never_ran_is_no_problem(root: Path, opened: Opened) -> None:
    write_article(root, "newer", published="2024-02-01")
    write_article(root, "older", published="2023-02-01")
    status = corpus_status(opened())
    assert (status.articles, status.problems, status.unused) == (2, (), ("older", "newer"))


def test_drafts_that_wait_are_told_and_no_problem(root: Path, opened: Opened) -> None:
    write_article(root, "_drafts/b", en=None)
    write_article(root, "_drafts/a")
    (root / "corpus" / "_drafts" / "notes").mkdir()
    status = corpus_status(opened())
    assert (status.articles, status.problems, status.drafts) == (0, (), ("a", "b"))


def test_a_missing_translation(root: Path, opened: Opened) -> None:
    write_article(root, "a", en=None)
    status = corpus_status(opened())
    assert counts(status) == {"fr": (1, 0, 0, 0, 0), "en": (0, 1, 0, 0, 0)}
    assert places(status) == [("BIL-BOTH", "corpus/a/article.yaml")]
    assert status.problems[0].hint == "newsletter corpus translate a en"


def test_a_translation_with_a_mistake_is_reported_as_that(root: Path, opened: Opened) -> None:
    write_text(write_article(root, "a"), "en", "Title", more="sumary: x\n")
    assert places(corpus_status(opened())) == [("SCHEMA-KEY", "corpus/a/en.md:4:1")]


def test_a_stale_translation(root: Path, opened: Opened) -> None:
    origin = 'translated_from: {language: fr, digest: "sha256:0000000000000000"}\n'
    write_text(write_article(root, "a"), "en", "Title", more=origin)
    status = corpus_status(opened())
    assert counts(status)["en"] == (0, 0, 1, 0, 0)
    assert places(status) == [("BIL-STALE", "corpus/a/en.md:4:33")]


def test_missing_alt_texts_and_labels(root: Path, opened: Opened) -> None:
    folder = write_article(root, "a", more=PICTURE + LINK)
    write_text(folder, "fr", "Titre", more='alts: {room: "Une salle"}\nlinks: {more: "Lire"}\n')
    status = corpus_status(opened())
    assert counts(status) == {"fr": (1, 0, 0, 0, 0), "en": (0, 0, 0, 1, 1)}
    assert places(status) == [("A11Y-ALT", "corpus/a/en.md:2:1"), ("A11Y-LINK-NAME", "corpus/a/en.md:2:1")]


@pytest.mark.parametrize(
    ("registration", "session", "line"), [("registre", "register", "12:3"), ("register", "programme", "14:96")]
)
def test_a_link_id_that_leads_nowhere(
    root: Path, opened: Opened, registration: str, session: str, line: str
) -> None:
    more = EVENT.format(registration=registration, session=session)
    folder = write_article(root, "a", kind="event", more=more)
    for language in ("fr", "en"):
        write_text(folder, language, "Titre", more=LABEL)
    (problem,) = corpus_status(opened()).problems
    assert (problem.rule, problem.place) == ("ARTICLE-LINK", f"corpus/a/article.yaml:{line}")


def test_an_article_that_cannot_be_read(root: Path, opened: Opened) -> None:
    (write_article(root, "a") / "article.yaml").write_text("kind: nonsense\n", encoding="utf-8")
    (root / "corpus" / "Not a slug").mkdir()
    status = corpus_status(opened())
    assert (status.articles, status.broken) == (0, ("Not a slug", "a"))
    assert {one.file for one in status.problems} == {"corpus/Not a slug", "corpus/a/article.yaml"}


def test_issues_that_name_what_is_not_there_or_cannot_be_read(root: Path, opened: Opened) -> None:
    write_article(root, "summer-workshop")
    text = "date: 2024-02-05\nsubject: {fr: A, en: A}\npreheader: {fr: B, en: B}\naudience: {lists: [members]}\n"
    (root / "issues" / "1.yaml").write_text(text + "sections: [{articles: [sumer-workshop]}]\n", encoding="utf-8")
    (root / "issues" / "2.yaml").write_text("date: soon\n", encoding="utf-8")
    status = corpus_status(opened())
    problems = {(one.rule, one.file): one.hint for one in status.problems}
    assert problems[("ISSUE-SLUG", "issues/1.yaml")] == "Did you mean 'summer-workshop'?"
    assert ("SCHEMA-VALUE", "issues/2.yaml") in problems


def test_words_for_what_the_article_does_not_have(root: Path, opened: Opened) -> None:
    write_text(write_article(root, "a"), "en", "Title", more="alts: {romo: A room}\nlinks: {moer: More}\n")
    status = corpus_status(opened())
    assert counts(status)["en"] == (1, 0, 0, 0, 0)
    assert places(status) == [
        ("A11Y-ALT", "corpus/a/en.md:4:8"),
        ("A11Y-LINK-NAME", "corpus/a/en.md:5:9"),
    ]
