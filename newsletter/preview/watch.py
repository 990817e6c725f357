"""Wait until something a build depends on changes.

Only folders are watched, each by itself: a watch on a file is lost when an editor saves by writing a new
file and renaming it over the old one, and a watch on a tree misses what is written into a new folder before
the watch reaches it. A new folder is found by `Watch.covers`, which is asked again after every change.
"""

from __future__ import annotations

import os
import platform
import re
import threading
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

# The documented low-level interface of watchfiles. Its generators arm the watch only at the first step, so a
# change made while the issue is being built for the first time would be missed.
from watchfiles._rust_notify import RustNotify, WatchfilesRustInternalError

DEBOUNCE_MS = 50
"""Longest time changes are gathered before they are reported."""

STEP_MS = 20
"""Changes are reported once nothing more happened for so long."""

POLL_MS = 300
"""Between two looks, where the system cannot tell of changes by itself."""

_WAKE_MS = 60_000

_NOT_CONTENT = re.compile(r"^\.|~$|^4913$|___jb_(tmp|old)___$|^__pycache__$|^node_modules$|^\#.*\#$")
"""Names that editors and tools leave beside the files people write."""


class Watch:
    """A watch over files and folders, in force from the moment it exists until it is closed.

    paths: absolute; one that does not exist yet counts as changed when it appears.
    """

    def __init__(self, paths: Iterable[Path], *, poll: bool | None = None) -> None:
        self.paths = frozenset(paths)
        self._above = frozenset(parent for path in self.paths for parent in path.parents)
        self.folders, self._notify = self._arm(_must_poll() if poll is None else poll)

    def _arm(self, poll: bool) -> tuple[frozenset[Path], RustNotify]:
        while True:
            folders = folders_of(self.paths)
            names = sorted(map(str, folders))
            try:
                return folders, RustNotify(names, False, poll, POLL_MS, False, True)
            except FileNotFoundError:
                continue  # a folder went away between the two lines above
            except (OSError, WatchfilesRustInternalError):
                if poll:
                    raise
                poll = True  # no more watches to be had from the system, or a file system without any

    def wait(self, stop: threading.Event) -> bool:
        """Wait for a change that matters; False when `stop` was set instead."""
        while not stop.is_set():
            changes = self._notify.watch(DEBOUNCE_MS, STEP_MS, _WAKE_MS, stop)
            if isinstance(changes, str):
                continue  # the time ran out, or stop was set
            if any(self.matters(Path(name)) for _, name in changes):
                return True
        return False

    def matters(self, changed: Path) -> bool:
        """True when a change of this path may change the build."""
        if changed in self.paths or changed in self._above:
            return True
        below = [changed, *changed.parents]
        for index, path in enumerate(below):
            if path in self.paths:
                return not any(_NOT_CONTENT.search(inner.name) for inner in below[:index])
        return False

    def covers(self, paths: Iterable[Path]) -> bool:
        """True when a change of any of `paths`, as the disk is now, would be seen by this watch."""
        wanted = frozenset(paths)
        return wanted <= self.paths and folders_of(wanted) <= self.folders

    def close(self) -> None:
        """Stop watching."""
        self._notify.close()

    def __enter__(self) -> Watch:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _must_poll() -> bool:
    # Under WSL the folders of Windows report nothing (watchfiles polls there for the same reason).
    system = platform.uname()
    return system.system == "Linux" and "microsoft-standard" in system.release.lower()


def folders_of(paths: Iterable[Path]) -> frozenset[Path]:
    """Every existing folder in which a change of `paths` would show, each to be watched by itself."""
    folders: set[Path] = set()
    for path in paths:
        # The folder above tells when the path itself is made, replaced or removed.
        folders.add(next((parent for parent in path.parents if parent.is_dir()), Path(path.anchor)))
        if path.is_dir():
            for name, inner, _ in os.walk(path):
                inner[:] = [child for child in inner if not _NOT_CONTENT.search(child)]
                folders.add(Path(name))
    return frozenset(folders)
