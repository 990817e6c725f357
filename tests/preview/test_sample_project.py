"""The preview of this repository's own issue: the bytes of a build, and mistakes in its real files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from newsletter.commands.build import prepare
from newsletter.commands.project import Project, open_project
from newsletter.preview.project import preview_build

ISSUE = "2024-02"


def test_it_shows_the_bytes_that_a_build_makes(
    sample: Project, sample_root: Path, clock: Any, serving: Any
) -> None:
    build = preview_build(lambda: open_project(sample_root, {}, clock=clock), sample_root, ISSUE)
    with serving(build, sample_root) as preview:
        state = preview.state()
        samples = prepare(sample, ISSUE).samples
        assert [edition["code"] for edition in state["editions"]] == ["fr", "en", "fr+en"] == list(samples)
        for code, message in samples.items():
            assert preview.get(f"mail/{code}/message.eml")[2] == message


@pytest.mark.browser
def test_a_mistake_in_the_issue_is_shown_at_its_line_and_heals(
    page: Page, sample_root: Path, clock: Any, serving: Any
) -> None:
    build = preview_build(lambda: open_project(sample_root, {}, clock=clock), sample_root, ISSUE)
    file = sample_root / f"issues/{ISSUE}.yaml"
    good = file.read_text(encoding="utf-8")
    lines = good.splitlines()
    at = next(number for number, line in enumerate(lines, 1) if line.startswith("subject:"))
    with serving(build, sample_root) as preview:
        page.goto(f"{preview.url}#width=both", wait_until="domcontentloaded")
        mail = page.frame_locator(".desktop iframe:not(.loading)")
        expect(mail.locator("h1, h2").first).to_be_attached()
        file.write_text(good.replace("subject:", "subjcet:", 1), encoding="utf-8")
        report = page.locator("#broken .report").filter(has_text="subjcet").first
        expect(report).to_contain_text(f"issues/{ISSUE}.yaml:{at}:1")
        expect(report.locator(".fault")).to_contain_text("subjcet:")
        file.write_text(good, encoding="utf-8")
        expect(mail.locator("h1, h2").first).to_be_attached()
        expect(page.locator("#broken")).to_have_count(0)
