"""What templates are given: an edition's records turned into words of one language.

Everything here is text (escaped by Jinja2 in HTML templates, as it is in the text part) but `html`, which is made
from Markdown and cleaned. Values that need a word of the theme are made when a template first asks for them, so
that a missing word is reported at the line of the template.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from markupsafe import Markup

from newsletter.locale import direction, format_date
from newsletter.models.article import Image, Link
from newsletter.models.assets import NO_ASSETS, Assets, Picture
from newsletter.models.issue import EditionArticle, EditionSection, LanguagePart
from newsletter.models.publication import Publication
from newsletter.models.text import Localized
from newsletter.render.facts import DocumentView, EventView, Fact, Voice, facts_of, localized, typeset
from newsletter.render.markdown import Converted, convert
from newsletter.render.slots import Markers
from newsletter.render.wording import Words

_ACRONYM = re.compile(r"\s*\([^()]*\)\s*\Z")


@dataclass(frozen=True, slots=True)
class LinkView:
    """A link of an article. `language` is set when the page is in another language than the reader's."""

    id: str
    url: str
    label: str
    language: str | None


@dataclass(frozen=True, slots=True)
class ImageView:
    """A picture as it is shown; `alt` is empty for a decorative one. `small`: as it stands beside text."""

    url: str
    width: int
    height: int
    alt: str
    credit: str | None
    small: SmallImage


@dataclass(frozen=True, slots=True)
class SmallImage:
    """A picture beside text, from a file made for that width where there is one."""

    url: str
    width: int
    height: int


class ArticleView:
    """One article in one language. `begin` and `end` stand before and after everything a template makes of it."""

    def __init__(self, article: EditionArticle, part: PartView, number: int) -> None:
        self._article = article
        self._data = article.article.data
        self._part = part
        self.slug = article.slug
        self.kind = self._data.kind.value
        self.layout = article.layout.value
        self.anchor = f"{article.slug}-{part.language}"
        self.title = typeset(article.title, part.locale)
        self.summary = typeset(article.summary, part.locale)
        kicker = article.translation.data.kicker
        self.kicker = typeset(kicker, part.locale) if kicker else None
        self.begin = Markup(part.markers.seam("begin", number))  # noqa: S704 (a comment of our own making)
        self.end = Markup(part.markers.seam("end", number))  # noqa: S704

    @cached_property
    def _body(self) -> Converted:
        return convert(self._article.translation.body, self._part.locale)

    @cached_property
    def html(self) -> Markup:
        """The body as HTML."""
        return Markup(self._body.html)  # noqa: S704 (made from Markdown without raw HTML, and cleaned)

    @cached_property
    def text(self) -> str:
        """The body as plain text, wrapped."""
        return self._body.text

    @cached_property
    def source(self) -> str:
        """Who published the facts; empty when it is the publisher, whom masthead and footer name already."""
        name = self._part.voice.say(self._data.source.name)
        return "" if _without_acronym(name) == _without_acronym(self._part.publication.organisation) else name

    @cached_property
    def links(self) -> tuple[LinkView, ...]:
        """Every link, in the order of the article; the main one first."""
        views = [self._link(name, link) for name, link in self._data.links.items()]
        return tuple(sorted(views, key=lambda view: view.id != self._main_id))

    def _link(self, name: str, link: Link) -> LinkView:
        part = self._part
        url = link.url_for(part.language)
        language = link.language
        if url is None:
            assert isinstance(link.url, dict), "an address for everybody is never None"
            language, url = next(iter(link.url.items()))
        label = self._article.translation.data.links.get(name, self.title)
        foreign = language if language != part.language else None
        return LinkView(name, url, typeset(label, part.locale), foreign)

    @property
    def _main_id(self) -> str | None:
        data = self._data
        candidates = (
            data.event and data.event.registration,
            data.publication and data.publication.link,
            data.job and data.job.apply_link,
            data.call and data.call.link,
            data.media and data.media.link,
        )
        return next((name for name in candidates if name), next(iter(data.links), None))

    @property
    def main_link(self) -> LinkView | None:
        """Where the reader is meant to go, if anywhere."""
        return self.links[0] if self.links else None

    @cached_property
    def images(self) -> tuple[ImageView, ...]:
        """The article's pictures; one from a file only when the publication says where files are published."""
        views = (self._image(name, image) for name, image in self._data.images.items())
        return tuple(view for view in views if view is not None)

    def _image(self, name: str, image: Image) -> ImageView | None:
        alt = "" if image.decorative else self._article.translation.data.alts.get(name, "")
        credit = self._part.voice.say(image.credit) or None
        if image.url is None:
            picture = self._part.assets.pictures.get((self.slug, name))
            return _of_file(picture, alt, credit) if picture else None
        assert image.width is not None
        assert image.height is not None
        width = min(image.width, image.shown_width or image.width, self._part.content_width)
        beside = min(width, self._part.thumb_width)
        height, height_beside = (round(image.height * each / image.width) for each in (width, beside))
        return ImageView(image.url, width, height, alt, credit, SmallImage(image.url, beside, height_beside))

    @property
    def calendar(self) -> str | None:
        """Address of the event's calendar file; None when there is none, or the event is over."""
        return self._part.assets.calendars.get((self.slug, self._part.language))

    @cached_property
    def event(self) -> EventView | None:
        """Its sessions by day, when it is an event that has some."""
        event = self._data.event
        return EventView(event, self._part.voice) if event else None

    @cached_property
    def document(self) -> DocumentView | None:
        """Its document (languages, format, pages, size, year), when it is a publication."""
        publication = self._data.publication
        if publication is None:
            return None
        return DocumentView(publication, self._part.voice, self._part.t, self._part.readers)

    @property
    def initials(self) -> str:
        """``DD`` for a person called Djibril Diop, in place of a portrait; empty for all other kinds."""
        names = self._data.person.name.split() if self._data.person else []
        return "".join(name[0] for name in (names[:1] + names[1:][-1:])).upper()

    @cached_property
    def facts(self) -> tuple[Fact, ...]:
        """What is worth seeing at a glance, by kind: when and where, deadline, format, function ..."""
        return facts_of(self._data, self._part.voice, self._part.t, self._part.readers)


