"""What the readers of free text hand over: values, the exact words each came from, and the doubts about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Generic, Literal, TypeVar

from newsletter.models.article import Kind

Language = Literal["fr", "en"]

Precision = Literal["day", "range", "month", "season", "year"]
"""How exactly a date is known. `range`: from one day to another."""

TITLE = -1
"""The paragraph number of the title."""

T_co = TypeVar("T_co", covariant=True)


class DoubtKind(StrEnum):
    """Why a person must look at a value."""

    YEAR_FROM_CONTEXT = "year-from-context"
    """No year is written; that of the text's other dates was taken."""
    YEAR_GUESSED = "year-guessed"
    """No year is written; the only recent year in which the weekday fits was taken."""
    YEAR_MISSING = "year-missing"
    WEEKDAY = "weekday"
    """The weekday written is not that of the date."""
    AMBIGUOUS = "ambiguous"
    """Can be read in two ways, e.g. 03/04/2021."""
    NOT_IN_CALENDAR = "not-in-calendar"
    """e.g. June 31."""
    BACKWARDS = "backwards"
    """Ends before it starts."""
    ZONE = "zone"
    """The zone word is not the one in use that day, e.g. EST in May."""
    ZONE_MISSING = "zone-missing"
    HALF_MISSING = "half-missing"
    """1:00 without a.m. or p.m."""
    END_MISSING = "end-missing"
    DATE_MISSING = "date-missing"
    TITLE_MISSING = "title-missing"
    SPEAKER = "speaker"
    """The line of a speaker could not be taken apart for certain."""
    LANGUAGE_MISSING = "language-missing"
    LINK = "link"
    """Not a complete web address."""
    CONTRADICTION = "contradiction"
    """The text says two things that cannot both be true."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """One reason to look: its kind, and a sentence for the editor."""

    kind: DoubtKind
    message: str


@dataclass(frozen=True, slots=True)
class Found(Generic[T_co]):
    """A value read from text. `text` is what stands in `paragraphs[paragraph]` (the title: `TITLE`) at `start`."""

    value: T_co
    text: str
    start: int
    paragraph: int = 0
    doubts: tuple[Doubt, ...] = ()

    @property
    def end(self) -> int:
        """Offset behind the last character."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class DateSpan:
    """A date as exactly as it is known: every day from `first` to `last`, the same for a single day."""

    first: date
    last: date
    precision: Precision

    def iso(self) -> str:
        """``2021-05-08``, ``2021-05-07/2021-05-17``, ``2022-01``, ``2019``: the text of a PeriodText."""
        if self.precision == "year":
            parts = [str(self.first.year), str(self.last.year)]
        elif self.precision in ("month", "season"):
            parts = [f"{day:%Y-%m}" for day in (self.first, self.last)]
        else:
            parts = [self.first.isoformat(), self.last.isoformat()]
        return parts[0] if parts[0] == parts[1] else "/".join(parts)


@dataclass(frozen=True, slots=True)
class YearlessDate:
    """A date that cannot be told to the day of a calendar: nothing tells its year, or it is June 31.

    `day` is None for a month alone ("in June"); `year` only when it is written. Its doubts say what is missing.
    """

    month: int
    day: int | None
    last_month: int
    last_day: int | None
    weekday: int | None
    """0 is Monday; as written."""
    year: int | None = None


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """Times of day as the clock shows them.

    zone: the zone's words as written (``EST``, ``heure de Montréal``), empty when none. timezone: the IANA name
    they stand for, or None.
    """

    start: time
    end: time | None
    zone: str = ""
    timezone: str | None = None


@dataclass(frozen=True, slots=True)
class Deadline:
    """A last day. extended: the text says it was put off to this day. superseded: a later one replaces it."""

    day: DateSpan
    at: TimeSpan | None
    cue: str
    """The words that make it a deadline."""
    extended: bool = False
    superseded: bool = False


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody who speaks. `role` and `organisation` are as written, empty when not given."""

    name: str
    role: str = ""
    organisation: str = ""

    @property
    def description(self) -> str:
        """Role and organisation as one text: the role of a `models.article.Speaker`."""
        return ", ".join(part for part in (self.role, self.organisation) if part)


@dataclass(frozen=True, slots=True)
class Session:
    """A part of an event with its own time. Datetimes carry the zone when it is known, else they are naive."""

    start: datetime
    end: datetime | None
    timezone: str | None
    languages: tuple[str, ...]
    title: str
    summary: str
    speakers: tuple[Found[Speaker], ...]


@dataclass(frozen=True, slots=True)
class Link:
    """An address with its label; a bare address has an empty one."""

    url: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation; `acronym` is empty when the text gives none."""

    name: str
    acronym: str = ""


@dataclass(frozen=True, slots=True)
class DocumentLanguages:
    """Languages (BCP 47: `fr`, `es`) something exists or takes place in. only: the text says in no other."""

    languages: tuple[str, ...]
    only: bool
    of: Literal["document", "event"]


@dataclass(frozen=True, slots=True)
class KindGuess:
    """What an article seems to be. score: 0 (nothing speaks for it) to 1; evidence: words that speak for it."""

    kind: Kind
    score: float
    evidence: tuple[Found[str], ...]
    runner_up: Kind | None = None


@dataclass(frozen=True, slots=True)
class Fields:
    """Everything the readers could tell of one article.

    dates: every date, in reading order, deadlines included. yearless: dates whose year nothing tells.
    when: the dates of the event, if it is about one. published: the day the text says it was published on.
    """

    language: Language
    kind: KindGuess
    published: Found[DateSpan] | None
    when: Found[DateSpan] | None
    dates: tuple[Found[DateSpan], ...]
    yearless: tuple[Found[YearlessDate], ...]
    deadlines: tuple[Found[Deadline], ...]
    times: tuple[Found[TimeSpan], ...]
    sessions: tuple[Found[Session], ...]
    speakers: tuple[Found[Speaker], ...]
    """Speakers listed outside of a session."""
    links: tuple[Found[Link], ...]
    emails: tuple[Found[str], ...]
    phones: tuple[Found[str], ...]
    organisations: tuple[Found[Organisation], ...]
    languages: tuple[Found[DocumentLanguages], ...]

    @property
    def deadline(self) -> Found[Deadline] | None:
        """The one that counts: the last that no other supersedes."""
        standing = [found for found in self.deadlines if not found.value.superseded]
        return max(standing, key=lambda found: found.value.day.last, default=None)

    @property
    def doubts(self) -> tuple[tuple[str, Doubt], ...]:
        """Every doubt with the words it is about, in reading order, each once."""
        groups = (
            self.dates, self.yearless, self.deadlines, self.times, self.sessions, self.speakers, self.links,
            self.languages,
        )  # fmt: skip
        found = [item for group in groups for item in group]
        found += [speaker for session in self.sessions for speaker in session.value.speakers]
        found.sort(key=lambda item: (item.paragraph, item.start))
        return tuple(dict.fromkeys((item.text, doubt) for item in found for doubt in item.doubts))
