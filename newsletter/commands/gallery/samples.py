"""Articles that show a theme at its easiest and at its hardest: samples.yaml as articles and mails."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from pydantic import Field

from newsletter.models.article import Article, ArticleData, Translation, TranslationData
from newsletter.models.finding import SourceMap
from newsletter.models.issue import Edition, EditionArticle, EditionSection, LanguagePart, Layout
from newsletter.models.text import Localized, Record
from newsletter.yamlfile import parse_yaml, validate

FILE = "samples.yaml"

DAY = date(2024, 4, 4)
"""Day of the sample issue: always the same, so that two galleries can be compared."""

PICTURE = "https://www.example.org/gallery/picture.png"
"""Address of the picture of the samples; the gallery draws one in its place."""

SAMPLE_FILE = "(sample article)"


class SampleTranslation(TranslationData):
    """A translation: its front matter and, below `body`, its text."""

    body: str = ""


class Sample(Record):
    """An article made for the gallery. shows: what it is there for. article: as article.yaml, without its day."""

    id: str
    layout: Layout
    shows: Localized
    data: Mapping[str, Any] = Field(alias="article", repr=False)
    fr: SampleTranslation = Field(repr=False)
    en: SampleTranslation = Field(repr=False)

    def article(self, languages: Sequence[str], publisher: Localized) -> Article:
        """It as an article of a corpus in each of `languages`, from the publisher unless it has another source."""
        data = ArticleData.model_validate({"published": DAY, "source": {"name": dict(publisher)}, **self.data})
        source = SourceMap(SAMPLE_FILE, {})
        return Article(self.id, data, {one: self._translation(one, source) for one in languages}, source)

    def _translation(self, language: str, source: SourceMap) -> Translation:
        text = self.fr if language == "fr" else self.en
        return Translation(language, text, text.body, 1, "", source)


class SampleMail(Record):
    """What a mail of the gallery says around its articles."""

    subject: Localized
    intro: Localized
    heading: Localized


class SampleContent(Record):
    """`samples.yaml`."""

    mail: SampleMail
    samples: tuple[Sample, ...]


@cache
def content() -> SampleContent:
    """The file, read at the first call; it belongs to the package, and a test reads it."""
    text = (files("newsletter.commands.gallery") / FILE).read_text(encoding="utf-8")
    document, findings = parse_yaml(text, FILE)
    made = None
    if document is not None:
        made, findings = validate(SampleContent, document)
    assert made is not None, findings
    return made


def shown(article: Article, layout: Layout, language: str) -> EditionArticle:
    """An article as an edition shows it."""
    translation = article.translations[language]
    return EditionArticle(article, translation, layout, translation.data.title, translation.data.summary)


def edition(
    theme: str, languages: Sequence[str], articles: Sequence[tuple[Article, Layout]], *, heading: bool = False
) -> Edition:
    """A mail that shows these articles. heading: above them, as most sections have."""
    mail = content().mail
    parts = tuple(
        LanguagePart(
            language,
            _say(mail.subject, language),
            _say(mail.intro, language),
            (
                EditionSection(
                    _say(mail.heading, language) if heading else None,
                    Layout.DIGEST,
                    tuple(shown(article, layout, language) for article, layout in articles),
                ),
            ),
        )
        for language in languages
    )
    subject = " / ".join(part.subject for part in parts)
    return Edition("gallery", "+".join(languages), DAY, theme, subject, subject, parts, ())


def _say(text: Localized, language: str) -> str:
    return text.get(language) or text["en"]


KINDS: Mapping[Layout, tuple[str, ...]] = {
    Layout.FEATURE: ("project", "news"),
    Layout.DIGEST: ("news", "media", "project"),
    Layout.AGENDA: ("event",),
    Layout.DOCUMENTS: ("publication",),
    Layout.NOTICES: ("job", "call"),
    Layout.PEOPLE: ("person",),
    Layout.TEXT: ("news",),
}
"""Which kinds of the project's own articles show a layout, the most telling kind first."""
