"""A relay that would not take the largest message of a run is found out before the smallest goes."""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsletter.clock import Clock
from newsletter.commands.build import prepare
from newsletter.commands.dkim import new_key, open_signer
from newsletter.commands.largest import largest_message
from newsletter.commands.plan import audience_context, make_plan, stamp
from newsletter.commands.project import Project, open_project
from newsletter.commands.send import dry_run, send
from newsletter.commands.status import open_project_store
from newsletter.dkim.keys import Algorithm
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


@pytest.fixture
def sample_plan(sample: Project) -> tuple[Plan, bytes]:
    return planned(sample)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    names=st.lists(st.text(st.characters(codec="utf-8"), max_size=80), min_size=20, max_size=40),
    edition=st.sampled_from(["fr", "en", "fr+en"]),
)
def test_no_message_is_much_larger_whatever_people_are_called(
    sample: Project, sample_plan: tuple[Plan, bytes], names: list[str], edition: str
) -> None:
    """The estimate counts no folding of lines: a few bytes it may be wrong by."""
    plan, secret = sample_plan
    people = tuple(
        replace(plan.audience.recipients[0], address=f"{number:04}@example.org", name=name, edition=edition)
        for number, name in enumerate(names)
    )
    plan = replace(plan, audience=replace(plan.audience, recipients=people))
    now = sample.clock.now()
    sizes = [
        len(merge(plan.messages[edition], stamp(sample.publication, one, plan, secret, now))) for one in people
    ]
    assert max(sizes) - 16 <= largest_message(sample, plan, secret) <= max(sizes)


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


def with_lines(root: Path, lines: str) -> None:
    file = root / "newsletter.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "\n" + lines + "\n", encoding="utf-8")


def refused(root: Path, clock: Clock, limit: int) -> bool:
    """Whether a send is refused for the size of a message before anything is written down."""
    with Inbox(size_limit=limit) as inbox:
        project = open_project(root, {"NEWSLETTER_TRANSPORT": inbox.url}, clock=clock)
        digest = dry_run(project, "2024-02").plan.digest
        begun: list[object] = []
        with suppress(RelayRefused):
            send(
                *(project, "2024-02", digest),
                stop=threading.Event(),
                on_start=begun.append,
                on_event=lambda event: None,
            )
        assert bool(begun) == bool(inbox.messages)
        return not begun


def test_what_fits_unsigned_and_not_signed_is_found_out_before_the_run(sample_root: Path, clock: Clock) -> None:
    plain = open_project(sample_root, {}, clock=clock)
    unsigned = largest_message(plain, *planned(plain))
    algorithms: tuple[Algorithm, ...] = ("rsa", "ed25519")
    entries = [
        new_key(plain, algorithm, domain=None, algorithm=algorithm, bits=2048, out=None).entry
        for algorithm in algorithms
    ]
    with_lines(sample_root, "\n".join(["dkim:", *entries]))
    project = open_project(sample_root, {}, clock=clock)
    signed = largest_message(project, *planned(project), open_signer(project))
    assert signed > unsigned + 300 * len(algorithms)
    assert refused(sample_root, clock, signed - 1)
    assert not refused(sample_root, clock, signed)


def test_an_edition_that_only_a_seed_gets_counts(sample_root: Path, clock: Clock) -> None:
    for name, language in (("members", "fr"), ("partners", "en")):
        text = "email,name,language,basis,consented_on,source,proof\n"
        text += f"{name}@example.org,Zoé Tremblay,{language},express,2020-02-03,form,form 12\n"
        (sample_root / f"recipients/{name}.csv").write_text(text, encoding="utf-8")
    plain = open_project(sample_root, {}, clock=clock)
    plan, secret = planned(plain)
    without = largest_message(plain, plan, secret)
    with_lines(sample_root, "delivery:\n  seeds: [a@example.org, b@example.org, c@example.org]")
    project = open_project(sample_root, {}, clock=clock)
    seeded, _ = planned(project)
    (alone,) = set(seeded.audience.per_edition()) - set(plan.audience.per_edition())
    assert alone == "fr+en"
    assert largest_message(project, seeded, secret) > without + 10_000
    assert refused(sample_root, clock, without)
