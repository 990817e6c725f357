"""The corpus, the issues and the publication hold what their readers are owed, whatever the code does with them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from newsletter.compose.composer import choose_articles, slugs_of
from newsletter.compose.issue_file import issue_ids, load_issue
from newsletter.corpus import load_corpus
from newsletter.locale import typography
from newsletter.models.article import Article, Kind
from newsletter.models.issue import Issue
from newsletter.models.publication import Publication
from newsletter.yamlfile import read_yaml

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("fr", "en")
CORPUS, CORPUS_FINDINGS = load_corpus(ROOT / "corpus", ROOT)
ARTICLES = list(CORPUS.articles.values())
NB = "\u00a0"

GENERIC_LABELS = re.compile(
    r"(cliquez )?ici|lire la suite|en savoir plus|plus d.infos?|détails|click here|here|read more|learn more|"
    r"more( info(rmation)?)?|details",
    re.IGNORECASE,
)
OUTSIDE_HOSTS = {"www.ibm.org"}
"""Hosts other than ours that a source names with the whole address."""


def _issue(name: str) -> Issue:
    issue, findings = load_issue(ROOT / "issues" / f"{name}.yaml", ROOT)
    assert issue is not None, findings
    return issue


ISSUES = [_issue(name) for name in issue_ids(ROOT / "issues", ROOT)]
SHOWN = ("2021-05", "2024-02")
"""The issues that the tutorial, the demo and the golden files are made from."""

STILL_NEWS = timedelta(days=100)
TAKEN_UP_AGAIN = {("2021-05", "policing-policy-brief"), ("2021-05", "sex-trafficking-victims-report")}
"""Reading of 2020 that an issue about its subject takes up on purpose."""


def _articles_of(issue: Issue) -> list[Article]:
    used: set[str] = set()
    for earlier in ISSUES:
        sections, findings = choose_articles(earlier, CORPUS, LANGUAGES, used)
        assert not findings
        if earlier.id == issue.id:
            return [CORPUS.articles[slug] for slug in slugs_of(sections)]
        used.update(slugs_of(sections))
    raise AssertionError(issue.id)


def _publication() -> Publication:
    document, findings = read_yaml(ROOT / "newsletter.yaml", ROOT)
    assert document is not None, findings
    return Publication.model_validate(document.data["publication"])


def _localized(value: object) -> Iterator[tuple[str, str]]:
    """Every (language, text) pair of a record, however deep."""
    if isinstance(value, dict):
        if set(value) & set(LANGUAGES):
            for language, text in value.items():
                if language in LANGUAGES:
                    yield language, text
        else:
            for item in value.values():
                yield from _localized(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _localized(item)


def _texts() -> Iterator[tuple[str, str, str]]:
    """Every text a reader may see: (where, language, text)."""
    for article in ARTICLES:
        for language, translation in article.translations.items():
            data = translation.data
            for text in (data.title, data.summary, data.kicker, *data.links.values(), translation.body):
                if text:
                    yield f"corpus/{article.slug}/{language}.md", language, text
        for language, text in _localized(article.data.model_dump(mode="python")):
            yield f"corpus/{article.slug}/article.yaml", language, text
    for issue in ISSUES:
        for language, text in _localized(issue.data.model_dump(mode="python")):
            yield f"issues/{issue.id}.yaml", language, text
    for language, text in _localized(_publication().model_dump(mode="python")):
        yield "newsletter.yaml", language, text


TEXTS = [entry for entry in _texts() if not entry[2].startswith("https://")]


def by_slug(article: Article) -> str:
    return article.slug


def by_id(issue: Issue) -> str:
    return issue.id


def test_every_article_loads() -> None:
    assert CORPUS_FINDINGS == []
    assert len(ARTICLES) >= 38
    assert {article.data.kind for article in ARTICLES} == set(Kind)


@pytest.mark.parametrize("article", ARTICLES, ids=by_slug)
def test_article_is_complete_in_both_languages(article: Article) -> None:
    assert set(article.translations) == set(LANGUAGES)
    for translation in article.translations.values():
        assert set(translation.data.links) == set(article.data.links)
        assert translation.body.strip()
    for name, link in article.data.links.items():
        for language in LANGUAGES:
            assert link.url_for(language), name


@pytest.mark.parametrize("article", ARTICLES, ids=by_slug)
def test_both_languages_have_the_same_shape(article: Article) -> None:
    """Equal treatment: as many paragraphs, list items and links, a kicker in both or in neither."""
    french, english = (article.translations[language] for language in LANGUAGES)
    assert len(_items(french.body)) == len(_items(english.body))
    assert (french.data.kicker is None) == (english.data.kicker is None)
    # A text in one language may add one line: which language the document or the session is in.
    assert abs(len(_blocks(french.body)) - len(_blocks(english.body))) <= 1
    ratio = len(french.body) / len(english.body)
    assert 0.75 <= ratio <= 1.6, f"French is {ratio:.2f} times as long as English"


@pytest.mark.parametrize("article", ARTICLES, ids=by_slug)
def test_article_has_the_length_of_a_digest_item(article: Article) -> None:
    for translation in article.translations.values():
        assert len(translation.data.title) <= 90
        assert len(_sentences(translation.data.summary)) <= 2
        assert len(translation.data.summary) <= 260
        assert 1 <= len(_blocks(translation.body)) <= 4
        assert len(translation.body.split()) <= 200


@pytest.mark.parametrize("article", ARTICLES, ids=by_slug)
def test_french_was_made_from_the_english_that_stands_there(article: Article) -> None:
    origin = article.translations["fr"].data.translated_from
    assert origin is not None
    assert origin.digest == article.translations[origin.language].digest


@pytest.mark.parametrize("article", ARTICLES, ids=by_slug)
def test_source_is_named_in_both_languages(article: Article) -> None:
    assert isinstance(article.data.source.name, dict)
    assert set(article.data.source.name) == set(LANGUAGES)
    assert article.data.source.title
    assert article.data.source.captures


def test_link_labels_say_where_they_lead() -> None:
    for article in ARTICLES:
        for translation in article.translations.values():
            for label in translation.data.links.values():
                assert not GENERIC_LABELS.fullmatch(label.strip()), f"{article.slug}: {label}"
                assert len(label.split()) >= 2, f"{article.slug}: {label}"


def test_everything_localized_is_in_both_languages() -> None:
    missing = []
    for article in ARTICLES:
        for session in article.data.event.sessions if article.data.event else ():
            records = [session.title, session.summary, *(speaker.role for speaker in session.speakers)]
            missing += [(article.slug, record) for record in records if record and set(record) != set(LANGUAGES)]
    for issue in ISSUES:
        for section in issue.data.sections:
            if section.heading and set(section.heading) != set(LANGUAGES):
                missing.append((issue.id, section.heading))
    assert missing == []


FRENCH_FAULTS = {
    "space before ; ! ?": re.compile(r"\s[;!?]"),
    "no no-break space before a colon": re.compile(rf"[^{NB}\d/]:(?=\s|$)"),
    "no no-break space after «": re.compile(rf"«(?!{NB}\S)"),
    "no no-break space before »": re.compile(rf"(?<!\S{NB})»"),
    "no no-break space before a unit": re.compile(rf"\d(?!{NB})\s*(?:%|\$|h\b)"),
    "straight quotation mark or apostrophe": re.compile("[\"']"),
    "English quotation marks": re.compile("[“”]"),
    "three dots": re.compile(r"\.\.\."),
    "day and month can be torn apart": re.compile(
        r"\d (?:janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre)"
    ),
    "the first of a month": re.compile(rf"\b1[ {NB}](?:janvier|février|mars|avril|mai|juin|juillet|août)"),
    "a word Montréal does not use": re.compile(r"\b(?:e-?mails?|mails?|newsletters?|week-end|parking)\b", re.I),
    "E without its accent, oe without its ligature": re.compile(r"\bEtats|\bA l’|coeur|oeuvre"),
}
ENGLISH_FAULTS = {
    "space before punctuation": re.compile(r"\s[;:!?,](?=\s|$)"),
    "French quotation marks": re.compile("[«»]"),
    "straight quotation mark or apostrophe": re.compile("[\"']"),
    "three dots": re.compile(r"\.\.\."),
    "an ordinal in a date": re.compile(
        r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December) \d+(?:st|nd|rd|th)"
    ),
    "spelling that is not Canadian": re.compile(
        r"\b(?:neighbor|labor\b|center\b|centers\b|behavior|honor|favor|program(?=me))", re.I
    ),
}


@pytest.mark.parametrize("where", sorted({where for where, _, _ in TEXTS}))
def test_typography(where: str) -> None:
    for _, language, text in (entry for entry in TEXTS if entry[0] == where):
        faults = FRENCH_FAULTS if language == "fr" else ENGLISH_FAULTS
        found = {name: found[0] for name, fault in faults.items() if (found := fault.search(text))}
        assert found == {}, text
        assert typography(text, f"{language}-CA") == text


def test_addresses_are_samples() -> None:
    files = [*ROOT.glob("corpus/*/*.*"), *ROOT.glob("issues/*.yaml"), ROOT / "newsletter.yaml"]
    for file in files:
        text = file.read_text(encoding="utf-8")
        for domain in re.findall(r"[\w.+-]+@([\w.-]+\w)", text):
            assert domain == "example.org", f"{file.name}: an address at {domain}"
        for scheme, host in re.findall(r"\b(\w+)://([^/\s\"{}]+)", text):
            assert host == "www.example.org" or host in OUTSIDE_HOSTS or file.name == "newsletter.yaml", host
            assert scheme != "http", file.name


def _documented(heading: str) -> list[str]:
    """The words that a table of the page on kinds and tags explains."""
    page = (ROOT / "docs/reference/tags.md").read_text(encoding="utf-8")
    section = page.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return re.findall(r"^\| `([a-z-]+)` \|", section, re.MULTILINE)


def test_kinds_are_of_the_closed_list() -> None:
    assert _documented("Kinds") == sorted(Kind)


def test_tags_are_of_the_closed_list() -> None:
    known = _documented("Tags")
    assert known == sorted(known)
    assert {tag for article in ARTICLES for tag in article.data.tags} == set(known)


@pytest.mark.parametrize("article", [a for a in ARTICLES if a.data.event], ids=by_slug)
def test_event_sessions_lie_within_the_event(article: Article) -> None:
    event = article.data.event
    assert event is not None
    sessions = event.sessions
    assert sessions
    assert min(session.start for session in sessions) == event.start
    assert max(session.end for session in sessions) == event.end
    assert [session.start for session in sessions] == sorted(session.start for session in sessions)
    assert {language for session in sessions for language in session.languages} == set(event.languages)


@pytest.mark.parametrize("issue", ISSUES, ids=by_id)
def test_issue_promises_nothing_that_is_past(issue: Issue) -> None:
    day = issue.data.date
    for article in _articles_of(issue):
        data = article.data
        assert data.published <= day, article.slug
        if data.event:
            assert data.event.end.date() >= day, article.slug
        for block in (data.job, data.call):
            assert block is None or block.deadline >= day, article.slug


@pytest.mark.parametrize("issue", ISSUES, ids=by_id)
def test_issue_has_a_subject_that_fits(issue: Issue) -> None:
    data = issue.data
    for code in ("fr", "en", "fr+en"):
        subject, preheader = (
            texts.get(code) or " / ".join(texts[language] for language in LANGUAGES)
            for texts in (data.subject, data.preheader)
        )
        assert 30 <= len(subject) <= 60, code
        assert 40 <= len(preheader) <= 100, code
        assert subject != preheader
    assert data.intro is not None
    assert set(data.intro) == set(LANGUAGES)


@pytest.mark.parametrize("issue", ISSUES, ids=by_id)
def test_issue_is_as_long_as_its_month_and_no_longer(issue: Issue) -> None:
    """A month with one piece of news makes a short issue: it is not filled with what readers have had."""
    assert 1 <= len(_articles_of(issue)) <= 9
    assert issue.id == f"{issue.data.date:%Y-%m}"


@pytest.mark.parametrize("issue", [issue for issue in ISSUES if issue.id in SHOWN], ids=by_id)
def test_issue_that_is_shown_has_variety(issue: Issue) -> None:
    articles = _articles_of(issue)
    assert len(articles) >= 6
    assert len({article.data.kind for article in articles}) >= 3


def test_every_article_runs_once_or_waits_for_the_next_issue() -> None:
    run = [article.slug for issue in ISSUES for article in _articles_of(issue)]
    assert sorted(run) == sorted(set(run))
    newest = max(issue.data.date for issue in ISSUES)
    waiting = {article.slug for article in ARTICLES if article.data.published > newest}
    assert set(CORPUS.articles) - set(run) == waiting


@pytest.mark.parametrize("issue", ISSUES, ids=by_id)
def test_issue_runs_what_is_still_news(issue: Issue) -> None:
    for article in _articles_of(issue):
        age = issue.data.date - article.data.published
        assert age < STILL_NEWS or (issue.id, article.slug) in TAKEN_UP_AGAIN, f"{article.slug}: {age.days} days"


def test_issues_show_every_layout_of_articles() -> None:
    used = {section.layout for issue in ISSUES for section in issue.data.sections}
    assert used == {"feature", "digest", "agenda", "documents", "notices", "people"}


@pytest.mark.parametrize("issue", ISSUES, ids=by_id)
def test_one_label_leads_to_one_place_in_an_issue(issue: Issue) -> None:
    """Two links that read the same and go elsewhere are one link to somebody who hears them read out."""
    for language in LANGUAGES:
        targets: dict[str, str | None] = {}
        for article in _articles_of(issue):
            for name, label in article.translations[language].data.links.items():
                url = article.data.links[name].url_for(language)
                assert targets.setdefault(label, url) == url, label


def test_one_issue_selects_by_rule_and_one_overrides() -> None:
    sections = [section for issue in ISSUES for section in issue.data.sections]
    assert any(section.select for section in sections)
    assert any(getattr(item, "summary", None) for section in sections for item in section.articles)


def test_publication_can_be_written_to_and_left() -> None:
    publication = _publication()
    for text in publication.mailing_address.values():
        assert re.search(r"\b[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z] \d[ABCEGHJ-NPRSTV-Z]\d\b", text)
    # A List-Unsubscribe address on one header line survives every relay: 22 characters are those of the token.
    assert len(publication.unsubscribe.url.replace("{token}", "x" * 22)) < 74
    assert publication.list_id == "infolettre.example.org"


def _blocks(body: str) -> list[str]:
    return [block for block in re.split(r"\n\s*\n", body.strip()) if block]


def _items(body: str) -> list[str]:
    return re.findall(r"^- .+", body, re.MULTILINE)


def _sentences(text: str) -> list[str]:
    return re.findall(rf"[^.?!]+[.?!]+(?=[\s{NB}]|$)", text)
