"""From a project to the blocks of its themes: which samples stand for which block, and what was wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from newsletter.commands.assets import assets_of, embedded
from newsletter.commands.build import SAMPLE_ADDRESS, SAMPLE_NAME
from newsletter.commands.files import write_file
from newsletter.commands.gallery.page import write_page
from newsletter.commands.gallery.samples import KINDS, PICTURE, SAMPLE_FILE, content, edition
from newsletter.commands.gallery.wording import LANGUAGES, in_each_language
from newsletter.commands.project import Project
from newsletter.corpus import load_corpus
from newsletter.errors import UnknownName
from newsletter.models.article import Article, Corpus
from newsletter.models.finding import Finding, did_you_mean
from newsletter.models.issue import Edition, Layout
from newsletter.models.publication import Publication
from newsletter.models.text import languages_of
from newsletter.render import render_sheet
from newsletter.yamlfile import relative_name

if TYPE_CHECKING:
    from newsletter.render.blocks import Block, Sheet

_FOLDER = "blocks/"

_SLOTS = {
    "name": SAMPLE_NAME,
    "greeting_name": f" {SAMPLE_NAME}",
    "email": SAMPLE_ADDRESS,
    "unsubscribe_url": "https://www.example.org/unsubscribe",
    "preferences_url": "https://www.example.org/preferences",
}
_DRAWN = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 9' preserveAspectRatio='none'%3E"
    "%3Cpath fill='%23f4b860' d='M0 0h16v9H0z'/%3E%3Ccircle cx='11' cy='3.6' r='1.3' fill='%23fff3d6'/%3E"
    "%3Cpath fill='%23b5654a' d='M0 6l4-2.6L8 6l3-1.6L16 7v2H0z'/%3E"
    "%3Cpath fill='%23324a5f' d='M0 7l6-1 5 1.2 5-.9V9H0z'/%3E"
    "%3C/svg%3E"
)


@dataclass(frozen=True)
class Shot:
    """One block in one edition: the document that shows it, and its bytes in the mail."""

    code: str
    html: str
    size: int


@dataclass(frozen=True)
class Case:
    """A block with one content: labels say which, by language. shots: one per edition that shows it."""

    labels: Mapping[str, str]
    shots: tuple[Shot, ...]

    @property
    def label(self) -> str:
        """Which content it is, in English."""
        return self.labels["en"]


@dataclass(frozen=True)
class Row:
    """A block of a theme: its cases, and the mistakes that happened in it. template: relative to the project."""

    name: str
    template: str
    cases: tuple[Case, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class ThemeGallery:
    """A theme: its blocks, the text part of a sample mail per edition, and every mistake, once."""

    name: str
    rows: tuple[Row, ...]
    texts: Mapping[str, str]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Gallery:
    """All themes that were asked for."""

    themes: tuple[ThemeGallery, ...]
    languages: tuple[str, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every mistake of every theme, once, sorted."""
        found = dict.fromkeys(finding for theme in self.themes for finding in theme.findings)
        return tuple(sorted(found, key=Finding.sort_key))


def gallery(
    project: Project, theme: str | None, out: Path | None, *, language: str | None = None
) -> tuple[Gallery, Path]:
    """Write the gallery of `theme` (of all themes when None) to `out`/index.html; what it shows, and the file.

    language: of the page's own words; the publication's first when None. Mistakes in a theme are findings, shown
    in the page too. Raises UnknownName, FileTrouble.
    """
    made = make_gallery(project, theme)
    path = (out or project.var / "gallery") / "index.html"
    first = project.publication.languages[0]
    write_file(path, write_page(made, language or (first if first in LANGUAGES else LANGUAGES[0])))
    return made, path


def make_gallery(project: Project, theme: str | None) -> Gallery:
    """The blocks of `theme`, or of every theme. Raises UnknownName, FileTrouble."""
    known = (
        sorted(each.name for each in project.templates.iterdir() if each.is_dir())
        if project.templates.is_dir()
        else []
    )
    if theme is not None and theme not in known:
        hint = did_you_mean(theme, known) or f"There are: {', '.join(known) or 'none'}."
        raise UnknownName(f"there is no theme '{theme}'", where="templates/", hint=hint)
    if not known:
        raise UnknownName("the project has no theme", where="templates/", hint="A theme is a folder there.")
    corpus, _ = load_corpus(project.corpus, project.root)
    languages = project.publication.languages
    chosen = list(_articles(corpus, project.publication))
    themes = tuple(_of_theme(project, name, chosen) for name in ([theme] if theme else known))
    return Gallery(themes, languages)


@dataclass(frozen=True)
class _Choice:
    """An article and the layout it is there to show."""

    labels: Mapping[str, str]
    layout: Layout
    article: Article


def _articles(corpus: Corpus, publication: Publication) -> Iterator[_Choice]:
    """Per layout one article of the project's own, when it has a fitting one, then the samples."""
    languages = publication.languages
    for layout in Layout:
        if (own := _own(corpus, languages, layout)) is not None:
            yield _Choice(in_each_language("from_corpus", slug=own.slug), layout, own)
        for sample in content().samples:
            if sample.layout is layout:
                yield _Choice(sample.shows, layout, sample.article(languages, publication.organisation))


def _own(corpus: Corpus, languages: Sequence[str], layout: Layout) -> Article | None:
    """The newest article of the first kind that there is one of, in all languages."""
    whole = [each for each in corpus.articles.values() if set(languages) <= set(each.translations)]
    for kind in KINDS[layout]:
        of_kind = [each for each in whole if each.data.kind.value == kind]
        if of_kind:
            return max(of_kind, key=lambda each: (each.data.published, each.slug))
    return None


