"""How plans and runs look on a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, tzinfo
from itertools import islice
from typing import TYPE_CHECKING

import click

from newsletter.cli.output import print_table
from newsletter.commands.status import EVERYBODY, NOT_REACHED, OPEN_STATES, RunStatus, Wanted, open_project_store
from newsletter.models.control import Wish
from newsletter.models.delivery import Delivery, DeliveryState, Plan

if TYPE_CHECKING:
    from newsletter.commands.project import Project
    from newsletter.store import Store

SHOWN = 20
"""Rows of people a table shows before it says how many more there are."""

_MEANING = {
    DeliveryState.ACCEPTED: "the relay took it",
    DeliveryState.PENDING: "not attempted yet",
    DeliveryState.CLAIMED: "being sent",
    DeliveryState.DEFERRED: "the relay asked to try later",
    DeliveryState.REJECTED: "the relay refused it for good",
    DeliveryState.UNKNOWN: "cut off before the relay answered: may or may not have arrived",
    DeliveryState.CANCELLED: "left out after the plan was made",
}


def print_plan(plan: Plan) -> None:
    """Who would get what, and who would not and why."""
    from newsletter.commands.plan import per_edition

    audience = plan.audience
    click.echo(
        f"Issue {plan.issue}: would go to {_people(audience.total)}, {_people(len(audience.exclusions))} left out"
    )
    print_table(
        ("edition", "people", "subject"),
        [(code, count, plan.messages[code].subject) for code, count in per_edition(plan).items()],
    )
    print_plan_exclusions(plan)


def print_plan_exclusions(plan: Plan) -> None:
    """Everyone left out of a plan, with the reason and where they stand."""
    count = len(plan.audience.exclusions)
    if count:
        click.echo("\nleft out:")
        shown = islice(plan.audience.exclusions, SHOWN)
        rows = [(e.address or "(empty)", e.reason.value, e.detail) for e in shown]
        _print_limited(("address", "reason", "detail"), rows, count)


def print_received(project: Project, status: RunStatus) -> None:
    """Who got which edition."""
    with open_project_store(project) as store:
        rows = [
            (one.edition, one.address, one.name)
            for one in store.deliveries(status.run.id, (DeliveryState.ACCEPTED,))
        ]
        rows.sort()
        _print_limited(("edition", "address", "name"), rows)
        _print_people(store.deliveries(status.run.id, (*NOT_REACHED, *OPEN_STATES)), "not reached:")


def print_status(store: Store, status: RunStatus, wanted: Wanted = EVERYBODY, *, zone: tzinfo = UTC) -> None:
    """A run in one screen: counts, per language, everyone not reached, everyone left out. zone: of the times."""
    run = status.run
    waits = status.waiting and status.control.wish is not Wish.STOP
    state = "waiting" if waits else "under way" if status.held else status.state.value
    click.echo(f"Run {run.id}: {state}, {_people(run.total)}, {_since(status, zone)}")
    _print_terms(status, zone)
    print_table(
        ("state", "people", "meaning"),
        [
            (state.value, status.counts[state], _meaning(state, status))
            for state in DeliveryState
            if status.counts[state]
        ],
    )
    click.echo()
    print_table(
        ("edition", *(state.value for state in DeliveryState if status.counts[state])),
        [
            (edition, *(counts[state] for state in DeliveryState if status.counts[state]))
            for edition, counts in status.by_edition.items()
        ],
    )
    if not wanted.everything:
        _print_people(wanted.deliveries(store, run.id), "asked for:", "nobody in this run is as asked for")
        return
    _print_people(store.deliveries(run.id, (*NOT_REACHED, *OPEN_STATES)), "not reached:")
    if status.exclusions:
        click.echo("\nleft out:")
        _print_limited(
            ("address", "reason", "detail"),
            [(row.address or "(empty)", row.reason, row.detail) for row in status.exclusions],
        )
    print_next_steps(status)


def _since(status: RunStatus, zone: tzinfo) -> str:
    """When sending began; of a run that never did, when it was written down."""
    begun = status.control.begun_at
    untouched = status.counts[DeliveryState.PENDING] + status.counts[DeliveryState.CANCELLED]
    if begun is None and untouched == status.run.total:
        return f"confirmed {_shown(status.run.created_at, zone)}"
    return f"begun {_shown(begun or status.run.created_at, zone)}"


def _shown(moment: datetime, zone: tzinfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M %Z")


def _print_terms(status: RunStatus, zone: tzinfo) -> None:
    """What it waits for, and whose word it goes by."""
    control = status.control
    if status.waiting:
        until = _shown(control.waiting_until, zone) if control.waiting_until and control.wish is Wish.GO else ""
        # The words may name the moment themselves.
        when = f", until {until}" if until and until not in status.waiting else ""
        waits = "" if control.wish is Wish.STOP else "waits: "
        click.echo(f"  {waits}{status.waiting}{when}")
    if status.approvals:
        click.echo(f"  approved by {', '.join(str(approval.person) for approval in status.approvals)}")


def _meaning(state: DeliveryState, status: RunStatus) -> str:
    cut_off = state is DeliveryState.CLAIMED and status.cut_off
    return _MEANING[DeliveryState.UNKNOWN if cut_off else state]


def print_next_steps(status: RunStatus) -> None:
    """What a person has to do, if anything."""
    if status.control.wish is Wish.PAUSE and status.open:
        click.echo(
            f"\n{_people(status.open)} still to go. Lift the pause with: newsletter unpause {status.run.id}"
        )
    if status.held:
        return
    if status.open and status.control.wish is not Wish.PAUSE:
        doubt = f", {status.cut_off} in doubt" if status.cut_off else ""
        itself = ", or by itself while newsletter run is at work" if status.goes_on else ""
        click.echo(
            f"\n{_people(status.open - status.cut_off)} still to go{doubt}. "
            f"Finish with: newsletter send --resume {status.run.id}{itself}"
        )
    run = status.run.id
    if rejected := status.counts[DeliveryState.REJECTED]:
        click.echo(
            f"\n{_people(rejected)} refused for good. An address that is gone: newsletter suppress ADDRESS "
            f"--reason ... When what was wrong is repaired: newsletter send --resume {run} --retry-rejected"
        )
    if unknown := status.counts[DeliveryState.UNKNOWN]:
        click.echo(
            f"\n{_people(unknown)} in doubt: nothing is sent to them again by itself. Settle it by the relay's "
            f"log or events, or by your word: newsletter resolve {run} --from-log FILE, --accept or --resend"
        )


def _print_people(deliveries: Iterable[Delivery], heading: str, nobody: str = "") -> None:
    rows = [
        (delivery.address, delivery.edition, delivery.state.value, _answer(delivery)) for delivery in deliveries
    ]
    if rows:
        click.echo(f"\n{heading}")
        _print_limited(("address", "edition", "state", "answer"), rows)
    elif nobody:
        click.echo(f"\n{nobody}")


def _answer(delivery: Delivery) -> str:
    reply = " ".join(delivery.reply.split())
    return " ".join(str(word) for word in (delivery.code or "", delivery.enhanced, reply) if word)


def _print_limited(headers: Sequence[str], rows: Sequence[Sequence[object]], count: int | None = None) -> None:
    """The first rows, and how many there are beyond; `count` when `rows` are not all of them."""
    print_table(headers, rows[:SHOWN])
    count = len(rows) if count is None else count
    if count > SHOWN:
        click.echo(f"  ... and {count - SHOWN} more")


def _people(count: int) -> str:
    return f"{count:,} {'person' if count == 1 else 'people'}"
