"""Start-up stays quick: a command loads the libraries it works with, and no others.

Times are measured by `python -m benchmarks coldstart`; what is held here is what they come from.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from newsletter.cli import main
from newsletter.cli.corpus import corpus
from newsletter.cli.lazy import LazyGroup

PROJECT = Path(__file__).parents[2]

FOR_HELP = {
    "click",
    "newsletter",
    "newsletter.cli",
    "newsletter.cli.group",
    "newsletter.cli.lazy",
    "newsletter.errors",
}
"""All that `newsletter --help` may load besides the standard library. Our own modules, others by package."""
SLOW_PARTS_OF_PYTHON = {"asyncio", "difflib", "email", "hashlib", "http", "json", "multiprocessing", "smtplib",
                        "sqlite3", "ssl", "xml", "zoneinfo"}  # fmt: skip

READING = {"click", "newsletter", "pydantic", "pydantic_core", "annotated_types", "typing_extensions",
           "typing_inspection", "yaml"}  # fmt: skip
"""Third-party packages of commands that read YAML and the database."""
COMPOSING = READING | {
    *("jinja2", "markupsafe", "mjml", "markdown_it", "mdurl", "nh3", "babel", "email_validator", "idna"),
    *("PIL", "icalendar", "dateutil", "six", "tzdata"),  # where an issue has pictures, or events
    *("premailer", "cssutils", "encutils", "more_itertools", "cachetools", "lxml", "cssselect"),
    *(
        "requests",
        "urllib3",
        "certifi",
        "charset_normalizer",
        "chardet",
    ),  # by premailer, which is told not to use them
}
"""And of those that render an issue. Nothing that talks to the network by itself, serves pages or signs."""


def loaded_by(*arguments: str, folder: Path = PROJECT) -> set[str]:
    """Names of our modules and of other packages that a command has loaded when it ends."""
    code = (
        "import json, sys\nfrom newsletter.cli import main\n"
        f"try:\n    main({list(arguments)!r}, prog_name='newsletter')\nexcept SystemExit:\n    pass\n"
        "print(json.dumps([name for name, module in sys.modules.items() if module]), file=sys.stderr)"
    )
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("NEWSLETTER_", "COV"))
    }
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True, text=True, check=True, timeout=60, cwd=folder, env=environment, encoding="utf-8",
    )  # fmt: skip
    names = json.loads(done.stderr.splitlines()[-1])
    return {name if name.startswith("newsletter") else name.partition(".")[0] for name in names}


def third_party(loaded: set[str]) -> set[str]:
    """Packages that pip installed, ``newsletter`` among them. Private and compiled helpers are left out."""
    names = {name.partition(".")[0] for name in loaded}
    mypyc = {name for name in names if name.endswith("__mypyc")}
    mine = {"__main__", "cython_runtime", "sitecustomize", "usercustomize"}
    return {name for name in names - mypyc - mine - sys.stdlib_module_names if not name.startswith("_")}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The sample project, to be written to."""
    for name in ("corpus", "issues", "templates", "recipients"):
        shutil.copytree(PROJECT / name, tmp_path / name)
    shutil.copy(PROJECT / "newsletter.yaml", tmp_path)
    return tmp_path


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_loads_only_what_is_named_here(option: str) -> None:
    loaded = loaded_by(option)
    ours = {name for name in loaded if name.startswith("newsletter")}
    assert ours | third_party(loaded) <= FOR_HELP
    # json is loaded by this test, after the command.
    assert loaded & (SLOW_PARTS_OF_PYTHON - {"json"}) == set()


@pytest.mark.parametrize(
    ("arguments", "allowed"),
    [
        (("status",), READING),
        (("corpus", "list"), READING),
        (("issue", "list"), READING | {"email_validator", "idna"}),
        (("schema", "issue"), READING),
        (("check",), COMPOSING),
        (("build", "--out", "built"), COMPOSING),
        (("send",), COMPOSING),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_a_command_loads_only_libraries_it_works_with(
    project: Path, arguments: tuple[str, ...], allowed: set[str]
) -> None:
    loaded = loaded_by(*arguments, folder=project)
    assert third_party(loaded) <= allowed
    assert loaded & {"asyncio", "smtplib"} == set()


@pytest.mark.parametrize("arguments", [("corpus", "list"), ("issue", "list"), ("check",)], ids=" ".join)
def test_reading_the_settings_loads_no_worker(project: Path, arguments: tuple[str, ...]) -> None:
    loaded = loaded_by(*arguments, folder=project)
    assert "newsletter.config" in loaded
    assert "newsletter.delivery.worker" not in loaded


def test_the_help_of_every_command_loads_no_library_but_click() -> None:
    commands = sorted(main.list_commands(click.Context(main)))
    assert third_party(loaded_by("--help")) == {"click", "newsletter"}
    for name in commands:
        assert third_party(loaded_by(name, "--help")) == {"click", "newsletter"}, name


@pytest.mark.parametrize("group", [main, corpus])
def test_summaries_are_those_of_the_commands_themselves(group: LazyGroup) -> None:
    context = click.Context(group)
    for name, summary in group.summaries.items():
        command = group.get_command(context, name)
        assert command is not None
        assert command.get_short_help_str(1_000) == summary
        for width in (64, 84):  # columns of an 80 and of a 100-column terminal
            assert click.Command(name, help=summary).get_short_help_str(width) == command.get_short_help_str(width)


def test_every_command_has_a_summary() -> None:
    assert sorted(main.summaries) == main.list_commands(click.Context(main))
