"""Large letters, and no pictures: the mail can still be read."""

from __future__ import annotations

import re

import pytest
from camera import camera as open_camera
from client_views import DARK, LIGHT
from sample_mails import CHOSEN, CODES, EVERY_LAYOUT, mail_of

pytestmark = pytest.mark.browser

WIDTH = 375

TWICE_AS_LARGE = """() => {
  const all = [...document.querySelectorAll('body, body *')];
  const sizes = all.map(each => parseFloat(getComputedStyle(each).fontSize));
  all.forEach((each, at) => each.style.setProperty('font-size', 2 * sizes[at] + 'px', 'important'));
  const shown = all.filter(each => each.getClientRects().length);
  const speaks = each => [...each.childNodes].some(node => node.nodeType === 3 && node.data.trim());
  const words = each => each.tagName + ' ' + each.textContent.trim().slice(0, 40);
  const style = each => getComputedStyle(each);
  return {
    scrolls: document.documentElement.scrollWidth > innerWidth,
    tooWide: shown.filter(each => speaks(each) && each.getBoundingClientRect().right > innerWidth + 1).map(words),
    overlapping: shown.filter(each => speaks(each) && parseFloat(style(each).lineHeight) < 1.1 * parseFloat(style(each).fontSize)).map(words),
    cutOff: shown.filter(each => style(each).overflowX !== 'visible' && style(each).maxHeight !== '0px'
      && (each.scrollWidth > each.clientWidth + 1 || each.scrollHeight > each.clientHeight + 1)).map(words),
  };
}"""
"""Doubles every letter, as a person does who asks for text of 200 % (WCAG 2.2, 1.4.4), and tells what breaks. The
hidden first line for the inbox is cut off on purpose: its greatest height is 0."""

READABLE = {"scrolls": False, "tooWide": [], "overlapping": [], "cutOff": []}


@pytest.mark.parametrize(("issue", "code"), CHOSEN, ids=lambda part: part)
def test_text_of_twice_the_size_on_a_telephone(camera, issue, code):
    camera.show(mail_of(issue, code).html, WIDTH, LIGHT)
    assert camera.page.evaluate(TWICE_AS_LARGE) == READABLE


def test_what_breaks_is_told(camera):
    html = (
        '<!doctype html><body><p style="font-size:20px;line-height:20px">serré</p>'
        '<p style="height:25px;overflow:hidden">coupé</p><p style="white-space:nowrap">une ligne beaucoup trop large pour un téléphone</p>'
    )
    camera.show(html, WIDTH, LIGHT)
    found = camera.page.evaluate(TWICE_AS_LARGE)
    assert found["scrolls"] is True
    assert [found[key] for key in ("overlapping", "cutOff")] == [["P serré"], ["P coupé"]]


@pytest.fixture(scope="module")
def images_off(browser):
    with open_camera(browser, images=False) as one:
        yield one


PICTURES = """() => [...document.images].map(each => {
  const style = getComputedStyle(each);
  const pen = document.createElement('canvas').getContext('2d');
  pen.font = style.font;
  const ground = element => {
    for (; element; element = element.parentElement) {
      const colour = getComputedStyle(element).backgroundColor;
      if (colour !== 'rgba(0, 0, 0, 0)') return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  const {width, height} = each.getBoundingClientRect();
  return {
    alt: each.alt, loaded: each.naturalWidth > 0, ink: style.color, ground: ground(each), size: parseFloat(style.fontSize),
    room: width * height, needed: pen.measureText(each.alt).width * parseFloat(style.lineHeight),
  };
})"""
"""What stands in place of each picture. room, needed: square pixels of its box, and of its words set in lines."""


@pytest.mark.parametrize("view", [LIGHT, DARK], ids=lambda view: view.name)
@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("width", [375, 700])
def test_words_stand_where_pictures_are_not_loaded(images_off, code, width, view):
    images_off.show(mail_of(EVERY_LAYOUT, code).html, width, view)
    pictures = images_off.page.evaluate(PICTURES)
    assert len([each for each in pictures if each["alt"]]) >= 3
    for each in pictures:
        assert not each["loaded"]
        if each["alt"]:
            assert each["room"] >= each["needed"], each
            assert each["size"] >= 12, each
            assert contrast(each["ink"], each["ground"]) >= 4.5, each
    assert images_off.size()[0] == width


def contrast(one: str, other: str) -> float:
    """Of two colours as Chromium tells them, ``rgb(0, 0, 0)`` (WCAG 2.2, 1.4.3)."""
    dark, bright = sorted(luminance(colour) for colour in (one, other))
    return (bright + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    channels = [int(each) / 255 for each in re.findall(r"\d+", colour)[:3]]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
