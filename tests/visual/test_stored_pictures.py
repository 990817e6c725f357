"""Whole mails against pictures that somebody has looked at.

After a change that is meant: `make pictures`, look at var/pictures/index.html (old, new, difference), commit the
pictures. They are compared coarsely, so that another version of Chromium may draw the edges of letters its own way;
another font or a moved block still shows.
"""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import pytest
from camera import camera as open_camera
from client_views import DARK, FORCED_DARK, LIGHT, OUTLOOK, View
from picture_difference import noticeable
from picture_page import marked, show, stored_form
from PIL import Image
from sample_mails import EVERY_LAYOUT, LETTER, REPOSITORY, WORLD, mail_of

pytestmark = pytest.mark.browser

HERE = Path(__file__).parent / "expected"
FONTS = HERE / "fonts.json"
PAGE = REPOSITORY / "var" / "pictures"
WRITE = os.environ.get("NEWSLETTER_TEST_PICTURES") == "write"

PICTURES: dict[str, tuple[str, str, View, int, bool]] = {
    "every-layout.fr.light.375": (EVERY_LAYOUT, "fr", LIGHT, 375, True),
    "every-layout.fr.light.700": (EVERY_LAYOUT, "fr", LIGHT, 700, True),
    "every-layout.fr.dark.700": (EVERY_LAYOUT, "fr", DARK, 700, True),
    "every-layout.en.dark.375": (EVERY_LAYOUT, "en", DARK, 375, True),
    "every-layout.en.images-off.375": (EVERY_LAYOUT, "en", LIGHT, 375, False),
    "every-layout.en.forced-dark.375": (EVERY_LAYOUT, "en", FORCED_DARK, 375, True),
    "every-layout.en.outlook.700": (EVERY_LAYOUT, "en", OUTLOOK, 700, True),
    "2024-02.fr+en.light.700": ("2024-02", "fr+en", LIGHT, 700, True),
    "letter.fr.light.700": (LETTER, "fr", LIGHT, 700, True),
    "world.ar.light.375": (WORLD, "ar", LIGHT, 375, True),
    "2021-05.en.light.375": ("2021-05", "en", LIGHT, 375, True),
}
"""Name -> issue, edition, view, width in pixels, whether pictures are loaded."""

COARSE = 4
"""Squares of so many pixels are compared by their mean."""

FEW = 0.0002
"""Share of squares that may differ noticeably."""

MOST_BYTES = 2_000_000

FAMILIES = ("Helvetica", "Arial", "Georgia", "Times New Roman", "sans-serif", "serif")
WIDTHS_OF_FAMILIES = """families => Object.fromEntries(families.map(family => {
  const pen = document.createElement('canvas').getContext('2d');
  pen.font = `100px "${family}"`;
  if (!family.includes(' ') && family.includes('serif')) pen.font = `100px ${family}`;
  return [family, Math.round(pen.measureText('Où l’été s’achève, 0123456789').width)];
}))"""
"""How wide a line is in each family: another font in its place has another width."""


@pytest.fixture(scope="module")
def cameras(browser):
    """By whether pictures are loaded."""
    with open_camera(browser) as usual, open_camera(browser, images=False) as blind:
        yield {True: usual, False: blind}


@pytest.fixture(scope="module")
def fonts(cameras) -> dict[str, int]:
    """The fonts of this machine; other ones than the pictures were drawn with skip here and fail in CI."""
    here = cameras[True].page.evaluate(WIDTHS_OF_FAMILIES, FAMILIES)
    if WRITE:
        FONTS.parent.mkdir(exist_ok=True)
        FONTS.write_text(json.dumps(here, indent=2) + "\n", encoding="utf-8")
    stored = json.loads(FONTS.read_text("utf-8"))
    if here != stored:
        words = f"other fonts here than the pictures were drawn with: apt install fonts-liberation fonts-dejavu-core ({here})"
        pytest.fail(words) if os.environ.get("CI") else pytest.skip(words)
    return here


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.usefixtures("fonts")
def test_stored_picture(cameras, name):
    issue, code, view, width, images = PICTURES[name]
    mail = mail_of(issue, code)
    cameras[images].show(mail.html, width, view, mail.pictures)
    new = stored_form(cameras[images].photograph())
    path = HERE / f"{name}.png"
    old = path.read_bytes() if path.is_file() else None
    if WRITE:
        show(PAGE, name, old, new)
        if old is None or coarse_difference(old, new, few=0):  # else another Chromium would rewrite every file
            path.write_bytes(new)
        return
    assert old is not None, f"no {path.name} yet: make pictures"
    if differs := coarse_difference(old, new):
        page = show(PAGE, name, old, new)
        pytest.fail(
            f"{differs}; look at {page.relative_to(REPOSITORY)}; if it is meant: make pictures", pytrace=False
        )


def coarse_difference(old: bytes, new: bytes, few: float = FEW) -> str:
    """What differs, in words; nothing when no more than the share `few` does."""
    before, after = (Image.open(io.BytesIO(data)).convert("RGB") for data in (old, new))
    if before.size != after.size:
        return f"{before.width} by {before.height} pixels before, {after.width} by {after.height} now"
    mask = noticeable(before.reduce(COARSE), after.reduce(COARSE))
    share = mask.histogram()[255] / (mask.width * mask.height)
    return f"{share:.2%} of the picture differ" if share > few else ""


def test_no_picture_is_left_over_and_all_are_small():
    assert {path.name for path in HERE.iterdir()} == {*(f"{name}.png" for name in PICTURES), FONTS.name}
    assert sum(path.stat().st_size for path in HERE.iterdir()) < MOST_BYTES


def picture(*boxes: tuple[int, int, int, int], size=(375, 800), edge=(0, 0, 0, 0)) -> bytes:
    """Black boxes on white, and a grey line along an edge."""
    sheet = Image.new("RGB", size, "white")
    for box in boxes:
        sheet.paste((0, 0, 0), box)
    sheet.paste((170, 170, 170), edge)
    out = io.BytesIO()
    sheet.save(out, "PNG")
    return out.getvalue()


def test_a_moved_block_shows_and_a_bolder_edge_does_not():
    one = picture((20, 20, 120, 60))
    assert not coarse_difference(one, one)
    assert not coarse_difference(one, picture((20, 20, 120, 60), edge=(120, 20, 121, 60)))
    assert coarse_difference(one, picture((28, 20, 128, 60)))
    assert "900 now" in coarse_difference(one, picture((20, 20, 120, 60), size=(375, 900)))


def test_what_differs_is_marked_on_the_page(tmp_path):
    page = show(tmp_path, "a<b", picture((0, 0, 9, 9)), picture((20, 0, 29, 9), size=(375, 810)))
    text = page.read_text(encoding="utf-8")
    assert "<h1>a&lt;b</h1>" in text
    assert text.count("<img") == 3
    red = Image.open(io.BytesIO(marked(picture((0, 0, 9, 9)), picture((20, 0, 29, 9), size=(375, 810)))))
    assert {red.getpixel(place) for place in ((4, 4), (24, 4), (300, 805))} == {(210, 0, 0)}
    assert red.getpixel((300, 300)) == (255, 255, 255)
    assert show(tmp_path, "new", None, picture()).read_text(encoding="utf-8").count("<img") == 4
