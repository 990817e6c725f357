"""Both languages of an article have the same build: headings, links, pictures and list entries of the text.

Why: A heading, link or list entry that stands in one language only usually means that a paragraph was added
later and never translated.
Source: Equal quality of both versions, as federal practice words it; the project's promise of equal editions.
Wrong: `fr.md` with two headings and a link, `en.md` with one heading and no link
Right: the same headings, links and list entries, in the same number, in `fr.md` and `en.md`
Fix: Compare the two files and bring the one the finding points at up to date.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.markdown import read_markdown
from newsletter.check.places import Place
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.article import Translation
from newsletter.models.finding import Finding, Severity

ID = "BIL-PARITY"
ALIAS = "language-parity"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.ARTICLE


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Each translation against that of the first language the article has."""
    for article in subject.articles:
        written = [
            article.translations[code] for code in subject.publication.languages if code in article.translations
        ]
        for other in written[1:]:
            yield from _compare(written[0], other)


def _compare(first: Translation, other: Translation) -> Iterator[Finding]:
    wanted, given = _counts(first.body), _counts(other.body)
    for what, number in wanted.items():
        if given[what] != number:
            place = Place(other.source.file, other.body_line, 1)
            message = f"{given[what]} {what} in the text, but {number} in {first.source.file}"
            hint = f"Compare the two files; '{first.language}' and '{other.language}' have the same {what}."
            yield place.finding(ID, SEVERITY, message, hint=hint, edition=other.language)


def _counts(body: str) -> dict[str, int]:
    facts = read_markdown(body)
    return {
        "headings": len(facts.of("heading")),
        "links": len(facts.of("link")),
        "pictures": len(facts.of("image")),
        "list entries": facts.list_items,
    }