def _of_theme(project: Project, theme: str, chosen: Sequence[_Choice]) -> ThemeGallery:
    languages = project.publication.languages
    drawn = [_draw(project, theme, choice, languages) for choice in chosen]
    samples = {
        choice.layout: choice.article for choice in reversed(chosen) if choice.article.source.file == SAMPLE_FILE
    }
    shown = [(samples[layout], layout) for layout in Layout]
    codes = [(one,) for one in languages] + ([tuple(languages)] if len(languages) > 1 else [])
    frames = {"+".join(code): _sheet(project, edition(theme, code, shown, heading=True)) for code in codes}
    found = dict.fromkeys(
        replace(finding, edition=None)
        for sheet in (*(sheet for one in drawn for sheet in one.sheets.values()), *frames.values())
        for finding in sheet.findings
    )
    findings = tuple(sorted(found, key=Finding.sort_key))
    rows = [*_layout_rows(drawn, project, theme), *_frame_rows(frames)]
    rows += _broken_rows(rows, frames, findings)
    rows = [replace(row, findings=_of_row(row, findings, drawn, frames)) for row in rows]
    return ThemeGallery(theme, tuple(rows), {code: sheet.text for code, sheet in frames.items()}, findings)


@dataclass(frozen=True)
class _Drawn:
    """What became of one article: a sheet per language."""

    choice: _Choice
    sheets: Mapping[str, Sheet]

    def case(self) -> Case | None:
        """Its block in every language that has one."""
        name = self.choice.layout.value
        shots = tuple(
            _shot(code, block)
            for code, sheet in self.sheets.items()
            for block in sheet.blocks
            if block.name == name and f"{_FOLDER}{name}." not in " ".join(sheet.broken)
        )
        return Case(self.choice.labels, shots) if shots else None


def _draw(project: Project, theme: str, choice: _Choice, languages: Sequence[str]) -> _Drawn:
    one = [(choice.article, choice.layout)]
    return _Drawn(choice, {code: _sheet(project, edition(theme, [code], one)) for code in languages})


def _sheet(project: Project, one: Edition) -> Sheet:
    assets = assets_of(project, one)
    sheet = render_sheet(
        one, project.publication, templates=project.templates, root=project.root, values=_SLOTS, assets=assets
    )
    # Pictures that are not online yet are seen all the same; the bytes of a block are counted without them.
    blocks = tuple(replace(block, html=embedded(block.html, assets.files)) for block in sheet.blocks)
    return replace(sheet, blocks=blocks)


def _shot(code: str, block: Block) -> Shot:
    return Shot(code, block.html.replace(PICTURE, _DRAWN), block.size)


def _layout_rows(drawn: Sequence[_Drawn], project: Project, theme: str) -> Iterator[Row]:
    for layout in Layout:
        mine = [one for one in drawn if one.choice.layout is layout]
        blocks = [
            block
            for one in mine
            for sheet in one.sheets.values()
            for block in sheet.blocks
            if block.name == layout
        ]
        expected = relative_name(project.templates / theme / f"{_FOLDER}{layout.value}.mjml.j2", project.root)
        template = blocks[0].template if blocks else expected
        cases = tuple(case for one in mine if (case := one.case()) is not None)
        yield Row(layout.value, template, cases, ())


def _frame_rows(frames: Mapping[str, Sheet]) -> Iterator[Row]:
    """What stands around the articles: header, opening, contents, footer, and whatever else the theme has."""
    layouts = {layout.value for layout in Layout}
    found: dict[tuple[str, str], dict[str, Block]] = {}
    for code, sheet in frames.items():
        for block in sheet.blocks:
            if block.name not in layouts:
                found.setdefault((block.name, block.template), {})[code] = block
    for (name, template), blocks in found.items():
        cases = []
        for together in (False, True):
            shots = tuple(
                _shot(code, block) for code, block in blocks.items() if (len(languages_of(code)) > 1) == together
            )
            if shots:
                key = "several_languages" if together else "one_language"
                cases.append(Case(in_each_language(key), shots))
        yield Row(name, template, tuple(cases), ())


def _broken_rows(rows: Sequence[Row], frames: Mapping[str, Sheet], findings: Sequence[Finding]) -> Iterator[Row]:
    """A place for the mistakes of blocks that could nowhere be shown."""
    known = {row.template for row in rows}
    for template in sorted({name for sheet in frames.values() for name in sheet.broken} - known):
        if any(finding.file == template for finding in findings) and f"/{_FOLDER}" in template:
            yield Row(PurePosixPath(template).name.partition(".")[0], template, (), ())


def _of_row(
    row: Row, findings: Sequence[Finding], drawn: Sequence[_Drawn], frames: Mapping[str, Sheet]
) -> tuple[Finding, ...]:
    """The mistakes in its template and in those it needs; all that were met, when they leave nothing to show."""
    sheets = [sheet for one in drawn if one.choice.layout.value == row.name for sheet in one.sheets.values()]
    files = {row.template}.union(*(sheet.needs.get(row.template, ()) for sheet in (*sheets, *frames.values())))
    around = {block.template for sheet in frames.values() for block in sheet.blocks}
    met = {replace(finding, edition=None) for sheet in sheets for finding in sheet.findings}
    return tuple(
        finding
        for finding in findings
        if finding.file in files or (not row.cases and finding in met and finding.file not in around)
    )
