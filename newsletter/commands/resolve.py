"""Settling deliveries in doubt: by what logs and mailboxes prove, and by a person's word for the rest."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from newsletter.commands.project import Project
from newsletter.commands.status import RunStatus, address_of, open_project_store, run_status
from newsletter.errors import NothingToResume, UnknownName
from newsletter.evidence import find_proofs
from newsletter.models.delivery import Decision, Delivery, DeliveryState, Resolution
from newsletter.store import Store


@dataclass(frozen=True)
class Settled:
    """One delivery that is no longer in doubt."""

    delivery: Delivery
    decision: Decision
    evidence: str


@dataclass(frozen=True)
class SearchedFile:
    """A file that was looked through: how it was read, and how many messages it proves."""

    name: str
    kind: str
    proven: int


@dataclass(frozen=True)
class Resolved:
    """What became of the deliveries in doubt of a run, and which still are."""

    status: RunStatus
    settled: tuple[Settled, ...]
    left: tuple[Delivery, ...]
    searched: tuple[SearchedFile, ...]


def resolve(
    project: Project,
    run_id: str | None,
    *,
    logs: Sequence[Path] = (),
    rest: Decision | None = None,
    addresses: Sequence[str] = (),
    word: str = "a person says so",
    record: bool = True,
) -> Resolved:
    """Settle what is in doubt of a run (the newest when None).

    logs: files or folders that may prove acceptance; what they prove is accepted for good. rest: what is decided
    of those that nothing proves, or only of `addresses` when given; `word` says why, for the record. record: False
    only looks. Raises UnknownName (run, address, or a file of no known kind), FileTrouble, RunLocked while a
    process is sending the run, StoreTrouble.
    """
    wanted = frozenset(map(address_of, addresses))
    with open_project_store(project) as store:
        run = run_status(store, run_id).run
        doubtful = _in_doubt(store, run.id, run.issue, record=record)
        if missing := sorted(wanted - {delivery.address for delivery in doubtful.values()}):
            raise UnknownName(f"{missing[0]} is not in doubt in run {run.id}", hint=_who(doubtful))
        settled, searched = _proven(doubtful, logs)
        for message_id, delivery in doubtful.items():
            if rest is not None and message_id not in settled and (not wanted or delivery.address in wanted):
                settled[message_id] = Settled(delivery, rest, word)
        if record and settled:
            store.resolve_unknown(
                run.id, [Resolution(one.delivery.seq, one.decision, one.evidence) for one in settled.values()]
            )
        left = tuple(delivery for message_id, delivery in doubtful.items() if message_id not in settled)
        return Resolved(run_status(store, run.id), tuple(settled.values()), left, tuple(searched))


def _in_doubt(store: Store, run_id: str, issue: str, *, record: bool) -> dict[str, Delivery]:
    """Message-ID -> delivery: those written down as unknown, and those a killed process left claimed."""
    states = [DeliveryState.UNKNOWN]
    if not store.is_held(issue):
        states.append(DeliveryState.CLAIMED)
        if record:
            # Opening the ledger writes down what a crash left claimed as unknown.
            with suppress(NothingToResume), store.open_ledger(run_id):
                pass
    return {delivery.message_id: delivery for delivery in store.deliveries(run_id, states)}


def _proven(doubtful: dict[str, Delivery], logs: Sequence[Path]) -> tuple[dict[str, Settled], list[SearchedFile]]:
    settled: dict[str, Settled] = {}
    searched: list[SearchedFile] = []
    for path in logs:
        search = find_proofs(path, doubtful, name=path.name)
        for message_id, proof in search.proofs.items():
            evidence = f"{proof.words} ({proof.place})"
            settled.setdefault(message_id, Settled(doubtful[message_id], Decision.ACCEPTED, evidence))
        searched.append(SearchedFile(str(path), search.kind, len(search.proofs)))
    return settled, searched


def _who(doubtful: dict[str, Delivery]) -> str:
    if not doubtful:
        return "Nobody is."
    shown = ", ".join(delivery.address for delivery in list(doubtful.values())[:5])
    return f"In doubt: {shown}" + (" and others" if len(doubtful) > 5 else "")
