"""End to end: every folder here is a story. It edits a copy of the sample project, runs commands as a person
would, and says what must come out, what the relay must have received, and what the ledger must hold.

A `scenario.yaml` has: `story`, `edits` (replace/by, append, write, delete), `environ`, `relay` (a list of faults of the
embedded inbox; `relay: nobody` points the project at a port where nobody listens), `steps` (run, exit,
stdout, stderr: texts that must appear in this order; `json`, `lines`: what stdout must be), `files` (texts that a file
must hold), `received` (addresses, each exactly once), `ledger`.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import socket
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from newsletter.inbox import Fault, Inbox

HERE = Path(__file__).parent
SCENARIOS = sorted(path.parent for path in HERE.glob("*/scenario.yaml"))


@pytest.mark.parametrize("folder", SCENARIOS, ids=lambda folder: folder.name)
def test_scenario(folder: Path, sample_root: Path) -> None:
    scenario = yaml.safe_load((folder / "scenario.yaml").read_text(encoding="utf-8"))
    for edit in scenario.get("edits", ()):
        apply_edit(sample_root, edit)
    with relay(scenario.get("relay", [])) as (url, inbox):
        environ = clean_environ() | {
            "NEWSLETTER_TRANSPORT": url,
            "NEWSLETTER_STORE": "sqlite:///var/ledger.sqlite3",
            **{name: str(value) for name, value in scenario.get("environ", {}).items()},
        }
        words: dict[str, str] = {}
        for step in scenario["steps"]:
            for edit in step.get("edits", ()):
                apply_edit(sample_root, edit)
            run_step(step, sample_root, environ | step.get("environ", {}), words)
    if "received" in scenario:
        assert inbox is not None
        received = Counter(address for message in inbox.messages for address in message.rcpt_to)
        assert received == Counter(scenario["received"])
    for name, texts in scenario.get("files", {}).items():
        content = (sample_root / name).read_text(encoding="utf-8")
        assert [text for text in texts if text not in content] == [], content
    if "ledger" in scenario:
        assert ledger_counts(sample_root / "var" / "ledger.sqlite3") == scenario["ledger"]
    leftovers = list(sample_root.rglob(".*.tmp"))
    assert leftovers == []


def apply_edit(root: Path, edit: dict[str, Any]) -> None:
    path = root / edit["file"]
    if edit.get("delete"):
        path.unlink()
        return
    if "write" in edit:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(edit["write"], encoding="utf-8")
        return
    text = path.read_text(encoding="utf-8")
    if "append" in edit:
        path.write_text(text + edit["append"], encoding="utf-8")
        return
    assert edit["replace"] in text, f"{edit['file']} does not hold {edit['replace']!r}"
    path.write_text(text.replace(edit["replace"], edit["by"], 1), encoding="utf-8")


@contextmanager
def relay(faults: Any) -> Iterator[tuple[str, Inbox | None]]:
    if faults == "nobody":
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        yield f"smtp://127.0.0.1:{port}", None
        return
    with Inbox(faults=[Fault(**fault) for fault in faults]) as inbox:
        yield inbox.url, inbox


def run_step(step: dict[str, Any], root: Path, environ: dict[str, str], words: dict[str, str]) -> None:
    command = step["run"].format(**words)
    arguments = shlex.split(command)
    assert arguments[0] == "newsletter"
    done = subprocess.run(
        [sys.executable, "-m", "newsletter", *arguments[1:]],
        cwd=root,
        env=environ,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    shown = f"$ {command}\nexit {done.returncode}\n--- stdout\n{done.stdout}\n--- stderr\n{done.stderr}"
    assert "Traceback" not in done.stdout + done.stderr, shown
    assert done.returncode == step.get("exit", 0), shown
    for stream in ("stdout", "stderr"):
        position = 0
        for text in step.get(stream, ()):
            found = getattr(done, stream).find(text, position)
            assert found >= 0, f"{stream} lacks {text!r} (after what came before it)\n{shown}"
            position = found + len(text)
    if match := re.search(r"^digest: (\w+)$", done.stdout, re.MULTILINE):
        words["digest"] = match.group(1)
    if match := re.search(r"^Run (\S+):", done.stdout, re.MULTILINE):
        words["run"] = match.group(1)
    if step.get("json"):
        json.loads(done.stdout)
    if step.get("lines"):
        assert all(isinstance(json.loads(line)["event"], str) for line in done.stdout.splitlines())


def ledger_counts(path: Path) -> dict[str, int]:
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT state, count(*) FROM delivery GROUP BY state").fetchall()
    connection.close()
    return dict(rows)


def clean_environ() -> dict[str, str]:
    """The environment without anything of ours, so that a developer's own settings change no test."""
    return {name: value for name, value in os.environ.items() if not name.startswith("NEWSLETTER_")} | {
        "COLUMNS": "200"
    }
