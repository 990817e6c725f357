"""`pause`, `unpause`, `cancel`, `approve`: what people want of a run, from any terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from newsletter.cli.group import Settings

if TYPE_CHECKING:
    from newsletter.commands.project import Project
    from newsletter.commands.status import RunStatus

_AS = click.option("--as", "name", metavar="NAME", help="Who you are, on an account that you share.")


@click.command(short_help="Stop a run for a while, wherever it is sent.")
@click.argument("run")
@click.option("--reason", default="", help="Why, for the record and for your colleagues.")
@_AS
@click.pass_obj
def pause(settings: Settings, run: str, reason: str, name: str | None) -> None:
    """Send nothing more of RUN until somebody says `newsletter unpause RUN`.

    A process that is sending it stops within a second, but for the messages on the wire, and waits. The pause
    survives the end of that process.
    """
    from newsletter.commands.control import pause as command
    from newsletter.commands.person import person

    project = settings.open_project()
    _print(project, command(project, run, person(name), reason))


@click.command(short_help="Let a paused run go on.")
@click.argument("run")
@_AS
@click.pass_obj
def unpause(settings: Settings, run: str, name: str | None) -> None:
    """Lift the pause of RUN: a process that waits goes on within a second, and so does `newsletter run`."""
    from newsletter.commands.control import unpause as command
    from newsletter.commands.person import person

    project = settings.open_project()
    _print(project, command(project, run, person(name)))


@click.command(short_help="Give a run up: nobody else of it gets the issue.")
@click.argument("run")
@click.option("--reason", default="given up on the command line", show_default=True, help="Why, for the record.")
@_AS
@click.pass_obj
def cancel(settings: Settings, run: str, reason: str, name: str | None) -> None:
    """Give RUN up: nobody else of it gets the issue, and a new plan becomes possible.

    What the relay took stays taken. A process that is sending it, or waits for its time, ends within a second, but
    for the messages on the wire.
    """
    from newsletter.commands.control import cancel as command
    from newsletter.commands.person import person

    project = settings.open_project()
    _print(project, command(project, run, reason, person(name)))


@click.command(short_help="Agree to a plan as the second person.")
@click.argument("digest")
@click.argument("issue", required=False)
@_AS
@click.pass_obj
def approve(settings: Settings, digest: str, issue: str | None, name: str | None) -> None:
    """Say that you have looked at the plan that DIGEST names, and agree.

    ISSUE is the newest when not given. What is approved is this content to these people; when anything changes, it
    has to be approved again. Where the configuration says `delivery: approval: true`, a run begins only when
    somebody else than the one who confirms it has done this.
    """
    from newsletter.cli.run import print_plan
    from newsletter.commands.approve import approve as command
    from newsletter.commands.person import person

    done = command(settings.open_project(), digest, issue, person(name))
    if done.plan is not None:
        print_plan(done.plan)
        click.echo()
    approval = done.approval
    click.echo(f"{approval.person} approves plan {approval.digest[:16]} of issue {approval.issue}")
    if done.run is not None:
        click.echo(f"Run {done.run.id} begins when it is time.")
    else:
        click.echo(f"Send it:  newsletter send {approval.issue} --confirm {approval.digest[:16]}")


def _print(project: Project, status: RunStatus) -> None:
    from newsletter.cli.run import print_status
    from newsletter.commands.status import open_project_store

    with open_project_store(project) as store:
        print_status(store, status, zone=ZoneInfo(project.publication.timezone))
