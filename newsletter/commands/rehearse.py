"""The rehearsal: the whole run, by the real worker over real SMTP, to a server here that reads every message."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.commands.build import prepare
from newsletter.commands.dkim import open_signer
from newsletter.commands.plan import AudienceContext, make_plan, plan_summary
from newsletter.commands.project import Project
from newsletter.commands.rehearse_reading import CHECKS, Reader, Reading
from newsletter.commands.send import OnEvent, create_run, send_out
from newsletter.commands.status import open_project_store
from newsletter.delivery import DeliverySettings, Ending
from newsletter.errors import FileTrouble
from newsletter.inbox import Inbox
from newsletter.models.delivery import Plan
from newsletter.models.finding import Finding
from newsletter.transport import parse_url

if TYPE_CHECKING:
    pass


@dataclass(frozen=True)
class Rehearsal:
    """What was sent and read. findings: of the issue and its lists, which did not stop it.

    problems: what was not as the plan says; `hidden` more are counted only. signed_by: names of DNS records.
    """

    plan: Plan
    findings: tuple[Finding, ...]
    reading: Reading
    seconds: float
    signed_by: tuple[str, ...]
    ended: bool

    @property
    def problems(self) -> tuple[Finding, ...]:
        """What a receiver would have found wrong."""
        return tuple(self.reading.findings)

    @property
    def per_second(self) -> float:
        """Messages sent, received and read per second."""
        return self.reading.received / self.seconds if self.seconds > 0 else 0.0

    @property
    def passed(self) -> bool:
        """Everybody got exactly what they were to get."""
        return self.ended and not self.problems and self.reading.received == self.plan.audience.total


def rehearse(
    project: Project,
    name: str | None,
    *,
    stop: threading.Event,
    on_event: OnEvent,
) -> Rehearsal:
    """Send issue `name` (the newest when None) to everybody on its lists, to a server on this machine only.

    The ledger is a new one that is thrown away; of the real one only suppressions and who has got the issue are
    read. Limits of the rate do not hold: no relay is asked to bear it. Raises what `dry_run` raises.
    """
    prepared = prepare(project, name)
    prepared.require_sound("the rehearsal")
    signer = open_signer(project)
    with open_project_store(project) as store:
        context = AudienceContext(
            store.suppression_list(),
            store.received(prepared.issue_id),
            project.config.secret or store.secret(),
        )
        plan, findings = make_plan(project, prepared, context)
    records = {key.record_name: key.record for key in signer.keys} if signer else {}
    reader = Reader(project.publication, prepared.rendered, plan, context.secret, records)
    with _folder(project.var) as folder, Inbox(on_message=reader.receive) as inbox:
        here = _here(project, folder, inbox)
        with open_project_store(here) as store:
            run = create_run(here, store, plan, context)
            summary = send_out(here, store, run, signer, stop=stop, on_event=on_event, before=reader.expect)
            ended = summary.ending is Ending.FINISHED
            reading = reader.finish(store.deliveries(run.id)) if ended else reader.reading
    return Rehearsal(plan, (*prepared.findings, *findings), reading, summary.seconds, tuple(records), ended)


def rehearsal_summary(rehearsal: Rehearsal) -> Mapping[str, object]:
    """The rehearsal as `newsletter send --rehearse --format json` prints it."""
    reading = rehearsal.reading
    planned = plan_summary(rehearsal.plan)
    return {
        "issue": planned["issue"],
        "digest": planned["digest"],
        "total": planned["total"],
        "passed": rehearsal.passed,
        "received": reading.received,
        "languages": dict(sorted(reading.by_edition.items())),
        "checked": {check: reading.checked[check] for check in checks_of(rehearsal)},
        "signed_by": list(rehearsal.signed_by),
        "seconds": round(rehearsal.seconds, 3),
        "per_second": round(rehearsal.per_second, 1),
        "problems": [{"rule": one.rule, "message": one.message} for one in rehearsal.problems],
        "more_problems": reading.hidden,
    }


def checks_of(rehearsal: Rehearsal) -> dict[str, str]:
    """What was looked at, with its words; the signature only when somebody signs."""
    return {check: words for check, words in CHECKS.items() if check != "signature" or rehearsal.signed_by}


def _here(project: Project, folder: Path, inbox: Inbox) -> Project:
    """The project with the inbox for a relay and a ledger in `folder`."""
    real = project.config.delivery
    return project.with_config(
        transport=parse_url(inbox.url, allow_password=False),
        store=f"sqlite:///{(folder / 'ledger.sqlite3').relative_to(project.root).as_posix()}",
        delivery=DeliverySettings(
            connections=real.connections, messages_per_connection=real.messages_per_connection
        ),
    )


@contextmanager
def _folder(var: Path) -> Iterator[Path]:
    """A folder below `var` that only its owner can read, removed at the end. Raises FileTrouble."""
    try:
        var.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix="rehearsal-", dir=var))
    except OSError as error:
        raise FileTrouble(f"no folder can be made in it: {error.strerror}", where=str(var)) from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
