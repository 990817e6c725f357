"""A theme's own files: colours and fonts (``theme.yaml``), words (``strings.yaml``), CSS.

CSS files are plain CSS. Where they say ``var(--ink)`` the value of ``theme.yaml`` is put in when they are read,
since mail clients know no variables: ``--ink`` is of the light palette, ``--dark-ink`` of the dark one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from newsletter.models.article import Slug
from newsletter.models.finding import Finding, Severity, SourceMap, did_you_mean
from newsletter.models.text import Localized, NonEmpty, Record
from newsletter.render.inliner import css_fault
from newsletter.render.wording import uneven
from newsletter.yamlfile import YamlDocument, parse_yaml, read_text, relative_name, validate

Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")]
FontStack = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9 ,'-]+$")]

CSS_FILES = ("inline.css", "head.css", "dark.css")
FILES = ("theme.yaml", "strings.yaml", *CSS_FILES)
"""The files every theme has beside its templates."""


class Palette(Record):
    """The colours of one colour scheme, as #rrggbb."""

    page: Colour = Field(description="Around the mail.")
    card: Colour = Field(description="Behind the text.")
    ink: Colour = Field(description="Running text.")
    muted: Colour = Field(description="Small print, on page and card.")
    accent: Colour = Field(description="Headings, links.")
    button: Colour = Field(description="Behind the label of a button.")
    on_button: Colour = Field(description="Label of a button.")
    rule: Colour = Field(description="Lines between articles.")
    band: Colour = Field(description="Behind the masthead.")
    on_band: Colour = Field(description="Text of the masthead.")
    highlight: Colour = Field(description="The line above the masthead, and above dates and notices.")


class Fonts(Record):
    """Font stacks of fonts that readers have; none is fetched."""

    body: FontStack
    heading: FontStack


class Logo(Record):
    """A picture in place of the word mark. It stands on the band, in light and in dark."""

    url: Annotated[str, StringConstraints(pattern=r"^https://\S+$")]
    width: int = Field(gt=0, le=600, description="Width it is shown at, in pixels; the file may be twice as wide.")
    height: int = Field(gt=0, le=200, description="Height it is shown at, in pixels.")


class Theme(Record):
    """`theme.yaml`."""

    extends: Slug | None = Field(
        None, description="Another theme: what this one does not give itself is taken from that one."
    )
    width: int = Field(600, ge=320, le=700, description="Width of the mail in pixels.")
    radius: int = Field(6, ge=0, le=30, description="Roundness of corners in pixels.")
    spacing: int = Field(28, ge=8, le=60, description="Space at the sides of the text in pixels.")
    thumb_width: int = Field(
        96, ge=48, le=200, description="Width of pictures that a layout shows small beside text, in pixels."
    )
    logo_text: Localized | NonEmpty | None = Field(
        None, description="Word mark; the publication's name if absent."
    )
    logo: Logo | None = Field(None, description="Picture of the masthead; its alt text is the word mark.")
    fonts: Fonts
    light: Palette
    dark: Palette

    @property
    def content_width(self) -> int:
        """Width of text and pictures in pixels."""
        return self.width - 2 * self.spacing


_PAIRS = (
    ("ink", "card"),
    ("muted", "card"),
    ("accent", "card"),
    ("ink", "page"),
    ("muted", "page"),
    ("accent", "page"),
    ("on_button", "button"),
    ("on_band", "band"),
)
"""Text on ground: each must reach 4.5:1 in both palettes (WCAG 2.2, 1.4.3)."""


@dataclass(frozen=True)
class ThemeFiles:
    """Everything of a theme but its templates. `css`: file stem -> rules, variables resolved, comments dropped.

    folders: the theme's own, then that of the theme it extends, and so on.
    """

    theme: Theme
    strings: Mapping[str, Mapping[str, str]]
    css: Mapping[str, str]
    files: tuple[str, ...]
    folders: tuple[Path, ...]


_Stamp = tuple[int, int]


def load_theme(folder: Path, root: Path) -> tuple[ThemeFiles | None, tuple[Finding, ...]]:
    """Read a theme folder's files, and those of the themes it extends. Read again only when one has changed."""
    folders = [folder]
    while True:
        path = folders[-1] / "theme.yaml"
        extended, findings = _extended(path, root, _stamp(path))
        if extended is None or findings:
            break
        if extended in folders:
            names = " extends ".join(each.name for each in (*folders[folders.index(extended) :], extended))
            message = f"the themes extend each other in a circle: {names}"
            file = relative_name(path, root)
            return None, (Finding("TPL-THEME", Severity.ERROR, message, file, *_line_of_extends(path)),)
        folders.append(extended)
    if findings:
        return None, findings
    return _load(tuple(folders), root, tuple(_stamp(each / name) for each in folders for name in FILES))


