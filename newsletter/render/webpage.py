"""The page of an edition on the web: its mail, without what is for one reader alone.

Page and mail come from one rendering. A theme says what belongs in the mail only, with `mail_only`; from the page
that is cut out, and nothing else changes but the head.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from markupsafe import Markup, escape

from newsletter.models.issue import Edition
from newsletter.models.publication import Publication
from newsletter.render.slots import Markers, Misplaced

NOBODYS = frozenset({"name", "greeting_name"})
"""Slots that may be left empty on the page, as they are for a reader whose name is not known."""

_BEGIN, _END = "mailonly", "forall"
_PREHEADER = re.compile(r'<div style="display:none;[^"]*">[^<]*</div>')
"""What inboxes show beside the subject, hidden at the top of the body (mj-preview)."""
_ROLE = ' aria-roledescription="email"'


class WebPage:
    """The page of one edition, or that there is none: `wanted` says which."""

    def __init__(self, edition: Edition, publication: Publication, markers: Markers) -> None:
        self._edition = edition
        self._publication = publication
        self._markers = markers
        self.wanted = publication.web_page is not None

    def address_at(self, number: int) -> str | None:
        """Where the edition can be read on the web, at the place where its n-th language begins."""
        page = self._publication.page_of(self._edition.issue, self._edition.code)
        return f"{page}#{self._edition.parts[number].language}" if page and number else page

    def mail_only(self, caller: Callable[[], str]) -> str:
        """`mail_only` in a template: ``{% call mail_only() %}...{% endcall %}`` holds what the page has not.

        What stands between, with its limits marked when there is a page; in the text part as it is.
        """
        content = caller()
        if not (self.wanted and isinstance(content, Markup)):
            return content
        begin, end = self._markers.seam(_BEGIN, 0), self._markers.seam(_END, 0)
        return Markup(begin) + content + Markup(end)  # noqa: S704 (comments of our own making)

    def exposed_slots(self, mjml: str) -> Iterator[tuple[int, str]]:
        """Slots that would stand on the page and belong to one reader: offset in the MJML, name."""
        if not self.wanted:
            return
        hidden = tuple(self._mail_only(mjml))
        for start, _, name, where in self._markers.places(mjml):
            within = any(begin <= start < end for begin, end in hidden)
            if name not in NOBODYS and not within and not isinstance(where, Misplaced):
                yield start, name

    def for_everybody(self, html: str) -> str:
        """`html` without what is marked as belonging in the mail only."""
        pieces = []
        done = 0
        for start, end in self._mail_only(html):
            pieces.append(html[done:start])
            done = end
        return "".join((*pieces, html[done:]))

    def _mail_only(self, markup: str) -> Iterator[tuple[int, int]]:
        depth = begun = 0
        for start, end, kind, _ in self._markers.seams(markup):
            if kind == _BEGIN:
                begun = start if depth == 0 else begun
                depth += 1
            elif kind == _END and depth:
                depth -= 1
                if depth == 0:
                    yield begun, end

    def finished(self, html: str, preheader: str) -> str:
        """The page as it goes online: no name in its greeting, and a head that search engines understand.

        html: what `for_everybody` left. ``canonical`` and ``alternate`` links tell which pages are one issue in
        several languages (RFC 6596; Google, "Localized versions of your pages").
        """
        page = "".join(self._markers.cut_html(html)[0].parts)
        page = _PREHEADER.sub("", page, count=1).replace(_ROLE, "", 1)
        return page.replace("</head>", "".join((*self._head(preheader), "</head>")), 1)

    def _head(self, preheader: str) -> Iterator[str]:
        publication, issue = self._publication, self._edition.issue
        yield f'<meta name="description" content="{escape(preheader)}">'
        if own := publication.page_of(issue, self._edition.code):
            yield f'<link rel="canonical" href="{escape(own)}">'
        for language in publication.languages:
            if page := publication.page_of(issue, language):
                tag = publication.locale(language)
                yield f'<link rel="alternate" hreflang="{tag}" href="{escape(page)}">'
