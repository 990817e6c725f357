"""A camera for mails, and the reference MJML compiler."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

sys.path.insert(0, str(Path(__file__).parent))

from camera import Camera
from camera import camera as open_camera
from npm_packages import ReferenceCompiler, reference_compiler


@pytest.fixture(scope="session")
def camera(browser: Browser) -> Iterator[Camera]:
    with open_camera(browser) as one:
        yield one


@pytest.fixture(scope="session")
def reference() -> Iterator[ReferenceCompiler]:
    with reference_compiler() as compiler:
        yield compiler
