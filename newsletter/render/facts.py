"""The data of each kind of article as short labelled facts, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import groupby

from newsletter.locale import (
    format_date,
    format_date_range,
    format_datetime,
    format_list,
    format_number,
    format_period,
    format_time,
    format_time_range,
    format_when,
    language_name,
    typography,
    with_commas,
    zone_name,
)
from newsletter.locale.languages import in_digits
from newsletter.locale.leaf import calendar_leaf
from newsletter.models.article import (
    ArticleData,
    CallData,
    EventData,
    JobData,
    MediaData,
    PersonData,
    ProjectData,
    PublicationData,
    Session,
)
from newsletter.render.wording import Words


def localized(value: str | Mapping[str, str], language: str) -> str:
    """The text for readers of `language`; what there is when there is none for them."""
    if isinstance(value, str):
        return value
    return value.get(language) or next(iter(value.values()))


typeset = lru_cache(maxsize=4096)(typography)
"""`locale.typography`, remembered: the same texts come back at every rendering of a live preview."""


class Voice:
    """Says what people wrote in the language of one reader."""

    def __init__(self, language: str, locale: str) -> None:
        self.language = language
        self.locale = locale

    def say(self, value: str | Mapping[str, str] | None) -> str:
        """The text in this language, its typography corrected; empty for nothing."""
        return typeset(localized(value, self.language), self.locale) if value else ""

    def languages(self, codes: Sequence[str]) -> str:
        """Names of languages: ``français et anglais``."""
        return format_list([language_name(code, self.language) for code in codes], self.locale)


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact. `id` says which: ``when``, ``deadline``. `label` may be empty; `email` makes the value a link."""

    id: str
    label: str
    value: str
    email: str | None = None


@dataclass(frozen=True, slots=True)
class SpeakerView:
    """A speaker; `role` may be empty."""

    name: str
    role: str


@dataclass(frozen=True, slots=True)
class SessionView:
    """One session: times without zone, as a range and one by one; languages as names (``français et anglais``)."""

    time: str
    start: str
    end: str
    title: str
    summary: str
    language_codes: tuple[str, ...]
    languages: str
    speakers: tuple[SpeakerView, ...]


@dataclass(frozen=True, slots=True)
class LeafView:
    """A date as a leaf of a calendar shows it: ``8`` and ``mai``."""

    number: str
    month: str


@dataclass(frozen=True, slots=True)
class DayView:
    """The sessions of one day."""

    label: str
    leaf: LeafView
    sessions: tuple[SessionView, ...]


class EventView:
    """An event's sessions, by day."""

    def __init__(self, event: EventData, voice: Voice) -> None:
        self._event = event
        self._voice = voice
        self._locale = voice.locale
        self.cancelled = event.cancelled
        """It does not take place."""

    @cached_property
    def zone(self) -> str:
        """Short name of its time zone when it starts: ``HAE``."""
        return zone_name(self._event.start, self._locale, tz=self._event.timezone)

    @cached_property
    def leaf(self) -> LeafView:
        """Its day, or its days when they are of one month; the first one else."""
        event = self._event
        return LeafView(*calendar_leaf(event.start.date(), event.last_known.date(), self._locale))

    @cached_property
    def days(self) -> tuple[DayView, ...]:
        """Its days, in order, each with its sessions in order of time."""
        sessions = sorted(self._event.sessions, key=lambda session: (session.start, session.end))
        return tuple(
            DayView(
                format_date(day, self._locale, weekday=True, year=False),
                LeafView(*calendar_leaf(day, day, self._locale)),
                tuple(self._session(session) for session in of_day),
            )
            for day, of_day in groupby(sessions, key=lambda session: session.start.date())
        )

    def _session(self, session: Session) -> SessionView:
        return SessionView(
            time=format_time_range(session.start, session.end, self._locale, tz=self._event.timezone),
            start=format_time(session.start, self._locale, tz=self._event.timezone),
            end=format_time(session.end, self._locale, tz=self._event.timezone),
            title=self._voice.say(session.title),
            summary=self._voice.say(session.summary),
            language_codes=session.languages,
            languages=self._voice.languages(session.languages),
            speakers=tuple(SpeakerView(each.name, self._voice.say(each.role)) for each in session.speakers),
        )


