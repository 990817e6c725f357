"""The plan: frozen content and audience of one intended send, and the dry run that shows it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from newsletter.audience import read_suppressions, resolve
from newsletter.commands.build import Prepared, domain_of
from newsletter.commands.files import remove_file, write_file
from newsletter.commands.project import Project
from newsletter.commands.seeds import with_seeds
from newsletter.errors import EmptyAudience, PlanChanged, ProjectMistake
from newsletter.mime import merge, message_id, stamp_for, unsubscribe_token
from newsletter.models.delivery import Plan
from newsletter.models.finding import Finding, errors
from newsletter.models.message import CompiledMessage, Stamp
from newsletter.models.publication import Publication
from newsletter.models.recipient import Audience, Recipient, SuppressionList
from newsletter.store import Roster, Store

if TYPE_CHECKING:
    from newsletter.dkim import Signer

MIN_DIGEST = 12
"""Fewest characters of a digest that confirm a plan."""


@dataclass(frozen=True)
class AudienceContext:
    """What the ledger knows that decides who is left out, and the secret that signs what they get."""

    suppressions: SuppressionList
    received: Container[str]
    secret: bytes = field(repr=False)


def audience_context(project: Project, store: Store, issue: str) -> AudienceContext:
    """What the ledger knows that decides who of issue `issue` is left out."""
    secret = project.config.secret or store.secret()
    return AudienceContext(store.suppression_list(), store.received(issue), secret)


def make_plan(project: Project, prepared: Prepared, context: AudienceContext) -> tuple[Plan, tuple[Finding, ...]]:
    """The plan of sending `prepared` now, and the findings about its lists.

    Raises ProjectMistake when the issue or a list has errors, EmptyAudience when nobody is left.
    """
    prepared.require_sound("the plan")
    audience, findings = _resolve(project, prepared, context)
    if errors(findings):
        raise ProjectMistake("the recipient lists have mistakes", findings)
    if not audience.total:
        raise EmptyAudience(f"nobody is left to send issue {prepared.issue_id} to", hint=_empty_hint(audience))
    publication = project.publication
    mail_from = publication.bounce_address or publication.sender.address
    digest = plan_digest(prepared.issue_id, mail_from, prepared.compiled, audience)
    return Plan(prepared.issue_id, digest, mail_from, prepared.compiled, audience), findings


def plan_digest(
    issue: str,
    mail_from: str,
    messages: Mapping[str, CompiledMessage],
    audience: Audience,
) -> str:
    """sha256 (hex) over everything a recipient could tell apart: content, headers, addresses, who gets what.

    The date of sending is not part of it: the same plan may be confirmed tomorrow.
    """
    digest = hashlib.sha256()
    fixed = {
        "issue": issue,
        "mail_from": mail_from,
        "messages": {code: message.digest for code, message in sorted(messages.items())},
    }
    digest.update(json.dumps(fixed, sort_keys=True).encode())
    for recipient in audience.recipients:
        digest.update(json.dumps([recipient.address, recipient.name, recipient.edition]).encode())
    return digest.hexdigest()


def require_confirmed(plan: Plan, confirmed: str) -> None:
    """Raise PlanChanged unless `confirmed` names `plan`: its digest, or the first 12 characters or more of it."""
    given = confirmed.strip().lower()
    if len(given) >= MIN_DIGEST and plan.digest.startswith(given):
        return
    if len(given) < MIN_DIGEST:
        raise PlanChanged(
            f"'{confirmed}' is too short to name a plan",
            hint=f"Give the digest that the dry run prints: newsletter send {plan.issue}",
        )
    raise PlanChanged(
        f"the plan is not the one you confirmed: it is {plan.short_digest} now, you gave {given[:16]}",
        hint=f"Something changed since the dry run (text, template, list or settings). Look at it again: "
        f"newsletter send {plan.issue}",
    )


def stamp(publication: Publication, recipient: Recipient, plan: Plan, secret: bytes, date: datetime) -> Stamp:
    """What `recipient`'s copy carries, signed with `secret`."""
    return stamp_for(
        plan.messages[recipient.edition].links,
        address=recipient.address,
        name=recipient.name,
        token=unsubscribe_token(secret, publication.list_id, recipient.address),
        message_id=message_id(secret, plan.issue, recipient.address, domain_of(publication)),
        date=date,
    )


