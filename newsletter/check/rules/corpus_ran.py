"""An article runs in one issue; a second time is a decision, not an oversight.

Why: Readers remember, and old news makes them doubt the new. Where a reminder is meant, the issue says so.
Source: Project.
Wrong: `- open-sessions` in the June issue, after the May issue ran it
Right: a waiver with the reason: `waive: [{rule: CORPUS-RAN, article: open-sessions, reason: "last reminder"}]`
Fix: Take the article out, or waive the finding with the reason. Where another article with the same link ran
before, see that the two do not tell the same story.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import urldefrag, urlsplit

from newsletter.check.places import place_at
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.article import Article
from newsletter.models.finding import Finding, Severity

ID = "CORPUS-RAN"
ALIAS = "already-ran"
SEVERITY = Severity.WARNING
APPLIES_TO = Target.ISSUE


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Articles that earlier issues ran, then links that they ran with another article."""
    for chosen in subject.chosen:
        if issues := subject.ran_in.get(chosen.slug):
            message = f"the article '{chosen.slug}' already ran in {_listed(issues)}"
            hint = f"Take it out, or waive it: waive: [{{rule: {ID}, article: {chosen.slug}, reason: ...}}]."
            if chosen.entry is None:
                hint = "Write 'unused: true' in the select: it then leaves out what ran before."
            yield chosen.place.finding(ID, SEVERITY, message, hint=hint)
    ran_links = _ran_links(subject)
    for article in subject.articles:
        if article.slug not in subject.ran_in:
            yield from _links(article, ran_links)


def _links(article: Article, ran_links: Mapping[str, tuple[str, tuple[str, ...]]]) -> Iterator[Finding]:
    for name in article.data.links:
        for url in _addresses(article, name):
            if url in ran_links:
                other, issues = ran_links[url]
                message = f"the link '{name}' already ran in {_listed(issues)}, with the article '{other}'"
                place = place_at(article.source, "links", name)
                hint = "See that the two do not tell the same story."
                yield place.finding(ID, Severity.INFO, message, hint=hint)
                break


def _ran_links(subject: CheckSubject) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Address -> the article that ran with it first, and the issues that ran it. Home pages are no news."""
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    for slug, issues in subject.ran_in.items():
        article = subject.corpus.articles.get(slug)
        if article is not None:
            for name in article.data.links:
                for url in _addresses(article, name):
                    if urlsplit(url).path.strip("/"):
                        found.setdefault(url, (slug, issues))
    return found


def _addresses(article: Article, name: str) -> tuple[str, ...]:
    url = article.data.links[name].url
    urls = (url,) if isinstance(url, str) else url.values()
    return tuple(urldefrag(one).url for one in urls if _can_be_read(one))


def _can_be_read(url: str) -> bool:
    try:
        return urlsplit(url).scheme in ("http", "https")
    except ValueError:
        return False  # LNK-SCHEME says that it cannot be read


def _listed(issues: tuple[str, ...]) -> str:
    if len(issues) == 1:
        return issues[0]
    return f"{', '.join(issues[:-1])} and {issues[-1]}"
