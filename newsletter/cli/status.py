"""`status` and `suppress`: what the ledger knows."""

from __future__ import annotations

import csv
import sys
from zoneinfo import ZoneInfo

import click

from newsletter.cli.group import Settings
from newsletter.models.delivery import DeliveryState


@click.command()
@click.argument("run", required=False)
@click.option("--format", "form", type=click.Choice(["text", "json", "csv"]), default="text", show_default=True)
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice([state.value for state in DeliveryState]),
    help="Only deliveries in this state; may be given several times.",
)
@click.option("--edition", "editions", multiple=True, metavar="CODE", help="Only this edition: fr, en, fr+en.")
@click.option("--find", "text", default="", metavar="TEXT", help="Only with TEXT in address, name or answer.")
@click.pass_obj
def status(
    settings: Settings, run: str | None, form: str, states: tuple[str, ...], editions: tuple[str, ...], text: str
) -> None:
    """Say who got an issue, who did not, and why.

    RUN is the newest when not given; csv and json list every person, or those asked for.
    """
    from newsletter.cli.output import print_json
    from newsletter.cli.run import print_status
    from newsletter.commands import status as command

    wanted = command.Wanted(tuple(DeliveryState(state) for state in states), editions, text)
    project = settings.open_project()
    with command.open_project_store(project) as store:
        found = command.run_status(store, run)
        if form == "json":
            print_json({**command.summary(found), "deliveries": list(command.people(store, found, wanted))})
        elif form == "csv":
            writer = csv.DictWriter(sys.stdout, command.PERSON_KEYS)
            writer.writeheader()
            writer.writerows(
                {key: _harmless(value) for key, value in row.items()}
                for row in command.people(store, found, wanted)
            )
        else:
            print_status(store, found, wanted, zone=ZoneInfo(project.publication.timezone))


@click.command(short_help="Never mail an address again.")
@click.argument("address")
@click.option("--reason", required=True, help="Why, for the record: 'asked by phone on 2024-02-01'.")
@click.pass_obj
def suppress(settings: Settings, address: str, reason: str) -> None:
    """Never mail ADDRESS again, from now on: a run under way leaves it out too."""
    from newsletter.commands.status import suppress as run

    normalised, new = run(settings.open_project(), address, reason)
    click.echo(f"{normalised} {'is suppressed' if new else 'was suppressed already'}")


def _harmless(value: object) -> object:
    """A cell that a spreadsheet would run as a formula gets an apostrophe in front (OWASP, CSV injection)."""
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return f"'{value}"
    return value
