"""The gallery as a page of the preview: reached by a link, renewed at every save, and as locked as the other pages."""

from __future__ import annotations

import json
import queue
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import Browser

from newsletter.commands.project import open_project
from newsletter.preview import serve
from newsletter.preview.project import preview_build, preview_gallery


@pytest.fixture
def url(plain) -> Iterator[str]:
    """A preview of the issue that uses the small theme; it is the only theme, so that the gallery is quick."""
    import shutil

    root = plain.project.root
    for name in ("house", "letter"):
        shutil.rmtree(root / "templates" / name)

    def again():
        return open_project(root, {})

    ready: queue.Queue[str] = queue.Queue()
    stop = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        served = pool.submit(
            serve,
            preview_build(again, root, "2024-03"),
            root=root,
            port=0,
            open_browser=False,
            on_ready=ready.put,
            stop=stop,
            gallery=preview_gallery(again),
        )
        try:
            yield ready.get(timeout=30).rstrip("/")
        finally:
            stop.set()
            served.result(timeout=30)


def get(url: str) -> tuple[str, str]:
    with urllib.request.urlopen(url, timeout=60) as answer:
        return answer.read().decode(), answer.headers["Content-Security-Policy"]


def test_the_page_is_there_and_locked(url):
    page, policy = get(f"{url}/gallery")
    assert "Se désabonner" in page
    assert "script-src 'self'" in policy
    assert "<script>" not in page
    assert "<style>" not in page.partition("<body>")[0]
    for name in ("page.css", "page.js", "live.js"):
        assert get(f"{url}/gallery/{name}")[0]
    with pytest.raises(urllib.error.HTTPError):
        get(f"{url}/gallery/page.html")
    digest = json.loads(get(f"{url}/gallery/digest.json")[0])["digest"]
    assert f'<meta name="digest" content="{digest}">' in page
    assert 'href="/gallery?ui=en"' in get(f"{url}/")[0]


def test_the_page_speaks_the_language_of_its_reader(url):
    english, french = (get(f"{url}/gallery?ui={language}")[0] for language in ("en", "fr"))
    assert '<html lang="en">' in english
    assert '<a href="?ui=fr" lang="fr" hreflang="fr"' in english
    assert '<a href="/?ui=en">← Preview</a>' in english
    assert "<h1>Galerie</h1>" in french
    assert '<a href="?ui=en" lang="en" hreflang="en"' in french
    asked = urllib.request.Request(f"{url}/gallery", headers={"Accept-Language": "fr-CA,en;q=0.5"})
    with urllib.request.urlopen(asked, timeout=60) as answer:
        assert answer.headers["Content-Language"] == "fr"
        assert answer.headers["Vary"] == "Accept-Language"
    digests = {json.loads(get(f"{url}/gallery/digest.json?ui={one}")[0])["digest"] for one in ("fr", "en")}
    assert len(digests) == 2
    for page in (english, french):
        assert any(f'<meta name="digest" content="{digest}">' in page for digest in digests)


@pytest.mark.browser
def test_a_save_renews_the_page(url, plain, browser: Browser):
    page = browser.new_page()
    wrong: list[str] = []
    page.on(
        "console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None
    )
    page.goto(f"{url}/gallery")
    page.get_by_role("heading", name="foot").wait_for()
    place = plain.change("blocks/foot.mjml.j2", "slot.email", "slot.⟦emial")
    page.get_by_role("alert").get_by_text(place).first.wait_for(timeout=30_000)
    plain.change("blocks/foot.mjml.j2", "slot.emial", "slot.email")
    page.get_by_role("alert").first.wait_for(state="detached", timeout=30_000)
    plain.change("theme.yaml", "width: 600", "width: [")
    page.get_by_role("alert").first.wait_for(timeout=30_000)
    assert wrong == []
    page.close()
