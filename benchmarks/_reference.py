"""The baseline of node: npm mjml and npm juice in one long-lived process, at the versions of package.json."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent


class Answer(NamedTuple):
    """HTML with its CSS inlined, and the seconds node took for either step, by its own clock."""

    html: str
    mjml: float
    juice: float


class Reference(NamedTuple):
    """The node process, and what it is."""

    process: subprocess.Popen[str]
    versions: str
    node: str

    def compile(self, mjml: str, css: str, *, everything: bool = False) -> Answer:
        """`mjml` compiled and `css` inlined. everything: juice also inlines the <style> elements, its default."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        question = json.dumps({"mjml": mjml, "css": css, "everything": everything})
        self.process.stdin.write(question + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("the node process of the baseline died; its words are above")
        answer = json.loads(line)
        return Answer(answer["html"], answer["mjml"] / 1000, answer["juice"] / 1000)


@contextmanager
def reference() -> Iterator[Reference]:
    """The baseline, installed first when it is not there. Exits with words when it cannot be had."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise SystemExit("the baseline of this benchmark needs node and npm, and they are not on this machine")
    pinned: dict[str, str] = json.loads((FOLDER / "package.json").read_text("utf-8"))["dependencies"]
    if _installed(pinned) != pinned:
        print("installing npm mjml and juice into benchmarks/node_modules ...", flush=True)
        install = [npm, "install", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error"]
        if subprocess.run(install, cwd=FOLDER, check=False).returncode:
            raise SystemExit("npm could not install the baseline; its words are above")
    node_version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    versions = " + ".join(f"{name} {version}" for name, version in pinned.items())
    with subprocess.Popen(
        [node, str(FOLDER / "reference.cjs")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        try:
            yield Reference(process, versions, node_version)
        finally:
            if process.stdin is not None:
                process.stdin.close()


def _installed(names: dict[str, str]) -> dict[str, str]:
    files = {name: FOLDER / "node_modules" / name / "package.json" for name in names}
    return {name: json.loads(file.read_text("utf-8"))["version"] for name, file in files.items() if file.exists()}
