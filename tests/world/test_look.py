"""Right to left as a browser lays it out, measured where letters stand; no font is needed for that."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

WHERE = """
(wanted) => {
  const seek = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = seek.nextNode(); node; node = seek.nextNode()) {
    const at = node.data.indexOf(wanted);
    if (at < 0) continue;
    const box = (offset) => {
      const range = document.createRange();
      range.setStart(node, offset);
      range.setEnd(node, offset + 1);
      return range.getBoundingClientRect();
    };
    return [...wanted].map((_, index) => box(at + index)).map((each) => [each.left, each.top]);
  }
  throw new Error("not there: " + wanted);
}
"""


def places(page: Page, text: str) -> list[float]:
    """How far from the left each character of a text stands, all of them on one line."""
    found = page.evaluate(WHERE, text)
    assert len({round(top) for _, top in found}) == 1, f"{text} is on several lines"
    return [left for left, _ in found]


@pytest.fixture(params=[375, 700])
def page(browser: Browser, request: Any) -> Any:
    made = browser.new_page(viewport={"width": request.param, "height": 800})
    yield made
    made.close()


@pytest.mark.parametrize("code", ["ar", "fr+ar"])
def test_figures_and_addresses_read_from_the_left(page: Page, built: Any, code: str) -> None:
    page.set_content(built.mail(code).html)
    for text in (
        "\u200e+1\u00a0514\u00a0555-0100",
        "438\u00a0555-0199",
        "2024@example.org",
        "bonjour@example.org",
        "Camille Roy",
    ):
        lefts = places(page, text)
        assert lefts == sorted(lefts), text


@pytest.mark.parametrize("code", ["ar", "fr+ar"])
def test_words_read_from_the_right_and_stand_at_the_right(page: Page, built: Any, code: str) -> None:
    page.set_content(built.mail(code).html)
    lefts = places(page, "المصدر: شبكة")
    assert lefts == sorted(lefts, reverse=True)
    spans = places(page, "7–9 ماي")
    assert spans[0] > spans[2], "a span of days reads from the right"
    width = page.viewport_size["width"]  # type: ignore[index]
    for language in code.split("+"):
        heading = page.locator(f"#{language}").bounding_box()
        assert heading is not None
        side = page.locator(f"#{language}").evaluate("(one) => getComputedStyle(one).textAlign")
        assert side in (("right", "start") if language == "ar" else ("left", "start"))
        assert page.locator(f"#{language}").evaluate("(one) => getComputedStyle(one).direction") == (
            "rtl" if language == "ar" else "ltr"
        )
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_parts_of_a_mail_keep_to_their_side(page: Page, built: Any) -> None:
    page.set_content(built.mail("fr+en+ar").html)
    french, arabic = places(page, "Source")[0], places(page, "المصدر")[0]
    width = page.viewport_size["width"]  # type: ignore[index]
    assert french < width / 2 < arabic
