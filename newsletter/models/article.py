"""An article of the corpus: what its languages share, and its translations."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from newsletter.models.finding import SourceMap
from newsletter.models.period import PartialDateText, PeriodText
from newsletter.models.text import LanguageCode, Localized, NonEmpty, Record, ZoneName

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Tag = Slug


class Kind(StrEnum):
    """What an article is about; the kind decides which block of data it must carry."""

    NEWS = "news"
    EVENT = "event"
    PUBLICATION = "publication"
    JOB = "job"
    PERSON = "person"
    MEDIA = "media"
    PROJECT = "project"
    CALL = "call"


class Link(Record):
    """A link of the article; its label stands in each translation under the same id."""

    url: NonEmpty | Localized = Field(description="One address, or one per language: {fr: ..., en: ...}.")
    language: LanguageCode | None = Field(None, description="Language of the page, when it has only one.")

    def url_for(self, language: str) -> str | None:
        """The address for readers of `language`; None when the link has none in that language."""
        return self.url if isinstance(self.url, str) else self.url.get(language)


class Image(Record):
    """A picture: a file of the article, or one that is online already; its alt text stands in each translation."""

    file: NonEmpty | None = Field(
        None, description="Name of a file in the article's `images/`; it is measured, scaled and published."
    )
    url: NonEmpty | None = Field(None, description="Absolute address of a picture that is online already.")
    width: int | None = Field(None, gt=0, description="Natural width in pixels; only with `url`.")
    height: int | None = Field(None, gt=0, description="Natural height in pixels; only with `url`.")
    shown_width: int | None = Field(
        None, gt=0, description="Width it is shown at in pixels, when that is less than the column's: a portrait."
    )
    decorative: bool = Field(False, description="True when the picture says nothing the text does not.")
    credit: Localized | NonEmpty | None = None

    @model_validator(mode="after")
    def _from_one_place(self) -> Self:
        if (self.file is None) == (self.url is None):
            raise ValueError("a picture is either file: (a file in images/) or url: (its address)")
        measures = (self.width, self.height)
        if self.file is not None and any(measures):
            raise ValueError("a file is measured: leave width and height out (shown_width: makes it smaller)")
        if self.url is not None and not all(measures):
            raise ValueError("a picture by url: needs its width and height in pixels")
        return self


class Source(Record):
    """Where the facts of the article come from."""

    name: NonEmpty | Localized = Field(description="Who published it, as the reader is told.")
    title: NonEmpty | None = Field(None, description="Title of the source text, as it stood.")
    url: NonEmpty | None = None
    captures: tuple[NonEmpty, ...] = Field((), description="File names of the raw captures it was read from.")
    note: NonEmpty | None = Field(None, description="For editors: doubts about the source, corrections made.")


class Speaker(Record):
    """Somebody who speaks at a session."""

    name: NonEmpty
    role: Localized | None = None


def _must_end_after(start: datetime, end: datetime | None, what: str) -> None:
    if end is None:
        return
    if (start.tzinfo is None) != (end.tzinfo is None):
        raise ValueError(f"give start and end of {what} both with a zone or both without")
    if end <= start:
        raise ValueError(f"{what} must end after it starts")


class Session(Record):
    """One session of an event. Times without zone are in the event's time zone."""

    id: Slug | None = Field(
        None, description="Names the session in calendars, should its place in the list change; its number else."
    )
    start: datetime
    end: datetime
    languages: tuple[LanguageCode, ...] = Field(min_length=1)
    title: Localized
    summary: Localized | None = None
    speakers: tuple[Speaker, ...] = ()
    link: NonEmpty | None = Field(None, description="Id of the article link that registers for this session.")

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        _must_end_after(self.start, self.end, "a session")
        return self


def _is_day(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"\s*\d{4}-\d{2}-\d{2}\s*", value) is not None


class EventData(Record):
    """An event: one instant or span, formatted per language."""

    start: datetime = Field(description="Day and local time; a day alone when the event lasts whole days.")
    end: datetime | None = Field(
        None, description="Left out when the source does not say; the last day of an event of whole days."
    )
    all_day: bool = Field(
        False, description="Whole days without hours; true by itself when `start` is a day alone."
    )
    timezone: ZoneName = Field(description="IANA name, e.g. America/Toronto.")
    online: bool = False
    place: Localized | None = None
    languages: tuple[LanguageCode, ...] = ()
    registration: NonEmpty | None = Field(None, description="Id of the article link that registers.")
    registration_deadline: date | None = None
    sessions: tuple[Session, ...] = ()
    sequence: int = Field(
        0, ge=0, description="Raise it by one when time, place or title change after the calendar file went out."
    )
    cancelled: bool = Field(False, description="True when it does not take place; calendars then strike it out.")

    @model_validator(mode="before")
    @classmethod
    def _day_alone(cls, data: object) -> object:
        """``start: 2024-06-08`` means the day, not midnight."""
        if isinstance(data, dict) and "all_day" not in data and _is_day(data.get("start")):
            return {**data, "all_day": True}
        return data

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        if self.all_day:
            self._whole_days()
        else:
            _must_end_after(self.start, self.end, "an event")
        if not self.online and self.place is None:
            raise ValueError("an event needs a place, or online: true")
        return self

    def _whole_days(self) -> None:
        if self.sessions:
            raise ValueError("an event with sessions starts and ends at a time: start: 2024-06-08T13:00")
        if any(moment and (moment.time() != time() or moment.tzinfo) for moment in (self.start, self.end)):
            raise ValueError("an event of whole days has no times: start: 2024-06-08")
        if self.end is not None and self.end < self.start:
            raise ValueError("an event must end after it starts")

    @property
    def last_known(self) -> datetime:
        """Its end; its start when nothing says when it ends."""
        return self.end or self.start


