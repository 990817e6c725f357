"""A small project of hand-made messages, the real server over it, and a real browser."""

from __future__ import annotations

import contextlib
import json
import queue
import re
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path
from quopri import encodestring
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from newsletter.errors import FileTrouble
from newsletter.models.finding import Finding, Severity
from newsletter.preview import Build, PreviewEdition, PreviewState, serve

READY_SECONDS = 20

MAIL = """<!doctype html>
<html lang="fr-CA" dir="ltr"><head><meta charset="utf-8"><title>Infolettre</title>
<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">
<style>
body {{ margin: 0; background: #f1efe9; font-family: Georgia, serif; color: #222; }}
.card {{ max-width: 600px; margin: 0 auto; padding: 24px; background: #fff; }}
h1 {{ color: #7a1f3d; }} .wide {{ display: block; }} .narrow {{ display: none; }}
@media (max-width: 480px) {{ .wide {{ display: none; }} .narrow {{ display: block; }} .card {{ padding: 16px; }} }}
@media (prefers-color-scheme: dark) {{ body {{ background: #101214; color: #eee; }} .card {{ background: #1c1f22; }} }}
</style></head><body><div class="card">
<p><a href="#en">English</a></p>
<h1>{title}</h1>
<p class="wide">Deux colonnes</p><p class="narrow">Une colonne</p>
<p id="body">{body}</p>
<p><a id="out" href="https://www.example.org/lire?a=1&amp;b=2">Lire la suite</a></p>
{filler}
<h2 id="en">In English</h2><p>The end.</p>
</div></body></html>
"""

FILLER = "".join(
    f"<p>Paragraphe {number} : la réunion se tient à l’hôtel de ville, à 13 h.</p>" for number in range(1, 31)
)


def make_message(subject: str, html: str, text: str) -> bytes:
    """A merged message as a mail stage would make it, written without one."""
    from email.header import Header

    def part(kind: str, body: str) -> str:
        encoded = encodestring(body.encode()).decode("ascii").replace("\n", "\r\n")
        return f"--edge\r\nContent-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{encoded}\r\n"

    lines = [
        f"From: {Header('Données ouvertes Montréal', 'utf-8').encode()} <infolettre@example.org>",
        "To: Zoe Tremblay <zoe@example.com>",
        f"Subject: {Header(subject, 'utf-8').encode()}",
        "List-Unsubscribe: <https://news.example.org/u/AAAAAAAAAAAAAAAAAAAAAA>,\r\n <mailto:stop@example.org>",
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        "MIME-Version: 1.0",
        'Content-Type: multipart/alternative; boundary="edge"',
    ]
    head = "\r\n".join(lines)
    return f"{head}\r\n\r\n{part('plain', text)}{part('html', html)}--edge--\r\n".encode("ascii")


