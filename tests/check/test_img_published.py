"""The rules about pictures that the newsletter publishes itself: weight, sharpness, shape, files left behind."""

from __future__ import annotations

from dataclasses import replace

import pytest

from newsletter.check import run_rules
from newsletter.models.assets import Assets, Picture

ARTICLE = "corpus/street-trees/article.yaml"
BY_ADDRESS = """\
    url: https://images.atelier.example/platane.jpg
    width: 1200
    height: 800
"""
URL = "https://assets.atelier.example/pictures/street-trees-plane.0123456789ab.jpg"
SOUND = Picture(URL, 536, 357, 1600, 1067, 1072, 90_000, "corpus/street-trees/images/platane.jpg")


def found(project, rule, **changes):
    """Findings when the picture is a file with these measures."""
    project.edit(ARTICLE, BY_ADDRESS, "    file: platane.jpg\n")
    picture = replace(SOUND, **changes)
    for code in ("fr", "en", "fr+en"):
        project.html('src="None"', f'src="{URL}"', code)
    assets = Assets({("street-trees", "plane"): picture}, {}, {"street-trees": ("hall.jpg",)})
    return [one for one in run_rules(replace(project.subject(), assets=assets), {}) if one.rule == rule]


@pytest.mark.parametrize("rule", ["IMG-WEIGHT", "IMG-SHARP", "IMG-SHAPE"])
def test_a_sound_picture(project, rule):
    assert found(project, rule) == []


def test_a_heavy_picture_is_named_with_its_weight(project):
    (finding,) = found(project, "IMG-WEIGHT", weight=200_501)
    assert finding.place.startswith(project.at(ARTICLE, "plane:"))
    assert "corpus/street-trees/images/platane.jpg weighs 201 kB" in finding.message
    assert (finding.severity.value, finding.edition) == ("warning", None)


def test_the_limit_itself_is_allowed(project):
    assert found(project, "IMG-WEIGHT", weight=200_000) == []


def test_all_pictures_of_a_mail_together(project):
    one, *total = found(project, "IMG-WEIGHT", weight=1_000_001)
    assert one.file == ARTICLE
    # The two-language edition shows the picture twice and loads it once.
    assert [(finding.message, finding.edition) for finding in total] == [
        ("the pictures weigh 1,000 kB together; 1,000 kB at most", None)
    ]
    assert "'plane' of street-trees" in total[0].hint


def test_too_few_pixels(project):
    (finding,) = found(project, "IMG-SHARP", natural_width=803, pixels=803)
    assert finding.place.startswith(project.at(ARTICLE, "plane:"))
    assert "803 pixels for a width of 536" in finding.message
    assert "1072 pixels" in finding.hint
    assert "shown_width: 401" in finding.hint


def test_enough_pixels(project):
    assert found(project, "IMG-SHARP", natural_width=804, pixels=804) == []


def test_too_few_pixels_by_address(project):
    project.edit(ARTICLE, "    width: 1200\n", "    width: 1200\n    shown_width: 536\n")
    assert project.found("IMG-SHARP") == []
    project.edit(ARTICLE, "    width: 1200\n", "    width: 700\n")
    assert project.found("IMG-SHARP") == [f"{project.at(ARTICLE, 'plane:')} warning"]


@pytest.mark.parametrize(
    ("height", "words"), [(851, "851 pixels tall"), (80, "7 times as wide"), (850, None), (90, None)]
)
def test_towers_and_ribbons(project, height, words):
    findings = found(project, "IMG-SHAPE", height=height)
    assert [words in finding.message for finding in findings] == ([True] if words else [])


def test_a_tower_by_address_counts_at_the_width_it_is_shown_at(project):
    project.edit(ARTICLE, "    height: 800\n", "    height: 2000\n")
    (finding,) = project.check("IMG-SHAPE")
    assert "893 pixels tall" in finding.message
    project.edit(ARTICLE, "    height: 2000\n", "    height: 2000\n    shown_width: 300\n")
    assert project.found("IMG-SHAPE") == []


def test_a_file_that_no_picture_is(project):
    (finding,) = found(project, "IMG-UNUSED")
    assert (finding.severity.value, finding.message) == (
        "info",
        "no picture of the article is the file images/hall.jpg",
    )
    assert finding.place.startswith(project.at(ARTICLE, "images:"))


def test_calendar_files_of_two_languages_are_one_link(project):
    for code in ("fr", "en"):
        project.html(
            "<h1>", f'<p><a href="https://a.example/calendar/open-sessions.{code}.ics">+</a></p><h1>', code
        )
    assert len(project.check("LNK-PARITY")) == 2
    urls = {
        ("open-sessions", code): f"https://a.example/calendar/open-sessions.{code}.ics" for code in ("fr", "en")
    }
    subject = replace(project.subject(), assets=Assets({}, urls))
    assert [one for one in run_rules(subject, {}) if one.rule == "LNK-PARITY"] == []
