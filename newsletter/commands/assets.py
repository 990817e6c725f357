"""Pictures and calendar files of an issue: made ready, written beside its mails, and put into previews."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from newsletter.calendar import event_calendar, unannounced_changes
from newsletter.calendar.events import ends_on
from newsletter.commands.assets_scaling import published_bytes, published_name, published_width
from newsletter.commands.files import write_file
from newsletter.commands.project import Project
from newsletter.corpus.pictures import Measured, UnusablePicture, measure_pictures, picture_finding
from newsletter.errors import FileTrouble
from newsletter.models.article import Article, Image
from newsletter.models.assets import AssetFile, Assets, Picture
from newsletter.models.finding import Finding, Severity
from newsletter.models.issue import Edition, Issue
from newsletter.models.message import CarriedFile, RenderedEdition
from newsletter.render.theme import ThemeFiles, load_theme

FOLDER = "assets"
"""Below the folder of a build: what lies in it goes to the address `assets: url:` of newsletter.yaml."""
NOWHERE = "https://assets.invalid/"
"""Stands for the address while there is none, so that a preview shows pictures; nothing is sent with it."""
INSIDE = "cid:"
"""How the address of a picture begins that travels inside the mail."""
_NOT_IN_IDS = re.compile(r"[^A-Za-z0-9._-]+")
ASSETS_URL = "ASSETS-URL"
SEQUENCE = "EVENT-SEQUENCE"

_HINT = (
    'Add to newsletter.yaml, with a folder of your web site: assets: {url: "https://www.example.org/newsletter/"}'
)


def collect_assets(project: Project, issue: Issue, articles: Iterable[Article]) -> tuple[Assets, list[Finding]]:
    """Everything `articles`, those of `issue`, show or offer by address. Raises FileTrouble.

    Pictures are scaled at the first call and remembered in `var/scaled`; mistakes are findings.
    """
    inline = issue.data.pictures == "inline"
    return _collected(project, issue.data.template, issue.data.date, articles, inline=inline)


def assets_of(project: Project, edition: Edition) -> Assets:
    """What one edition shows or offers, its mistakes left aside: to look at a theme. Raises FileTrouble."""
    articles = (one.article for part in edition.parts for section in part.sections for one in section.articles)
    return _collected(project, edition.template, edition.date, articles)[0]


def _collected(
    project: Project, template: str, day: date, articles: Iterable[Article], *, inline: bool = False
) -> tuple[Assets, list[Finding]]:
    folder = (project.templates / template).resolve()
    theme = load_theme(folder, project.root.resolve())[0] if folder.is_dir() else None
    if theme is None:
        return Assets(), []  # the renderer says what is wrong with it
    collector = _Collector(project, day, theme, inline)
    for article in {article.slug: article for article in articles}.values():
        collector.add_pictures(article)
        collector.add_calendars(article)
    return collector.assets(), collector.findings


class _Collector:
    def __init__(self, project: Project, day: date, theme: ThemeFiles, inline: bool) -> None:
        self.findings: list[Finding] = []
        self._project = project
        self._day = day
        self._theme = theme
        self._base = project.config.assets_url or NOWHERE
        self._inline = inline
        self._pictures: dict[tuple[str, str], Picture] = {}
        self._calendars: dict[tuple[str, str], str] = {}
        self._unused: dict[str, tuple[str, ...]] = {}
        self._files: dict[str, AssetFile] = {}

    def assets(self) -> Assets:
        files = tuple(self._files[path] for path in sorted(self._files))
        return Assets(self._pictures, self._calendars, self._unused, files)

    def add_pictures(self, article: Article) -> None:
        found = measure_pictures(article, self._project.corpus / article.slug, self._project.root)
        self.findings += found.findings
        if found.unused:
            self._unused[article.slug] = found.unused
        for name, measured in found.measured.items():
            try:
                self._add_picture(article, name, measured)
            except UnusablePicture as problem:
                self.findings.append(picture_finding(article, name, problem))

    def _add_picture(self, article: Article, name: str, measured: Measured) -> None:
        shown = self._shown_width(article.data.images[name], measured)
        beside = min(shown, self._theme.theme.thumb_width)
        small = self._published(article, name, measured, beside)
        self._pictures[article.slug, name] = replace(self._published(article, name, measured, shown), small=small)
        if self._project.config.assets_url is None and not self._inline:
            message = f"the picture {measured.file} has no address to be published at"
            self._say(article, Severity.ERROR, message, _HINT, "images", name, "file")

    def _published(self, article: Article, name: str, measured: Measured, shown: int) -> Picture:
        """The picture for a width of `shown` CSS pixels, and its file. Raises UnusablePicture."""
        pixels = published_width(measured, shown)
        file_name, media_type = published_name(measured, f"{article.slug}-{name}", pixels)
        content = published_bytes(measured, pixels, self._project.var / "scaled" / file_name)
        file = self._publish(f"pictures/{file_name}", content, media_type, inside=self._inline)
        return Picture(
            url=file.url,
            width=shown,
            height=max(1, round(measured.height * shown / measured.width)),
            natural_width=measured.width,
            natural_height=measured.height,
            pixels=pixels,
            weight=len(content),
            file=measured.file,
        )

    def _shown_width(self, image: Image, measured: Measured) -> int:
        column = self._theme.theme.content_width
        return min(measured.width, image.shown_width or column, column)

    def add_calendars(self, article: Article) -> None:
        """The event's calendar file in each language there is; none for what is over when the issue goes out."""
        event = article.data.event
        if event is None or ends_on(event) < self._day:
            return
        if self._project.config.assets_url is None:
            message = "readers cannot add the event to their calendar: its file has no address to be published at"
            self._say(article, Severity.INFO, message, _HINT, "event")
            return
        made: dict[str, bytes] = {}
        for language in self._project.publication.languages:
            if language in article.translations:
                online = self._theme.strings.get(language, {}).get("online", "")
                content = event_calendar(article, language, self._project.publication, online=online)
                path = f"calendar/{article.slug}.{language}.ics"
                self._calendars[article.slug, language] = self._publish(path, content, "text/calendar").url
                made[f"{article.slug}.{language}.ics"] = content
        self._compare(article, made)

    def _compare(self, article: Article, made: Mapping[str, bytes]) -> None:
        """One finding for all that changed, in whatever language: the remedy is one number in one place."""
        per_language = []
        for name, content in made.items():
            before = _read_or_nothing(_remembered(self._project, name))
            per_language.append(unannounced_changes(before, content) if before is not None else ())
        changes = max(per_language, key=len, default=())
        if not changes:
            return
        what = dict.fromkeys(word for found in per_language for change in found for word in change.what)
        others = f" and of {len(changes) - 1} more" if len(changes) > 1 else ""
        message = (
            f"the {' and '.join(what)} of “{changes[0].title}”{others} changed since the calendar file was built; "
            "calendars that have it may not take the change in"
        )
        number = max(change.sequence for change in changes) + 1
        hint = (
            f"If the file was online already, write below event: sequence: {number}. If nobody had it yet, remove "
            f"var/calendar/{article.slug}.*.ics."
        )
        self._say(article, Severity.WARNING, message, hint, "event", "sequence", rule=SEQUENCE)

    def _publish(self, path: str, content: bytes, media_type: str, *, inside: bool = False) -> AssetFile:
        url = INSIDE + content_id(self._project, path) if inside else self._base + path
        file = AssetFile(path, url, content, media_type)
        self._files[path] = file
        return file

    def _say(
        self,
        article: Article,
        severity: Severity,
        message: str,
        hint: str,
        *loc: str,
        rule: str = ASSETS_URL,
    ) -> None:
        self.findings.append(article.source.finding(rule, severity, message, *loc, hint=hint))


