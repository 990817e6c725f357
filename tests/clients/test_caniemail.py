"""What mail programs do not support has a fallback: by name in fallbacks.yaml, and tried.

The data are caniemail's: Gmail, Outlook (Windows, Mac, web, phones), Apple Mail, Yahoo, Thunderbird, Samsung Email.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
import yaml
from client_support import FAMILIES, as_shown_by, for_word, lacks, programs, support
from client_views import LIGHT
from mail_features import UNLISTED_PROPERTIES, features_of
from npm_packages import package
from sample_mails import CHOSEN, EVERY_LAYOUT, WORLD, mail_of

FALLBACKS = yaml.safe_load((Path(__file__).parent / "fallbacks.yaml").read_text(encoding="utf-8"))

SCREENS = {
    **dict.fromkeys(("apple-mail.ios", "gmail.android", "gmail.ios", "gmail.mobile-webmail"), 375),
    **dict.fromkeys(
        ("outlook.android", "outlook.ios", "samsung-email.android", "yahoo.android", "yahoo.ios"), 375
    ),
    **dict.fromkeys(("apple-mail.macos", "gmail.desktop-webmail", "yahoo.desktop-webmail"), 700),
    **dict.fromkeys(("outlook.windows", "outlook.windows-mail", "outlook.macos", "outlook.outlook-com"), 700),
    **dict.fromkeys(("thunderbird.macos", "thunderbird.windows"), 700),
}
"""The programs, and how many pixels wide a mail is in each."""


@cache
def used() -> dict[str, str]:
    """Feature -> where a mail uses it, over all mails, as Word reads it and as all others do."""
    seen: dict[str, str] = {}
    for mail in (mail_of(issue, code) for issue, code in CHOSEN):
        for html in (mail.html, for_word("outlook.windows", mail.html)):
            for feature, where in features_of(html).items():
                seen.setdefault(feature, f"{mail.name}: {where}")
    return seen


def wanting(feature: str) -> list[str]:
    """Programs that do not support the feature, or in part only."""
    return [program for program, how in support()[feature].items() if how in ("n", "a")]


def test_these_are_the_programs_of_the_data():
    assert set(programs()) == set(SCREENS)
    assert {program.partition(".")[0] for program in programs()} == set(FAMILIES)


def test_every_feature_is_known_to_the_data():
    """A property, element or attribute that caniemail does not have is named with what is known of it."""
    unknown = {feature: where for feature, where in used().items() if feature not in support()}
    assert unknown == {}


def test_nothing_is_unsupported_without_a_fallback():
    missing = {
        feature: f"{where} ({', '.join(wanting(feature))})"
        for feature, where in used().items()
        if feature in support() and wanting(feature) and feature not in FALLBACKS
    }
    assert missing == {}


def test_every_fallback_is_still_needed():
    assert [feature for feature in FALLBACKS if feature not in used() or not wanting(feature)] == []


def test_properties_said_to_be_unlisted_are_unlisted():
    assert [name for name in UNLISTED_PROPERTIES if f"css-{name}" in support()] == []


@pytest.fixture(scope="module")
def contrast(camera):
    """axe on what the camera shows: texts that cannot be read, links without a name."""
    source = (package("axe-core") / "axe.min.js").read_text(encoding="utf-8")

    def run() -> list[str]:
        camera.page.evaluate(source)
        only = {"runOnly": ["color-contrast", "link-name", "image-alt", "document-title"]}
        found = camera.page.evaluate("only => axe.run(document, only)", only)
        return [f"{rule['id']}: {node['html'][:200]}" for rule in found["violations"] for node in rule["nodes"]]

    return run


@pytest.mark.browser
@pytest.mark.parametrize(("issue", "code"), [(EVERY_LAYOUT, "fr+en"), (WORLD, "ar")], ids=lambda part: part)
@pytest.mark.parametrize("program", SCREENS)
def test_the_fallbacks_hold(camera, contrast, program, issue, code):
    """The mail without anything the program is known not to support fits its screen and can be read."""
    camera.show(as_shown_by(program, mail_of(issue, code).html), SCREENS[program], LIGHT)
    assert camera.size()[0] == SCREENS[program]
    assert contrast() == []
    quirks = camera.page.evaluate("document.compatMode") == "BackCompat"
    assert quirks is lacks(program, "html-doctype")


def test_a_program_gets_only_what_it_knows():
    html = (
        "<!doctype html><html><head><style>@media (prefers-color-scheme: dark) { p { color: red } }"
        "p:hover, p { border-radius: 9px; color: blue }</style></head>"
        '<body><p style="border-radius:9px; color:green" target="_blank">a</p><video>b</video></body></html>'
    )
    for_gmail = as_shown_by("gmail.ios", html)
    assert for_gmail.startswith("<!doctype html>")
    assert "prefers-color-scheme" not in for_gmail
    assert "p { border-radius: 9px; color: blue }" in for_gmail
    assert '<p style="border-radius:9px; color:green">a</p><div>b</div>' in for_gmail
    for_windows = as_shown_by("outlook.windows", html)
    assert for_windows.lstrip().startswith("<html>")
    assert "border-radius" not in for_windows
    assert "<style>" not in as_shown_by("gmail.mobile-webmail", html)
    assert "<style>p { color: red }" not in as_shown_by("apple-mail.ios", html)


def test_features_are_seen():
    html = (
        "<!doctype html><html><head><style>/* x */ @media (max-width: 9px) and (hover) { .a.b > td[x]:hover { gap: 2em } }"
        "</style></head><body><p style='width:calc(1px + 2%);display:none!important' role='note'>"
        '<a href="#x">a</a><a href="mailto:a@example.org">b</a><img src="a.webp"><img src="data:image/png;base64,">'
        "<figure></figure></body></html>"
    )
    assert set(features_of(html)) == {
        *("html-doctype", "html-style", "html-body", "html-p", "html-role", "html-img", "html-semantics"),
        *("html-anchor-links", "html-mailto-links", "image-webp", "image-base64"),
        *("css-comments", "css-at-media", "css-at-media-hover", "css-selector-class", "css-selector-chaining"),
        *(
            "css-selector-child",
            "css-selector-attribute",
            "css-selector-type",
            "css-pseudo-class-hover",
            "css-gap",
        ),
        *("css-unit-em", "css-width", "css-unit-calc", "css-unit-px", "css-unit-percent"),
        *("css-display", "css-display-none", "css-important"),
    }
