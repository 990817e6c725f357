"""Sending: the dry run, the confirmed run, its resumption, and the test send."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from newsletter.audience import read_suppressions
from newsletter.commands.approve import require_approved
from newsletter.commands.assets import published
from newsletter.commands.build import Prepared, domain_of, prepare
from newsletter.commands.dkim import open_signer
from newsletter.commands.doubt import settle_doubt
from newsletter.commands.envelopes import envelopes, signed
from newsletter.commands.largest import largest_message
from newsletter.commands.person import person
from newsletter.commands.plan import (
    AudienceContext,
    audience_context,
    make_plan,
    require_confirmed,
    write_dry_run,
)
from newsletter.commands.project import Project
from newsletter.commands.seeds import count_seeds
from newsletter.commands.status import RunStatus, address_of, open_project_store, run_status
from newsletter.delivery import DeliveryEvent, RunSummary, deliver
from newsletter.errors import ProjectMistake, Refusal
from newsletter.mime import make_envelope, message_id, stamp_for, unsubscribe_token
from newsletter.models.control import Person, Terms, Wish
from newsletter.models.delivery import Decision, Delivery, Plan, Run, RunState, Unfinished
from newsletter.models.finding import Finding, errors
from newsletter.models.message import Envelope, SendResult
from newsletter.store import Store
from newsletter.transport import open_transport, try_out

if TYPE_CHECKING:
    from newsletter.dkim import Signer

DAEMON = "newsletter run"
"""What `newsletter run` holds, as an issue is held by the process that sends it."""

OnEvent = Callable[[DeliveryEvent], None]


@dataclass(frozen=True)
class DryRun:
    """What would go out, and where it can be looked at. unfinished: an earlier run that must be ended first.

    online: addresses of the pictures and calendar files that readers load, in order; nobody has tried them.
    records: names of the DNS records that the signatures need.
    """

    plan: Plan
    findings: tuple[Finding, ...]
    folder: Path
    unfinished: Run | None
    online: tuple[str, ...] = ()
    records: tuple[str, ...] = ()


@dataclass(frozen=True)
class TestResult:
    """What became of the test message of one edition."""

    edition: str
    result: SendResult


def dry_run(project: Project, name: str | None) -> DryRun:
    """Plan the send of issue `name` (the newest when None) and write its samples; opens no socket.

    Raises ProjectMistake, EmptyAudience, UnknownName, FileTrouble, StoreTrouble.
    """
    prepared = prepare(project, name)
    prepared.require_sound("the plan")
    with open_project_store(project) as store:
        context = audience_context(project, store, prepared.issue_id)
        plan, findings = make_plan(project, prepared, context)
        unfinished = _unfinished(store, prepared.issue_id)
    folder = project.var / "dry-run" / prepared.issue_id
    signer = open_signer(project)
    write_dry_run(project, plan, context, folder, signer)
    online = tuple(file.url for file in (*published(prepared.assets).files, *prepared.web_pages))
    records = tuple(key.record_name for key in signer.keys) if signer else ()
    return DryRun(plan, (*prepared.findings, *findings), folder, unfinished, online, records)


def send(
    project: Project,
    name: str | None,
    digest: str,
    *,
    stop: threading.Event,
    on_start: Callable[[Run], None],
    on_event: OnEvent,
    terms: Terms | None = None,
) -> RunStatus:
    """Send the plan that `digest` names, until it is finished or `stop` is set.

    terms: who confirms it, and when it may begin; until then this waits, or leaves a run with a time to
    `newsletter run` when that is at work. Raises Refusal when a second person has not approved it, PlanChanged
    when the plan is another by now, RunLocked when somebody else is at it, KeyboardInterrupt when `stop` is set
    before anything was written down, and all that `dry_run` and `resume` raise.
    """
    prepared = prepare(project, name)
    prepared.require_sound("the send")
    signer = open_signer(project)
    with open_project_store(project) as store:
        with store.hold(prepared.issue_id):
            given = terms or Terms(person())
            run = _begin(project, store, prepared, digest, signer, stop=stop, terms=given)
            if not (terms and terms.at and store.is_held(DAEMON)):
                _deliver(project, store, run, signer, stop=stop, on_start=on_start, on_event=on_event)
        return run_status(store, run.id)


def resume(
    project: Project,
    run_id: str,
    *,
    stop: threading.Event,
    on_start: Callable[[Run], None],
    on_event: OnEvent,
    resend_unknown: bool = False,
    retry_rejected: bool = False,
    late: bool = False,
    ignore_quiet: bool = False,
    by: Person | None = None,
) -> RunStatus:
    """Go on with a run that was interrupted: the messages that were confirmed then, to those without an answer.

    resend_unknown: a person says that deliveries in doubt are sent again, perhaps for the second time.
    retry_rejected: a person says that those the relay refused are tried again, because what was wrong is repaired.
    late: it begins however long its time has passed. ignore_quiet: it does not keep to the quiet hours. by: who
    says all that; whoever runs this when None. Raises Refusal when somebody has paused it, or its time has long
    passed; UnknownName, NothingToResume, RunLocked, TransportTrouble, StoreTrouble; ProjectMistake when the list
    of suppressed addresses, or a key that signs, cannot be read.
    """
    by = by or person()
    signer = open_signer(project)
    with open_project_store(project) as store:
        run = store.run(run_id)
        _remember_suppressions(project, store)
        with store.hold(run.issue):
            _take_up(store, run, by)
            if resend_unknown:
                settle_doubt(store, run, rest=Decision.AGAIN, by=by)
            if retry_rejected:
                store.reopen_rejected(run.id, str(by))
            store.controls.permit(run.id, late=late, ignore_quiet=ignore_quiet)
            _deliver(project, store, run, signer, stop=stop, on_start=on_start, on_event=on_event)
        return run_status(store, run.id)


def _take_up(store: Store, run: Run, by: Person) -> None:
    """A person goes on with a run: lifts that it was stopped, but not that somebody paused it."""
    control = store.controls.of(run.id)
    if control.wish is Wish.PAUSE:
        why = f": {control.reason}" if control.reason else ""
        raise Refusal(
            f"run {run.id} is paused by {control.wished_by}{why}", hint=f"lift that: newsletter unpause {run.id}"
        )
    if control.wish is Wish.STOP:
        store.controls.wish(run.id, Wish.GO, str(by))


def go_on(
    project: Project,
    store: Store,
    run: Run,
    *,
    stop: threading.Event,
    on_start: Callable[[Run], None],
    on_event: OnEvent,
) -> None:
    """What can be attempted of a run at this moment, without a person and without waiting.

    Raises as `resume` does; a run that should have begun long ago is refused.
    """
    signer = open_signer(project)
    _remember_suppressions(project, store)
    at_once = project.with_config(delivery=replace(project.config.delivery, patience=0.0))
    with store.hold(run.issue):
        _deliver(at_once, store, run, signer, stop=stop, on_start=on_start, on_event=on_event, by_hand=False)


def send_test(project: Project, name: str | None, address: str) -> Sequence[TestResult]:
    """One message of every edition to `address` and nobody else, whatever the lists hold.

    Nothing is written to the ledger: a test never counts as having received the issue. Raises ProjectMistake,
    UnknownName when `address` is none, TransportTrouble.
    """
    to = address_of(address)
    prepared = prepare(project, name)
    prepared.require_sound("the test")
    with open_project_store(project) as store:
        secret = project.config.secret or store.secret()
    signer = open_signer(project)
    transport = open_transport(project.config.transport)
    results: list[TestResult] = []
    for code in prepared.compiled:
        envelope = _test_envelope(project, prepared, code, to, secret, signer)
        # A connection each: some relays hang up after a message, which must not stop the next test.
        session = transport.connect()
        try:
            results.append(TestResult(code, session.send(envelope, _nothing_to_record)))
        finally:
            session.close()
    return results


def _nothing_to_record() -> None:
    """A test has no intent to make durable."""


def _test_envelope(
    project: Project, prepared: Prepared, code: str, to: str, secret: bytes, signer: Signer | None
) -> Envelope:
    publication = project.publication
    now = project.clock.now().astimezone(ZoneInfo(publication.timezone))
    # Each test is a mail of its own: a relay or mailbox that drops repeated Message-IDs must not eat the second.
    purpose = f"test:{code}:{now.isoformat()}"
    stamp = stamp_for(
        prepared.compiled[code].links,
        address=to,
        name="",
        token=unsubscribe_token(secret, f"test.{publication.list_id}", to),
        message_id=message_id(secret, prepared.issue_id, to, domain_of(publication), purpose=purpose),
        date=now,
    )
    mail_from = publication.bounce_address or publication.sender.address
    return signed(make_envelope(prepared.compiled[code], stamp, mail_from), signer, now)


def _unfinished(store: Store, issue: str) -> Run | None:
    return next((run for run in store.runs(issue) if run.state is not RunState.FINISHED), None)


def _begin(
    project: Project,
    store: Store,
    prepared: Prepared,
    digest: str,
    signer: Signer | None,
    *,
    stop: threading.Event,
    terms: Terms,
) -> Run:
    """Everything that can refuse a send comes before the first row of its run, second thoughts among it."""
    unfinished = _unfinished(store, prepared.issue_id)
    if unfinished is not None:
        raise Refusal(
            f"run {unfinished.id} of this issue is not finished",
            hint=f"Finish it first: newsletter send --resume {unfinished.id}, or give it up: "
            f"newsletter cancel {unfinished.id}",
        )
    plan, context = _confirmed_plan(project, store, prepared, digest)
    if terms.at is None:
        # A run with a time may be approved until then.
        require_approved(project, store, plan, terms.confirmed_by)
    _remember_suppressions(project, store)
    # A relay that cannot be reached, or refuses us, is found out before anything is written down.
    try_out(
        open_transport(project.config.transport), lambda: largest_message(project, plan, context.secret, signer)
    )
    if stop.is_set():
        raise KeyboardInterrupt
    if terms.hold is not None:
        terms = replace(terms, hold_until=project.clock.now() + terms.hold)
    return create_run(project, store, plan, context, terms)


def _remember_suppressions(project: Project, store: Store) -> None:
    """Copy recipients/suppressions.csv into the ledger, which is asked again right before each message.

    From then on they hold whatever becomes of the file: a file never revives somebody who left. Raises
    ProjectMistake when it cannot be read to its end: who left since the plan may stand there.
    """
    listed, findings = read_suppressions(project.recipients / "suppressions.csv", project.root)
    if errors(findings):
        raise ProjectMistake("the list of suppressed addresses has mistakes; nobody was sent anything", findings)
    known = store.suppression_list()
    new = [entry for address, entry in listed.entries.items() if known.get(address) is None]
    if new:
        store.suppress_all((one.address, one.reason, f"recipients/suppressions.csv, {one.since}") for one in new)


def _confirmed_plan(
    project: Project, store: Store, prepared: Prepared, digest: str
) -> tuple[Plan, AudienceContext]:
    context = audience_context(project, store, prepared.issue_id)
    plan, _ = make_plan(project, prepared, context)
    require_confirmed(plan, digest)
    return plan, context


def create_run(
    project: Project, store: Store, plan: Plan, context: AudienceContext, terms: Terms | None = None
) -> Run:
    """Write the run down: everybody of `plan`, with their Message-ID and token."""
    publication = project.publication
    domain = domain_of(publication)
    return store.create_run(
        plan,
        (
            (
                recipient,
                message_id(context.secret, plan.issue, recipient.address, domain),
                unsubscribe_token(context.secret, publication.list_id, recipient.address),
            )
            for recipient in plan.audience.recipients
        ),
        replace(terms or Terms(), seeds=count_seeds(project, plan.audience)),
    )


def _deliver(
    project: Project,
    store: Store,
    run: Run,
    signer: Signer | None,
    *,
    stop: threading.Event,
    on_start: Callable[[Run], None],
    on_event: OnEvent,
    by_hand: bool = True,
) -> None:
    on_start(run)
    try:
        send_out(project, store, run, signer, stop=stop, on_event=on_event, by_hand=by_hand)
    finally:
        if by_hand and stop.is_set():
            # `newsletter run` must not go on with what somebody has just stopped.
            store.controls.stopped(run.id, str(person()))


def send_out(
    project: Project,
    store: Store,
    run: Run,
    signer: Signer | None,
    *,
    stop: threading.Event,
    on_event: OnEvent,
    by_hand: bool = True,
    before: Callable[[Delivery], None] | None = None,
) -> RunSummary:
    """Deliver `run` as the configuration of `project` says. before: told of each delivery before it is merged."""
    settings, clock, zone = project.config.delivery, project.clock, ZoneInfo(project.publication.timezone)
    messages = store.load_messages(run.id)
    with envelopes(run, messages, signer, clock=clock, zone=zone, connections=settings.connections) as merge:

        def envelope_for(delivery: Delivery) -> Envelope | Unfinished:
            if before is not None:
                before(delivery)
            return merge(delivery)

        return deliver(
            run,
            store=store,
            transport=open_transport(project.config.transport),
            envelope_for=envelope_for,
            settings=settings,
            clock=clock,
            stop=stop,
            on_event=on_event,
            zone=zone,
            by_hand=by_hand,
        )
