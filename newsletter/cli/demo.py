"""`demo`: the whole road on this machine, for somebody who sees this tool for the first time."""

from __future__ import annotations

from pathlib import Path

import click

from newsletter.cli.group import Settings


@click.command()
@click.argument("issue", required=False)
@click.pass_obj
def demo(settings: Settings, issue: str | None) -> int:
    """Compose, check and send an issue to an inbox on this machine.

    ISSUE is the newest when not given. Nothing leaves this machine; the real ledger is not touched.
    """
    from newsletter.check.report import summary
    from newsletter.cli.output import shown_path
    from newsletter.cli.progress import Progress
    from newsletter.cli.run import print_plan_exclusions, print_received
    from newsletter.cli.send import INCOMPLETE, stopped_by_signals
    from newsletter.commands.demo import run_demo

    project = settings.open_project()
    with stopped_by_signals() as stop, Progress() as progress:
        done = run_demo(
            project,
            issue,
            stop=stop,
            on_stage=lambda stage: click.echo(f"- {stage}"),
            on_start=progress.start,
            on_event=progress.on_event,
        )
    prepared = done.prepared
    if prepared.findings:
        click.echo(f"check: {summary(prepared.findings)} Read it with: newsletter check {prepared.issue_id}")
    click.echo(f"\nIssue {prepared.issue_id}: {done.received} messages reached the inbox over SMTP.")
    print_received(done.project, done.status)
    print_plan_exclusions(done.plan)
    click.echo("\nLook at it:")
    click.echo(f"  previews   {shown_path(done.previews[0].parent)}/*.html")
    click.echo(f"  messages   {shown_path(done.inbox)}/*.eml")
    click.echo("\nTry next:")
    command = _command(project.root)
    for line, why in (
        (f"preview {prepared.issue_id}", "the same in the browser, following every change of its files"),
        (f"check {prepared.issue_id}", "what is wrong with an issue"),
        (f"send {prepared.issue_id}", "a dry run: who would get what, and its digest"),
    ):
        click.echo(f"  {command} {line:<18} {why}")
    return INCOMPLETE if done.status.needs_a_person else 0


def _command(root: Path) -> str:
    from newsletter.cli.output import shown_path

    script = root / ".venv" / "bin" / "newsletter"
    return shown_path(script) if script.exists() else "newsletter"
