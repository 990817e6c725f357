"""A theme's own files: colours and fonts (``theme.yaml``), words (``strings.yaml``), CSS.

CSS files are plain CSS. Where they say ``var(--ink)`` the value of ``theme.yaml`` is put in when they are read,
since mail clients know no variables: ``--ink`` is of the light palette, ``--dark-ink`` of the dark one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints

from newsletter.models.finding import Finding, Severity, SourceMap, did_you_mean
from newsletter.models.text import Localized, NonEmpty, Record
from newsletter.render.inliner import css_fault
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
    highlight: Colour = Field(description="The line above the masthead.")


class Fonts(Record):
    """Font stacks of fonts that readers have; none is fetched."""

    body: FontStack
    heading: FontStack


class Theme(Record):
    """`theme.yaml`."""

    width: int = Field(600, ge=320, le=700, description="Width of the mail in pixels.")
    radius: int = Field(6, ge=0, le=30, description="Roundness of corners in pixels.")
    spacing: int = Field(28, ge=8, le=60, description="Space at the sides of the text in pixels.")
    logo_text: Localized | NonEmpty | None = Field(
        None, description="Word mark; the publication's name if absent."
    )
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
    """Everything of a theme but its templates. `css`: file stem -> rules, variables resolved, comments dropped."""

    theme: Theme
    strings: Mapping[str, Mapping[str, str]]
    css: Mapping[str, str]
    files: tuple[str, ...]


def load_theme(folder: Path, root: Path) -> tuple[ThemeFiles | None, tuple[Finding, ...]]:
    """Read a theme folder's files. Read again only when one of them has changed."""
    stamps = []
    for name in FILES:
        try:
            state = (folder / name).stat()
        except OSError:
            stamps.append((name, 0, -1))
        else:
            stamps.append((name, state.st_mtime_ns, state.st_size))
    return _load(folder, root, tuple(stamps))


@lru_cache(maxsize=16)
def _load(
    folder: Path, root: Path, stamps: tuple[tuple[str, int, int], ...]
) -> tuple[ThemeFiles | None, tuple[Finding, ...]]:
    findings: list[Finding] = []
    texts: dict[str, str] = {}
    for name, _, size in stamps:
        file = relative_name(folder / name, root)
        if size < 0:
            findings.append(Finding("TPL-MISSING", Severity.ERROR, f"the theme has no file {name}", file))
            continue
        text, mistakes = read_text(folder / name, root)
        findings += mistakes
        if text is not None:
            texts[name] = text
    if len(texts) < len(FILES):
        return None, tuple(findings)
    names = {name: relative_name(folder / name, root) for name in FILES}
    theme = _theme(texts["theme.yaml"], names["theme.yaml"], findings)
    strings = _strings(texts["strings.yaml"], names["strings.yaml"], findings)
    if theme is None or strings is None:
        return None, tuple(findings)
    values = _variables(theme)
    css = {name.removesuffix(".css"): _css(texts[name], names[name], values, findings) for name in CSS_FILES}
    if any(finding.severity is Severity.ERROR for finding in findings):
        return None, tuple(findings)
    return ThemeFiles(theme, strings, css, tuple(names.values())), tuple(findings)


def _theme(text: str, file: str, findings: list[Finding]) -> Theme | None:
    document, mistakes = parse_yaml(text, file)
    findings += mistakes
    if document is None:
        return None
    theme, mistakes = validate(Theme, document)
    findings += mistakes
    if theme is None:
        return None
    for scheme, palette in (("light", theme.light), ("dark", theme.dark)):
        for front, ground in _PAIRS:
            ratio = contrast(getattr(palette, front), getattr(palette, ground))
            if ratio < 4.5:
                message = f"{front} on {ground} has a contrast of {ratio:.2f}:1; text needs 4.5:1 (WCAG 1.4.3)"
                findings.append(document.source.finding("TPL-CONTRAST", Severity.ERROR, message, scheme, front))
    return theme


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two #rrggbb colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _strings(text: str, file: str, findings: list[Finding]) -> dict[str, dict[str, str]] | None:
    document, mistakes = parse_yaml(text, file)
    findings += mistakes
    if document is None:
        return None
    languages = document.data if isinstance(document.data, dict) else {}
    fine = bool(languages) and all(
        isinstance(words, dict) and all(isinstance(word, str) for word in words.values())
        for words in languages.values()
    )
    if not fine:
        hint = "write a language, and below it one 'key: text' per line"
        findings.append(
            document.source.finding("TPL-STRINGS", Severity.ERROR, "expected words per language", hint=hint)
        )
        return None
    findings += _uneven(document, languages)
    return languages


def _uneven(document: YamlDocument, languages: dict[str, dict[str, str]]) -> list[Finding]:
    """Words that one language has and another lacks, or that name other placeholders."""
    found: list[Finding] = []
    source: SourceMap = document.source
    first, *others = languages
    for other in others:
        for here, there in ((first, other), (other, first)):
            for key in languages[here]:
                if key not in languages[there]:
                    message = f"{there} has no word for {key}, {here} has"
                    found.append(source.finding("TPL-STRINGS", Severity.ERROR, message, here, key))
        for key in languages[first].keys() & languages[other].keys():
            if _placeholders(languages[first][key]) != _placeholders(languages[other][key]):
                message = f"{key} has other placeholders in {other} than in {first}"
                found.append(source.finding("TPL-STRINGS", Severity.ERROR, message, other, key))
    return found


def _placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{(\w*)\}", text))


def _variables(theme: Theme) -> dict[str, str]:
    values = {"width": f"{theme.width}px", "radius": f"{theme.radius}px", "spacing": f"{theme.spacing}px"}
    values |= {f"font-{name}": stack for name, stack in theme.fonts}
    values |= {name.replace("_", "-"): colour for name, colour in theme.light}
    values |= {f"dark-{name.replace('_', '-')}": colour for name, colour in theme.dark}
    return values


def _css(text: str, file: str, values: Mapping[str, str], findings: list[Finding]) -> str:
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
