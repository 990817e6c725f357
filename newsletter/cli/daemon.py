"""`run`: sends what is due, without anybody at the keyboard."""

from __future__ import annotations

import click

from newsletter.cli.group import Settings


@click.command(short_help="Go on with every run when its time comes.")
@click.option("--once", is_flag=True, help="Go through the runs once and end: for cron and timers.")
@click.pass_obj
def run(settings: Settings, once: bool) -> int:
    """Go on with every run when its time comes: scheduled ones, people the relay asked to try later, what quiet
    hours, a day's allowance or a crash left over. What somebody stopped or paused stays as it is.

    It works until Ctrl-C or SIGTERM, which end it with nobody in doubt. One process does this for a ledger.
    """
    from newsletter.cli.progress import Progress, say
    from newsletter.cli.send import stopped_by_signals
    from newsletter.commands.daemon import Heard, run_daemon

    project = settings.open_project()
    with stopped_by_signals() as stop, Progress() as progress:
        if not once:
            say("newsletter run: looking after all runs of this ledger (Ctrl-C ends it)")
        left = run_daemon(project, once=once, stop=stop, heard=Heard(progress.start, progress.on_event, say))
    if left:
        say(f"{left:,} {'person' if left == 1 else 'people'} still to be reached: newsletter status")
    return 0
