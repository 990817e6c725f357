"""A relay that would not take the largest message of a run is found out before the smallest goes."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from newsletter.clock import Clock
from newsletter.commands.build import prepare
from newsletter.commands.largest import largest_message
from newsletter.commands.plan import audience_context, make_plan, stamp
from newsletter.commands.project import Project, open_project
from newsletter.commands.send import dry_run, send
from newsletter.commands.status import open_project_store
from newsletter.errors import RelayRefused
from newsletter.inbox import Inbox
from newsletter.mime import merge
from newsletter.models.delivery import Plan


def planned(project: Project) -> tuple[Plan, bytes]:
    with open_project_store(project) as store:
        context = audience_context(project, store, "2024-02")
        return make_plan(project, prepare(project, "2024-02"), context)[0], context.secret


def test_the_largest_message_is_the_largest(sample: Project) -> None:
    plan, secret = planned(sample)
    now = sample.clock.now()
    sizes = [
        len(merge(plan.messages[one.edition], stamp(sample.publication, one, plan, secret, now)))
        for one in plan.audience.recipients
    ]
    assert largest_message(sample, plan, secret) == max(sizes)
    assert min(sizes) < max(sizes) - 10_000, "the edition in both languages is much larger than the others"


def test_nobody_gets_anything_when_the_largest_would_not_pass(sample_root: Path, clock: Clock) -> None:
    plain = open_project(sample_root, {}, clock=clock)
    limit = largest_message(plain, *planned(plain)) - 1
    with Inbox(size_limit=limit) as inbox:
        project = open_project(sample_root, {"NEWSLETTER_TRANSPORT": inbox.url}, clock=clock)
        digest = dry_run(project, "2024-02").plan.digest
        with pytest.raises(RelayRefused, match=f"the relay takes at most {limit}"):
            send(
                project,
                "2024-02",
                digest,
                stop=threading.Event(),
                on_start=lambda run: pytest.fail("a run began"),
                on_event=lambda event: None,
            )
        assert inbox.messages == ()
    with open_project_store(project) as store:
        assert not list(store.runs("2024-02"))
