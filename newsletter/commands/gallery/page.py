"""The gallery as one HTML page that needs nothing else: no network, no server, no other file."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

from newsletter.commands.gallery.wording import words
from newsletter.locale import format_number
from newsletter.models.finding import Finding
from newsletter.models.publication import HOME_LOCALES
from newsletter.models.text import languages_of
from newsletter.render.scheme import with_scheme

if TYPE_CHECKING:
    from newsletter.commands.gallery.making import Case, Gallery, Row, Shot, ThemeGallery

WIDTH = 640
"""Pixels of a frame: a mail of 600 with a little of the page around it. Phones are drawn from the same frame."""

PHONE = 375

SCHEMES = ("light", "dark")


def write_page(gallery: Gallery, language: str = "en", *, head: str | None = None, ways: str = "") -> str:
    """The whole page, its own words in `language`, one of `LANGUAGES`.

    head: what its <head> ends with, instead of style and script in the page itself. ways: links for its header.
    """
    return _Page(gallery, language).write(head, ways)


class _Page:
    """One gallery in the words of one language."""

    def __init__(self, gallery: Gallery, language: str) -> None:
        self._gallery = gallery
        self._language = language
        self._words = words(language)

    def write(self, head: str | None, ways: str) -> str:
        """The page as text."""
        themes = self._gallery.themes
        names = ", ".join(theme.name for theme in themes)
        return Template(_asset("page.html")).substitute(
            {key: html.escape(text) for key, text in self._words.items()},
            language=self._language,
            head=f"<style>{_asset('page.css')}</style>" if head is None else head,
            script="" if head is not None else f"<script>{_asset('page.js')}</script>",
            themes="\n".join(self._theme(theme) for theme in themes),
            names=html.escape(names),
            language_switches="".join(_switch("language", one, one.upper()) for one in self._editions()),
            jumps="".join(self._jumps()),
            ways=ways,
            phone_width=PHONE,
            computer_width=WIDTH,
        )

    def _editions(self) -> Sequence[str]:
        languages = self._gallery.languages
        return [*languages, *(["+".join(languages)] if len(languages) > 1 else [])]

    def _jumps(self) -> Iterator[str]:
        for theme in self._gallery.themes:
            yield f'<span class="theme">{html.escape(theme.name)}</span>'
            for row in theme.rows:
                broken = ' class="broken"' if row.findings else ""
                yield f'<a{broken} href="#{_anchor(theme, row)}">{html.escape(row.name)}</a>'
            yield f'<a href="#{html.escape(theme.name)}-text">{self._say("text_part")}</a>'

    def _say(self, key: str, **values: str) -> str:
        return html.escape(self._words[key].format(**values))

    def _number(self, number: int) -> str:
        return format_number(number, HOME_LOCALES[self._language])

    def _theme(self, theme: ThemeGallery) -> str:
        rows = "\n".join(self._row(theme, row) for row in theme.rows)
        return (
            f'<section class="theme" aria-labelledby="{html.escape(theme.name)}">'
            f'<h2 id="{html.escape(theme.name)}">{html.escape(theme.name)} '
            f"<code>templates/{html.escape(theme.name)}/</code></h2>\n"
            f"{self._findings(theme.findings, 'in_theme')}\n{rows}\n{self._texts(theme)}</section>"
        )

    def _findings(self, findings: Sequence[Finding], title: str) -> str:
        """Findings speak English, whoever reads them."""
        if not findings:
            return ""
        key = "mistake_one" if len(findings) == 1 else "mistake_other"
        count = self._words[key].format(n=self._number(len(findings)))
        items = "".join(
            f'<li lang="en"><code>{html.escape(finding.place)}</code> <b>{html.escape(finding.message)}</b>'
            f"{f'<br>{html.escape(finding.hint)}' if finding.hint else ''}"
            f" <small>{html.escape(finding.rule)}</small></li>"
            for finding in findings
        )
        return f'<div class="findings" role="alert"><p>{self._say(title, count=count)}</p><ul>{items}</ul></div>'

    def _row(self, theme: ThemeGallery, row: Row) -> str:
        cases = "\n".join(self._case(row, case) for case in row.cases)
        nothing = "" if row.cases else f'<p class="nothing">{self._say("nothing")}</p>'
        return (
            f'<article class="block" id="{_anchor(theme, row)}">'
            f"<header><h3>{html.escape(row.name)}</h3><code>{html.escape(row.template)}</code></header>"
            f"{self._findings(row.findings, 'here')}{nothing}{cases}</article>"
        )

    def _case(self, row: Row, case: Case) -> str:
        sizes = " · ".join(f"{html.escape(shot.code)} <b>{self._number(shot.size)}</b>" for shot in case.shots)
        schemes = "".join(
            f'<div class="scheme {scheme}" data-scheme="{scheme}">'
            + "".join(self._frame(row, case, shot, scheme) for shot in case.shots)
            + "</div>"
            for scheme in SCHEMES
        )
        return (
            f'<section class="case"><h4>{html.escape(case.labels[self._language])}</h4>'
            f'<p class="sizes">{self._say("bytes")} {sizes}</p>{schemes}</section>'
        )

    def _frame(self, row: Row, case: Case, shot: Shot, scheme: str) -> str:
        document = with_scheme(shot.html.encode(), scheme).decode()
        colours = self._words[scheme]
        what = f"{row.name}, {case.labels[self._language]}, {shot.code}, {colours}"
        return (
            f'<figure data-language="{html.escape(shot.code)}" data-width="{WIDTH}">'
            f"<figcaption>{html.escape(' + '.join(languages_of(shot.code)))} · {html.escape(colours)} · "
            f'<span class="width">{WIDTH}</span> px</figcaption>'
            f'<div class="view"><iframe title="{html.escape(what)}" width="{WIDTH}" height="400" '
            f'style="color-scheme: {scheme}" sandbox="allow-same-origin" data-mail="{html.escape(document)}">'
            f"</iframe></div></figure>"
        )

    def _texts(self, theme: ThemeGallery) -> str:
        parts = "".join(
            f'<figure data-language="{html.escape(code)}">'
            f"<figcaption>{html.escape(' + '.join(languages_of(code)))}</figcaption>"
            f'<pre lang="{html.escape(languages_of(code)[0])}">{html.escape(text)}</pre></figure>'
            for code, text in theme.texts.items()
            if text
        )
        if not parts:
            return ""
        return (
            f'<article class="block" id="{html.escape(theme.name)}-text">'
            f"<header><h3>{self._say('text_part')}</h3>"
            f"<code>templates/{html.escape(theme.name)}/edition.txt.j2</code></header>"
            f'<div class="texts">{parts}</div></article>'
        )


def _switch(name: str, value: str, label: str) -> str:
    return (
        f'<label><input type="checkbox" checked data-group="{name}" value="{html.escape(value)}">'
        f"<span>{html.escape(label)}</span></label>"
    )


def _anchor(theme: ThemeGallery, row: Row) -> str:
    return html.escape(f"{theme.name}-{row.name}")


def _asset(name: str) -> str:
    return (files("newsletter.commands.gallery") / name).read_text(encoding="utf-8")
