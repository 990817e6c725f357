"""A camera for mails, and the reference MJML compiler: fixtures for the conftest of each folder that needs them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from camera import Camera
from camera import camera as open_camera
from npm_packages import ReferenceCompiler, reference_compiler
from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def camera(browser: Browser) -> Iterator[Camera]:
    with open_camera(browser) as one:
        yield one


@pytest.fixture(scope="session")
def reference() -> Iterator[ReferenceCompiler]:
    with reference_compiler() as compiler:
        yield compiler
