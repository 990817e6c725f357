"""The pages and streams of the preview, over HTTP on this machine.

Two kinds of page, kept apart: the shell is ours and runs our script; a mail is content that others wrote and
must never run anything, so it is shown in a sandboxed frame and under a policy that allows it no script, no
form and no frame. Nothing here changes anything, so there is nothing to forge; a page on another site cannot
read it either (no CORS, and the Host check answers DNS rebinding).
"""

from __future__ import annotations

import asyncio
import html
import ipaddress
import json
import re
import threading
from collections.abc import AsyncIterator
from importlib.resources import files
from string import Template
from typing import Any
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from newsletter.preview.gallery import GalleryPages, Make
from newsletter.preview.live import Live
from newsletter.preview.message import Mail, with_local_files, with_scheme
from newsletter.preview.state import PublishedFile
from newsletter.preview.words import choose_language, words

SHELL_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "frame-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
    )
)

MAIL_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "img-src https: data: 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
        # allow-same-origin lets the shell measure the mail; without allow-scripts it gives the mail nothing.
        "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox",
    )
)

_ASSETS = {
    "preview.css": "text/css; charset=utf-8",
    "preview.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
    "icon-error.svg": "image/svg+xml",
}

HEARTBEAT_SECONDS = 15.0
"""A stream says at least so often that it is alive, so that a dead connection is noticed."""


ABSENT = "<!doctype html><html lang=en data-absent><title>No such mail</title>"
"""What stands in a frame whose mail is not there; the page that holds the frame never shows it."""


def make_app(live: Live, stop: threading.Event, *, host: str, gallery: Make | None = None) -> ASGIApp:
    """The application. host: the address it listens on, which decides what a Host header may say.

    gallery: makes the page of the themes; without it there is none.

    Streams end when `stop` is set and `live.wake` is called.
    """
    pages = _Pages(live, stop)
    routes = [
        Route("/", pages.shell),
        Route("/assets/{name}", pages.asset),
        Route("/state.json", pages.state),
        Route("/events", pages.events),
        Route("/published/{number:int}/{name}", pages.published),
        Route("/mail/{code}/html", pages.mail_html),
        Route("/mail/{code}/{view:str}.txt", pages.mail_text),
        Route("/mail/{code}/message.eml", pages.mail_message),
    ]
    if gallery is not None:
        routes += GalleryPages(live, gallery).routes
    return _Guard(Starlette(routes=routes), host)


