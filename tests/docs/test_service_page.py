"""The page about the service says what the program does: its unit, its waits, its words."""

from __future__ import annotations

import inspect
import re
from configparser import ConfigParser
from pathlib import Path

from newsletter.cli import main
from newsletter.commands import daemon, turns
from newsletter.config import SECRETS, ConfigData
from newsletter.delivery import schedule
from newsletter.transport.settings import SmtpSettings

PAGE = (Path(__file__).resolve().parents[2] / "docs/how-to/run-as-a-service.md").read_text(encoding="utf-8")


def unit() -> ConfigParser:
    (text,) = re.findall(r"```ini\n(.*?)```", PAGE, re.DOTALL)
    parser = ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(text)
    return parser


def test_the_unit_starts_a_command_that_there_is_and_gives_it_time_to_end() -> None:
    service = unit()["Service"]
    program, command = service["ExecStart"].split()
    assert program == f"{service['WorkingDirectory']}/.venv/bin/newsletter"
    assert command in main.list_commands(None)  # type: ignore[arg-type]
    assert float(service["TimeoutStopSec"]) > SmtpSettings("example.org", 25).final_timeout
    # A signal to a child would end what it is handing over.
    assert service["KillMode"] == "mixed"


def test_the_unit_may_write_where_the_ledger_lies_and_reads_a_secret_that_there_is() -> None:
    service = unit()["Service"]
    store = str(ConfigData.model_fields["store"].default).removeprefix("sqlite:///")
    ledger = Path(service["WorkingDirectory"]) / store
    assert ledger.parent == Path(service["ReadWritePaths"])
    variable, _, path = service["Environment"].partition("=")
    assert variable.removeprefix("NEWSLETTER_").removesuffix("_FILE") in SECRETS
    assert service["LoadCredential"].startswith(f"{path.removeprefix('%d/')}:")


def test_its_waits_are_those_of_the_program() -> None:
    *first, last = [f"{seconds / 60:.0f}" for seconds in daemon.TRY_AGAIN]
    assert f"tries again after {', '.join(first)}, then every {last} minutes" in PAGE
    assert turns.TURN_SECONDS == 60
    assert "turns of a minute" in PAGE


def test_the_words_to_watch_for_are_said() -> None:
    said = "".join(inspect.getsource(module) for module in (daemon, schedule))
    table = PAGE.partition("| in the log |")[2].partition("\n\n")[0]
    words = [cell.strip(" |`") for cell in re.findall(r"^\| `.*?` \|", table, re.MULTILINE)]
    assert len(words) == 6
    for phrase in words:
        for part in re.split(r"run 2024-02-1|2024-02-1| finished: 9,990.*|; say ", phrase):
            assert part.strip() in said, phrase
