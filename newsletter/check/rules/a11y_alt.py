"""Every picture has a text for people who do not see it, in each language, or is marked as decorative.

Why: Screen readers read the alt text aloud; many mail clients show it until the reader allows pictures.
Templates fill in an empty one silently, so it is asked for in the files.
Source: WCAG 2.2, 1.1.1 Non-text Content; Email Markup Consortium report 2025, finding 8.
Wrong: `images: {plane: {url: ...}}` in `article.yaml` and no `alts:` in `fr.md`
Right: `alts: {plane: "Un platane devant une rangée de maisons"}` in `fr.md`, the same in English in `en.md`
Fix: Describe in one sentence what the picture shows, in the file the finding points at. When it says nothing
the text does not say, write `decorative: true` for it in `article.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.markdown import read_markdown
from newsletter.check.places import Place, SourceText
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.corpus.health import alt_findings
from newsletter.models.finding import Finding, Severity

ID = "A11Y-ALT"
ALIAS = "alt-missing"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.ARTICLE


def check(subject: CheckSubject) -> Iterator[Finding]:
    """The pictures of articles, those inside Markdown, then those of the template."""
    for article in subject.articles:
        for one in article.translations.values():
            yield from alt_findings(article, one)
    for text in subject.sources:
        if text.is_body or text.loc[:1] == ("intro",):
            for image in read_markdown(text.text).of("image"):
                if not image.text.strip():
                    yield _in_markdown(text, image.target)
    for code, page in subject.pages.items():
        for element in page.all("img"):
            if "alt" not in element.attributes:
                place = subject.locate(element.get("src"), code)
                message = f"a picture of the template has no alt attribute: {element.get('src')}"
                yield place.finding(
                    ID, SEVERITY, message, hint='Write alt="..." (alt="" for ornament).', edition=code
                )


def _in_markdown(text: SourceText, url: str) -> Finding:
    place: Place = text.place_of(url)
    hint = "Write what it shows between the square brackets: ![what it shows](...)."
    return place.finding(ID, SEVERITY, f"the picture {url} has no alt text", hint=hint, edition=text.language)
