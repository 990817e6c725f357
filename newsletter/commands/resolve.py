"""Settling deliveries in doubt: by what logs and mailboxes prove, and by a person's word for the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from newsletter.commands.doubt import SearchedFile, Settled, settle_doubt
from newsletter.commands.person import person
from newsletter.commands.project import Project
from newsletter.commands.status import RunStatus, address_of, open_project_store, run_status
from newsletter.models.control import Person
from newsletter.models.delivery import SAID_SO, Decision, Delivery


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
    word: str = SAID_SO,
    by: Person | None = None,
    record: bool = True,
) -> Resolved:
    """Settle what is in doubt of a run (the newest when None); see `settle_doubt`.

    addresses: as a person writes them. by: who decides; whoever runs this when None. Raises UnknownName for a run
    too, and what `settle_doubt` raises.
    """
    wanted = frozenset(map(address_of, addresses))
    with open_project_store(project) as store:
        run = run_status(store, run_id).run
        found = settle_doubt(
            store,
            run,
            by=by or person(),
            logs=logs,
            rest=rest,
            addresses=wanted,
            word=word,
            record=record,
        )
        return Resolved(run_status(store, run.id), found.settled, found.left, found.searched)
