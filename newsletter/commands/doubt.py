"""Deliveries in doubt, and the one way to settle them: by what proves acceptance, and by a person's word."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path

from newsletter.errors import NothingToResume, UnknownName
from newsletter.models.control import Person
from newsletter.models.delivery import SAID_SO, Decision, Delivery, DeliveryState, Resolution, Run
from newsletter.store import Store


@dataclass(frozen=True)
class Settled:
    """One delivery that is no longer in doubt, and why."""

    delivery: Delivery
    resolution: Resolution


@dataclass(frozen=True)
class SearchedFile:
    """A file that was looked through: how it was read, and how many messages it proves."""

    name: str
    kind: str
    proven: int


@dataclass(frozen=True)
class DoubtSettled:
    """What became of the deliveries in doubt of a run, and which still are."""

    settled: tuple[Settled, ...]
    left: tuple[Delivery, ...]
    searched: tuple[SearchedFile, ...]


def settle_doubt(
    store: Store,
    run: Run,
    *,
    by: Person,
    logs: Sequence[Path] = (),
    rest: Decision | None = None,
    addresses: Collection[str] = frozenset(),
    word: str = SAID_SO,
    record: bool = True,
) -> DoubtSettled:
    """Settle what is in doubt of a run: what a process wrote down as unknown, and what one that died left claimed.

    logs: files or folders that may prove acceptance; what they prove is accepted for good. rest: what `by` decides
    of those that nothing proves, or only of `addresses` (normalised) when given; `word` says why. The ledger keeps
    who, why and when. record: False only looks. Raises UnknownName (an address, or a file of no known kind),
    FileTrouble, RunLocked while a process is sending the run, StoreTrouble.
    """
    with _doubtful(store, run, record=record) as doubtful:
        known = {delivery.address for delivery in doubtful.values()}
        if missing := sorted(set(addresses) - known):
            raise UnknownName(f"{missing[0]} is not in doubt in run {run.id}", hint=_who(doubtful))
        settled, searched = _proven(doubtful, logs)
        for message_id, delivery in doubtful.items():
            if rest is not None and message_id not in settled and (not addresses or delivery.address in addresses):
                settled[message_id] = Resolution(delivery.seq, rest, word, by=str(by))
        if record and settled:
            store.resolve_unknown(run.id, settled.values())
    return DoubtSettled(
        tuple(Settled(doubtful[message_id], resolution) for message_id, resolution in settled.items()),
        tuple(delivery for message_id, delivery in doubtful.items() if message_id not in settled),
        tuple(searched),
    )


@contextmanager
def _doubtful(store: Store, run: Run, *, record: bool) -> Iterator[dict[str, Delivery]]:
    """Message-ID -> delivery; while they are settled, nobody else sends the run."""
    states = [DeliveryState.UNKNOWN]
    with store.hold(run.issue) if record else nullcontext():
        if record:
            # Opening the ledger writes down what a crash left claimed as unknown.
            with suppress(NothingToResume), store.open_ledger(run.id):
                pass
        elif not store.is_held(run.issue):
            states.append(DeliveryState.CLAIMED)
        yield {delivery.message_id: delivery for delivery in store.deliveries(run.id, states)}


def _proven(
    doubtful: dict[str, Delivery], logs: Sequence[Path]
) -> tuple[dict[str, Resolution], list[SearchedFile]]:
    # Most that is settled is settled by a person: readers of logs are loaded when there is one to read.
    from newsletter.evidence import find_proofs

    settled: dict[str, Resolution] = {}
    searched: list[SearchedFile] = []
    for path in logs:
        search = find_proofs(path, doubtful, name=path.name)
        for message_id, proof in search.proofs.items():
            evidence = f"{proof.words} ({proof.place})"
            settled.setdefault(message_id, Resolution(doubtful[message_id].seq, Decision.ACCEPTED, evidence))
        searched.append(SearchedFile(str(path), search.kind, len(search.proofs)))
    return settled, searched


def _who(doubtful: dict[str, Delivery]) -> str:
    if not doubtful:
        return "Nobody is."
    shown = ", ".join(delivery.address for delivery in list(doubtful.values())[:5])
    return f"In doubt: {shown}" + (" and others" if len(doubtful) > 5 else "")
