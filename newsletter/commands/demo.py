"""The whole road once, on this machine: compose, check, preview files, and a real SMTP send to an inbox here."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from newsletter.commands.build import Prepared, prepare, write_editions
from newsletter.commands.plan import AudienceContext, make_plan
from newsletter.commands.project import Project
from newsletter.commands.send import OnEvent, send
from newsletter.commands.status import RunStatus, open_project_store
from newsletter.errors import FileTrouble
from newsletter.inbox import Inbox
from newsletter.models.delivery import Plan, Run
from newsletter.transport import parse_url


@dataclass(frozen=True)
class Demo:
    """What the demo did. received: messages that reached the inbox. inbox: folder where they lie as .eml."""

    project: Project
    prepared: Prepared
    plan: Plan
    status: RunStatus
    previews: tuple[Path, ...]
    received: int
    inbox: Path


def run_demo(
    project: Project,
    name: str | None,
    *,
    stop: threading.Event,
    on_stage: Callable[[str], None],
    on_start: Callable[[Run], None],
    on_event: OnEvent,
) -> Demo:
    """Everything happens below var/demo, which is made anew; the real ledger and relay are not touched.

    Raises what `prepare`, `make_plan` and `send` raise.
    """
    folder = project.var / "demo"
    _make_anew(folder)
    on_stage("composing and checking")
    prepared = prepare(project, name)
    prepared.require_sound("the demo")
    previews = write_editions(prepared, folder / "preview")
    mail = folder / "inbox"
    with Inbox(folder=mail) as inbox:
        on_stage(f"sending to an inbox on this machine, {inbox.url}")
        store = f"sqlite:///{(folder / 'ledger.sqlite3').relative_to(project.root).as_posix()}"
        here = project.with_config(transport=parse_url(inbox.url, allow_password=False), store=store)
        plan = _plan(here, prepared)
        status = send(here, prepared.issue_id, plan.digest, stop=stop, on_start=on_start, on_event=on_event)
        received = len(inbox.messages)
    return Demo(here, prepared, plan, status, tuple(previews), received, mail)


def _plan(project: Project, prepared: Prepared) -> Plan:
    with open_project_store(project) as store:
        context = AudienceContext(store.suppression_list(), (), project.config.secret or store.secret())
    return make_plan(project, prepared, context)[0]


def _make_anew(folder: Path) -> None:
    try:
        shutil.rmtree(folder, ignore_errors=False)
    except FileNotFoundError:
        return
    except OSError as error:
        raise FileTrouble(
            f"cannot be removed: {error.strerror or error}",
            where=str(folder),
            hint="Remove it by hand and try again.",
        ) from error
