"""Our own people get an issue first: when something is wrong with it, they are the ones who see it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import overload

from newsletter.audience import normalise_address
from newsletter.commands.project import Project
from newsletter.errors import ProjectMistake
from newsletter.models.finding import Severity
from newsletter.models.recipient import Audience, Basis, Consent, Recipient
from newsletter.store import Roster

LIST_NAME = "seeds"


@dataclass(frozen=True, eq=False)
class SeedsFirst(Sequence[Recipient]):
    """The seeds, then all others in their order. added: how many of the seeds are on no list."""

    seeds: tuple[Recipient, ...]
    others: Sequence[Recipient]
    added: int

    def __len__(self) -> int:
        return len(self.others) + self.added

    def __iter__(self) -> Iterator[Recipient]:
        yield from self.seeds
        known = {seed.address for seed in self.seeds}
        yield from (recipient for recipient in self.others if recipient.address not in known)

    @overload
    def __getitem__(self, index: int) -> Recipient: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Recipient]: ...
    def __getitem__(self, index: int | slice) -> Recipient | Sequence[Recipient]:
        if isinstance(index, slice):
            return [self[each] for each in range(*index.indices(len(self)))]
        place = index if index >= 0 else index + len(self)
        found = list(islice(self, place, place + 1)) if place >= 0 else []
        if not found:
            raise IndexError(index)
        return found[0]


def seed_addresses(project: Project) -> list[str]:
    """The configured seeds, normalised, each once. Raises ProjectMistake for one that is no address."""
    found: dict[str, None] = {}
    for number, written in enumerate(project.config.delivery.seeds):
        try:
            found[normalise_address(written)] = None
        except ValueError as error:
            finding = project.config.source.finding(
                "CONFIG-SEEDS",
                Severity.ERROR,
                f"'{written}' is no e-mail address: {error}",
                "delivery",
                "seeds",
                number,
            )
            raise ProjectMistake("a seed is no address", [finding]) from error
    return list(found)


def with_seeds(
    project: Project,
    audience: Audience,
    roster: Roster,
    left_out: Callable[[str], bool],
    editions: Sequence[str],
    on: date,
) -> Audience:
    """`audience` with the seeds in front.

    Those on a list get what they get as readers. The others are added, with the editions in turn, so that as many
    seeds as there are editions see all of them. left_out: whether an address must not be mailed (it left, or has
    the issue).
    """
    seeds: list[Recipient] = []
    added = 0
    for address in seed_addresses(project):
        known = roster.find(address)
        if known is not None:
            seeds.append(known)
        elif not left_out(address):
            edition = editions[added % len(editions)]
            consent = Consent(Basis.EXPRESS, on, "newsletter.yaml, delivery.seeds", "our own people", None)
            seeds.append(Recipient(address, "", "", edition, consent, LIST_NAME, 0))
            added += 1
    return (
        Audience(SeedsFirst(tuple(seeds), audience.recipients, added), audience.exclusions) if seeds else audience
    )


def count_seeds(project: Project, audience: Audience) -> int:
    """How many of the first recipients are seeds."""
    seeds = set(seed_addresses(project))
    return sum(recipient.address in seeds for recipient in islice(audience.recipients, len(seeds)))
