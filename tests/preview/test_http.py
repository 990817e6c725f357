"""What the server answers, without a browser."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
import urllib.request
import webbrowser
from pathlib import Path
from queue import Queue
from typing import Any

import pytest

from newsletter.errors import ProjectMistake, UnknownName, WorldError
from newsletter.models.finding import Finding, Severity
from newsletter.preview import PreviewState
from newsletter.preview.app import host_allowed


def test_the_page_loads_in_the_language_of_the_reader(preview: Any) -> None:
    status, headers, body = preview.get("", **{"Accept-Language": "fr-CA,fr;q=0.9,en;q=0.5"})
    assert status == 200
    assert headers["Content-Language"] == "fr"
    assert '<html lang="fr">' in body.decode()
    assert "En-têtes" in body.decode()
    _, headers, body = preview.get("?ui=en", **{"Accept-Language": "fr"})
    assert headers["Content-Language"] == "en"
    assert "Headers" in body.decode()


def test_no_page_holds_an_inline_script_or_style(preview: Any) -> None:
    _, headers, body = preview.get()
    policy = headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "<script>" not in body.decode()
    assert "<style" not in body.decode()


def test_the_mail_is_served_as_it_is_sent(preview: Any, project: Any) -> None:
    preview.state()
    sent = project.build().editions[2].message
    status, headers, body = preview.get("mail/fr%2Ben/message.eml")
    assert (status, body) == (200, sent)
    assert headers["Content-Type"] == "message/rfc822"
    assert headers["Content-Disposition"] == 'attachment; filename="2024-02.fr+en.eml"'

    _, headers, html = preview.get("mail/fr+en/html")
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert "<h1>Février (fr+en)</h1>" in html.decode()
    assert b"(prefers-color-scheme: dark)" in html


def test_the_mail_can_run_nothing(preview: Any) -> None:
    preview.state()
    _, headers, _ = preview.get("mail/fr/html")
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script" not in policy.replace("allow-scripts", "")
    sandbox = next(part for part in policy.split("; ") if part.startswith("sandbox"))
    assert "allow-scripts" not in sandbox
    assert "form-action 'none'" in policy


def test_the_rewritten_copy_answers_colour_queries(preview: Any) -> None:
    preview.state()
    _, _, dark = preview.get("mail/fr/html?scheme=dark")
    assert b"prefers-color-scheme" not in dark
    assert b"@media (min-width: 0px) { body { background: #101214" in dark
    assert b'name="color-scheme" content="dark"' in dark
    _, _, light = preview.get("mail/fr/html?scheme=light")
    assert b"@media (max-width: 0px) { body { background: #101214" in light
    _, _, other = preview.get("mail/fr/html?scheme=%22%3E")
    assert other == preview.get("mail/fr/html")[2]


def test_text_and_sources(preview: Any) -> None:
    preview.state()
    _, headers, text = preview.get("mail/en/text.txt")
    assert headers["Content-Type"] == "text/plain; charset=utf-8"
    assert text.decode() == "Février (en)\n\nBonjour à tous\n"
    assert preview.get("mail/en/html.txt")[2].decode().startswith("<!doctype html>")
    assert preview.get("mail/en/source.txt")[2].decode().startswith("From: =?utf-8?")


def test_the_state_is_read_from_the_message(preview: Any) -> None:
    state = preview.state()
    assert (state["issue"], state["title"], state["failure"]) == ("2024-02", "Février 2024", None)
    edition = state["editions"][0]
    assert edition["sender"] == "Données ouvertes Montréal <infolettre@example.org>"
    assert edition["recipient"] == "Zoe Tremblay <zoe@example.com>"
    assert edition["subject"] == "Février : la donnée au service du climat"
    assert edition["messageBytes"] == len(preview.get("mail/fr/message.eml")[2])
    html_as_sent = preview.get("mail/fr/source.txt")[2].decode().split("text/html")[1].split("\n\n", 1)[1]
    assert edition["htmlBytes"] == len(html_as_sent.removesuffix("\n--edge--\n").replace("\n", "\r\n"))
    unsubscribe = {header["name"]: header["value"] for header in edition["headers"]}["List-Unsubscribe"]
    assert unsubscribe == "<https://news.example.org/u/AAAAAAAAAAAAAAAAAAAAAA>, <mailto:stop@example.org>"


@pytest.mark.parametrize(
    "path", ["nothing", "mail/de/html", "mail/fr/other.txt", "assets/server.py", "assets/..%2fapp.py"]
)
def test_what_is_not_there(preview: Any, path: str) -> None:
    preview.state()
    assert preview.get(path)[0] == 404


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "192.0.2.1", ""]
)
def test_other_hosts_are_refused(preview: Any, host: str) -> None:
    for path in ("", "state.json", "events", "mail/fr/html"):
        status, headers, body = preview.get(path, Host=host)
        assert status == 403
        assert b"Bonjour" not in body
        assert "Access-Control-Allow-Origin" not in headers


def test_own_hosts_are_served(preview: Any) -> None:
    for host in ("127.0.0.1", "localhost:9999", "LOCALHOST"):
        assert preview.get("state.json", Host=host)[0] == 200


@pytest.mark.parametrize(
    ("header", "bound", "allowed"),
    [
        ("[::1]:8025", "::1", True),
        ("[::1]", "127.0.0.1", True),
        ("192.0.2.7:8025", "127.0.0.1", False),
        ("192.0.2.7:8025", "0.0.0.0", True),
        ("desk.example.org:8025", "0.0.0.0", False),
        ("desk.example.org:8025", "desk.example.org", True),
    ],
)
def test_hosts_by_address_bound(header: str, bound: str, allowed: bool) -> None:
    assert host_allowed(header, bound) is allowed


def test_every_answer_is_private(preview: Any) -> None:
    for path in ("", "state.json", "assets/preview.js", "mail/fr/html", "nothing"):
        _, headers, _ = preview.get(path, Origin="https://evil.example")
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "Access-Control-Allow-Origin" not in headers


def test_a_save_is_announced_on_the_stream(preview: Any, project: Any) -> None:
    before = preview.state()
    with urllib.request.urlopen(preview.url + "events", timeout=20) as stream:
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        project.save("Bonsoir")
        for line in stream:
            if line.startswith(b"data:"):
                said = json.loads(line[5:])
                assert said["instance"] == before["instance"]
                if said["epoch"] > before["epoch"] and not said["building"]:
                    break
    assert b"Bonsoir" in preview.get("mail/fr/html")[2]


def test_a_mistake_is_shown_with_its_lines_and_heals(preview: Any, project: Any) -> None:
    preview.state()
    project.save("Bonjour oops")
    state = preview.until(lambda state: bool(state["findings"]))
    (finding,) = state["findings"]
    assert (finding["place"], finding["rule"], finding["severity"]) == (
        "issues/2024-02.txt:2:15",
        "T-OOPS",
        "error",
    )
    assert finding["hint"] == "write something else"
    assert finding["excerpt"] == {
        "first": 1,
        "lines": ["title: Février", "body: Bonjour oops"],
        "line": 2,
        "column": 15,
    }
    assert [edition["broken"] for edition in state["editions"]] == [True, True, True]
    assert [edition["label"] for edition in state["editions"]] == ["Français", "English", "Français + English"]
    project.save("Bonjour")
    state = preview.until(lambda state: not state["findings"])
    assert [edition["broken"] for edition in state["editions"]] == [False, False, False]


def test_one_broken_edition_leaves_the_others(preview: Any, project: Any) -> None:
    preview.state()
    project.save("Bonjour english-only oops")
    state = preview.until(lambda state: bool(state["findings"]))
    assert {edition["code"]: edition["broken"] for edition in state["editions"]} == {
        "fr": False,
        "en": True,
        "fr+en": False,
    }
    assert preview.get("mail/fr/html")[0] == 200
    status, headers, _ = preview.get("mail/en/html")
    assert status == 404
    # The page may have asked for it in a frame when the save came.
    assert "frame-ancestors 'self'" in headers["content-security-policy"]


def test_trouble_of_the_world_is_shown_and_heals(preview: Any, project: Any) -> None:
    preview.state()
    project.save("explode")
    state = preview.until(lambda state: state["failure"] is not None)
    assert state["failure"] == {
        "what": "the corpus cannot be read",
        "where": "corpus",
        "hint": "check who may read this folder",
        "excerpt": None,
    }
    project.save("Bonjour")
    assert preview.until(lambda state: state["failure"] is None)["editions"]


def test_mistakes_that_were_raised_are_findings_too(tmp_path: Path, serving: Any) -> None:
    finding = Finding("T-KEY", Severity.ERROR, "unknown key", "newsletter.yaml", 1, 1)

    def build() -> PreviewState:
        raise ProjectMistake("the project has mistakes", [finding])

    (tmp_path / "newsletter.yaml").write_text("naem: x\n", encoding="utf-8")
    with serving(build, tmp_path) as preview:
        state = preview.state()
    assert state["failure"] is None
    assert state["findings"][0]["excerpt"]["lines"] == ["naem: x"]


def test_an_unknown_issue_is_shown(tmp_path: Path, serving: Any) -> None:
    def build() -> PreviewState:
        raise UnknownName("no issue 2024-03", where="issues/x.yaml:1", hint="did you mean 2024-02?")

    (tmp_path / "issues").mkdir()
    (tmp_path / "issues/x.yaml").write_text("date: 1\n", encoding="utf-8")
    with serving(build, tmp_path) as preview:
        failure = preview.state()["failure"]
    assert failure["what"] == "no issue 2024-03"
    assert failure["excerpt"]["lines"] == ["date: 1"]


def test_a_fault_of_the_program_ends_the_preview(project: Any, serving: Any) -> None:
    def serve_until_it_ends() -> None:
        with serving(project.build, project.root) as running:
            running.state()
            project.save("bug")
            assert running.stop.wait(20)

    with pytest.raises(ZeroDivisionError, match="a fault of the program"):
        serve_until_it_ends()


def test_a_port_in_use_gives_the_next_and_says_so(project: Any, serving: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with serving(project.build, project.root, port=port) as running:
            assert f":{port}/" not in running.url
            assert running.get("state.json")[0] == 200
            (note,) = running.notes
            assert str(port) in note
            assert running.url.rpartition(":")[2].strip("/") in note


def test_an_address_that_is_not_ours(project: Any, serving: Any) -> None:
    with (
        pytest.raises(WorldError, match="cannot listen") as caught,
        serving(project.build, project.root, host="192.0.2.1"),
    ):
        pass
    assert caught.value.where == "192.0.2.1:0"


def test_listening_beyond_this_machine_is_said(project: Any, serving: Any) -> None:
    with serving(project.build, project.root, host="0.0.0.0") as running:
        assert running.url.startswith("http://127.0.0.1:")
        assert "can read this preview" in running.notes[0]


def test_the_browser_is_opened_when_asked(project: Any, serving: Any) -> None:
    opened: Queue[str] = Queue()

    class Probe(webbrowser.BaseBrowser):
        def open(self, url: str, new: int = 0, autoraise: bool = True) -> bool:
            opened.put(url)
            return True

    webbrowser.register("probe", None, Probe("probe"), preferred=True)
    with serving(project.build, project.root, open_browser=True) as running:
        assert opened.get(timeout=20) == running.url


PROGRAM = """
    import sys
    from pathlib import Path
    from newsletter.preview import PreviewState, serve

    def build():
        return PreviewState("2024-02", "Février", (), (), ())

    def ready(url):
        print(url, flush=True)

    serve(build, root=Path("."), port=0, open_browser=False, on_ready=ready)
    print("ended")
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_although_a_stream_is_open(tmp_path: Path, number: int) -> None:
    command = [sys.executable, "-c", textwrap.dedent(PROGRAM)]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as child:
        try:
            assert child.stdout is not None
            url = child.stdout.readline().strip()
            with socket.create_connection(
                ("127.0.0.1", int(url.strip("/").rpartition(":")[2])), timeout=20
            ) as stream:
                stream.sendall(b"GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")
                heard = b""
                while b'"building": false' not in heard:  # from then on nothing but the signal wakes the stream
                    heard += stream.recv(4096)
                started = time.monotonic()
                os.kill(child.pid, number)
                out, err = child.communicate(timeout=20)
        finally:
            child.kill()
    assert (child.returncode, out, err) == (0, "ended\n", "")
    assert time.monotonic() - started < 2  # uvicorn cuts a stream off only after that


