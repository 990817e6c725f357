"""What a person wants of a run that another process may be sending: pause, go on, give up."""

from __future__ import annotations

import threading

from newsletter.commands.project import Project
from newsletter.commands.status import RunStatus, open_project_store, run_status
from newsletter.errors import NothingToResume, RunLocked
from newsletter.models.control import Person, Wish
from newsletter.models.delivery import Run, RunState
from newsletter.store import Store

WAIT_SECONDS = 15.0
"""How long `cancel` waits for the process that sends the run; what is on the wire may take longer."""
_LOOK_SECONDS = 0.25


def pause(project: Project, run_id: str, by: Person, reason: str) -> RunStatus:
    """Nothing of the run begins until somebody lifts it, whatever happens to the process that sends it.

    Raises UnknownName, NothingToResume when it is finished.
    """
    with open_project_store(project) as store:
        run = _unfinished(store, run_id)
        store.controls.wish(run.id, Wish.PAUSE, str(by), reason)
        return run_status(store, run.id)


def unpause(project: Project, run_id: str, by: Person) -> RunStatus:
    """Lift a pause, and what a stopped process left. Raises UnknownName, NothingToResume when it is finished."""
    with open_project_store(project) as store:
        run = _unfinished(store, run_id)
        store.controls.wish(run.id, Wish.GO, str(by))
        store.controls.waits(run.id, "", None)
        return run_status(store, run.id)


def cancel(project: Project, run_id: str, reason: str, by: Person) -> RunStatus:
    """Give a run up: nobody else of it gets the issue, and a new plan becomes possible.

    The process that is sending it is told, and ends within a second but for the answers to what is on the wire.
    When it takes longer than this waits, the status says so: it is still held. Raises UnknownName,
    NothingToResume when it is finished.
    """
    with open_project_store(project) as store:
        run = _unfinished(store, run_id)
        store.controls.wish(run.id, Wish.CANCEL, str(by), reason)
        end = project.clock.monotonic() + WAIT_SECONDS
        never = threading.Event()
        while store.run(run.id).state is not RunState.FINISHED and project.clock.monotonic() < end:
            try:
                store.abandon(run.id, reason)
            except RunLocked:
                project.clock.wait(_LOOK_SECONDS, never)
            except NothingToResume:
                break
        return run_status(store, run.id)


def _unfinished(store: Store, run_id: str) -> Run:
    run = store.run(run_id)
    if run.state is RunState.FINISHED:
        raise NothingToResume(
            f"run {run.id} is finished", hint=f"newsletter status {run.id} shows who got it and who did not"
        )
    return run
