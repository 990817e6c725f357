"""Theme files: colours that can be read, words that match, CSS that is CSS."""

from __future__ import annotations

import pytest

from newsletter.render.theme import contrast

HOUSE = "templates/house/"


def test_contrast_of_known_pairs():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)


@pytest.mark.parametrize(
    ("file", "old", "new", "rule", "message"),
    [
        (
            "theme.yaml",
            'muted: "#58626a"',
            'muted: "#9aa0a5"',
            "TPL-CONTRAST",
            "muted on card has a contrast of 2.64:1",
        ),
        ("theme.yaml", 'muted: "#58626a"', "muted: red", "SCHEMA-VALUE", ""),
        ("theme.yaml", "radius: 6", "radios: 6", "SCHEMA-KEY", ""),
        ("strings.yaml", "  toc:", "  tok:", "TPL-STRINGS", "fr has no word for toc"),
        ("strings.yaml", "Bonjour{name}", "Bonjour{nom}", "TPL-STRINGS", "greeting has other placeholders"),
        ("inline.css", "var(--rule)", "var(--rool)", "TPL-THEME", "no value for --rool"),
        ("inline.css", "p { margin", "p { { margin", "TPL-CSS", "not CSS"),
    ],
)
def test_a_mistake_in_a_theme_file_has_its_line(theme, file, old, new, rule, message):
    line, _ = theme.change(file, old, new)
    found = [each for each in theme.findings() if each.rule == rule or rule == "SCHEMA-KEY"]
    assert found, theme.findings()
    assert all(each.file == HOUSE + file for each in found)
    assert any(message in each.message for each in found), found
    if rule not in ("TPL-STRINGS",):
        assert line in {each.line for each in found}


def test_a_missing_file(theme):
    (theme.folder / "dark.css").unlink()
    assert [(each.rule, each.file) for each in theme.findings()] == [("TPL-MISSING", HOUSE + "dark.css")]


def test_a_changed_colour_reaches_style_attributes_and_dark_mode(theme, kit):
    theme.change("theme.yaml", 'accent: "#0b5f70"', 'accent: "#7a1f3d"')
    theme.change("theme.yaml", 'accent: "#84cbd8"', 'accent: "#f0b7c6"')
    html = kit.fill(theme.render()[0].html)
    assert "color:#7a1f3d" in html
    assert "#f0b7c6 !important" in html
    assert "#0b5f70" not in html.replace("background:#0b5f70", "").replace('bgcolor="#0b5f70"', "")
