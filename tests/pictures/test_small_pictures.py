"""Pictures that a layout shows small beside text are loaded from a file of that size."""

from __future__ import annotations

import io
import re

import pytest
from picture_files import encoded, photo
from PIL import Image

from newsletter.commands.build import parts_of, prepare
from newsletter.commands.project import Project

ISSUE = "2024-02"
SLUG = "stm-exploratory-walks"


def with_layout(project: Project, layout: str) -> None:
    path = project.issues / f"{ISSUE}.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(f"- {SLUG}\n", f"- {{article: {SLUG}, layout: {layout}}}\n"), encoding="utf-8")


def image_of(project: Project) -> dict[str, str]:
    html = parts_of(prepare(project, ISSUE).samples["fr"])[0]
    tag = re.search(r'<img class="picture"[^>]*>', html)
    assert tag is not None
    return dict(re.findall(r'(\w+)="([^"]*)"', tag[0]))


@pytest.mark.parametrize("layout", ["digest", "documents"])
def test_the_small_picture_is_a_file_of_its_own(shown, layout):
    shown.put("hall.jpg", encoded(photo(1600, 1200), "JPEG"))
    whole = prepare(shown.project, ISSUE).assets.files[0]
    with_layout(shown.project, layout)
    image = image_of(shown.project)
    assert (image["width"], image["height"]) == ("96", "72")
    (file,) = prepare(shown.project, ISSUE).assets.files
    assert image["src"] == file.url
    assert Image.open(io.BytesIO(file.content)).size == (192, 144)
    assert len(file.content) * 5 < len(whole.content)


def test_a_column_shows_the_large_file_and_only_that_is_uploaded(shown):
    shown.put("hall.jpg", encoded(photo(1600, 1200), "JPEG"))
    (file,) = prepare(shown.project, ISSUE).assets.files
    assert Image.open(io.BytesIO(file.content)).size == (1072, 804)


def test_a_picture_that_is_small_by_itself_is_one_file(shown):
    shown.put("hall.jpg", encoded(photo(180, 120), "JPEG"))
    large = prepare(shown.project, ISSUE).assets
    with_layout(shown.project, "digest")
    assert prepare(shown.project, ISSUE).assets.files == large.files
    (picture,) = large.pictures.values()
    assert picture.sizes == (picture,)
    image = image_of(shown.project)
    assert (image["width"], image["height"]) == ("96", "64")


def test_never_wider_than_the_article_says(shown):
    shown.put("hall.jpg", encoded(photo(800, 800), "JPEG"), ", shown_width: 60")
    with_layout(shown.project, "digest")
    image = image_of(shown.project)
    assert (image["width"], image["height"]) == ("60", "60")


def test_the_theme_says_how_wide(shown):
    shown.put("hall.jpg", encoded(photo(1600, 1200), "JPEG"))
    with_layout(shown.project, "digest")
    path = shown.project.templates / "house" / "theme.yaml"
    path.write_text(f"{path.read_text(encoding='utf-8')}thumb_width: 120\n", encoding="utf-8")
    assert (image_of(shown.project)["width"], image_of(shown.project)["height"]) == ("120", "90")
    (file,) = prepare(shown.project, ISSUE).assets.files
    assert Image.open(io.BytesIO(file.content)).width == 240


def test_a_picture_shown_small_only_is_no_hidden_one_and_weighs_what_it_weighs(shown):
    noise = Image.effect_noise((1600, 1200), 200).convert("RGB")
    shown.put("hall.jpg", encoded(noise, "JPEG"))
    heavy = {one.rule for one in prepare(shown.project, ISSUE).findings}
    assert "IMG-WEIGHT" in heavy
    with_layout(shown.project, "digest")
    light = {one.rule for one in prepare(shown.project, ISSUE).findings}
    assert not light & {"IMG-WEIGHT", "IMG-HIDDEN"}


def test_inside_the_mail_too(shown):
    shown.put("hall.jpg", encoded(photo(1600, 1200), "JPEG"))
    with_layout(shown.project, "digest")
    path = shown.project.issues / f"{ISSUE}.yaml"
    path.write_text(f"pictures: inline\n{path.read_text(encoding='utf-8')}", encoding="utf-8")
    assert image_of(shown.project)["src"].startswith("cid:")
    assert len(prepare(shown.project, ISSUE).samples["fr"]) < 120_000
