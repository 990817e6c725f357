"""Issue + corpus to editions: look-ups, overrides, selections, missing texts and waivers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.compose import choose_articles, compose_edition, select_articles, slugs_of
from newsletter.models.article import Article, ArticleData, Corpus, Kind, Translation, TranslationData
from newsletter.models.finding import Finding, Severity, SourceMap
from newsletter.models.issue import Edition, Issue, IssueData, Layout, Select
from newsletter.yamlfile import parse_yaml, validate

ISSUE = """\
date: 2024-02-08
subject: {fr: Sujet, en: Subject}
preheader: {fr: Aperçu, en: Preview, fr+en: Les deux}
intro: {fr: Bonjour, en: Hello}
sections:
  - heading: {fr: Un, en: One}
    layout: feature
    articles:
      - alpha
      - article: beta
        layout: digest
        title: {fr: Autre titre, en: Other title}
        summary: {fr: Autre résumé, en: Other summary}
  - select: {kind: news, limit: 2}
audience: {lists: [members]}
"""


def article(
    slug: str, day: date, *, kind: Kind = Kind.NEWS, tags: Iterable[str] = (), languages: str = "fr en"
) -> Article:
    source = SourceMap(f"corpus/{slug}/article.yaml", {})
    block = {} if kind is Kind.NEWS else {kind.value: {"name": "X", "role": {"fr": "r"}}}
    data = ArticleData.model_validate(
        {"kind": kind, "published": day, "tags": tuple(tags), "source": {"name": "S"}, **block}
    )
    translations = {
        language: Translation(
            language, TranslationData(title=f"{slug} {language}", summary="s"), "b", 5, "d", source
        )
        for language in languages.split()
    }
    return Article(slug, data, translations, source, (f"corpus/{slug}/article.yaml",))


def corpus(*articles: Article) -> Corpus:
    return Corpus({one.slug: one for one in articles})


CORPUS = corpus(
    article("alpha", date(2024, 1, 1)),
    article("beta", date(2024, 1, 2)),
    article("gamma", date(2024, 1, 3)),
    article("delta", date(2024, 1, 4)),
    article("epsilon", date(2024, 1, 5), languages="fr"),
    article("zeta", date(2024, 1, 6), kind=Kind.PERSON),
    article("nothing", date(2023, 1, 6), languages=""),
    article("foreign", date(2023, 1, 7), languages="fr ar"),
)


def issue(text: str = ISSUE) -> Issue:
    document, _ = parse_yaml(text, "issues/2024-02.yaml")
    assert document is not None
    data, findings = validate(IssueData, document)
    assert data is not None, findings
    return Issue("2024-02", data, document.source)


def composed(text: str, code: str, articles: Corpus = CORPUS) -> tuple[Edition | None, list[Finding]]:
    one = issue(text)
    sections, findings = choose_articles(one, articles, ("fr", "en"), ())
    assert findings == []
    return compose_edition(one, sections, code)


def test_one_language() -> None:
    edition, findings = composed(ISSUE, "en")
    assert findings == []
    assert edition is not None
    assert (edition.subject, edition.preheader, edition.code) == ("Subject", "Preview", "en")
    (part,) = edition.parts
    assert (part.language, part.intro) == ("en", "Hello")
    first, second = part.sections
    assert (first.heading, second.heading) == ("One", None)
    assert [(item.slug, item.layout, item.title, item.summary) for item in first.articles] == [
        ("alpha", Layout.FEATURE, "alpha en", "s"),
        ("beta", Layout.DIGEST, "Other title", "Other summary"),
    ]
    assert [(item.slug, item.layout) for item in second.articles] == [
        ("delta", Layout.DIGEST),
        ("gamma", Layout.DIGEST),
    ]
    assert (first.layout, second.layout) == (Layout.FEATURE, Layout.DIGEST)
    assert [item.translation.language for item in first.articles] == ["en", "en"]
    assert (edition.issue, edition.date, edition.template) == ("2024-02", date(2024, 2, 8), "house")
    assert part.subject == "Subject"


def test_a_part_without_a_subject_of_its_own_has_none() -> None:
    edition, _ = composed(
        ISSUE.replace("subject: {fr: Sujet, en: Subject}", "subject: {fr+en: Les deux}"), "fr+en"
    )
    assert edition is not None
    assert [part.subject for part in edition.parts] == ["", ""]


def test_two_languages_french_first_with_its_own_preheader() -> None:
    edition, _ = composed(ISSUE, "fr+en")
    assert edition is not None
    assert edition.subject == "Sujet / Subject"
    assert edition.preheader == "Les deux"
    assert [part.language for part in edition.parts] == ["fr", "en"]
    assert [[one.slug for one in section.articles] for section in edition.parts[0].sections] == [
        [one.slug for one in section.articles] for section in edition.parts[1].sections
    ]


def test_the_edition_names_every_file_it_came_from() -> None:
    edition, _ = composed(ISSUE, "fr")
    assert edition is not None
    assert edition.files == (
        "issues/2024-02.yaml",
        "corpus/alpha/article.yaml",
        "corpus/beta/article.yaml",
        "corpus/delta/article.yaml",
        "corpus/gamma/article.yaml",
    )


def test_an_unknown_slug_has_line_and_proposal() -> None:
    text = ISSUE.replace("- alpha", "- alpah").replace("article: beta", "article: qqq")
    sections, findings = choose_articles(issue(text), CORPUS, ("fr", "en"), ())
    assert [(finding.rule, finding.place, finding.message, finding.hint) for finding in findings] == [
        ("ISSUE-SLUG", "issues/2024-02.yaml:9:9", "unknown article 'alpah'", "Did you mean 'alpha'?"),
        (
            "ISSUE-SLUG",
            "issues/2024-02.yaml:10:9",
            "unknown article 'qqq'",
            "There is no folder corpus/qqq/: write the article, or take this line out.",
        ),
    ]
    assert {finding.severity for finding in findings} == {Severity.ERROR}
    assert slugs_of(sections) == ["delta", "gamma"]


def test_an_article_with_a_mistake_is_not_called_unknown() -> None:
    text = ISSUE.replace("- alpha", "- broken")
    _, findings = choose_articles(issue(text), replace(CORPUS, faulty=frozenset({"broken"})), ("fr", "en"), ())
    assert [(finding.rule, finding.place) for finding in findings] == [("ISSUE-SLUG", "issues/2024-02.yaml:9:9")]
    assert "cannot be used: its folder corpus/broken/ has a mistake" in findings[0].message


def test_a_translation_with_a_mistake_is_not_called_missing() -> None:
    half = replace(article("alpha", date(2024, 1, 1), languages="fr"), faulty=frozenset({"en"}))
    there = Corpus({**CORPUS.articles, "alpha": half})
    sections, _ = choose_articles(issue(ISSUE), there, ("fr", "en"), ())
    edition, findings = compose_edition(issue(ISSUE), sections, "en")
    assert edition is None
    assert [finding.message for finding in findings] == [
        "the article 'alpha' cannot be shown in 'en': corpus/alpha/en.md has a mistake"
    ]
    assert "waive" not in (findings[0].hint or "")


@pytest.mark.parametrize(
    ("old", "new", "code", "place", "words"),
    [
        ("- alpha", "- epsilon", "en", "9:9", "the article 'epsilon' has no text in 'en' (it has fr)"),
        ("fr: Un, en: One", "fr: Un", "en", "6:5", "the heading has no text in 'en'"),
        ("fr: Un, en: One", "fr: Un", "fr+en", "6:5", "the heading has no text in 'en'"),
        ("fr: Autre titre, en: Other title", "en: Other title", "fr", "12:9", "the title has no text in 'fr'"),
        ("fr: Autre résumé, en: Other summary", "fr: Autre", "en", "13:9", "the summary has no text in 'en'"),
        ("fr: Aperçu, en: Preview", "fr: Aperçu", "en", "3:1", "the preheader has no text in 'en'"),
        ("- alpha", "- nothing", "en", "9:9", "the article 'nothing' has no text in 'en' (it has no language)"),
        ("- alpha", "- foreign", "en", "9:9", "the article 'foreign' has no text in 'en' (it has fr, ar)"),
        ("fr: Bonjour, en: Hello", "fr: Bonjour", "en", "4:1", "the intro has no text in 'en'"),
        ("fr: Sujet, en: Subject", "fr: Sujet", "en", "2:1", "the subject has no text in 'en'"),
    ],
)  # fmt: skip
def test_a_missing_text_stops_the_edition_that_needs_it(
    old: str, new: str, code: str, place: str, words: str
) -> None:
    edition, findings = composed(ISSUE.replace(old, new), code)
    assert edition is None
    assert [(finding.rule, finding.place) for finding in findings] == [
        ("BIL-BOTH", f"issues/2024-02.yaml:{place}")
    ]
    assert words in findings[0].message
    assert findings[0].severity is Severity.ERROR
    hint = findings[0].hint or ""
    assert hint == f"Add '{'fr' if code == 'fr' else 'en'}: ...'." or re.match(
        r"Write corpus/[a-z]+/en\.md, or waive it: waive: \[\{rule: BIL-BOTH, article: [a-z]+, language: en, reason",
        hint,
    )


def test_the_other_language_is_not_stopped() -> None:
    edition, findings = composed(ISSUE.replace("- alpha", "- epsilon"), "fr")
    assert findings == []
    assert edition is not None


def test_a_waived_translation_is_left_out_of_that_language_only() -> None:
    text = ISSUE.replace("- alpha", "- epsilon") + (
        "waive: [{rule: BIL-BOTH, article: epsilon, language: en, reason: the report is in French only}]\n"
    )
    edition, findings = composed(text, "fr+en")
    assert findings == []
    assert edition is not None
    assert [one.slug for one in edition.parts[0].sections[0].articles] == ["epsilon", "beta"]
    assert [one.slug for one in edition.parts[1].sections[0].articles] == ["beta"]


@pytest.mark.parametrize(
    "waiver",
    [
        "{rule: BIL-SAME-TEXT, article: epsilon, language: en, reason: x}",
        "{rule: BIL-BOTH, article: alpha, language: en, reason: x}",
        "{rule: BIL-BOTH, article: epsilon, language: fr, reason: x}",
        "{rule: BIL-BOTH, reason: x}",
    ],
)
def test_a_waiver_of_something_else_waives_nothing(waiver: str) -> None:
    edition, findings = composed(ISSUE.replace("- alpha", "- epsilon") + f"waive: [{waiver}]\n", "en")
    assert edition is None
    assert [finding.rule for finding in findings] == ["BIL-BOTH"]


def test_a_waiver_may_use_the_words_of_the_rule() -> None:
    waiver = "{rule: both-languages, article: epsilon, language: en, reason: x}"
    edition, _ = composed(ISSUE.replace("- alpha", "- epsilon") + f"waive: [{waiver}]\n", "en")
    assert edition is not None


def test_two_selections_share_nothing_and_know_what_ran_before() -> None:
    select = "  - select: {kind: [news, person], limit: 2, unused: true}\n"
    one = issue(ISSUE.replace("  - select: {kind: news, limit: 2}\n", select + select))
    sections, _ = choose_articles(one, CORPUS, ("fr", "en"), {"delta"})
    assert [[chosen.article.slug for chosen in section.articles] for section in sections] == [
        ["alpha", "beta"],
        ["zeta", "gamma"],
        [],
    ]
    assert sections[1].articles[0].loc == ("sections", 1, "select")


def test_a_selection_never_repeats_what_the_issue_names_elsewhere() -> None:
    one = issue(ISSUE.replace("limit: 2", "limit: 9"))
    sections, _ = choose_articles(one, CORPUS, ("fr", "en"), ())
    assert slugs_of(sections) == ["alpha", "beta", "delta", "gamma"]


def test_unused_leaves_out_what_ran_before() -> None:
    select = Select(kind=Kind.NEWS, unused=True)
    found = select_articles(select, CORPUS, ("fr",), (), used={"delta", "alpha"})
    assert [one.slug for one in found] == ["epsilon", "gamma", "beta", "foreign"]


@given(
    st.lists(st.tuples(st.integers(0, 400), st.sampled_from(["a", "b", "a b", ""])), max_size=30),
    st.integers(0, 400),
    st.integers(0, 400),
    st.integers(1, 10),
)
def test_a_selection_keeps_its_promises(days: list[tuple[int, str]], since: int, before: int, limit: int) -> None:
    start = date(2024, 1, 1)
    articles = [article(f"n{i}", start + timedelta(day), tags=tags.split()) for i, (day, tags) in enumerate(days)]
    select = Select(tags=("a",), since=start + timedelta(since), before=start + timedelta(before), limit=limit)
    found = select_articles(select, corpus(*articles), ("fr",), (), ())
    wanted = [
        one for one in articles if "a" in one.data.tags and since <= (one.data.published - start).days < before
    ]
    assert len(found) == min(limit, len(wanted))
    assert [(one.data.published, one.slug) for one in found] == sorted(
        ((one.data.published, one.slug) for one in found), key=lambda pair: (-pair[0].toordinal(), pair[1])
    )
    assert not wanted or max(one.data.published for one in wanted) == found[0].data.published
