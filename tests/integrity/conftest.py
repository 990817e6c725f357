"""npm's mail parser, in one node process for all messages; pinned packages are found by tests/visual."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "visual"))

from npm_packages import FOLDER, package

Parse = Callable[[bytes], dict[str, Any]]


@pytest.fixture(scope="session")
def mailparser() -> Iterator[Parse]:
    package("mailparser")
    node = shutil.which("node")
    assert node is not None, "npm installed the package, so there is a node"
    with subprocess.Popen(
        [node, str(FOLDER / "parse_mail.cjs")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8",
    ) as process:  # fmt: skip

        def parse(data: bytes) -> dict[str, Any]:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(json.dumps(base64.b64encode(data).decode("ascii")) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
            assert line, "the node process died; its words are above"
            answer: dict[str, Any] = json.loads(line)
            assert "error" not in answer, answer
            return answer

        try:
            yield parse
        finally:
            assert process.stdin is not None
            process.stdin.close()