class _Pages:
    def __init__(self, live: Live, stop: threading.Event) -> None:
        self._live = live
        self._stop = stop

    async def shell(self, request: Request) -> Response:
        language = choose_language(request.query_params.get("ui"), request.headers.get("accept-language", ""))
        said = words(language)
        values = {key.replace(".", "_"): html.escape(text) for key, text in said.items()}
        page = Template(_page("shell.html").decode()).substitute(
            values, language=language, words=html.escape(json.dumps(said, ensure_ascii=False))
        )
        headers = {
            "Content-Security-Policy": SHELL_POLICY,
            "Content-Language": language,
            "Vary": "Accept-Language",
            "Cross-Origin-Opener-Policy": "same-origin",
        }
        return Response(page, media_type="text/html", headers=headers)

    async def asset(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in _ASSETS:
            raise HTTPException(404)
        return Response(_page(name), headers={"Content-Type": _ASSETS[name]})

    async def state(self, _: Request) -> Response:
        shown = self._live.shown
        return JSONResponse(
            self._signs()
            | {"builtAt": shown.built_at and shown.built_at.isoformat(), "seconds": round(shown.seconds, 3)}
            | dict(shown.document)
        )

    async def events(self, _: Request) -> Response:
        return StreamingResponse(self._stream(), media_type="text/event-stream")

    async def mail_html(self, request: Request) -> Response:
        mail = self._live.shown.mails.get(request.path_params["code"])
        if mail is None or mail.html is None:
            # A frame asked for it while a save took it away. It may be framed, or the browser complains.
            return Response(ABSENT, 404, {"Content-Type": "text/html", "Content-Security-Policy": MAIL_POLICY})
        scheme = request.query_params.get("scheme")
        body = mail.html if scheme not in ("light", "dark") else with_scheme(mail.html, scheme)
        body = self._with_local_files(body)
        content_type = f"text/html; charset={mail.html_charset}"
        return Response(body, headers={"Content-Type": content_type, "Content-Security-Policy": MAIL_POLICY})

    async def published(self, request: Request) -> Response:
        """A picture, calendar file or page of the mails, as it will be online."""
        number, name = request.path_params["number"], request.path_params["name"]
        files = self._published()
        if not 0 <= number < len(files) or files[number][1].name != name:
            raise HTTPException(404)
        file = files[number][1]
        headers = {"Content-Type": file.content_type}
        if file.content_type == "text/html":
            headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": MAIL_POLICY}
            return Response(self._with_local_files(file.content), headers=headers)
        if not file.content_type.startswith("image/"):
            plain = re.sub(r"[^A-Za-z0-9._+-]", "_", file.name)
            headers["Content-Disposition"] = f'attachment; filename="{plain}"'
        return Response(file.content, headers=headers)

    def _with_local_files(self, body: bytes) -> bytes:
        return with_local_files(body, {url: _local(at, file) for at, (url, file) in enumerate(self._published())})

    def _published(self) -> list[tuple[str, PublishedFile]]:
        return sorted(self._live.shown.published.items(), key=lambda item: item[0])

    async def mail_text(self, request: Request) -> Response:
        mail = self._mail(request)
        views = {"text": mail.text, "html": mail.html_text(), "source": mail.source}
        text = views.get(request.path_params["view"])
        if text is None:
            raise HTTPException(404)
        return PlainTextResponse(text)

    async def mail_message(self, request: Request) -> Response:
        code = request.path_params["code"]
        message = self._live.shown.messages.get(code)
        if message is None:
            raise HTTPException(404)
        name = f"{self._live.shown.document['issue']}.{code}.eml"
        plain = re.sub(r"[^A-Za-z0-9._+-]", "_", name)
        headers = {"Content-Type": "message/rfc822", "Content-Disposition": f'attachment; filename="{plain}"'}
        return Response(message, headers=headers)

    def _mail(self, request: Request) -> Mail:
        mail = self._live.shown.mails.get(request.path_params["code"])
        if mail is None:
            raise HTTPException(404)
        return mail

    def _signs(self) -> dict[str, Any]:
        """What tells a page whether it shows the present state."""
        live = self._live
        return {"instance": live.instance, "epoch": live.shown.epoch, "building": live.building}

    async def _stream(self) -> AsyncIterator[str]:
        """Server-sent events: the signs at once, at every change, and as a heartbeat."""
        loop = asyncio.get_running_loop()
        changed = asyncio.Event()

        def wake() -> None:
            loop.call_soon_threadsafe(changed.set)

        with self._live.listening(wake):
            while not self._stop.is_set():
                changed.clear()
                yield f"retry: 500\ndata: {json.dumps(self._signs())}\n\n"
                try:
                    await asyncio.wait_for(changed.wait(), HEARTBEAT_SECONDS)
                except TimeoutError:
                    continue


class _Guard:
    """Refuses a Host that is not ours, and marks every answer as private to this page."""

    def __init__(self, app: ASGIApp, host: str) -> None:
        self._app = app
        self._host = host

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        host = Headers(scope=scope).get("host", "")

        async def send_marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
                headers["Cache-Control"] = "no-store"
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "no-referrer"
                headers["Cross-Origin-Resource-Policy"] = "same-origin"
            await send(message)

        if host_allowed(host, self._host):
            await self._app(scope, receive, send_marked)
        else:
            refusal = PlainTextResponse("This preview answers only to 127.0.0.1 and localhost.\n", status_code=403)
            await refusal(scope, receive, send_marked)


def _local(number: int, file: PublishedFile) -> str:
    return f"/published/{number}/{quote(file.name)}"


def host_allowed(header: str, bound: str) -> bool:
    """Whether a Host header names this server. bound: the address the server listens on.

    A site that rebinds its own name to 127.0.0.1 sends that name (DNS rebinding), so names are refused, except
    localhost and the one the server was told to listen on. Other numeric addresses cannot be rebound; they are
    allowed when the server was told to listen beyond this machine.
    """
    name = _without_port(header)
    if name in ("127.0.0.1", "::1", "localhost"):
        return True
    if is_loopback(bound):
        return False
    return name == bound.lower() or _address(name) is not None


def is_loopback(host: str) -> bool:
    """True when only this machine can reach `host`."""
    address = _address(host)
    return host.lower() == "localhost" or (address is not None and address.is_loopback)


def _without_port(header: str) -> str:
    header = header.strip().lower()
    if header.startswith("["):
        return header[1:].partition("]")[0]
    return header.partition(":")[0]


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _page(name: str) -> bytes:
    return (files("newsletter.preview") / "pages" / name).read_bytes()
