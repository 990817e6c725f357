"""Pictures and calendar files are seen in the preview before they are online; the message stays what is sent."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from newsletter.commands.build import prepare
from newsletter.commands.project import Project, open_project
from newsletter.preview.message import with_local_files
from newsletter.preview.project import preview_build

ISSUE = "2021-05"
BASE = b"https://www.example.org/infolettre/"


@pytest.fixture
def build(sample_root: Path, clock: Any) -> Any:
    return preview_build(lambda: open_project(sample_root, {}, clock=clock), sample_root, ISSUE)


def test_files_are_served_from_here(sample: Project, build: Any, sample_root: Path, serving: Any) -> None:
    with serving(build, sample_root) as preview:
        preview.state()
        prepared = prepare(sample, ISSUE)
        files = prepared.assets.files
        count = len(files) + len(prepared.web_pages)
        page = preview.get("mail/fr/html")[2]
        assert BASE not in page
        for file in files:
            name = file.path.rpartition("/")[2]
            if name.endswith(".en.ics"):
                continue  # the French edition does not offer it
            at = next(number for number in range(count) if f'"/published/{number}/{name}"'.encode() in page)
            status, headers, body = preview.get(f"published/{at}/{name}")
            assert (status, headers["Content-Type"].partition(";")[0], body) == (
                200,
                file.content_type,
                file.content,
            )
            assert ("attachment" in headers.get("Content-Disposition", "")) == name.endswith(".ics")
        assert BASE in preview.get("mail/fr/html.txt")[2]
        assert preview.get("mail/fr/message.eml")[2] == prepare(sample, ISSUE).samples["fr"]
        for path in ("published/0/other.png", "published/99/x.png", "published/-1/x.png", "published/a/x.png"):
            assert preview.get(path)[0] == 404


def test_the_page_on_the_web_is_served_from_here(
    sample: Project, build: Any, sample_root: Path, serving: Any
) -> None:
    with serving(build, sample_root) as preview:
        preview.state()
        mail = preview.get("mail/fr+en/html")[2]
        (path,) = {one.decode() for one in re.findall(rb'"/(published/\d+/fr%2Ben\.html)(?:#en)?"', mail)}
        assert f'"/{path}#en"'.encode() in mail
        status, headers, page = preview.get(path)
        assert status == 200
        assert headers["Content-Type"] == "text/html; charset=utf-8"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "Content-Disposition" not in headers
        assert b"unsubscribe" not in page
        english = re.search(rb'"/(published/\d+/en\.html)"', preview.get("mail/fr/html")[2])
        assert english
        assert re.search(rb'"/published/\d+/fr\.html"', preview.get(english[1].decode())[2])


def test_only_whole_addresses_are_replaced() -> None:
    url = "https://a.example/p.jpg"
    html = b'<img src="https://a.example/p.jpg"><a href="https://a.example/p.jpg?x">https://a.example/p.jpg</a>'
    assert with_local_files(html, {url: "/published/0/p.jpg"}) == html.replace(
        b'src="https://a.example/p.jpg"', b'src="/published/0/p.jpg"'
    )


@pytest.mark.browser
def test_the_browser_shows_the_pictures_and_a_new_one_at_once(
    page: Page, build: Any, sample_root: Path, serving: Any
) -> None:
    picture = sample_root / "corpus/datajam-2021-open-sessions/images/network.png"
    other = sample_root / "corpus/municipal-support-program/images/villages.jpg"
    with serving(build, sample_root) as preview:
        preview.state()
        page.goto(f"{preview.url}#width=both", wait_until="domcontentloaded")
        mail = page.frame_locator(".desktop iframe:not(.loading)")
        image = mail.locator("img.picture").first
        expect(image).to_be_attached()
        page.wait_for_function(
            "image => image.complete && image.naturalWidth === 1072", arg=image.element_handle()
        )
        old = image.get_attribute("src")
        picture.write_bytes(other.read_bytes())
        expect(mail.locator(f'img[src="{old}"]')).to_have_count(0)
        expect(mail.locator("img.picture").first).to_have_attribute("src", "/published/5/" + _jpg(preview))


def _jpg(preview: Any) -> str:
    page = preview.get("mail/fr/html")[2].decode()
    return str(page.partition('src="/published/5/')[2].partition('"')[0])