def test_builds_never_overlap_and_are_gathered(project: Any, serving: Any) -> None:
    inside = threading.Semaphore(1)
    entered, leave = Queue[int](), threading.Event()
    overlaps: list[int] = []

    def hook() -> None:
        if not inside.acquire(blocking=False):
            overlaps.append(project.builds)
        entered.put(project.builds)
        if project.builds == 2:
            leave.wait(20)
        inside.release()

    project.hooks.append(hook)
    with serving(project.build, project.root) as running:
        running.state()
        assert entered.get(timeout=20) == 1
        project.save("un")
        assert entered.get(timeout=20) == 2
        for number in range(20):
            project.save(f"save {number}")
        leave.set()
        running.until(lambda _: b"save 19" in running.get("mail/fr/html")[2])
    assert overlaps == []
    assert project.builds < 8


def test_what_is_written_into_new_folders_is_seen(preview: Any, project: Any) -> None:
    preview.state()
    for text in ("one", "two", "three"):
        builds = project.builds
        project.write("corpus/second/deeper/fr.md", text)
        preview.until(lambda _, builds=builds: project.builds > builds)


def test_what_changes_before_the_watch_reaches_it_is_built_again(project: Any, serving: Any) -> None:
    project.write("shared/footer.txt", "one")
    project.watch = (*project.watch, "shared")  # which nobody knows before the first build has said so

    def hook() -> None:
        if project.builds == 1:
            project.write("shared/footer.txt", "two")

    project.hooks.append(hook)
    with serving(project.build, project.root) as running:
        running.until(lambda _: project.builds >= 2)
        project.write("shared/footer.txt", "three")
        running.until(lambda _: project.builds >= 3)
    assert project.builds == 3


def test_a_build_that_changes_nothing_is_not_announced(preview: Any, project: Any) -> None:
    before = preview.state()
    builds = project.builds
    project.write("issues/notes.txt", "nothing to do with it")
    preview.until(lambda state: project.builds > builds and not state["building"])
    assert preview.until(lambda _: True)["epoch"] == before["epoch"]