class PublicationData(Record):
    """A document one can read; its languages are not always those of the newsletter."""

    languages: tuple[LanguageCode, ...] = Field(min_length=1, description="Languages the document exists in.")
    link: NonEmpty = Field(description="Id of the article link that leads to it.")
    format: NonEmpty | None = Field(None, description="e.g. PDF.")
    pages: int | None = Field(None, gt=0)
    size_kb: int | None = Field(None, gt=0)
    year: int | None = None


class JobData(Record):
    """A position to fill."""

    deadline: date
    apply_email: NonEmpty | None = None
    apply_link: NonEmpty | None = Field(None, description="Id of the article link that leads to the offer.")
    contact: NonEmpty | None = None
    contact_role: Localized | None = None
    place: Localized | None = None


class PersonData(Record):
    """Somebody who joins, leaves or is honoured."""

    name: NonEmpty
    role: Localized
    since: PartialDateText | None = Field(None, description="ISO year, month or day: 2022-01.")


class MediaData(Record):
    """Somebody else's piece that mentions the organisation."""

    outlet: NonEmpty
    title: NonEmpty
    language: LanguageCode
    published: date
    link: NonEmpty | None = None


class ProjectData(Record):
    """Work with a beginning, partners and a territory."""

    status: Literal["planned", "running", "done"]
    partners: tuple[Localized | NonEmpty, ...] = ()
    period: PeriodText | None = Field(None, description="ISO interval or year: 2019/2022, 2023.")


class CallData(Record):
    """An invitation to take part, with a deadline."""

    deadline: date
    link: NonEmpty


class ArticleData(Record):
    """`corpus/<slug>/article.yaml`: what all languages share."""

    kind: Kind
    published: date = Field(description="When it was made known; decides `select` windows and order.")
    tags: tuple[Tag, ...] = ()
    organisations: tuple[Localized | NonEmpty, ...] = ()
    places: tuple[Localized | NonEmpty, ...] = ()
    links: dict[Slug, Link] = Field(default_factory=dict)
    images: dict[Slug, Image] = Field(default_factory=dict)
    source: Source
    event: EventData | None = None
    publication: PublicationData | None = None
    job: JobData | None = None
    person: PersonData | None = None
    media: MediaData | None = None
    project: ProjectData | None = None
    call: CallData | None = None

    @model_validator(mode="after")
    def _data_of_its_kind(self) -> Self:
        blocks = {kind.value: getattr(self, kind.value, None) for kind in Kind if kind is not Kind.NEWS}
        if self.kind is not Kind.NEWS and blocks[self.kind.value] is None:
            raise ValueError(f"an article of kind {self.kind.value} needs a block '{self.kind.value}:'")
        for name, block in blocks.items():
            if block is not None and name != self.kind.value:
                raise ValueError(f"the block '{name}:' belongs to kind {name}, this article is {self.kind.value}")
        return self


class Origin(Record):
    """Which text a translation was made from, so that a stale translation is visible."""

    language: LanguageCode
    digest: NonEmpty


class TranslationData(Record):
    """Front matter of `corpus/<slug>/<language>.md`."""

    title: NonEmpty
    summary: NonEmpty
    kicker: NonEmpty | None = None
    alts: dict[Slug, NonEmpty] = Field(default_factory=dict)
    links: dict[Slug, NonEmpty] = Field(default_factory=dict, description="Label of each link, by the link's id.")
    translated_from: Origin | None = None


@dataclass(frozen=True)
class Translation:
    """One language of an article. `body` is Markdown; `body_line` is the line it starts on in the file."""

    language: str
    data: TranslationData
    body: str
    body_line: int
    digest: str
    source: SourceMap


@dataclass(frozen=True)
class Article:
    """One piece of content with its translations: a folder `corpus/<slug>/`."""

    slug: str
    data: ArticleData
    translations: Mapping[str, Translation]
    source: SourceMap
    files: tuple[str, ...] = field(default=())
    """Every file it was read from, relative to the project root."""
    faulty: frozenset[str] = field(default=frozenset())
    """Languages whose file is there and has a mistake, so that it is none of `translations`."""


@dataclass(frozen=True)
class Corpus:
    """All articles, by slug."""

    articles: Mapping[str, Article]
    faulty: frozenset[str] = field(default=frozenset())
    """Folders that are there and have a mistake, so that they are none of `articles`."""
