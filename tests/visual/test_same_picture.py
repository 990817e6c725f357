"""Our compiler and our pipeline draw what the reference MJML compiler draws, pixel by pixel.

Three documents of each edition: (a) mjml-python alone, (b) npm mjml alone, (c) the mail our pipeline makes. In (a) and
(b) the theme's `inline.css` stands in a <style> where the browser's own cascade applies it; in (c) premailer has put
it into style attributes. So (c) against (b) is a test of both, the compiler and the inliner.

Usually a part is looked at (`RICHEST`); with NEWSLETTER_TEST_PICTURES=all, or by `make pictures-all`, everything.
"""

from __future__ import annotations

import io
import logging
import os

import pytest
from client_views import DARK, FORCED_DARK, LIGHT, OUTLOOK, VIEWS, WIDTHS, View
from picture_difference import Difference, difference
from PIL import Image
from premailer import Premailer
from sample_mails import EVERY_LAYOUT, LETTER, MAILS, WORLD, SampleMail, filled, mail_of, mails_of

from newsletter.models.issue import Layout
from newsletter.render.mjml import prepare, to_html

pytestmark = pytest.mark.browser

ALL = os.environ.get("NEWSLETTER_TEST_PICTURES") == "all"

RICHEST = (("2021-05", "fr+en"), (EVERY_LAYOUT, "fr"), (LETTER, "fr"), (WORLD, "ar"))
"""Mails looked at in every view, and compiled by mjml-python alone too, also when not everything is; of the others the
mail of our pipeline, in the light view."""

ACCEPTED: dict[tuple[str, str, str, int], str] = {}
"""Differences that stay: (compiler, mail, view, width) -> the reason. An entry that is no longer needed fails."""


def documents(mail: SampleMail, reference) -> dict[str, str]:
    """The HTML of the reference, and of the two that are compared with it."""
    source = with_inline_css_in_the_head(mail.intermediate.mjml, mail.intermediate.inline_css)
    finish = mail.intermediate.finish
    return {
        "npm mjml": filled(finish(reference.compile(source))),
        "mjml-python": filled(finish(to_html(prepare(source)))),
        "our pipeline": mail.html,
    }


def with_inline_css_in_the_head(mjml: str, css: str) -> str:
    """MJML whose first style sheet is `css`: later sheets win over it, as they win over style attributes by
    ``!important``."""
    assert "<mj-style>" in mjml
    return mjml.replace("<mj-style>", f"<mj-style>{css}</mj-style><mj-style>", 1)


def compare(camera, made: dict[str, str], view: View, width: int) -> dict[str, Difference]:
    """What differs from the reference, by compiler. Pictures are placeholders, the same for all."""
    pictures = {}
    for compiler, html in made.items():
        camera.show(html, width, view)
        pictures[compiler] = camera.photograph()
    expected = pictures.pop("npm mjml")
    return {compiler: difference(expected, picture) for compiler, picture in pictures.items()}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(("issue", "code"), MAILS, ids=lambda part: part)
def test_same_picture_as_the_reference(camera, reference, issue, code, width):
    mail = mail_of(issue, code)
    made = documents(mail, reference)
    whole = ALL or (issue, code) in RICHEST
    if not whole:
        del made["mjml-python"]
    wrong = []
    for view in VIEWS if whole else (LIGHT,):
        for compiler, found in compare(camera, made, view, width).items():
            key = (compiler, mail.name, view.name, width)
            if bool(found) is not (key in ACCEPTED):
                wrong.append(f"{', '.join(map(str, key))}: {found if found else 'does not differ any more'}")
    assert wrong == [], "\n".join(wrong)


def test_what_is_accepted_exists():
    known = {
        (compiler, f"{issue}.{code}", view.name, width)
        for compiler in ("mjml-python", "our pipeline")
        for issue, code in MAILS
        for view in VIEWS
        for width in WIDTHS
    }
    assert ACCEPTED.keys() <= known


def test_one_issue_has_every_layout_and_pictures():
    for mail in mails_of(EVERY_LAYOUT).values():
        assert mail.layouts == {layout.value for layout in Layout}
        assert mail.html.count("<img") >= 3


@pytest.mark.parametrize("view", [LIGHT, DARK], ids=lambda view: view.name)
def test_the_comparison_sees_what_an_untamed_inliner_breaks(camera, reference, view):
    """premailer as it comes: it loses the doctype, writes image widths anew and strips what makes dark mode work."""
    made = documents(mail_of("2024-02", "fr"), reference)
    broken = Premailer(
        made["mjml-python"], allow_network=False, cssutils_logging_level=logging.CRITICAL
    ).transform()
    found = compare(camera, {"npm mjml": made["npm mjml"], "broken": broken}, view, 375)["broken"]
    assert found.pixels > 1000


def test_the_comparison_sees_one_pixel(camera):
    html = (
        '<!doctype html><body style="margin:0"><div style="margin-{}:{}px;width:50px;height:20px;background:#000">'
    )
    one, other = html.format("left", 10), html.format("left", 11)
    made = {"npm mjml": one, "same": one, "moved": other, "longer": html.format("top", 900)}
    found = compare(camera, made, LIGHT, 375)
    assert not found["same"]
    assert found["moved"].pixels == 2 * 20
    assert found["longer"].sizes == ((375, 800), (375, 920))


def test_forced_dark_darkens_and_author_dark_obeys(camera):
    html = (
        '<!doctype html><meta name="color-scheme" content="light dark"><style>:root{color-scheme:light dark}'
        "@media (prefers-color-scheme: dark){body{background:#00f!important}}</style><body style='background:#fff'>"
    )
    grounds = {}
    for view in (LIGHT, DARK, FORCED_DARK, OUTLOOK):
        camera.show(html, 375, view)
        grounds[view.name] = Image.open(io.BytesIO(camera.photograph())).convert("RGB").getpixel((100, 100))
    white = (255, 255, 255)
    assert grounds == {"light": white, "author-dark": (0, 0, 255), "forced-dark": (18, 18, 18), "outlook": white}
