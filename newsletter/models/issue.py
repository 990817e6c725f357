"""An issue as the editor wrote it, and the editions it resolves to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from newsletter.models.article import Article, Kind, Slug, Tag, Translation
from newsletter.models.finding import SourceMap
from newsletter.models.text import EditionCode, LanguageCode, Localized, NonEmpty, Record

LANGUAGE_SEPARATOR = " / "
"""Between the languages of a line that holds several: ``Sujet / Subject``."""


class Layout(StrEnum):
    """How a section or an article is laid out; each is a block of the template."""

    FEATURE = "feature"
    DIGEST = "digest"
    AGENDA = "agenda"
    DOCUMENTS = "documents"
    NOTICES = "notices"
    PEOPLE = "people"
    TEXT = "text"


class ArticleChoice(Record):
    """An article with overrides for this issue only."""

    article: Slug
    layout: Layout | None = None
    title: Localized | None = None
    summary: Localized | None = None


class Select(Record):
    """Articles chosen by rule instead of by name, newest first."""

    kind: Kind | tuple[Kind, ...] | None = None
    tags: tuple[Tag, ...] = Field((), description="An article must carry all of them.")
    since: date | None = Field(None, description="Published on or after this day.")
    before: date | None = Field(None, description="Published before this day.")
    limit: int = Field(10, gt=0, le=100)
    unused: bool = Field(False, description="Leave out what an earlier issue ran.")


class SectionData(Record):
    """A heading with articles below it."""

    heading: Localized | None = None
    layout: Layout = Layout.DIGEST
    articles: tuple[Slug | ArticleChoice, ...] = ()
    select: Select | None = None

    @model_validator(mode="after")
    def _has_content(self) -> Self:
        if not self.articles and self.select is None:
            raise ValueError("a section needs articles: or select:")
        return self


class Waiver(Record):
    """A finding the editor accepts, by rule id, with the reason."""

    rule: NonEmpty
    reason: NonEmpty
    article: Slug | None = None
    language: LanguageCode | None = None


ListName = Annotated[str, StringConstraints(pattern=r"^\w[\w-]*(\.[\w-]+)*$")]
"""The stem of a file in recipients/; nothing that could lead out of that folder."""


class AudienceChoice(Record):
    """Whom the issue goes to: names of lists, `recipients/<name>.csv`."""

    lists: tuple[ListName, ...] = Field(min_length=1)


class Attachment(Record):
    """A file that every mail carries. A link to the web site is better: lighter, and it can be corrected."""

    file: NonEmpty = Field(description="From the project's folder: files/report-2024.pdf.")
    name: Localized | None = Field(None, description="As readers see it; when left out, the file's own name.")
    languages: tuple[LanguageCode, ...] | None = Field(
        None, min_length=1, description="Only for editions that hold one of these: [fr]."
    )


class IssueData(Record):
    """`issues/<id>.yaml`."""

    date: date
    subject: dict[EditionCode, NonEmpty] = Field(
        description="Per language; the two-language edition may have its own under fr+en."
    )
    preheader: dict[EditionCode, NonEmpty]
    intro: Localized | None = Field(None, description="Markdown.")
    template: Slug = "house"
    sections: tuple[SectionData, ...] = Field(min_length=1)
    audience: AudienceChoice
    attachments: tuple[Attachment, ...] = Field((), description="Files that every mail carries; best none.")
    pictures: Literal["linked", "inline"] = Field(
        "linked",
        description="`inline`: pictures by file travel inside the mail instead of being loaded from the web site.",
    )
    waive: tuple[Waiver, ...] = ()


@dataclass(frozen=True)
class Issue:
    """One newsletter as the editor wrote it. `id` is the file's stem: ``2024-02``."""

    id: str
    data: IssueData
    source: SourceMap


@dataclass(frozen=True)
class EditionArticle:
    """One article in one language, overrides applied."""

    article: Article
    translation: Translation
    layout: Layout
    title: str
    summary: str

    @property
    def slug(self) -> str:
        """Slug of the article."""
        return self.article.slug


@dataclass(frozen=True)
class EditionSection:
    """One section in one language."""

    heading: str | None
    layout: Layout
    articles: tuple[EditionArticle, ...]


@dataclass(frozen=True)
class LanguagePart:
    """All of an edition that is in one language."""

    language: str
    subject: str
    intro: str | None
    sections: tuple[EditionSection, ...]


@dataclass(frozen=True)
class Edition:
    """An issue in one language, or in several, every reference resolved.

    code: ``fr``, ``en`` or ``fr+en``. parts: one per language, in the order of the code.
    files: everything it was composed from, relative to the project root.
    """

    issue: str
    code: str
    date: date
    template: str
    subject: str
    preheader: str
    parts: tuple[LanguagePart, ...]
    files: tuple[str, ...]
