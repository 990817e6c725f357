"""The mail in Chromium: nothing overflows a phone, and every text can be read, by day and by night."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser

# For every element with text of its own: its contrast with the nearest ground behind it (WCAG 2.2), and its size.
FAINT_TEXT = """() => {
  const rgb = css => (css.match(/[\\d.]+/g) || []).map(Number);
  const channel = c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const ground = element => {
    for (let each = element; each; each = each.parentElement) {
      const colour = rgb(getComputedStyle(each).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const faint = [];
  for (const element of document.body.querySelectorAll('*')) {
    const own = [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
    const style = getComputedStyle(element);
    if (!own || style.display === 'none' || !element.getClientRects().length) continue;
    const [a, b] = [light(rgb(style.color)), light(ground(element))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    const size = parseFloat(style.fontSize);
    if (ratio < 4.5 || size < 14) faint.push([element.tagName, element.textContent.trim().slice(0, 40), ratio, size]);
  }
  return faint;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [375, 700])
def test_readable_and_within_the_window(browser, rendered, kit, scheme, width):
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    try:
        page.route("**/*", lambda route: route.abort())  # a mail calls nothing
        for code, one in rendered.items():
            page.set_content(kit.fill(one.html))
            assert page.evaluate("document.compatMode") == "CSS1Compat"
            assert page.evaluate("document.documentElement.scrollWidth") == width, code
            assert page.evaluate(FAINT_TEXT) == [], code
            ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
            assert (ground == "rgb(243, 241, 236)") is (scheme == "light")
    finally:
        page.close()


def test_no_word_is_too_long_for_a_phone(browser, render, kit):
    word = "anticonstitutionnellement" * 3
    session = {
        "start": "2021-05-08T10:30",
        "end": "2021-05-08T11:15",
        "languages": ("fr", "en"),
        "title": {"fr": word, "en": word},
        "speakers": ({"name": word, "role": {"fr": word, "en": word}},),
    }
    data = {"event": {"event": {**kit.data["event"]["event"], "sessions": (session,)}}}
    articles = [
        kit.article(kind, layout=layout, title=word, summary=word, body=word, label=word, data=data.get(kind, {}))
        for kind, layout in zip(kit.kinds, kit.layouts, strict=True)
    ]
    one, _ = render(kit.edition(kit.part("fr", *articles)))
    page = browser.new_page(viewport={"width": 375, "height": 800})
    try:
        page.route("**/*", lambda route: route.abort())
        page.set_content(kit.fill(one.html))
        assert page.evaluate("document.documentElement.scrollWidth") == 375
    finally:
        page.close()


def test_what_one_taps_is_high_enough_for_a_thumb(browser, rendered, kit):
    """44 pixels (WCAG 2.2, 2.5.5) for every link on a line of its own; links within sentences are as high as those."""
    page = browser.new_page(viewport={"width": 375, "height": 800})
    try:
        page.route("**/*", lambda route: route.abort())
        page.set_content(kit.fill(rendered["fr+en"].html))
        low = """() => [...document.querySelectorAll('a[href]')].filter(link =>
            !link.closest('li, h3, h4, .facts') && link.getBoundingClientRect().height < 44).map(link => link.outerHTML)"""
        assert page.evaluate(low) == []
    finally:
        page.close()
