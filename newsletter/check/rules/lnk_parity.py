"""Both editions link to the same things, each in its language.

Why: A reader of one language must not find fewer doors than a reader of the other.
Source: Equal quality of both versions; the project's promise of equal editions.
Wrong: `register: {url: {fr: "https://www.example.org/fr/inscription"}}`
Right: `register: {url: {fr: "https://www.example.org/fr/inscription", en:
"https://www.example.org/en/register"}}`
Fix: Add the missing address. When the page exists in one language only, give one address and say so: `url:
https://...` with `language: fr`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import urldefrag

from newsletter.check.places import place_at, strings
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.article import Article
from newsletter.models.finding import Finding, Severity

ID = "LNK-PARITY"
ALIAS = "link-parity"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.ARTICLE


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Addresses missing in article.yaml, then destinations that one edition has and another has not."""
    reported: set[str] = set()
    for article in subject.articles:
        for finding, addresses in _missing(article, subject.publication.languages):
            reported |= addresses
            yield finding
    yield from _editions(subject, reported)


def _missing(article: Article, languages: tuple[str, ...]) -> Iterator[tuple[Finding, set[str]]]:
    for name, link in article.data.links.items():
        if isinstance(link.url, str) or link.language is not None:
            continue
        for language in languages:
            if language not in link.url and language in article.translations:
                place = place_at(article.source, "links", name, "url")
                message = f"the link '{name}' has no address in '{language}'"
                hint = f"Add '{language}: https://...'; for a page in one language only, write url: and language:."
                yield place.finding(ID, SEVERITY, message, hint=hint, edition=language), set(link.url.values())


def _editions(subject: CheckSubject, reported: set[str]) -> Iterator[Finding]:
    """Compares single-language editions; an address that differs by language counts by its place in the file."""
    same = _same_in_all(subject)
    alone = {url for article in subject.articles if _is_alone(article, subject) for url in _urls(article)}
    seen: dict[str, dict[str, str]] = {}
    for code in subject.publication.languages:
        if code in subject.pages:
            anchors = (anchor.get("href") for anchor in subject.pages[code].all("a"))
            kept = [url for url in anchors if url and not url.startswith("#") and url not in alone | reported]
            seen[code] = {_key(subject, url, same): url for url in kept}
    for code, urls in seen.items():
        for other, others in seen.items():
            for key in urls.keys() - others.keys():
                place = subject.locate(urls[key], code)
                message = f"the '{code}' edition links to {urls[key]}, the '{other}' edition does not"
                hint = f"Add the link to the '{other}' text, or give the address for each language."
                yield place.finding(ID, SEVERITY, message, hint=hint, edition=other)


def _same_in_all(subject: CheckSubject) -> Mapping[str, str]:
    """Address -> a name shared by its versions in other languages."""
    same: dict[str, str] = {}
    for article in subject.articles:
        for name, link in article.data.links.items():
            if not isinstance(link.url, str):
                same.update(dict.fromkeys(link.url.values(), f"{article.slug} {name}"))
    same.update({url: f"{slug} calendar" for (slug, _), url in subject.assets.calendars.items()})
    for field in ("website", "privacy"):
        same.update(dict.fromkeys((getattr(subject.publication, field) or {}).values(), field))
    same.update(dict.fromkeys((subject.publication.contact.web or {}).values(), "contact"))
    return same


def _key(subject: CheckSubject, url: str, same: Mapping[str, str]) -> str:
    if subject.token_of(url) is not None:
        return "own page"
    if url.startswith("mailto:"):
        return url.partition("?")[0]
    return same.get(url, same.get(urldefrag(url).url, url))


def _is_alone(article: Article, subject: CheckSubject) -> bool:
    return not set(subject.publication.languages) <= set(article.translations)


def _urls(article: Article) -> Iterator[str]:
    for link in article.data.links.values():
        yield from (text for _, text in strings(link.url))
