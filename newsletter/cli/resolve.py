"""`resolve`: deliveries in doubt, settled."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsletter.cli.group import Settings
from newsletter.cli.send import INCOMPLETE
from newsletter.models.delivery import SAID_SO, Decision

if TYPE_CHECKING:
    from newsletter.commands.resolve import Resolved

_DONE = {Decision.ACCEPTED: "accepted", Decision.AGAIN: "to be sent again"}


@click.command(short_help="Settle who is in doubt: by logs, or by your word.")
@click.argument("run", required=False)
@click.option(
    "--from-log",
    "logs",
    multiple=True,
    metavar="FILE",
    type=click.Path(path_type=Path, exists=True),
    help="A Postfix log, a provider's events as CSV, or a mailbox of replies; may be given several times.",
)
@click.option("--accept", is_flag=True, help="Those that nothing proves count as accepted.")
@click.option("--resend", is_flag=True, help="Those that nothing proves are sent again, maybe a second time.")
@click.option(
    "--address", "addresses", multiple=True, metavar="ADDRESS", help="With --accept or --resend: only this one."
)
@click.option("--reason", default=SAID_SO, show_default=True, help="Why, for the record.")
@click.option("--as", "name", metavar="NAME", help="Who you are, on an account that you share.")
@click.option("--dry-run", is_flag=True, help="Only say what would be settled.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_obj
def resolve(
    settings: Settings,
    run: str | None,
    logs: tuple[Path, ...],
    accept: bool,
    resend: bool,
    addresses: tuple[str, ...],
    reason: str,
    name: str | None,
    dry_run: bool,
    form: str,
) -> int:
    """Settle deliveries in doubt of RUN, the newest when not given.

    A connection that breaks after the last dot leaves it unknown whether the relay took the message. What a log
    or a mailbox proves is accepted; the rest waits for your word, and is never sent again by itself. Without an
    option, says who is in doubt. Exit code 5 while somebody still is.
    """
    if accept and resend:
        raise click.UsageError("--accept and --resend exclude each other.")
    if addresses and not (accept or resend):
        raise click.UsageError("--address goes with --accept or --resend.")
    from newsletter.cli.output import print_json
    from newsletter.commands.person import person
    from newsletter.commands.resolve import resolve as command

    rest = Decision.ACCEPTED if accept else Decision.AGAIN if resend else None
    project = settings.open_project()
    record = not dry_run and bool(logs or rest)
    found = command(
        *(project, run),
        logs=logs,
        rest=rest,
        addresses=addresses,
        word=reason,
        by=person(name),
        record=record,
    )
    if form == "json":
        print_json(_as_data(found, recorded=record))
    else:
        _print(found, recorded=record)
    return INCOMPLETE if found.left else 0


def _print(found: Resolved, *, recorded: bool) -> None:
    from newsletter.cli.output import print_table

    run = found.status.run.id
    for file in found.searched:
        click.echo(f"{file.name}: read as {file.kind}, proves {file.proven}")
    if found.settled:
        click.echo(f"Run {run}: {'settled' if recorded else 'would be settled'}")
        rows = [
            (one.delivery.address, _DONE[one.resolution.decision], one.resolution.words) for one in found.settled
        ]
        print_table(("address", "is", "because"), rows)
    if found.left:
        click.echo(f"Run {run}: in doubt")
        print_table(("address", "Message-ID"), [(one.address, f"<{one.message_id}>") for one in found.left])
        click.echo(
            f"\nLook for them: newsletter resolve {run} --from-log FILE (the relay's log, events, replies)\n"
            f"Decide:        newsletter resolve {run} --accept, or --resend; for one: --address ADDRESS"
        )
    elif not found.settled:
        click.echo(f"Run {run}: nobody is in doubt.")
    if recorded and any(one.resolution.decision is Decision.AGAIN for one in found.settled):
        click.echo(f"Send again with: newsletter send --resume {run}")


def _as_data(found: Resolved, *, recorded: bool) -> dict[str, object]:
    return {
        "run": found.status.run.id,
        "recorded": recorded,
        "searched": [{"file": one.name, "kind": one.kind, "proves": one.proven} for one in found.searched],
        "settled": [
            {
                "address": one.delivery.address,
                "decision": one.resolution.decision.value,
                "evidence": one.resolution.evidence,
                "by": one.resolution.by or None,
            }
            for one in found.settled
        ],
        "in_doubt": [{"address": one.address, "message_id": one.message_id} for one in found.left],
    }
