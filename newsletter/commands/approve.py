"""A second person looks at a plan and agrees, before anybody is sent anything."""

from __future__ import annotations

from dataclasses import dataclass

from newsletter.commands.build import prepare
from newsletter.commands.plan import MIN_DIGEST, audience_context, make_plan, require_confirmed
from newsletter.commands.project import Project
from newsletter.commands.status import open_project_store
from newsletter.errors import PlanChanged, Refusal
from newsletter.models.control import Approval, Person, second_person
from newsletter.models.delivery import Plan, Run, RunState
from newsletter.store import Store


@dataclass(frozen=True)
class Approved:
    """What was approved. plan: as it is now; None when it is that of `run`, which waits for it."""

    approval: Approval
    plan: Plan | None
    run: Run | None


def approve(project: Project, digest: str, name: str | None, by: Person) -> Approved:
    """Record that `by` agrees to the plan that `digest` names: of a run that waits, or of issue `name` now.

    Raises PlanChanged when the plan is another by now, Refusal when `by` may be the one who confirmed it, and what
    making a plan raises.
    """
    with open_project_store(project) as store:
        run = _waiting_run(store, digest)
        if run is not None:
            confirmed_by = store.controls.of(run.id).terms.confirmed_by
            if by.may_be(confirmed_by):
                raise Refusal(
                    f"{by} confirmed run {run.id}, so somebody else has to approve it",
                    hint="a second person runs this; on an account that you share, each of you with --as NAME",
                )
            approval = Approval(run.digest, run.issue, by, project.clock.now(), run.total)
            store.controls.approve(approval)
            return Approved(approval, None, run)
        prepared = prepare(project, name)
        prepared.require_sound("the approval")
        plan, _ = make_plan(project, prepared, audience_context(project, store, prepared.issue_id))
        require_confirmed(plan, digest)
        approval = Approval(plan.digest, plan.issue, by, project.clock.now(), plan.audience.total)
        store.controls.approve(approval)
        return Approved(approval, plan, None)


def require_approved(project: Project, store: Store, plan: Plan, by: Person) -> None:
    """Raise Refusal unless a second person has approved `plan`, or nobody has to."""
    if not project.config.delivery.approval:
        return
    approvals = store.controls.approvals(plan.digest)
    if second_person(approvals, by) is not None:
        return
    if approvals:
        what = f"{by} may be {approvals[0].person}, who approved the plan; it takes two people"
    else:
        what = "nobody has approved this plan yet; it takes a second person"
    raise Refusal(
        what,
        hint=f"a second person looks at it and runs: newsletter approve {plan.short_digest} {plan.issue} "
        "(on an account that you share, each of you with --as NAME)",
    )


def _waiting_run(store: Store, digest: str) -> Run | None:
    """The unfinished run that was confirmed with this digest. Raises PlanChanged when it is too short."""
    given = digest.strip().lower()
    if len(given) < MIN_DIGEST:
        raise PlanChanged(
            f"'{digest}' is too short to name a plan",
            hint="Give the digest that the dry run prints: newsletter send",
        )
    return next(
        (run for run in store.runs() if run.state is not RunState.FINISHED and run.digest.startswith(given)), None
    )
