"""Who got it, who did not, and why: the ledger read for people and programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from newsletter.commands.project import Project
from newsletter.errors import UnknownName
from newsletter.models.control import Approval, RunControl, Wish
from newsletter.models.delivery import Delivery, DeliveryState, ExclusionRow, Run, RunState
from newsletter.store import Store, open_store

OPEN_STATES = (DeliveryState.PENDING, DeliveryState.CLAIMED, DeliveryState.DEFERRED)
"""States that a resumed run still works on."""
NOT_REACHED = (DeliveryState.REJECTED, DeliveryState.UNKNOWN, DeliveryState.CANCELLED)
"""Final states of people who did not get it, or may not have."""


@dataclass(frozen=True)
class RunStatus:
    """One run as the ledger has it now. held: a process is working on it. control: what people want of it, and
    what it waits for. approvals: of its plan.
    """

    run: Run
    counts: Mapping[DeliveryState, int]
    by_edition: Mapping[str, Mapping[DeliveryState, int]]
    exclusions: tuple[ExclusionRow, ...]
    held: bool
    control: RunControl = field(default_factory=lambda: RunControl(""))
    approvals: tuple[Approval, ...] = ()

    @property
    def state(self) -> RunState:
        """The run's state; what its last process wrote down may be stale when that process died."""
        died = self.run.state is RunState.RUNNING and not self.held
        return RunState.INTERRUPTED if died else self.run.state

    @property
    def open(self) -> int:
        """Deliveries still to be made."""
        return sum(self.counts[state] for state in OPEN_STATES)

    @property
    def cut_off(self) -> int:
        """Deliveries whose process died over them: in doubt, which the next resume writes down."""
        return 0 if self.held else self.counts[DeliveryState.CLAIMED]

    @property
    def waiting(self) -> str:
        """What the run waits for, in words; empty when it is finished, or waits for nothing."""
        control = self.control
        if self.run.state is RunState.FINISHED or control.wish is Wish.GO:
            return "" if self.run.state is RunState.FINISHED else control.waiting
        done = {Wish.PAUSE: "paused", Wish.STOP: "stopped", Wish.CANCEL: "given up"}[control.wish]
        return f"{done} by {control.wished_by}" + (f": {control.reason}" if control.reason else "")

    @property
    def goes_on(self) -> bool:
        """Does `newsletter run` go on with it when its time comes?"""
        return self.open > 0 and self.control.wish is Wish.GO

    @property
    def needs_a_person(self) -> bool:
        """Is there anything left that only a person can settle: open deliveries, or unknown ones?"""
        return self.open > 0 or self.counts[DeliveryState.UNKNOWN] > 0


@dataclass(frozen=True)
class Wanted:
    """Which deliveries of a run are asked for; what is empty narrows nothing.

    text: stands in the address, the name or the relay's words, in capitals or not.
    """

    states: tuple[DeliveryState, ...] = ()
    editions: tuple[str, ...] = ()
    text: str = ""

    @property
    def everything(self) -> bool:
        """Nothing is narrowed."""
        return not (self.states or self.editions or self.text)

    def deliveries(self, store: Store, run: str) -> Iterator[Delivery]:
        """Those of `run`, in plan order."""
        text = self.text.casefold()
        for delivery in store.deliveries(run, self.states):
            if self.editions and delivery.edition not in self.editions:
                continue
            if text in f"{delivery.address}\n{delivery.name}\n{delivery.reply}".casefold():
                yield delivery


def open_project_store(project: Project) -> Store:
    """The store that the configuration names. Raises StoreTrouble, UnknownName."""
    return open_store(project.config.store, root=project.root, clock=project.clock)


def run_status(store: Store, run_id: str | None) -> RunStatus:
    """The run called `run_id` (the newest when None). Raises UnknownName."""
    run = store.run(run_id) if run_id else store.latest_run()
    if run is None:
        raise UnknownName("nothing has been sent yet", hint="Plan a send: newsletter send ISSUE")
    return RunStatus(
        run,
        store.counts(run.id),
        store.counts_by_edition(run.id),
        tuple(store.exclusions(run.id)),
        store.is_held(run.issue),
        store.controls.of(run.id),
        tuple(store.controls.approvals(run.digest)),
    )


def summary(status: RunStatus) -> dict[str, object]:
    """A run as data, without the people in it."""
    run = status.run
    return {
        "run": run.id,
        "issue": run.issue,
        "digest": run.digest,
        "state": status.state.value,
        "under_way": status.held,
        "created_at": run.created_at.isoformat(),
        "finished_at": run.finished_at.isoformat() if run.finished_at else None,
        "total": run.total,
        "counts": {state.value: count for state, count in status.counts.items()},
        "languages": {
            edition: {state.value: count for state, count in counts.items() if count}
            for edition, counts in status.by_edition.items()
        },
        "excluded": len(status.exclusions),
        **_control(status),
    }


def _control(status: RunStatus) -> dict[str, object]:
    control, terms = status.control, status.control.terms
    return {
        "confirmed_by": str(terms.confirmed_by) or None,
        "approved_by": [str(approval.person) for approval in status.approvals],
        "at": terms.at.isoformat() if terms.at else None,
        "hold_until": terms.hold_until.isoformat() if terms.hold_until else None,
        "wish": control.wish.value,
        "wished_by": control.wished_by or None,
        "waiting": status.waiting or None,
        "waiting_until": control.waiting_until.isoformat() if control.waiting_until and status.waiting else None,
    }


PERSON_KEYS = (
    "address",
    "name",
    "edition",
    "state",
    "attempts",
    "code",
    "enhanced",
    "reply",
    "message_id",
    "updated_at",
)


def person(delivery: Delivery) -> dict[str, object]:
    """One delivery as data, with PERSON_KEYS as its keys."""
    return {
        "address": delivery.address,
        "name": delivery.name,
        "edition": delivery.edition,
        "state": delivery.state.value,
        "attempts": delivery.attempts,
        "code": delivery.code or None,
        "enhanced": delivery.enhanced,
        "reply": delivery.reply,
        "message_id": delivery.message_id,
        "updated_at": delivery.updated_at.isoformat() if delivery.updated_at else None,
    }


EVERYBODY = Wanted()


def people(store: Store, status: RunStatus, wanted: Wanted = EVERYBODY) -> Iterator[dict[str, object]]:
    """The deliveries asked for as data; then, when nothing is narrowed, everyone who was left out, with the state
    ``excluded`` and the reason as the reply."""
    for delivery in wanted.deliveries(store, status.run.id):
        yield person(delivery)
    if not wanted.everything:
        return
    for row in status.exclusions:
        yield {
            **dict.fromkeys(PERSON_KEYS),
            "address": row.address,
            "state": "excluded",
            "attempts": 0,
            "reply": f"{row.reason}: {row.detail}" if row.detail else row.reason,
        }


def address_of(text: str) -> str:
    """The normalised address that a person gave on the command line. Raises UnknownName when it is none."""
    # Reading the ledger needs no validator of addresses.
    from newsletter.audience import normalise_address

    try:
        return normalise_address(text)
    except ValueError as error:
        raise UnknownName(f"'{text}' is not an e-mail address: {error}") from error


def suppress(project: Project, address: str, reason: str) -> tuple[str, bool]:
    """Never mail `address` again; the normalised address, and False when it was suppressed already.

    Raises UnknownName when it is no address, StoreTrouble.
    """
    normalised = address_of(address)
    with open_project_store(project) as store:
        return normalised, store.suppress(normalised, reason, "command line")
