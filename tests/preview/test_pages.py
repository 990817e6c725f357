"""The pages themselves: every word in both languages, colours that can be read, no markup made from text."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.preview.words import LANGUAGES, choose_language, words

PAGES = files("newsletter.preview") / "pages"
SCRIPT = (PAGES / "preview.js").read_text(encoding="utf-8")
STYLE = (PAGES / "preview.css").read_text(encoding="utf-8")
SHELL = (PAGES / "shell.html").read_text(encoding="utf-8")


def test_every_language_has_every_word_with_the_same_blanks() -> None:
    def blanks(language: str) -> dict[str, set[str]]:
        return {key: set(re.findall(r"\{\w+\}", text)) for key, text in words(language).items()}

    assert blanks("fr") == blanks("en")
    assert all(text.strip() for language in LANGUAGES for text in words(language).values())


def test_every_word_the_pages_use_exists_and_every_word_is_used() -> None:
    known = set(words("en"))
    used = set(re.findall(r"words\.(\w+)", SCRIPT)) | set(re.findall(r'words\[\s*"([\w.]+)"', SCRIPT))
    used |= set(re.findall(r'say\("([\w.]+)"', SCRIPT)) | set(
        re.findall(r'"((?:live|broken|failure)\.[\w.]+)"', SCRIPT)
    )
    used |= {key for key in known if f"${key.replace('.', '_')}" in SHELL}
    used |= {f"{kind}.{form}" for kind in ("error", "warning", "info") for form in ("one", "other")}
    used |= {f"severity.{kind}" for kind in ("error", "warning", "info")}
    used |= {"frame.phone", "frame.desktop"}
    assert used == known


def test_text_never_becomes_markup() -> None:
    for sink in ("innerHTML", "outerHTML =", "insertAdjacentHTML", "document.write", "eval(", "new Function"):
        assert sink not in SCRIPT
    assert "http://" not in SHELL + STYLE + SCRIPT
    assert "https://" not in SHELL + STYLE + SCRIPT


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("fr-CA", "fr"),
        ("fr-CA,fr;q=0.9,en;q=0.8", "fr"),
        ("en;q=0.2, FR;q=0.3", "fr"),
        ("de, es;q=0.5", "en"),
        ("de, fr;q=0.1", "fr"),
        ("fr;q=0, en;q=0.1", "en"),
        ("fr;q=abc, en", "en"),
    ],
)
def test_the_language_the_reader_prefers(header: str, language: str) -> None:
    assert choose_language(None, header) == language


@given(st.text(max_size=60))
def test_any_header_gives_a_language(header: str) -> None:
    assert choose_language(None, header) in LANGUAGES
    assert choose_language("fr", header) == "fr"


def schemes() -> dict[str, dict[str, str]]:
    light, dark = (
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))
        for block in STYLE.split("prefers-color-scheme: dark")[:2]
    )
    return {"light": light, "dark": light | dark}


def contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast ratio of two colours."""

    def luminance(colour: str) -> float:
        channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


READ = [(text, ground) for text in ("ink", "quiet", "error", "accent") for ground in ("paper", "card", "stage")]
READ += [
    ("warning", "paper"),
    ("warning", "card"),
    ("warning", "stage"),
    ("warning", "warning-soft"),
    ("ok", "paper"),
]
READ += [("accent", "accent-soft"), ("on-accent", "accent"), ("ink", "error-soft"), ("ink", "warning-soft")]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), READ)
def test_text_can_be_read(scheme: str, text: str, ground: str) -> None:
    colours = schemes()[scheme]
    assert contrast(colours[text], colours[ground]) >= 4.5  # WCAG 2.2, 1.4.3


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_controls_can_be_seen(scheme: str) -> None:
    colours = schemes()[scheme]
    for ground in ("paper", "card"):
        assert contrast(colours["control"], colours[ground]) >= 3  # WCAG 2.2, 1.4.11
