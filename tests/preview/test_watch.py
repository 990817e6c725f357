"""Changes on a real disk, seen or rightly not seen."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from newsletter.preview.watch import Watch, folders_of

SECONDS = 20


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for folder in ("corpus/first", "issues", ".git", ".venv/lib"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "newsletter.yaml").write_text("name: x\n", encoding="utf-8")
    (tmp_path / "corpus/first/fr.md").write_text("Bonjour\n", encoding="utf-8")
    return tmp_path.resolve()


def paths(root: Path) -> list[Path]:
    return [root / name for name in ("corpus", "issues", "recipients", "newsletter.yaml")]


def rename_over(path: Path) -> None:
    fresh = path.with_name(path.name + ".tmp~")
    fresh.write_text("new", encoding="utf-8")
    fresh.replace(path)


def seen(root: Path, change: Callable[[], Any], *, poll: bool = False) -> bool:
    """Whether a watch wakes up for `change`; one that does not runs into the time limit."""
    stop = threading.Event()
    with Watch(paths(root), poll=poll) as watch, ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(watch.wait, stop)
        try:
            change()
            return waiting.result(SECONDS)
        finally:
            stop.set()


CHANGES: dict[str, Callable[[Path], Any]] = {
    "write a file": lambda root: (root / "corpus/first/fr.md").write_text("Bonsoir\n", encoding="utf-8"),
    "rename over a file of a folder": lambda root: rename_over(root / "corpus/first/fr.md"),
    "rename over a file named itself": lambda root: rename_over(root / "newsletter.yaml"),
    "new file": lambda root: (root / "issues/2024-03.yaml").write_text("", encoding="utf-8"),
    "new folder": lambda root: (root / "corpus/second").mkdir(),
    "new file in a folder that was missing": lambda root: (root / "recipients").mkdir(),
    "remove a file": lambda root: (root / "corpus/first/fr.md").unlink(),
    "remove a folder": lambda root: shutil.rmtree(root / "issues"),
    "remove the configuration": lambda root: (root / "newsletter.yaml").unlink(),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_matters_is_seen(root: Path, name: str) -> None:
    assert seen(root, lambda: CHANGES[name](root))


def test_polling_sees_it_too(root: Path) -> None:
    os.utime(root / "corpus/first/fr.md", (0, 0))  # the poller compares whole seconds
    assert seen(root, lambda: rename_over(root / "corpus/first/fr.md"), poll=True)


@pytest.mark.parametrize(
    "name",
    [
        "other.txt",
        ".git/index",
        ".venv/lib/x.py",
        "corpus/first/.fr.md.swp",
        "corpus/first/fr.md~",
        "issues/.#x",
        "issues/4913",
    ],
)
def test_what_editors_and_tools_write_does_not_matter(root: Path, name: str) -> None:
    with Watch(paths(root)) as watch:
        assert not watch.matters(root / name)


def test_what_matters_by_path(root: Path) -> None:
    with Watch([*paths(root), root / ".env"]) as watch:
        for name in ("newsletter.yaml", "recipients", "corpus/new/fr.md", ".env"):
            assert watch.matters(root / name)


def test_a_project_inside_a_hidden_folder_is_watched(tmp_path: Path) -> None:
    root = tmp_path.resolve() / ".work" / "node_modules"
    (root / "corpus").mkdir(parents=True)
    with Watch([root / "corpus"]) as watch:
        assert watch.matters(root / "corpus/fr.md")


def test_folders_are_watched_one_by_one(root: Path) -> None:
    (root / "corpus/.cache/deep").mkdir(parents=True)
    assert folders_of(paths(root)) == {root, root / "corpus", root / "corpus/first", root / "issues"}


def test_a_new_folder_is_not_covered_until_the_watch_is_made_anew(root: Path) -> None:
    with Watch(paths(root)) as watch:
        assert watch.covers(paths(root))
        assert watch.covers([root / "corpus/first"]) is False
        (root / "corpus/second").mkdir()
        assert not watch.covers(paths(root))
    with Watch(paths(root)) as watch:
        assert watch.covers(paths(root))


def test_stop_ends_the_wait(root: Path) -> None:
    stop = threading.Event()
    with Watch(paths(root)) as watch, ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(watch.wait, stop)
        stop.set()
        assert waiting.result(SECONDS) is False
