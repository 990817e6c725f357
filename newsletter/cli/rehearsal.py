"""How a rehearsal looks on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from newsletter.cli.output import print_findings, print_table
from newsletter.commands.rehearse import checks_of

if TYPE_CHECKING:
    from newsletter.commands.rehearse import Rehearsal


def print_rehearsal(done: Rehearsal) -> None:
    """What was sent, what was looked at in each message, and what was wrong."""
    reading, plan = done.reading, done.plan
    total = plan.audience.total
    click.echo(f"Rehearsal of issue {plan.issue}: nothing left this machine, and nothing was written down.")
    click.echo(f"{reading.received:,} messages for {total:,} people, {done.per_second:,.0f} per second")
    print_table(
        ("edition", "arrived"),
        [(code, f"{count:,}") for code, count in sorted(reading.by_edition.items())],
    )
    click.echo("\nread again, each message:")
    print_table(
        ("passed", "of", "each message ..."),
        [(f"{reading.checked[check]:,}", f"{total:,}", words) for check, words in checks_of(done).items()],
    )
    if done.problems:
        click.echo()
        print_findings(done.problems, count=False)
        if reading.hidden:
            click.echo(f"  ... and {reading.hidden:,} more")
    if done.passed:
        click.echo(f"\nEverybody would get exactly what the plan says. digest: {plan.short_digest}")
        return
    if not done.ended:
        click.echo("\nThe rehearsal was stopped before everybody had been sent to.")
    count = len(done.problems) + reading.hidden
    if count:
        click.echo(
            f"\n{count:,} {'problem' if count == 1 else 'problems'}: do not send this before it is understood."
        )
