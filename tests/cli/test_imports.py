"""Start-up stays quick because heavy libraries are imported by the command that needs them."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {"pydantic", "jinja2", "premailer", "cssutils", "lxml", "mjml", "babel", "starlette", "uvicorn", "watchfiles",
         "aiosmtpd", "markdown_it", "nh3", "email_validator", "yaml", "sqlite3", "asyncio"}  # fmt: skip


def imported_by(*arguments: str) -> set[str]:
    code = (
        "import sys\nfrom newsletter.cli import main\n"
        f"try:\n    main({list(arguments)!r}, prog_name='newsletter')\nexcept SystemExit:\n    pass\n"
        "print('\\n'.join(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    return {name.partition(".")[0] for name in done.stderr.split()}


def test_help_imports_nothing_heavy_but_what_it_lists() -> None:
    assert imported_by("--version") & HEAVY == set()


@pytest.mark.parametrize(
    ("arguments", "needless"), [(("status", "--help"), {"jinja2", "premailer", "mjml", "starlette"})]
)
def test_a_command_imports_only_its_own(arguments: tuple[str, ...], needless: set[str]) -> None:
    assert imported_by(*arguments) & needless == set()