@dataclass(frozen=True)
class SectionView:
    """One section. `layout` is its own; an article may have another. `anchor`: the id of its heading."""

    heading: str | None
    layout: str
    articles: tuple[ArticleView, ...]
    anchor: str


class OtherLanguage:
    """A language the reader may prefer: `t` speaks it, `website` is in it (None when there is no site in it).

    page: the same issue in it, on the web; without such pages, the web site.
    """

    def __init__(self, language: str, publication: Publication, t: Words, issue: str) -> None:
        self.language = language
        self.locale = publication.locale(language)
        self.dir: str = direction(self.locale)
        self.website = publication.website.get(language)
        self.page = publication.page_of(issue, language) or self.website
        self.t = t


class PartView:
    """All of an edition that is in one language. `open` and `close` stand before and after it in the mail.

    `start` and `end` are the sides where its lines begin and end: ``left``, ``right``. `web_page`: where it can
    be read on the web, if anywhere.
    """

    def __init__(
        self,
        part: LanguagePart,
        publication: Publication,
        t: Words,
        markers: Markers,
        *,
        number: int,
        content_width: int,
        thumb_width: int,
        assets: Assets = NO_ASSETS,
        web_page: str | None = None,
    ) -> None:
        self.assets = assets
        self.web_page = web_page
        self.language = part.language
        self.locale = publication.locale(part.language)
        self.dir: str = direction(self.locale)
        self.start, self.end = ("right", "left") if self.dir == "rtl" else ("left", "right")
        self.voice = Voice(self.language, self.locale)
        self.readers = publication.languages
        self.number = number
        self.t = t
        self.markers = markers
        self.content_width = content_width
        self.thumb_width = thumb_width
        self.open = Markup(markers.seam("open", number))  # noqa: S704 (comments of our own making)
        self.close = Markup(markers.seam("close", number))  # noqa: S704
        self.subject = typeset(part.subject, self.locale)
        self.publication = PublicationView(publication, self.language)
        self._intro = part.intro
        self.sections: tuple[SectionView, ...] = ()

    def section(self, section: EditionSection, first_number: int) -> SectionView:
        """A section of this part; its articles are numbered from `first_number`."""
        articles = tuple(ArticleView(each, self, first_number + at) for at, each in enumerate(section.articles))
        heading = typeset(section.heading, self.locale) if section.heading else None
        return SectionView(heading, section.layout.value, articles, f"{self.language}-{first_number}")

    @property
    def articles(self) -> tuple[ArticleView, ...]:
        """Every article of the part in order."""
        return tuple(article for section in self.sections for article in section.articles)

    @cached_property
    def intro(self) -> Converted | None:
        """The introduction (`html`, `text`), when the issue has one."""
        return convert(self._intro, self.locale) if self._intro else None

    @property
    def intro_html(self) -> Markup | None:
        """The introduction as HTML."""
        return Markup(self.intro.html) if self.intro else None  # noqa: S704 (cleaned, see ArticleView.html)

    @property
    def intro_text(self) -> str | None:
        """The introduction as plain text."""
        return self.intro.text if self.intro else None

    def day(self, day: date, *, weekday: bool = False) -> str:
        """A date in this part's language."""
        return format_date(day, self.locale, weekday=weekday)


def _of_file(picture: Picture, alt: str, credit: str | None) -> ImageView:
    small = picture.small or picture
    beside = SmallImage(small.url, small.width, small.height)
    return ImageView(picture.url, picture.width, picture.height, alt, credit, beside)


def _without_acronym(organisation: str) -> str:
    """``Centre international … (CIPC)`` and the same without its letters are one organisation."""
    return _ACRONYM.sub("", organisation).casefold()


class PublicationView:
    """The publication in one language."""

    def __init__(self, publication: Publication, language: str) -> None:
        def say(value: Localized | None) -> str | None:
            return localized(value, language) if value else None

        self.name = localized(publication.name, language)
        self.organisation = localized(publication.organisation, language)
        self.address = [line.strip() for line in localized(publication.mailing_address, language).splitlines()]
        self.website = localized(publication.website, language)
        self.reason = typeset(localized(publication.reason, language), publication.locale(language))
        self.privacy = say(publication.privacy)
        self.email = publication.contact.email
        self.phone = publication.contact.phone
        self.contact_page = say(publication.contact.web)
        self.has_preferences = publication.preferences_url is not None
