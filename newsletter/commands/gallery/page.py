"""The gallery as one HTML page that needs nothing else: no network, no server, no other file."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

from newsletter.models.finding import Finding
from newsletter.models.text import languages_of
from newsletter.render.scheme import with_scheme

if TYPE_CHECKING:
    from newsletter.commands.gallery.making import Case, Gallery, Row, Shot, ThemeGallery

WIDTH = 640
"""Pixels of a frame: a mail of 600 with a little of the page around it. Phones are drawn from the same frame."""

SCHEMES = ("light", "dark")


def write_page(gallery: Gallery, *, head: str | None = None) -> str:
    """The whole page. head: what its <head> ends with, instead of style and script in the page itself."""
    own = f"<style>{_asset('page.css')}</style>"
    themes = "\n".join(_theme(theme) for theme in gallery.themes)
    names = ", ".join(theme.name for theme in gallery.themes)
    languages = "".join(_switch("language", one, one.upper()) for one in _languages(gallery))
    return Template(_asset("page.html")).substitute(
        head=own if head is None else head,
        script="" if head is not None else f"<script>{_asset('page.js')}</script>",
        themes=themes,
        names=html.escape(names),
        languages=languages,
        jumps="".join(_jumps(gallery)),
    )


def _languages(gallery: Gallery) -> Sequence[str]:
    both = ["+".join(gallery.languages)] if len(gallery.languages) > 1 else []
    return [*gallery.languages, *both]


def _switch(name: str, value: str, label: str) -> str:
    return (
        f'<label><input type="checkbox" checked data-group="{name}" value="{html.escape(value)}">'
        f"<span>{html.escape(label)}</span></label>"
    )


def _jumps(gallery: Gallery) -> Iterator[str]:
    for theme in gallery.themes:
        yield f'<span class="theme">{html.escape(theme.name)}</span>'
        for row in theme.rows:
            broken = ' class="broken"' if row.findings else ""
            yield f'<a{broken} href="#{_anchor(theme, row)}">{html.escape(row.name)}</a>'
        yield f'<a href="#{html.escape(theme.name)}-text">text part</a>'


def _anchor(theme: ThemeGallery, row: Row) -> str:
    return html.escape(f"{theme.name}-{row.name}")


def _theme(theme: ThemeGallery) -> str:
    rows = "\n".join(_row(theme, row) for row in theme.rows)
    return (
        f'<section class="theme" aria-labelledby="{html.escape(theme.name)}">'
        f'<h2 id="{html.escape(theme.name)}">{html.escape(theme.name)} '
        f"<code>templates/{html.escape(theme.name)}/</code></h2>\n"
        f"{_findings(theme.findings, 'In this theme')}\n{rows}\n{_texts(theme)}</section>"
    )


def _findings(findings: Sequence[Finding], title: str) -> str:
    if not findings:
        return ""
    count = f"{len(findings)} mistake{'s' if len(findings) > 1 else ''}"
    items = "".join(
        f"<li><code>{html.escape(finding.place)}</code> <b>{html.escape(finding.message)}</b>"
        f"{f'<br>{html.escape(finding.hint)}' if finding.hint else ''}"
        f" <small>{html.escape(finding.rule)}</small></li>"
        for finding in findings
    )
    return f'<div class="findings" role="alert"><p>{html.escape(title)}: {count}</p><ul>{items}</ul></div>'


def _row(theme: ThemeGallery, row: Row) -> str:
    cases = "\n".join(_case(row, case) for case in row.cases)
    nothing = "" if row.cases else '<p class="nothing">It cannot be shown before this is corrected.</p>'
    return (
        f'<article class="block" id="{_anchor(theme, row)}">'
        f"<header><h3>{html.escape(row.name)}</h3><code>{html.escape(row.template)}</code></header>"
        f"{_findings(row.findings, 'Here')}{nothing}{cases}</article>"
    )


def _case(row: Row, case: Case) -> str:
    sizes = " · ".join(f"{html.escape(shot.code)} <b>{shot.size:,}</b>" for shot in case.shots)
    schemes = "".join(
        f'<div class="scheme {scheme}" data-scheme="{scheme}">'
        + "".join(_frame(row, case, shot, scheme) for shot in case.shots)
        + "</div>"
        for scheme in SCHEMES
    )
    return (
        f'<section class="case"><h4>{html.escape(case.label)}</h4>'
        f'<p class="sizes">bytes: {sizes}</p>{schemes}</section>'
    )


def _frame(row: Row, case: Case, shot: Shot, scheme: str) -> str:
    document = with_scheme(shot.html.encode(), scheme).decode()
    what = f"{row.name}, {case.label}, {shot.code}, {scheme}"
    return (
        f'<figure data-language="{html.escape(shot.code)}" data-width="{WIDTH}">'
        f"<figcaption>{html.escape(' + '.join(languages_of(shot.code)))} · {scheme} · "
        f'<span class="width">{WIDTH}</span> px</figcaption>'
        f'<div class="view"><iframe title="{html.escape(what)}" width="{WIDTH}" height="400" '
        f'style="color-scheme: {scheme}" sandbox="allow-same-origin" data-mail="{html.escape(document)}"></iframe>'
        f"</div></figure>"
    )


def _texts(theme: ThemeGallery) -> str:
    parts = "".join(
        f'<figure data-language="{html.escape(code)}"><figcaption>{html.escape(" + ".join(languages_of(code)))}'
        f'</figcaption><pre lang="{html.escape(languages_of(code)[0])}">{html.escape(text)}</pre></figure>'
        for code, text in theme.texts.items()
        if text
    )
    if not parts:
        return ""
    return (
        f'<article class="block" id="{html.escape(theme.name)}-text"><header><h3>text part</h3>'
        f"<code>templates/{html.escape(theme.name)}/edition.txt.j2</code></header>"
        f'<div class="texts">{parts}</div></article>'
    )


def _asset(name: str) -> str:
    return (files("newsletter.commands.gallery") / name).read_text(encoding="utf-8")