@dataclass
class Project:
    """Files a person would write, and a build over them.

    `issues/2024-02.txt` holds ``title:`` and ``body:``. A line with ``oops`` is an error at its column, one with
    ``hmm`` a warning. ``explode`` stands for a folder that cannot be read, ``bug`` for a fault of the program.
    """

    root: Path
    builds: int = 0
    hooks: list[Callable[[], None]] = field(default_factory=list)
    watch: tuple[str, ...] = ("issues", "templates", "corpus", "newsletter.yaml")

    FILE = "issues/2024-02.txt"

    def __post_init__(self) -> None:
        self.write("templates/house/mail.html", MAIL)
        self.write(self.FILE, "title: Février\nbody: Bonjour à tous\n")

    def write(self, name: str, text: str) -> None:
        """Save as careful editors do: a new file, renamed over the old one."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}.new")
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(path)

    def save(self, body: str, title: str = "Février") -> None:
        self.write(self.FILE, f"title: {title}\nbody: {body}\n")

    def build(self) -> PreviewState:
        self.builds += 1
        for hook in self.hooks:
            hook()
        text = (self.root / self.FILE).read_text(encoding="utf-8")
        if "explode" in text:
            raise FileTrouble("the corpus cannot be read", where="corpus", hint="check who may read this folder")
        if "bug" in text:
            raise ZeroDivisionError("a fault of the program")
        findings = tuple(self._findings(text))
        watch = tuple(Path(name) for name in self.watch)
        if any(finding.severity is Severity.ERROR and not finding.edition for finding in findings):
            return PreviewState("2024-02", "Février 2024", (), findings, watch)
        values = dict(re.findall(r"^(\w+): *(.*)$", text, re.MULTILINE))
        broken = {finding.edition for finding in findings if finding.severity is Severity.ERROR}
        editions = tuple(
            self._edition(code, label, values)
            for code, label in (("fr", "Français"), ("en", "English"), ("fr+en", "Français + English"))
            if code not in broken
        )
        return PreviewState("2024-02", "Février 2024", editions, findings, watch)

    def _edition(self, code: str, label: str, values: dict[str, str]) -> PreviewEdition:
        template = (self.root / "templates/house/mail.html").read_text(encoding="utf-8")
        html = template.format(title=f"{values['title']} ({code})", body=values["body"], filler=FILLER)
        subject = f"{values['title']} : la donnée au service du climat"
        preheader = "Trois rencontres, un rapport et un poste à pourvoir d’ici la fin du mois."
        text = f"{values['title']} ({code})\n\n{values['body']}\n"
        message = make_message(subject, html, text)
        return PreviewEdition(code, label, subject, preheader, "infolettre@example.org", message)

    def _findings(self, text: str) -> Iterator[Finding]:
        for number, line in enumerate(text.splitlines(), 1):
            for word, rule, severity in (("oops", "T-OOPS", Severity.ERROR), ("hmm", "T-HMM", Severity.WARNING)):
                if word in line:
                    edition = "en" if "english-only" in line else None
                    column = line.index(word) + 1
                    message = f"“{word}” is not a word we print"
                    yield Finding(
                        rule, severity, message, self.FILE, number, column, "write something else", edition
                    )


@dataclass
class Preview:
    """A preview being served."""

    url: str
    stop: threading.Event
    notes: list[str]

    def state(self) -> dict[str, Any]:
        """What the page is told, once the first build is done."""
        return self.until(lambda _: True)

    def until(self, condition: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Wait on the stream of the server until a finished build satisfies `condition`; return its state."""
        latest = time.monotonic() + READY_SECONDS
        with urllib.request.urlopen(self.url + "events", timeout=READY_SECONDS) as stream:
            for line in stream:
                assert time.monotonic() < latest, "no build satisfied the condition"
                if not line.startswith(b"data:") or json.loads(line[5:])["building"]:
                    continue
                state = json.loads(self.get("state.json")[2])
                if state["epoch"] and condition(state):
                    return state
        raise AssertionError("the stream ended")

    def get(self, path: str = "", **headers: str) -> tuple[int, Message, bytes]:
        """Status, headers and body of an answer; an error status does not raise."""
        request = urllib.request.Request(self.url + path, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=READY_SECONDS) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, refused.headers, refused.read()


@contextlib.contextmanager
def serving(build: Build, root: Path, **options: Any) -> Iterator[Preview]:
    """The real server in a thread; whatever it raises is raised here at the end."""
    ready: queue.Queue[str] = queue.Queue()
    stop = threading.Event()
    notes: list[str] = []
    settings = {"port": 0, "open_browser": False, "on_note": notes.append, **options}
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(serve, build, root=root, on_ready=ready.put, stop=stop, **settings)
        running.add_done_callback(lambda _: ready.put(""))
        try:
            url = ready.get(timeout=READY_SECONDS)
            if url:
                yield Preview(url, stop, notes)
        finally:
            stop.set()
        running.result(timeout=READY_SECONDS)


@pytest.fixture(name="serving")
def _serving() -> Callable[..., contextlib.AbstractContextManager[Preview]]:
    """`serving(build, root, **options)`: for tests that bring a build or options of their own."""
    return serving


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


@pytest.fixture
def preview(project: Project) -> Iterator[Preview]:
    with serving(project.build, project.root) as running:
        yield running


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page at 1280 x 800 that fails the test when a script of ours fails or breaks its own policy."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-CA", color_scheme="null")
    page = context.new_page()
    page.set_default_timeout(READY_SECONDS * 1000)
    expect.set_options(timeout=READY_SECONDS * 1000)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))

    def hear(line: ConsoleMessage) -> None:
        # A mail may try what its policy forbids; the shell may not.
        if "Content Security Policy" in line.text and "/mail/" not in line.location["url"] + line.text:
            wrong.append(line.text)

    page.on("console", hear)
    yield page
    context.close()
    assert wrong == []
