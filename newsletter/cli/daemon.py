"""`run`: sends what is due, without anybody at the keyboard."""

from __future__ import annotations

import click

from newsletter.cli.group import Settings
from newsletter.errors import WorldError


@click.command(short_help="Go on with every run when its time comes.")
@click.option("--once", is_flag=True, help="Go through the runs once and end: for cron and timers.")
@click.pass_obj
def run(settings: Settings, once: bool) -> int:
    """Go on with every run when its time comes: scheduled ones, people the relay asked to try later, what quiet
    hours, a day's allowance or a crash left over. What somebody stopped or paused stays as it is.

    Several runs that are due have turns of a minute: none waits for the end of another. A changed newsletter.yaml
    counts from the next turn on. It works until Ctrl-C or SIGTERM, which end it with nobody in doubt. One process
    does this for a ledger.

    With --once the exit code is 0 when what is left waits for its time or for nobody, 4 when something outside
    failed, 5 when a person has to say what becomes of a run.
    """
    from newsletter.cli.progress import Progress, say
    from newsletter.cli.send import INCOMPLETE, stopped_by_signals
    from newsletter.commands.daemon import Heard, run_daemon

    project = settings.open_project()
    with stopped_by_signals() as stop, Progress() as progress:
        if not once:
            say("newsletter run: looking after all runs of this ledger (Ctrl-C ends it)")
        heard = Heard(progress.start, progress.on_event, progress.tell)
        left = run_daemon(project, once=once, stop=stop, heard=heard, reopen=settings.open_project)
    if left.people:
        say(f"{left.people:,} {'person' if left.people == 1 else 'people'} still to be reached: newsletter status")
    if not once:
        return 0
    return WorldError.exit_code if left.failed else INCOMPLETE if left.person else 0