class DocumentView:
    """A publication's document: what to know before one opens it. Texts are empty when it is not known."""

    def __init__(self, publication: PublicationData, voice: Voice, t: Words, readers: Sequence[str]) -> None:
        self._publication = publication
        self._voice = voice
        self._t = t
        self._readers = readers
        self.language_codes: tuple[str, ...] = publication.languages
        self.format = publication.format or ""
        self.year = in_digits(str(publication.year or ""), voice.locale)

    @property
    def languages(self) -> str:
        """The languages it exists in: ``français et anglais``."""
        return self._voice.languages(self._publication.languages)

    @property
    def availability(self) -> str:
        """``Disponible en français seulement``; empty when every reader of the newsletter can read it."""
        languages = self._publication.languages
        if set(self._readers) <= set(languages):
            return ""
        only = len(languages) == 1 or self._voice.language not in languages
        return self._t("only_in" if only else "available_in", languages=self.languages)

    @property
    def pages(self) -> str:
        """``48 pages``."""
        if not self._publication.pages:
            return ""
        return self._t.count("pages", self._publication.pages)

    @property
    def size(self) -> str:
        """``850 Ko``, ``1,2 Mo``: of 1000, as operating systems and browsers show it."""
        kilobytes = self._publication.size_kb
        if not kilobytes:
            return ""
        if kilobytes < 1000:
            return self._t("size_kb", n=format_number(kilobytes, self._voice.locale))
        megabytes = kilobytes / 1000
        return self._t(
            "size_mb", n=format_number(round(megabytes, 1 if megabytes < 10 else None), self._voice.locale)
        )


def facts_of(data: ArticleData, voice: Voice, t: Words, readers: Sequence[str]) -> tuple[Fact, ...]:
    """The facts of an article, most urgent first; none for news. readers: the publication's languages."""
    teller = _Teller(voice, t, readers)
    block = data.event or data.publication or data.job or data.person or data.media or data.project or data.call
    match block:
        case EventData():
            facts = teller.event(block)
        case PublicationData():
            facts = teller.publication(block)
        case JobData():
            facts = teller.job(block)
        case PersonData():
            facts = teller.person(block)
        case MediaData():
            facts = teller.media(block)
        case ProjectData():
            facts = teller.project(block)
        case CallData():
            facts = teller.call(block)
        case None:
            return ()
    return tuple(facts)


class _Teller:
    """Facts in one language."""

    def __init__(self, voice: Voice, t: Words, readers: Sequence[str]) -> None:
        self._voice = voice
        self._readers = readers
        self._language = voice.language
        self._locale = voice.locale
        self._t = t

    def event(self, event: EventData) -> Iterator[Fact]:
        yield self._fact("when", _when(event, self._locale))
        place = self._say(event.place)
        if event.online:
            place = self._t("online_and", place=place) if place else self._t("online")
        yield self._fact("where", place)
        if event.languages:
            yield self._fact("languages", self._voice.languages(event.languages))
        if event.registration_deadline:
            yield self._fact("register_by", format_date(event.registration_deadline, self._locale))

    def publication(self, publication: PublicationData) -> Iterator[Fact]:
        document = DocumentView(publication, self._voice, self._t, self._readers)
        pieces = (document.format, document.pages, document.size, document.year)
        if any(pieces):
            yield Fact("format", "", with_commas(pieces, self._locale))
        if document.availability:
            yield Fact("availability", "", document.availability)

    def job(self, job: JobData) -> Iterator[Fact]:
        yield self._fact("deadline", format_date(job.deadline, self._locale, weekday=True))
        if job.place:
            yield self._fact("where", self._say(job.place))
        if job.apply_email:
            yield Fact("apply", self._t("fact_apply"), job.apply_email, job.apply_email)
        if job.contact:
            role = self._say(job.contact_role)
            yield self._fact("contact", with_commas((job.contact, role), self._locale))

    def person(self, person: PersonData) -> Iterator[Fact]:
        yield Fact("role", "", self._say(person.role))
        if person.since:
            yield self._fact("since", format_period(person.since, self._locale))

    def media(self, media: MediaData) -> Iterator[Fact]:
        day = format_date(media.published, self._locale)
        yield Fact("outlet", "", with_commas((media.outlet, day), self._locale))
        if media.language != self._language:
            name = language_name(media.language, self._language)
            yield Fact("availability", "", self._t("page_in", language=name))

    def project(self, project: ProjectData) -> Iterator[Fact]:
        if project.period:
            yield self._fact("period", format_period(project.period, self._locale))
        if project.partners:
            partners = [self._say(partner) for partner in project.partners]
            yield self._fact("partners", format_list(partners, self._locale))

    def call(self, call: CallData) -> Iterator[Fact]:
        yield self._fact("deadline", format_date(call.deadline, self._locale, weekday=True))

    def _fact(self, name: str, value: str) -> Fact:
        return Fact(name, self._t(f"fact_{name}"), value)

    def _say(self, value: str | Mapping[str, str] | None) -> str:
        return self._voice.say(value)


def _when(event: EventData, locale: str) -> str:
    """Several days are told as days, one day with its hours and their zone; whole days have neither."""
    if event.all_day and (event.end is None or event.end.date() == event.start.date()):
        return format_date(event.start, locale, weekday=True)
    if event.end is None:
        return format_datetime(event.start, locale, weekday=True, zone=True, tz=event.timezone)
    if event.start.date() != event.end.date():
        return format_date_range(event.start, event.end, locale, tz=event.timezone)
    return format_when(event.start, event.end, locale, tz=event.timezone)