def _stamp(path: Path) -> _Stamp:
    try:
        state = path.stat()
    except OSError:
        return 0, -1
    return state.st_mtime_ns, state.st_size


@lru_cache(maxsize=32)
def _extended(path: Path, root: Path, stamp: _Stamp) -> tuple[Path | None, tuple[Finding, ...]]:  # noqa: ARG001
    """The folder of the theme that the theme of this file extends."""
    if not path.is_file():
        return None, ()
    text, mistakes = read_text(path, root)
    document = None
    if text is not None:
        document, mistakes = parse_yaml(text, relative_name(path, root))
    if document is None:
        return None, tuple(mistakes)
    name = document.data.get("extends") if isinstance(document.data, dict) else None
    if name is None:
        return None, ()
    if not isinstance(name, str) or not re.fullmatch(r"[\w-]+", name):
        message, hint = (
            "'extends' is not the name of a theme",
            "Write the name of a folder beside this one: house.",
        )
        return None, (document.source.finding("SCHEMA-VALUE", Severity.ERROR, message, "extends", hint=hint),)
    above = path.parent.parent
    if (folder := above / name).is_dir():
        return folder, ()
    known = sorted(each.name for each in above.iterdir() if each.is_dir() and each != path.parent)
    hint = did_you_mean(name, known) or f"There are: {', '.join(known) or 'none'}."
    message = f"there is no theme '{name}' to extend"
    return None, (document.source.finding("TPL-MISSING", Severity.ERROR, message, "extends", hint=hint),)


def _line_of_extends(path: Path) -> tuple[int, int]:
    document, _ = parse_yaml(path.read_text(encoding="utf-8"), path.name)
    return document.source.at("extends") if document is not None else (1, 1)


@lru_cache(maxsize=16)
def _load(
    folders: tuple[Path, ...],
    root: Path,
    stamps: tuple[_Stamp, ...],  # noqa: ARG001
) -> tuple[ThemeFiles | None, tuple[Finding, ...]]:
    findings: list[Finding] = []
    texts = {name: _texts(folders, name, root, findings) for name in FILES}
    if not all(texts.values()):
        return None, tuple(findings)
    theme = _theme(texts["theme.yaml"], findings)
    strings = _strings(texts["strings.yaml"], findings)
    if theme is None or strings is None:
        return None, tuple(findings)
    values = _variables(theme)
    css = {name.removesuffix(".css"): _css(texts[name][0], values, findings) for name in CSS_FILES}
    if any(finding.severity is Severity.ERROR for finding in findings):
        return None, tuple(findings)
    read = (*texts["theme.yaml"], *texts["strings.yaml"], *(texts[name][0] for name in CSS_FILES))
    return ThemeFiles(theme, strings, css, tuple(each.file for each in read), folders), tuple(findings)


@dataclass(frozen=True, slots=True)
class _Text:
    """A file of a theme: its name as people see it, and what it says."""

    file: str
    text: str


def _texts(folders: tuple[Path, ...], name: str, root: Path, findings: list[Finding]) -> tuple[_Text, ...]:
    """The file in the theme and in those it extends, the theme's own first; none when one cannot be read.

    A theme that extends another needs no file but theme.yaml.
    """
    texts = []
    for number, folder in enumerate(folders):
        file = relative_name(folder / name, root)
        if not (folder / name).is_file():
            if name == "theme.yaml" or number == len(folders) - 1:
                findings.append(Finding("TPL-MISSING", Severity.ERROR, f"the theme has no file {name}", file))
                return ()
            continue
        text, mistakes = read_text(folder / name, root)
        findings += mistakes
        if text is None:
            return ()
        texts.append(_Text(file, text))
        if name in CSS_FILES:
            break  # CSS is not mixed: a file of the theme stands for the one it extends
    return tuple(texts)