@dataclass(frozen=True)
class WrittenAssets:
    """What a build left to be uploaded. new: paths of files that were not there before, or other ones."""

    folder: Path
    files: tuple[str, ...]
    new: tuple[str, ...]


def content_id(project: Project, path: str) -> str:
    """Content-ID of a picture that travels inside the mail (RFC 2392), made of its name."""
    domain = project.publication.sender.address.rpartition("@")[2]
    name = _NOT_IN_IDS.sub("-", path.rpartition("/")[2])
    return f"{name}@{domain if domain.isascii() else 'newsletter.invalid'}"


def inline_pictures(rendered: RenderedEdition, assets: Assets) -> tuple[CarriedFile, ...]:
    """The pictures that this edition shows from inside the mail."""
    return tuple(
        CarriedFile(file.path.rpartition("/")[2], file.content_type, file.content, file.url.removeprefix(INSIDE))
        for file in assets.files
        if file.url.startswith(INSIDE) and any(html.escape(file.url) in part for part in rendered.html.parts)
    )


def published(assets: Assets) -> Assets:
    """Only the files that readers load from the web site."""
    return replace(assets, files=tuple(file for file in assets.files if not file.url.startswith(INSIDE)))


def write_assets(project: Project, assets: Assets, folder: Path) -> WrittenAssets:
    """The files of `assets` below `folder`; one that is there already is not touched. Raises FileTrouble.

    Calendar files are remembered in `var/calendar`, to notice changes that calendars would not.
    """
    files = published(assets).files
    written = write_published(files, folder)
    for file in files:
        if file.path.startswith("calendar/"):
            _remember(_remembered(project, file.path.rpartition("/")[2]), file.content)
    return written


def write_published(files: Sequence[AssetFile], folder: Path) -> WrittenAssets:
    """Files to be uploaded, below `folder`; one that is there already is not touched. Raises FileTrouble."""
    new = []
    for file in files:
        path = folder.joinpath(*file.path.split("/"))
        if _read_or_nothing(path) != file.content:
            write_file(path, file.content)
            new.append(file.path)
    return WrittenAssets(folder, tuple(file.path for file in files), tuple(new))


def _remembered(project: Project, name: str) -> Path:
    return project.var / "calendar" / name


def _remember(path: Path, content: bytes) -> None:
    """Keep the earlier file while the new one has changes that it does not announce: they are to be said again."""
    before = _read_or_nothing(path)
    if before != content and (before is None or not unannounced_changes(before, content)):
        write_file(path, content)


def _read_or_nothing(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise FileTrouble(f"cannot be read: {error.strerror}", where=str(path)) from error


def embedded(page: str, files: Iterable[AssetFile]) -> str:
    """`page` with the pictures among `files` inside it (data: URIs), to be looked at anywhere; never sent."""
    for file in files:
        if file.content_type.startswith("image/"):
            data = base64.b64encode(file.content).decode("ascii")
            page = page.replace(html.escape(file.url), f"data:{file.content_type};base64,{data}")
    return page


def without_unused(assets: Assets, rendered: Collection[RenderedEdition]) -> Assets:
    """Only the files that a mail names: some themes show no pictures, some layouts no calendar link."""
    if not rendered:
        return assets
    made = [part for one in rendered for part in (*one.html.parts, *one.text.parts)]
    names = [(file, {file.url, html.escape(file.url)}) for file in assets.files]
    files = tuple(file for file, urls in names if any(url in part for part in made for url in urls))
    return replace(assets, files=files)


def by_url(files: Iterable[AssetFile]) -> Iterator[tuple[str, AssetFile]]:
    """Each published file by its address, as it stands in HTML."""
    return ((html.escape(file.url), file) for file in files)
