"""The gallery of the themes as a page of the preview: made when it is looked at, renewed at every change."""

from __future__ import annotations

import asyncio
import hashlib
import html
import threading
from collections.abc import Callable
from datetime import datetime
from importlib.resources import files

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from newsletter.errors import NewsletterError
from newsletter.preview.live import Live
from newsletter.preview.words import choose_language, words

WritePage = Callable[[str, str, str], str]
"""The page in a language; it is given that, what its <head> is to end with, and links for its header."""

Make = Callable[[], WritePage]
"""Makes what the page shows. Raises NewsletterError."""

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        # The mails stand in frames without an address of their own, which inherit this policy: they may have style
        # and pictures; scripts they may not run, since their sandbox forbids it.
        "style-src 'self' 'unsafe-inline'",
        "img-src https: data: 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)

_HEAD = (
    '<link rel="icon" href="/assets/icon.svg">\n<link rel="stylesheet" href="/gallery/page.css">\n'
    '<meta name="digest" content="@digest@">\n<script src="/gallery/page.js" defer></script>\n'
    '<script src="/gallery/live.js" defer></script>'
)
_ASSETS = {
    "page.css": ("newsletter.commands.gallery", "page.css", "text/css; charset=utf-8"),
    "page.js": ("newsletter.commands.gallery", "page.js", "text/javascript; charset=utf-8"),
    "live.js": ("newsletter.preview", "pages/gallery.js", "text/javascript; charset=utf-8"),
}


class GalleryPages:
    """The page, its style and scripts, and the sign by which an open page knows that there is a newer one."""

    def __init__(self, live: Live, make: Make) -> None:
        self._live = live
        self._make = make
        self._lock = threading.Lock()
        self._built: datetime | None = None
        self._write: WritePage | None = None

    @property
    def routes(self) -> list[Route]:
        """To be put among the other routes."""
        return [
            Route("/gallery", self.page),
            Route("/gallery/digest.json", self.digest),
            Route("/gallery/{name}", self.asset),
        ]

    async def page(self, request: Request) -> Response:
        """Every block of every theme, in the language of the person who looks."""
        language = _language(request)
        page = await asyncio.to_thread(self._current, language)
        whole = page.replace("@digest@", _digest(page), 1)
        headers = {
            "Content-Security-Policy": POLICY,
            "Content-Language": language,
            "Vary": "Accept-Language",
            "Cross-Origin-Opener-Policy": "same-origin",
        }
        return Response(whole, media_type="text/html", headers=headers)

    async def digest(self, request: Request) -> Response:
        """The sign of the page as it is now."""
        return JSONResponse({"digest": _digest(await asyncio.to_thread(self._current, _language(request)))})

    async def asset(self, request: Request) -> Response:
        """Its style and its scripts."""
        name = request.path_params["name"]
        if name not in _ASSETS:
            raise HTTPException(404)
        package, file, content_type = _ASSETS[name]
        return Response((files(package) / file).read_bytes(), headers={"Content-Type": content_type})

    def _current(self, language: str) -> str:
        """The page, made anew when the issue was built since: whatever changes a theme has the issue built."""
        with self._lock:
            built = self._live.shown.built_at
            if self._write is None or built != self._built:
                self._write, self._built = self._made(), built
            write = self._write
        return write(language, _HEAD, _ways(language))

    def _made(self) -> WritePage:
        try:
            return self._make()
        except NewsletterError as error:
            said = html.escape(str(error))

        def write(language: str, head: str, ways: str) -> str:
            title = html.escape(words(language)["gallery"])
            top = f'<!doctype html>\n<html lang="{language}"><head><title>{title}</title>{head}</head>'
            return f'{top}<body><main><p>{ways}</p><pre lang="en">{said}</pre></main></body></html>'

        return write


def _language(request: Request) -> str:
    return choose_language(request.query_params.get("ui"), request.headers.get("accept-language", ""))


def _ways(language: str) -> str:
    """Back to the mails, and to the page in the other language."""
    said = {key: html.escape(text) for key, text in words(language).items()}
    other = said["other.code"]
    return (
        f'<span class="ways"><a href="/?ui={language}">← {said["preview"]}</a>'
        f'<a href="?ui={other}" lang="{other}" hreflang="{other}" title="{said["other.title"]}">'
        f"{said['other.label']}</a></span>"
    )


def _digest(page: str) -> str:
    return hashlib.sha256(page.encode()).hexdigest()[:16]
