"""What the tests take from npm: pinned in tests/npm/package.json, installed by `make npm`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parents[1] / "npm"

OLDEST_NODE = 20


def package(name: str) -> Path:
    """The folder of an installed package. Absent or of another version, it skips here and fails in CI."""
    pinned = json.loads((FOLDER / "package.json").read_text("utf-8"))["dependencies"][name]
    folder = FOLDER / "node_modules" / name
    manifest = folder / "package.json"
    if manifest.is_file() and json.loads(manifest.read_text("utf-8"))["version"] == pinned:
        return folder
    return _missing(f"npm {name} {pinned} is not installed: make npm")


def _missing(message: str) -> Any:
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


class ReferenceCompiler:
    """npm `mjml`, in one node process for all documents."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def compile(self, mjml: str) -> str:
        """HTML. Whatever the reference validator has to say is a failure: our own passed this MJML."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(mjml) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the node process died; its words are above"
        answer = json.loads(line)
        assert answer["errors"] == [], answer["errors"]
        return answer["html"]


@contextmanager
def reference_compiler() -> Iterator[ReferenceCompiler]:
    """The reference compiler, for as long as the context lasts."""
    package("mjml")
    node = shutil.which("node") or _missing("node is not installed: apt install nodejs npm")
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    if int(version.lstrip("v").partition(".")[0]) < OLDEST_NODE:
        _missing(f"node {version} is too old for mjml: {OLDEST_NODE} or newer is needed")
    command = [node, str(FOLDER / "compile_mjml.cjs")]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, text=True, encoding="utf-8", **pipes) as process:
        try:
            yield ReferenceCompiler(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
