"""A copy of this repository's own project to work on, and a clock held still."""

from __future__ import annotations

import os
import shutil
import signal
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, sync_playwright

from newsletter.commands.project import Project, open_project

# Some tests interrupt what they start. A shell that puts the tests into the background has them ignore interrupts, and
# what is ignored is inherited.
for _name, _usual in (
    ("SIGINT", signal.default_int_handler),
    ("SIGTERM", signal.SIG_DFL),
    ("SIGHUP", signal.SIG_DFL),  # not on Windows
):
    if (_number := getattr(signal, _name, None)) and signal.getsignal(_number) is signal.SIG_IGN:
        signal.signal(_number, _usual)

# A busy machine is no reason to fail: nothing here asserts a speed.
settings.register_profile("newsletter", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("newsletter")

REPOSITORY = Path(__file__).resolve().parents[1]
PROJECT_PARTS = ("newsletter.yaml", "corpus", "issues", "templates", "recipients")


class StillClock:
    """A clock that moves only when told, or when somebody waits."""

    def __init__(self, now: datetime = datetime(2024, 2, 1, 14, 0, tzinfo=UTC)) -> None:
        self.time = now
        self.waited: list[float] = []

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return self.time.timestamp()

    def wait(self, seconds: float, stop: threading.Event) -> bool:
        self.waited.append(seconds)
        self.time += timedelta(seconds=max(0.0, seconds))
        return stop.is_set()


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def sample_root(tmp_path: Path) -> Path:
    """A folder with this repository's newsletter.yaml, corpus, issues, templates and lists, free to be broken."""
    root = tmp_path / "project"
    root.mkdir()
    for part in PROJECT_PARTS:
        source = REPOSITORY / part
        if source.is_dir():
            shutil.copytree(source, root / part)
        else:
            shutil.copy(source, root / part)
    return root


@pytest.fixture
def sample(sample_root: Path, clock: StillClock) -> Project:
    """The sample project, opened without the environment, on the day issue 2024-02 goes out."""
    return open_project(sample_root, {}, clock=clock)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium. Absent, it skips on a person's machine and fails in CI."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    path = os.environ.get("NEWSLETTER_TEST_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is not installed: apt install chromium")
        pytest.skip("Chromium is not installed")
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=[*quiet, "--disable-sync"])
        yield chromium
        chromium.close()
