"""One event, in one language, as an iCalendar file that a reader adds to their calendar.

Times are written in UTC (form #2 of RFC 5545, section 3.3.5), worked out from the event's zone with its daylight
saving time: every client shows them in the reader's own zone, and no VTIMEZONE can be wrong. Whole days are dates
without a zone, as a holiday is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from newsletter.locale import format_list, language_name, typography
from newsletter.models.article import Article, EventData, Session, Speaker, Translation
from newsletter.models.publication import Publication
from newsletter.models.text import one_line

if TYPE_CHECKING:
    from icalendar import Event

_INVISIBLE = frozenset(("Cc", "Cf", "Cs", "Co", "Cn"))
_JOINERS = "\u200c\u200d"


def event_calendar(article: Article, language: str, publication: Publication, *, online: str = "") -> bytes:
    """The calendar file of the event that `article` tells of, for readers of `language`; CRLF line ends, UTF-8.

    An event with sessions is one entry per session, another one entry. online: what the place of an event
    without one is called (``En ligne``). The same article gives the same bytes on every day and machine.
    """
    from icalendar import Calendar

    writer = _Writer(article, article.translations[language], publication, online)
    calendar = Calendar()
    calendar.add("prodid", f"-//{_line(publication.list_id)}//newsletter//{language.upper()}")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")  # RFC 5546, 3.2.1: announced to many, no answer expected
    for entry in writer.entries():
        calendar.add_component(entry)
    made: bytes = calendar.to_ical(sorted=False)
    return made


def identifier(slug: str, session: str | None, publication: Publication) -> str:
    """UID: the same for ever and in all languages, so that a later file replaces what an earlier one added."""
    return f"{slug}{'.' + session if session else ''}@{_line(publication.list_id)}"


@dataclass(frozen=True)
class _Writer:
    article: Article
    translation: Translation
    publication: Publication
    online: str

    def entries(self) -> Iterator[Event]:
        event = self.event
        if not event.sessions:
            entry = self._entry(None, self.translation.data.title, self._event_words())
            self._when(entry, event.start, event.end)
            yield entry
            return
        taken = {session.id for session in event.sessions if session.id}
        for number, session in enumerate(event.sessions, start=1):
            name = session.id or _free(str(number), taken)
            entry = self._entry(name, self._say(session.title), self._session_words(session), session.link)
            self._when(entry, session.start, session.end)
            yield entry

    @property
    def event(self) -> EventData:
        """The event of the article."""
        assert self.article.data.event is not None
        return self.article.data.event

    def _entry(
        self, session: str | None, title: str, description: Sequence[str], link: str | None = None
    ) -> Event:
        from icalendar import Event

        event, language = self.event, {"LANGUAGE": self.publication.locale(self.translation.language)}
        entry = Event()
        entry.add("uid", identifier(self.article.slug, session, self.publication))
        # When it was last revised (RFC 5545, 3.8.7.2). Nobody notes the hour; it must grow with the sequence.
        published = datetime.combine(self.article.data.published, time(12), UTC)
        entry.add("dtstamp", published + timedelta(minutes=event.sequence))
        entry.add("sequence", event.sequence)
        entry.add("status", "CANCELLED" if event.cancelled else "CONFIRMED")
        entry.add("summary", _line(self._typeset(title)), parameters=language)
        if text := _text("\n\n".join(filter(None, description))):
            entry.add("description", text, parameters=language)
        if place := _line(self._place()):
            entry.add("location", place, parameters=language)
        if url := self._url(link):
            entry.add("url", url)
        entry["organizer"] = self._organizer()
        return entry

    def _when(self, entry: Event, start: datetime, end: datetime | None) -> None:
        if self.event.all_day:
            entry.add("dtstart", start.date())
            entry.add("dtend", (end or start).date() + timedelta(days=1))  # the day after, RFC 5545, 3.6.1
            entry.add("transp", "TRANSPARENT")  # a day of awareness does not fill the reader's day
            return
        entry.add("dtstart", self._utc(start))
        if end is not None:  # an end that nobody knows is not made up
            entry.add("dtend", self._utc(end))

    def _utc(self, moment: datetime) -> datetime:
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=ZoneInfo(self.event.timezone))
        return moment.astimezone(UTC)

    def _event_words(self) -> list[str]:
        languages = self.event.languages
        return [self._typeset(self.translation.data.summary), self._languages(languages), self._url(None)]

    def _session_words(self, session: Session) -> list[str]:
        return [
            self._typeset(self.translation.data.title),
            self._say(session.summary),
            self._languages(session.languages),
            "\n".join(self._speaker(speaker) for speaker in session.speakers),
            self._url(session.link),
        ]

    def _speaker(self, speaker: Speaker) -> str:
        return ", ".join(filter(None, (speaker.name, self._say(speaker.role))))

    def _languages(self, codes: Sequence[str]) -> str:
        names = [language_name(code, self.translation.language) for code in codes]
        text = format_list(names, self._locale)
        return text[:1].upper() + text[1:]

    def _place(self) -> str:
        place = self._say(self.event.place)
        return (
            f"{place} – {self.online}" if place and self.event.online and self.online else place or self._online()
        )

    def _online(self) -> str:
        return self.online if self.event.online else ""

    def _url(self, link: str | None) -> str:
        """Address of the session's or the event's registration, of the article's first link else."""
        links = self.article.data.links
        for name in (link, self.event.registration, next(iter(links), None)):
            if name in links:
                return _uri(links[name].url_for(self.translation.language) or "")
        return ""

    def _organizer(self) -> object:
        from icalendar import vCalAddress

        name = self.publication.organisation
        organizer = vCalAddress(f"mailto:{_uri(self.publication.reply_to or self.publication.sender.address)}")
        # A double quote cannot stand in a parameter (RFC 5545, 3.2), and few clients know the way of RFC 6868.
        organizer.params["CN"] = _line(_localized(name, self.translation.language)).replace('"', "’")
        return organizer

    @property
    def _locale(self) -> str:
        return self.publication.locale(self.translation.language)

    def _typeset(self, text: str) -> str:
        return typography(text, self._locale)

    def _say(self, value: str | Mapping[str, str] | None) -> str:
        return self._typeset(_localized(value, self.translation.language)) if value else ""


def _free(number: str, taken: set[str]) -> str:
    """A session's number, made another when somebody gave it to a session as its id."""
    while number in taken:
        number = f"{number}-0"
    return number


def _localized(value: str | Mapping[str, str], language: str) -> str:
    if isinstance(value, str):
        return value
    return value.get(language) or next(iter(value.values()))


def _line(text: str) -> str:
    """One line; nothing that could begin a property of its own."""
    return one_line(text.replace("\u2028", " ").replace("\u2029", " "))


def _text(text: str) -> str:
    """Several lines without control characters; line breaks are escaped when it is written."""
    lines = re.split(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]", text)
    shown = ("".join(char for char in line if _is_visible(char)).rstrip() for line in lines)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(shown)).strip()


def _is_visible(char: str) -> bool:
    return char in _JOINERS or unicodedata.category(char) not in _INVISIBLE


def _uri(address: str) -> str:
    """An address has no white space or control character; one that has some is cut there."""
    return re.split(r"[\s\x00-\x1f\x7f-\x9f]", address.strip(), maxsplit=1)[0]


def ends_on(event: EventData) -> date:
    """The last day of the event in its own zone; its first when nobody knows when it ends."""
    last = event.last_known
    return (last.astimezone(ZoneInfo(event.timezone)) if last.tzinfo else last).date()
