"""Everything the rules may look at, parsed once and shared."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urldefrag

from newsletter.check.mail import Mail, read_mail
from newsletter.check.markdown import read_markdown
from newsletter.check.page import HtmlPage, read_page
from newsletter.check.passages import Passage, read_passages
from newsletter.check.places import Place, SourceText, folded, place_at, strings
from newsletter.check.proofs import Proof, read_proofs
from newsletter.models.article import Article, Corpus
from newsletter.models.assets import NO_ASSETS, Assets
from newsletter.models.finding import SourceMap
from newsletter.models.issue import ArticleChoice, Edition, Issue
from newsletter.models.message import CompiledMessage, RenderedEdition, Slotted
from newsletter.models.publication import Publication
from newsletter.models.text import languages_of

PUBLICATION_FILE = "newsletter.yaml"
_TOKEN = "SampleTokenSampleToken"  # noqa: S105 - stands for a token where no sample message was made


@dataclass(frozen=True, slots=True)
class Chosen:
    """One article as an issue runs it. place: its line in the issue. choice: the overrides, if any."""

    slug: str
    article: Article | None
    place: Place
    section: int
    choice: ArticleChoice | None = None
    entry: int | None = None


@dataclass(frozen=True, slots=True)
class Address:
    """One address (URL) somebody wrote or a template made.

    text: label or alt text where it is known. edition: the edition it was seen in, for those of templates; the
    language, for those written for one language; None when it is for all.
    """

    url: str
    place: Place
    text: str | None = None
    edition: str | None = None
    slug: str | None = None


@dataclass(frozen=True, eq=False)
class CheckSubject:
    """One issue and all that was made of it.

    editions, rendered, messages, compiled: by edition code; a code that could not be made is simply missing, its
    findings were reported where it failed. messages: one merged sample per edition, as it would go on the wire.
    publication_source: positions in newsletter.yaml, where the publication stands under ``publication``; without
    it findings name the file only. ran_in: slug -> ids of the earlier issues that ran the article, oldest first.
    """

    publication: Publication
    issue: Issue
    corpus: Corpus
    editions: Mapping[str, Edition]
    rendered: Mapping[str, RenderedEdition]
    messages: Mapping[str, bytes]
    compiled: Mapping[str, CompiledMessage]
    publication_source: SourceMap | None = None
    ran_in: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    assets: Assets = NO_ASSETS

    # Places ---------------------------------------------------------------------------------------------------

    def issue_place(self, *loc: str | int) -> Place:
        """A place in the issue's file."""
        return place_at(self.issue.source, *loc)

    def publication_place(self, *loc: str | int) -> Place:
        """A place in newsletter.yaml."""
        source = self._publication_map
        return place_at(source, *loc) if source.positions else Place(source.file)

    @cached_property
    def _publication_map(self) -> SourceMap:
        """Positions of the publication; a value that an environment variable set has none in the file."""
        source = self.publication_source or SourceMap(PUBLICATION_FILE, {})
        written = {loc: place for loc, place in source.positions.items() if place[0] > 0}
        return SourceMap(source.file, {loc[1:]: at for loc, at in written.items() if loc[:1] == ("publication",)})

    def text_place(self, field: str, code: str) -> Place:
        """Where the subject or preheader of an edition is written; the whole field when it has no own entry."""
        written: Mapping[str, str] = getattr(self.issue.data, field)
        return self.issue_place(field, code) if code in written else self.issue_place(field)

    def find(self, needle: str, edition: str | None = None) -> Place | None:
        """Where `needle` is written: an exact value first, then a text that holds it."""
        if not needle.strip():
            return None
        languages = languages_of(edition) if edition else ()
        texts = [text for text in self.sources if not (languages and text.language) or text.language in languages]
        for text in texts:
            if text.text == needle:
                return text.place
        for text in texts:
            if needle in text.text:
                return text.place_of(needle)
        return None

    def locate(self, needle: str, edition: str | None = None) -> Place:
        """Like `find`, falling back to the issue's file."""
        return self.find(needle, edition) or Place(self.issue.source.file)

    # What people wrote ----------------------------------------------------------------------------------------

    @cached_property
    def chosen(self) -> tuple[Chosen, ...]:
        """The articles of the issue in its order: those named, then those `select` chose."""
        return tuple(self._chosen())

    def _chosen(self) -> Iterator[Chosen]:
        named: set[str] = set()
        for index, section in enumerate(self.issue.data.sections):
            for entry, written in enumerate(section.articles):
                choice = written if isinstance(written, ArticleChoice) else None
                slug = choice.article if choice else str(written)
                named.add(slug)
                place = self.issue_place("sections", index, "articles", entry)
                yield Chosen(slug, self.corpus.articles.get(slug), place, index, choice, entry)
        for edition in self.editions.values():
            for part in edition.parts:
                for index, article in ((i, a) for i, s in enumerate(part.sections) for a in s.articles):
                    if article.slug not in named:
                        named.add(article.slug)
                        place = self.issue_place("sections", index, "select")
                        yield Chosen(article.slug, article.article, place, index)

    @cached_property
    def articles(self) -> tuple[Article, ...]:
        """The articles of the issue, each once, in its order."""
        found = {chosen.slug: chosen.article for chosen in self.chosen if chosen.article is not None}
        return tuple(found.values())

    @cached_property
    def sources(self) -> tuple[SourceText, ...]:
        """Every text of the articles, of the issue and of the publication."""
        codes = self.publication.edition_codes
        texts: list[SourceText] = []
        for article in self.articles:
            texts.extend(_texts(article.data, article.source, codes, slug=article.slug))
            for code, one in article.translations.items():
                texts.extend(_texts(one.data, one.source, (), slug=article.slug, language=code))
                place = Place(one.source.file, one.body_line, 1)
                texts.append(SourceText(one.body, place, ("body",), code, article.slug, is_body=True))
        texts.extend(_texts(self.issue.data, self.issue.source, codes))
        texts.extend(_texts(self.publication, self._publication_map, codes))
        return tuple(texts)

    @cached_property
    def prose(self) -> tuple[SourceText, ...]:
        """The texts readers see: titles, summaries, labels, alt texts, bodies, headings, intro, subject."""
        seen = {"title", "summary", "kicker", "alts", "links", "body", "subject", "preheader", "intro", "heading"}
        mine = {article.source.file for article in self.articles}
        return tuple(
            text
            for text in self.sources
            if text.place.file != self._publication_map.file
            and (text.slug is None or text.place.file not in mine)
            and seen & {step for step in text.loc if isinstance(step, str)}
        )

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """What people wrote, passage by passage, as readers see it."""
        return tuple(read_passages(self))

    # What was made of it --------------------------------------------------------------------------------------

    @cached_property
    def mails(self) -> Mapping[str, Mail]:
        """The sample messages, parsed."""
        return {code: read_mail(raw) for code, raw in self.messages.items()}

    @cached_property
    def pages(self) -> Mapping[str, HtmlPage]:
        """The HTML of each edition: of the sample message, else as rendered with sample values in its slots."""
        pages: dict[str, HtmlPage] = {}
        for code, rendered in self.rendered.items():
            pages[code] = read_page(self.fill(rendered.html))
        for code, mail in self.mails.items():
            if mail.html is not None:
                pages[code] = read_page(mail.html.text)
        return pages

    @cached_property
    def texts(self) -> Mapping[str, str]:
        """The text part of each edition: of the sample message ('' when it has none), else as rendered."""
        texts = {code: self.fill(rendered.text) for code, rendered in self.rendered.items()}
        texts.update({code: mail.text.text if mail.text else "" for code, mail in self.mails.items()})
        return texts

    @cached_property
    def proofs(self) -> Mapping[str, list[Proof]]:
        """Mistakes of wording and typography, by rule: of what people wrote, and of what a template adds."""
        return read_proofs(self)

    def bodies(self) -> Iterator[tuple[str, str, str]]:
        """Edition code, ``HTML`` or ``text``, and the words readers see there, ready to search.

        White space is one space, apostrophes are alike and case is ignored.
        """
        for code, page in self.pages.items():
            for part, text in (("HTML", page.text()), ("text", self.texts.get(code, ""))):
                yield code, part, folded(text)

    def fill(self, slotted: Slotted) -> str:
        """The text with sample values in its slots."""
        values = {
            "name": "Camille",
            "greeting_name": "\N{NO-BREAK SPACE}Camille",
            "email": "camille@example.org",
            "unsubscribe_url": self.publication.unsubscribe.url.replace("{token}", _TOKEN),
            "preferences_url": (self.publication.preferences_url or "").replace("{token}", _TOKEN),
        }
        filled = [slotted.parts[0]]
        for slot, part in zip(slotted.slots, slotted.parts[1:], strict=True):
            filled += [values.get(slot.name, ""), part]
        return "".join(filled)

    @cached_property
    def subjects(self) -> Mapping[str, str]:
        """Subject per edition code, as composed, else as written."""
        return {**self.issue.data.subject, **{code: edition.subject for code, edition in self.editions.items()}}

    @cached_property
    def preheaders(self) -> Mapping[str, str]:
        """Preheader per edition code, as composed, else as written."""
        return {**self.issue.data.preheader, **{code: one.preheader for code, one in self.editions.items()}}

    def token_of(self, url: str) -> str | None:
        """The token of an unsubscribe or preferences address of this publication; None when it is another."""
        for template in (self.publication.unsubscribe.url, self.publication.preferences_url or ""):
            if "{token}" in template:
                pattern = re.escape(template).replace(re.escape("{token}"), "([^/?#&]+)")
                if match := re.fullmatch(pattern, url):
                    return str(match[1])
        return None

    # Addresses ------------------------------------------------------------------------------------------------

    @cached_property
    def links(self) -> tuple[Address, ...]:
        """Where readers can go: the links people wrote, then those only a template made."""
        written = list(self._written("links", "link"))
        known = {address.url for address in written}
        written += [
            Address(anchor.get("href"), self._place_of_link(anchor.get("href"), code), anchor.name(), code)
            for code, page in self.pages.items()
            for anchor in page.all("a")
            if "href" in anchor.attributes and anchor.get("href") not in known
        ]
        return tuple(written)

    def _place_of_link(self, url: str, code: str) -> Place:
        """Where a link of a template comes from: `web_page` of the publication, or the text that says it."""
        made = (self.publication.page_of(self.issue.id, one) for one in self.publication.edition_codes)
        return self.publication_place("web_page") if urldefrag(url).url in made else self.locate(url, code)

    @cached_property
    def images(self) -> tuple[Address, ...]:
        """The pictures people wrote, then those only a template shows."""
        written = list(self._written("images", "image"))
        known = {address.url for address in written}
        written += [
            Address(image.get("src"), self.locate(image.get("src"), code), image.get("alt"), code)
            for code, page in self.pages.items()
            for image in page.all("img")
            if image.get("src") not in known
        ]
        return tuple(written)

    def _written(self, block: str, kind: str) -> Iterator[Address]:
        for text in self.sources:
            if text.slug is not None and text.loc[:1] == (block,) and "url" in text.loc:
                yield Address(text.text, text.place, None, text.language, text.slug)
            elif text.is_body or text.loc[:1] == ("intro",):
                for item in read_markdown(text.text).of(kind):
                    place = text.place_of(item.target)
                    yield Address(item.target, place, item.text, text.language, text.slug)


def _texts(
    record: object,
    source: SourceMap,
    codes: Collection[str],
    *,
    slug: str | None = None,
    language: str | None = None,
) -> Iterator[SourceText]:
    """The texts of a record; one whose path ends in an edition code (``subject fr``) is of that language."""
    for loc, text in strings(record):
        last = str(loc[-1]) if loc else ""
        own = last if last in codes else None
        yield SourceText(text, place_at(source, *loc), loc, language or own, slug)
