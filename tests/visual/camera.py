"""Photographs of mails: one Chromium page for all of them, no network, the whole height of the mail."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache

from client_views import View
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, CDPSession, Page, Route

_PICTURE = re.compile(r"(?:-(\d+)x(\d+))?\.(?:png|jpe?g|gif|webp)(?:\?|$)", re.IGNORECASE)
"""A picture's address; its name may say its size: ``walk-1200x675.jpg``."""


class Camera:
    """A page that shows mails and photographs them."""

    def __init__(self, page: Page, cdp: CDPSession, *, images: bool) -> None:
        self.page = page
        self._images = images
        self._pictures: Mapping[str, bytes] = {}
        self._cdp = cdp
        self._forced = False
        page.route("**/*", self._answer)

    def show(self, html: str, width: int, view: View, pictures: Mapping[str, bytes] | None = None) -> None:
        """Load the mail as this kind of program shows it, in a window so wide (CSS pixels).

        pictures: address -> file, for those that shall not be placeholders.
        """
        self._pictures = pictures or {}
        if self.page.viewport_size != {"width": width, "height": 800}:
            self.page.set_viewport_size({"width": width, "height": 800})
        if self._forced is not view.forced:
            self._cdp.send("Emulation.setAutoDarkModeOverride", {"enabled": view.forced})
            self._forced = view.forced
        self.page.emulate_media(color_scheme=view.scheme)
        self.page.set_content(view.prepare(html))

    def size(self) -> tuple[int, int]:
        """Width and height of the whole mail in CSS pixels; wider than the window when it must be scrolled."""
        root = "document.documentElement"
        width, height = self.page.evaluate(f"[{root}.scrollWidth, {root}.scrollHeight]")
        return width, height

    def photograph(self) -> bytes:
        """A PNG of the whole of what is shown, one pixel per CSS pixel; the same picture gives the same bytes."""
        width, height = self.size()
        clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
        how = {"format": "png", "captureBeyondViewport": True, "optimizeForSpeed": True, "clip": clip}
        return base64.b64decode(self._cdp.send("Page.captureScreenshot", how)["data"])

    def _answer(self, route: Route) -> None:
        asked = _PICTURE.search(route.request.url) if self._images else None
        if asked and route.request.url in self._pictures:
            route.fulfill(body=self._pictures[route.request.url])
        elif asked:
            route.fulfill(body=_placeholder(int(asked[1] or 600), int(asked[2] or 400)), content_type="image/png")
        else:
            route.abort()


@contextmanager
def camera(browser: Browser, *, images: bool = True) -> Iterator[Camera]:
    """A camera with a page of its own. Pictures that a mail asks for are placeholders; anything else is refused.

    images: False to refuse pictures too, as mail programs do before one trusts the sender.
    """
    with browser.new_context(viewport={"width": 375, "height": 800}) as context:
        page = context.new_page()
        yield Camera(page, context.new_cdp_session(page), images=images)


@cache
def _placeholder(width: int, height: int) -> bytes:
    """A slope of colours with a frame: a picture cut, stretched or moved shows."""
    picture = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    ImageDraw.Draw(picture).rectangle((0, 0, width - 1, height - 1), outline=(200, 30, 30), width=8)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
