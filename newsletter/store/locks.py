"""One process at a time per issue, by a lock file beside the database.

The operating system drops the lock when its holder dies, so a crash never leaves an issue locked.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from newsletter.errors import RunLocked, StoreTrouble

if TYPE_CHECKING:
    from filelock import FileLock


LOOK_SECONDS = 0.2
"""So long a lock must be taken before it counts as held: `is_held` takes it for a moment, just to see."""


class IssueLocks:
    """The locks of one store. A thread that holds an issue may hold it again; other threads may not."""

    def __init__(self, database: Path) -> None:
        # Two names of one database (a symbolic link) must lead to one lock, as they lead to one journal.
        self._database = database.resolve()
        self._locks: dict[str, FileLock] = {}
        self._guard = threading.Lock()

    @contextmanager
    def hold(self, issue: str, holder: Callable[[], str | None]) -> Iterator[None]:
        """Hold the lock of `issue`; `holder` says who has it, for the message. Raises RunLocked, StoreTrouble."""
        lock = self._lock(issue)
        if not self._acquire(lock):
            who = holder()
            raise RunLocked(
                f"issue {issue} is being sent by another process{f' ({who})' if who else ''}",
                hint=f"wait until it is done; newsletter status shows how far it is (lock file: {lock.lock_file})",
            )
        try:
            yield
        finally:
            lock.release()

    def is_held(self, issue: str) -> bool:
        """Does any thread or process hold it?"""
        lock = self._lock(issue)
        if lock.is_locked:
            return True
        if not self._acquire(lock):
            return True
        lock.release()
        return False

    def _lock(self, issue: str) -> FileLock:
        # Imported here: it brings asyncio along, which commands that lock nothing need not wait for.
        from filelock import FileLock

        with self._guard:
            if issue not in self._locks:
                name = f"{self._database.name}.{quote(issue, safe='')}.lock"
                self._locks[issue] = FileLock(self._database.with_name(name), blocking=False, mode=0o600)
            return self._locks[issue]

    def _acquire(self, lock: FileLock) -> bool:
        from filelock import Timeout

        try:
            lock.acquire(timeout=LOOK_SECONDS, poll_interval=LOOK_SECONDS / 10, blocking=True)
        except Timeout:
            return False
        except OSError as error:
            raise StoreTrouble(
                f"the lock file cannot be made: {error.strerror or error}",
                where=str(lock.lock_file),
                hint="check that the folder exists and that you may write to it",
            ) from error
        return True