def write_dry_run(
    project: Project, plan: Plan, context: AudienceContext, folder: Path, signer: Signer | None = None
) -> list[Path]:
    """A sample message of each edition, exactly as its first recipient would get it, and the manifest.

    They name people, so only their owner reads them. Samples of an earlier plan go. Raises FileTrouble.
    """
    written: list[Path] = []
    now = project.clock.now().astimezone(ZoneInfo(project.publication.timezone))
    for recipient in _first_of_each(plan):
        message: bytes = merge(
            plan.messages[recipient.edition],
            stamp(project.publication, recipient, plan, context.secret, now),
        )
        message = signer.sign(message, now) if signer else message
        path = folder / f"{recipient.edition}.eml"
        write_file(path, message, private=True)
        written.append(path)
    for path in set(folder.glob("*.eml")).difference(written):
        remove_file(path)
    path = folder / "manifest.json"
    write_file(path, manifest(plan), private=True)
    return [*written, path]


def _first_of_each(plan: Plan) -> Iterator[Recipient]:
    """The first recipient of each edition."""
    awaited = set(per_edition(plan))
    for recipient in plan.audience.recipients:
        if recipient.edition in awaited:
            yield recipient
            awaited.discard(recipient.edition)
        if not awaited:
            return


def manifest(plan: Plan) -> Iterator[str]:
    """The whole plan as JSON, in pieces: every recipient with their edition, every exclusion with its reason."""
    summary = json.dumps(plan_summary(plan), ensure_ascii=False, indent=1)
    yield summary.removesuffix("\n}") + ',\n "recipients": ['
    comma = "\n  "
    for recipient in plan.audience.recipients:
        person = {
            "address": recipient.address,
            "name": recipient.name,
            "edition": recipient.edition,
            "language": recipient.language,
            "list": recipient.list_name,
            "line": recipient.line,
            "basis": recipient.consent.basis.value,
        }
        yield comma + json.dumps(person, ensure_ascii=False)
        comma = ",\n  "
    yield "\n ]\n}\n"


def per_edition(plan: Plan) -> dict[str, int]:
    """Edition code -> how many get it, in the publication's order; editions that nobody gets are left out."""
    counts = plan.audience.per_edition()
    return {code: counts[code] for code in plan.messages if code in counts}


def plan_summary(plan: Plan) -> dict[str, object]:
    """The plan as `newsletter send --format json` prints it."""
    return {
        "issue": plan.issue,
        "digest": plan.digest,
        "total": plan.audience.total,
        "languages": per_edition(plan),
        "subjects": {code: message.subject for code, message in plan.messages.items()},
        "mail_from": plan.mail_from,
        "excluded": len(plan.audience.exclusions),
        "exclusions": [
            {
                "address": exclusion.address,
                "reason": exclusion.reason.value,
                "detail": exclusion.detail,
                "list": exclusion.list_name,
                "line": exclusion.line,
            }
            for exclusion in plan.audience.exclusions
        ],
    }


def _resolve(
    project: Project, prepared: Prepared, context: AudienceContext
) -> tuple[Audience, tuple[Finding, ...]]:
    assert prepared.issue is not None
    lists = {name: project.recipients / f"{name}.csv" for name in prepared.issue.data.audience.lists}
    from_file, problems = read_suppressions(project.recipients / "suppressions.csv", project.root)
    suppressions = SuppressionList({**context.suppressions.entries, **from_file.entries})
    today = project.clock.now().astimezone(ZoneInfo(project.publication.timezone)).date()
    roster = Roster()
    audience, findings = resolve(
        lists,
        project.publication,
        suppressions,
        already=context.received,
        on=today,
        root=project.root,
        roster=roster,
    )
    if project.config.delivery.seeds and audience.total:
        audience = with_seeds(
            project,
            audience,
            roster,
            lambda address: address in context.received or suppressions.get(address) is not None,
            list(prepared.compiled),
            today,
        )
    return audience, (*problems, *findings)


def _empty_hint(audience: Audience) -> str:
    if not audience.exclusions:
        return "The lists are empty: add people to recipients/*.csv."
    reasons = ", ".join(f"{count} {reason}" for reason, count in audience.per_reason().items())
    return f"Everybody on the lists is left out: {reasons}."
