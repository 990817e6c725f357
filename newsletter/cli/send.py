"""`send`: dry run by default; a real send needs the digest of the dry run."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any
from zoneinfo import ZoneInfo

import click

from newsletter.cli.group import INTERRUPTED, Settings
from newsletter.cli.output import read_or_not
from newsletter.cli.progress import Progress, say
from newsletter.clock import StopSignal
from newsletter.errors import WorldError

INCOMPLETE = 5
"""Exit code when a run ended with deliveries open or unknown."""


@click.command()
@click.argument("issue", required=False)
@click.option("--confirm", metavar="DIGEST", help="Send for real: the digest that the dry run printed.")
@click.option("--to", "address", metavar="ADDRESS", help="Send a test of every edition to this address only.")
@click.option(
    "--rehearse", is_flag=True, help="Send the whole run to a server on this machine that reads every message."
)
@click.option("--resume", metavar="RUN", help="Go on with a run that was interrupted.")
@click.option(
    "--resend-unknown", is_flag=True, help="With --resume: also send again to those in doubt, maybe a second time."
)
@click.option(
    "--retry-rejected", is_flag=True, help="With --resume: also try those again that the relay refused for good."
)
@click.option("--at", metavar="TIME", help="With --confirm: begin then, 2024-02-06T09:00 in your time zone.")
@click.option(
    "--hold", metavar="LENGTH", help="With --confirm: wait 10m first, in which the run can be cancelled."
)
@click.option(
    "--as", "name", metavar="NAME", help="With --confirm or --resume: who you are, on an account that you share."
)
@click.option("--ignore-quiet-hours", "ignore_quiet", is_flag=True, help="Send this run in the quiet hours too.")
@click.option("--late", is_flag=True, help="With --resume: begin although the run's time has long passed.")
@click.option(
    "--metrics",
    type=click.Path(path_type=Path, dir_okay=False),
    help="While sending, keep this file up to date for Prometheus' textfile collector.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="json: one document; while sending, one event a line, the last with the whole run.",
)
@click.pass_obj
def send(
    settings: Settings,
    issue: str | None,
    confirm: str | None,
    address: str | None,
    rehearse: bool,
    resume: str | None,
    resend_unknown: bool,
    retry_rejected: bool,
    at: str | None,
    hold: str | None,
    name: str | None,
    ignore_quiet: bool,
    late: bool,
    metrics: Path | None,
    form: str,
) -> int:
    """Show what would be sent to whom, and send it when confirmed.

    ISSUE is the newest when not given. Without an option this is a dry run: it connects to nothing, prints the
    plan and its digest, and writes a sample of each edition. Exit code 5 when a run ends with people still to
    be reached.
    """
    if sum(option is not None for option in (confirm, address, resume)) + rehearse > 1:
        raise click.UsageError("--confirm, --to, --rehearse and --resume exclude each other.")
    if resume is not None and issue is not None:
        raise click.UsageError("--resume RUN knows its issue; leave ISSUE out.")
    again = {"resend_unknown": resend_unknown, "retry_rejected": retry_rejected, "late": late}
    wishes = {"at": at, "hold": hold, "name": name}
    _require_confirm_or_resume(confirm, resume, again, wishes, ignore_quiet)
    if at is not None and hold is not None:
        raise click.UsageError(
            "--at and --hold exclude each other: a run with a time can be cancelled until then."
        )
    if rehearse:
        return _rehearse(settings, issue, form)
    if address is not None:
        return _test(settings, issue, address, form)
    if confirm is not None or resume is not None:
        quiet = {"ignore_quiet": ignore_quiet}
        return _run(settings, issue, confirm, resume, ({**again, **quiet}, {**wishes, **quiet}), metrics, form)
    _dry_run(settings, issue, form)
    return 0


def _require_confirm_or_resume(
    confirm: str | None,
    resume: str | None,
    again: Mapping[str, bool],
    wishes: Mapping[str, str | None],
    ignore_quiet: bool,
) -> None:
    """Raise UsageError for an option that means nothing without another one."""
    for option, said in again.items():
        if said and resume is None:
            raise click.UsageError(f"--{option.replace('_', '-')} goes with --resume RUN.")
    for option, text in wishes.items():
        if text is not None and confirm is None and option != "name":
            raise click.UsageError(f"--{option} goes with --confirm DIGEST.")
    if wishes["name"] is not None and confirm is None and resume is None:
        raise click.UsageError("--as goes with --confirm DIGEST or --resume RUN.")
    if ignore_quiet and confirm is None and resume is None:
        raise click.UsageError("--ignore-quiet-hours goes with --confirm DIGEST or --resume RUN.")


def _dry_run(settings: Settings, issue: str | None, form: str) -> None:
    from newsletter.check.report import as_data
    from newsletter.cli.output import print_findings, print_json, shown_path
    from newsletter.cli.run import print_plan
    from newsletter.commands.plan import plan_summary
    from newsletter.commands.send import dry_run

    planned = dry_run(settings.open_project(), issue)
    if form == "json":
        unfinished = planned.unfinished.id if planned.unfinished else None
        extra = {
            "samples": planned.folder.as_posix(),
            "unfinished_run": unfinished,
            "must_be_online": list(planned.online),
            "must_be_in_the_dns": list(planned.records),
        }
        print_json({**plan_summary(planned.plan), **extra, "findings": as_data(planned.findings)})
        return
    if planned.findings:
        print_findings(planned.findings, err=True)
        click.echo(err=True)
    click.echo("Dry run: nothing is sent.")
    print_plan(planned.plan)
    click.echo(f"\nsamples and manifest: {shown_path(planned.folder)}")
    if planned.online:
        click.echo(f"must be online before you send (newsletter build {planned.plan.issue} writes them):")
        for url in planned.online:
            click.echo(f"  {url}")
    if planned.records:
        click.echo("must be in the DNS before you send (newsletter dkim show prints them):")
        for name in planned.records:
            click.echo(f"  {name}")
    click.echo(f"digest: {planned.plan.short_digest}")
    if planned.unfinished:
        click.echo(
            f"Run {planned.unfinished.id} must be finished first: newsletter send --resume {planned.unfinished.id}"
        )
        return
    click.echo(f"Test it:  newsletter send {planned.plan.issue} --to YOUR-ADDRESS")
    click.echo(f"Rehearse: newsletter send {planned.plan.issue} --rehearse")
    click.echo(f"Send it:  newsletter send {planned.plan.issue} --confirm {planned.plan.short_digest}")


def _test(settings: Settings, issue: str | None, address: str, form: str) -> int:
    from newsletter.cli.output import print_json, print_table
    from newsletter.commands.send import send_test
    from newsletter.models.message import Outcome

    results = send_test(settings.open_project(), issue, address)
    rows = [(one.edition, one.result.outcome.value, one.result.code, one.result.reply) for one in results]
    if form == "json":
        keys = ("edition", "outcome", "code", "reply")
        print_json({"to": address, "results": [dict(zip(keys, row, strict=True)) for row in rows]})
    else:
        click.echo(f"Test to {address}:")
        print_table(("edition", "outcome", "code", "answer"), rows)
    return 0 if all(one.result.outcome is Outcome.ACCEPTED for one in results) else INCOMPLETE


def _rehearse(settings: Settings, issue: str | None, form: str) -> int:
    from newsletter.cli.output import print_json
    from newsletter.cli.rehearsal import print_rehearsal
    from newsletter.commands.rehearse import rehearsal_summary, rehearse

    project = settings.open_project()
    with stopped_by_signals() as stop, Progress() as progress:
        done = rehearse(project, issue, stop=stop, on_event=progress.on_event)
    with read_or_not():
        if form == "json":
            print_json(rehearsal_summary(done))
        else:
            print_rehearsal(done)
    if stop.is_set() and not done.ended:
        return INTERRUPTED
    return 0 if done.passed else 1


def _run(
    settings: Settings,
    issue: str | None,
    confirm: str | None,
    resume: str | None,
    how: tuple[Mapping[str, Any], Mapping[str, Any]],
    metrics: Path | None,
    form: str,
) -> int:
    from newsletter.cli.run import print_status
    from newsletter.cli.telling import Listeners, print_ending
    from newsletter.commands import send as command
    from newsletter.commands.person import person
    from newsletter.commands.schedule import read_terms
    from newsletter.commands.status import open_project_store

    project = settings.open_project()
    with stopped_by_signals() as stop, Progress() as progress, _resumable(progress):
        told = Listeners(progress, lines=form == "json", metrics=metrics)
        if resume is not None:
            status = command.resume(
                *(project, resume),
                stop=stop,
                on_start=told.start,
                on_event=told.on_event,
                by=person(how[1]["name"]),
                **how[0],
            )
        else:
            status = command.send(
                *(project, issue, confirm or ""),
                stop=stop,
                on_start=told.start,
                on_event=told.on_event,
                terms=read_terms(project, **how[1]),
            )
    with read_or_not():
        if form == "json":
            print_ending(status)
        else:
            with open_project_store(project) as store:
                print_status(store, status, zone=ZoneInfo(project.publication.timezone))
    if stop.is_set() and status.open:
        return INTERRUPTED
    if progress.run is None and status.open:
        say(f"newsletter run is at work and sends it in time. Give it up: newsletter cancel {status.run.id}")
        return 0
    return INCOMPLETE if status.needs_a_person else 0


@contextmanager
def _resumable(progress: Progress) -> Iterator[None]:
    """When trouble of the world, or impatience, ends a run that has begun, say how to go on with it."""
    try:
        yield
    except (WorldError, KeyboardInterrupt):
        if progress.run is not None:
            say(f"Go on later with: newsletter send --resume {progress.run.id}")
        raise


@contextmanager
def stopped_by_signals() -> Iterator[StopSignal]:
    """An event that the first Ctrl-C, SIGTERM, or loss of the terminal sets; the second of the first two ends the
    program at once.

    A lost terminal is nobody's impatience: it may be told twice, or right after SIGTERM when somebody logs out. It
    means nothing at all to a process that was told to survive it (nohup).
    """
    stop = StopSignal()
    before: dict[signal.Signals, Callable[[int, FrameType | None], object] | int | None] = {}

    def on_signal(number: int, _frame: FrameType | None) -> None:
        if number != signal.SIGHUP:
            for each in (signal.SIGINT, signal.SIGTERM):
                signal.signal(each, before[each])
        stop.set()
        _say_at_once("\nstopping: waiting for the answers to messages under way (again to stop at once)\n")

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if number is signal.SIGHUP and signal.getsignal(number) is signal.SIG_IGN:
            continue
        before[number] = signal.getsignal(number)
        signal.signal(number, on_signal)
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _say_at_once(words: str) -> None:
    """Chatter from a signal handler: what it has interrupted may be writing to stderr, which is not reentrant."""
    with suppress(OSError, ValueError):
        os.write(sys.stderr.fileno(), words.encode())
