"""A theme is a folder: letter needs no code, every sample issue can be sent with it, and it shares what it can."""

from __future__ import annotations

import re

from newsletter.commands.build import prepare
from newsletter.models.finding import errors


def test_every_sample_issue_is_sound_as_a_letter(sample):
    for path in sorted(sample.issues.glob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        as_letter, changed = re.subn(r"^template: house$", "template: letter", text, flags=re.MULTILINE)
        assert changed == 1 or "template:" not in text, path.name
        path.write_text(as_letter if changed else f"{text}template: letter\n", encoding="utf-8")
    for path in sorted(sample.issues.glob("*.yaml")):
        prepared = prepare(sample, path.stem)
        found = [
            each for each in prepared.findings if not each.rule.startswith(("CORPUS", "HDR-SUBJECT", "BIL-STALE"))
        ]
        assert errors(prepared.findings) == [], path.name
        assert [each for each in found if each.edition or (each.file or "").startswith("templates/")] == [], (
            path.name
        )
        for code, rendered in prepared.rendered.items():
            html = "".join(rendered.html.parts)
            assert "<img" not in html
            assert "<h1" in html
            assert "prefers-color-scheme: dark" in html
            assert rendered.article_bytes
            assert any(file.startswith("templates/letter/") for file in rendered.files), code
            assert "templates/house/strings.yaml" in rendered.files


def test_the_letter_has_no_file_that_the_house_has_word_for_word(sample):
    house = {
        path.read_text(encoding="utf-8") for path in (sample.templates / "house").rglob("*") if path.is_file()
    }
    for path in (sample.templates / "letter").rglob("*"):
        assert path.is_dir() or path.read_text(encoding="utf-8") not in house
