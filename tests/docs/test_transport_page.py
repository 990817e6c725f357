"""The plug-in of the page on transports is built, installed by pip, and sends; the tables name what there is."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from newsletter.config import load_config
from newsletter.transport import sendmail, settings
from newsletter.transport.schemes import BUILT_IN
from newsletter.yamlfile import parse_yaml

DOCS = Path(__file__).resolve().parents[2] / "docs"
_FILE = re.compile(r"<!-- file: (\S+) -->\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder pip installed the page's package into."""
    folder = tmp_path_factory.mktemp("plug-in")
    page = (DOCS / "how-to/write-a-transport.md").read_text(encoding="utf-8")
    for name, text in _FILE.findall(page):
        (folder / name).write_text(text, encoding="utf-8")
    target = folder / "site"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-deps"]
    done = subprocess.run(
        [*pip, "--no-index", "--no-build-isolation", "--target", str(target), str(folder)],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return target


class Service:
    """The service of the page: takes messages with the right key."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, str, bytes]] = []
        self.answers: list[int] = []

    @contextmanager
    def running(self) -> Iterator[str]:
        service = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                data = self.rfile.read(int(self.headers["Content-Length"]))
                good = self.headers["Authorization"] == "Bearer the-key"
                status = 401 if not good else service.answers.pop(0) if service.answers else 202
                if status == 202:
                    service.taken.append((self.headers["X-Sender"], self.headers["X-Recipient"], data))
                if status == 0:  # the line breaks without an answer
                    self.close_connection = True
                    return
                self.send_response(status)
                self.send_header("Content-Length", "5")
                self.end_headers()
                self.wfile.write(b"noted")

            def log_message(self, *arguments: object) -> None:
                pass

        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            thread = threading.Thread(target=server.serve_forever)
            thread.start()
            try:
                yield f"post://127.0.0.1:{server.server_address[1]}/send"
            finally:
                server.shutdown()
                thread.join()


def run(installed: Path, root: Path, url: str, key: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environ = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(installed),
        "PYTHONUTF8": "1",
        "NEWSLETTER_TRANSPORT": url,
        "NEWSLETTER_SMTP_PASSWORD": key,
    }
    return subprocess.run(
        [sys.executable, "-m", "newsletter", *arguments],
        cwd=root, env=environ, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False,
    )  # fmt: skip


def test_the_package_of_the_page_sends_a_run(installed: Path, sample_root: Path) -> None:
    service = Service()
    service.answers = [202, 400, 429, 0]
    with service.running() as url:
        # One at a time, so that the answers meet the recipients in order.
        config = (sample_root / "newsletter.yaml").read_text(encoding="utf-8")
        assert "\ndelivery:" not in config
        (sample_root / "newsletter.yaml").write_text(
            config + "\ndelivery:\n  connections: 1\n  patience: 0\n  stop_after: 0\n", encoding="utf-8"
        )
        dry = run(installed, sample_root, url, "the-key", "send", "2024-02")
        assert dry.returncode == 0, dry.stderr
        match = re.search(r"^digest: (\w+)$", dry.stdout, re.MULTILINE)
        assert match is not None
        sent = run(installed, sample_root, url, "the-key", "send", "2024-02", "--confirm", match[1])
    assert sent.returncode == 5, sent.stdout + sent.stderr
    listed = run(installed, sample_root, url, "the-key", "status", "--format", "json").stdout
    for state in ("rejected", "deferred", "unknown"):
        assert re.search(rf'"{state}": 1\b', listed), listed
    for sender, recipient, data in service.taken:
        mail = message_from_bytes(data, policy=policy.SMTP)
        assert recipient in str(mail["To"])
        assert "@" in sender
    assert "the-key" not in sent.stdout + sent.stderr + listed


def test_the_package_of_the_page_stops_at_a_wrong_key(installed: Path, sample_root: Path) -> None:
    service = Service()
    with service.running() as url:
        sent = run(installed, sample_root, url, "wrong-key", "send", "2024-02", "--to", "you@example.org")
    assert sent.returncode == 4
    assert "the service says 401: noted" in sent.stderr
    assert "wrong-key" not in sent.stdout + sent.stderr


def test_the_reference_names_every_scheme_and_option() -> None:
    text = (DOCS / "reference/transports.md").read_text(encoding="utf-8")
    assert set(re.findall(r"`([a-z]+):(?![/\w])", text)) | {"smtp", "smtps"} >= set(BUILT_IN)
    smtp = text.split("## `smtp:`")[1].split("## `maildir:`")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", smtp, re.MULTILINE)) == set(settings.OPTIONS)
    program = text.split("## `sendmail:`")[1]
    assert all(f"`{option}`" in program for option in sendmail.OPTIONS)
    told = {int(number) for row in re.findall(r"^\| ([\d, to]+)[ (|]", program, re.MULTILINE) for number in re.findall(r"\d+", row)}  # fmt: skip
    assert {*sendmail.DEFERRED, *sendmail.REJECTED} <= told
    assert set(sendmail.THIS_MACHINE) == {*range(69, 75), 76}


def test_every_transport_of_the_how_to_can_be_read(sample_root: Path) -> None:
    text = (DOCS / "how-to/connect-to-a-relay.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| [^|]+ \| `([a-z]+:[^`]*)` \|$", text, re.MULTILINE)
    (block,) = re.findall(r"^```yaml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    document, _ = parse_yaml(block, "page")
    assert document is not None
    assert rows[0] == "transport:"
    assert len(rows) == 10
    for url in (*rows[1:], document.data["transport"]):
        config, findings = load_config(sample_root, {"NEWSLETTER_TRANSPORT": url})
        assert config is not None, findings