def _theme(texts: tuple[_Text, ...], findings: list[Finding]) -> Theme | None:
    """The values of the theme over those of the themes it extends; each is checked with what it inherits."""
    data: dict[str, Any] = {}
    theme = document = None
    for each in reversed(texts):
        document, mistakes = parse_yaml(each.text, each.file)
        findings += mistakes
        if document is None:
            return None
        whole = document
        if isinstance(document.data, dict):
            data = _over(data, document.data)
            whole = YamlDocument(data, document.source)
        theme, mistakes = validate(Theme, whole)
        findings += mistakes
        if theme is None:
            return None
    assert theme is not None
    assert document is not None
    findings += _too_pale(theme, document.source)
    return theme


def _over(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """`above` laid over `below`, mapping by mapping."""
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        merged[key] = _over(under, value) if isinstance(under, dict) and isinstance(value, dict) else value
    return merged


def _too_pale(theme: Theme, source: SourceMap) -> Iterator[Finding]:
    for scheme, palette in (("light", theme.light), ("dark", theme.dark)):
        for front, ground in _PAIRS:
            ratio = contrast(getattr(palette, front), getattr(palette, ground))
            if ratio < 4.5:
                message = f"{front} on {ground} has a contrast of {ratio:.2f}:1; text needs 4.5:1 (WCAG 1.4.3)"
                yield source.finding("TPL-CONTRAST", Severity.ERROR, message, scheme, front)


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two #rrggbb colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _strings(texts: tuple[_Text, ...], findings: list[Finding]) -> dict[str, dict[str, str]] | None:
    """The words of the theme over those of the themes it extends."""
    whole: dict[str, dict[str, str]] = {}
    for each in reversed(texts):
        document, mistakes = parse_yaml(each.text, each.file)
        findings += mistakes
        if document is None:
            return None
        languages = document.data if isinstance(document.data, dict) else {}
        fine = bool(languages) and all(
            isinstance(words, dict) and all(isinstance(word, str) for word in words.values())
            for words in languages.values()
        )
        if not fine:
            hint = "Write a language, and below it one 'key: text' per line"
            message = "expected words per language"
            findings.append(document.source.finding("TPL-STRINGS", Severity.ERROR, message, hint=hint))
            return None
        findings += _uneven(document, languages, whole)
        whole = _over(whole, languages)
    return whole


def _uneven(
    document: YamlDocument, languages: dict[str, dict[str, str]], below: dict[str, dict[str, str]]
) -> Iterator[Finding]:
    """What does not fit between the languages once these words lie over those below, whose own faults are said."""
    said = set(uneven(below)) if below else set()
    for problem in uneven(_over(below, languages)):
        if problem not in said:
            known = (place for place in problem.places if place in document.source.positions)
            place = next(known, problem.places[-1])
            hint = problem.hint
            yield document.source.finding("TPL-STRINGS", problem.severity, problem.message, *place, hint=hint)


def _variables(theme: Theme) -> dict[str, str]:
    values = {"width": f"{theme.width}px", "radius": f"{theme.radius}px", "spacing": f"{theme.spacing}px"}
    values |= {f"font-{name}": stack for name, stack in theme.fonts}
    values |= {name.replace("_", "-"): colour for name, colour in theme.light}
    values |= {f"dark-{name.replace('_', '-')}": colour for name, colour in theme.dark}
    return values


def _css(source: _Text, values: Mapping[str, str], findings: list[Finding]) -> str:
    file, text = source.file, source.text
    # Comments leave their line breaks, so that a fault in the CSS keeps its line.
    bare = re.sub(r"/\*.*?\*/", lambda comment: "\n" * comment[0].count("\n"), text, flags=re.DOTALL)

    def put(match: re.Match[str]) -> str:
        name = match[1]
        if name not in values:
            line = bare.count("\n", 0, match.start()) + 1
            column = match.start() - bare.rfind("\n", 0, match.start())
            message = f"theme.yaml gives no value for --{name}"
            hint = did_you_mean(name, values)
            findings.append(Finding("TPL-THEME", Severity.ERROR, message, file, line, column, hint))
            return "inherit"
        return values[name]

    resolved = re.sub(r"var\(--([\w-]+)\)", put, bare)
    if "</" in resolved:
        findings.append(Finding("TPL-CSS", Severity.ERROR, "“</” has no place in CSS", file))
    if (fault := css_fault(resolved)) is not None:
        message, line, column = fault
        findings.append(Finding("TPL-CSS", Severity.ERROR, f"not CSS: {message}", file, line, column))
    return re.sub(r"\s*\n\s*", "\n", resolved).strip()
