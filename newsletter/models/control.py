"""What people want of a run, when it may go on, and how fast mail goes out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Wish(StrEnum):
    """What somebody wants of a run.

    go: send when its time has come. pause: nothing begins until somebody lifts it. stop: somebody stopped the
    process that sent it; `--resume` goes on. cancel: give it up, nobody else of it gets the issue.
    """

    GO = "go"
    PAUSE = "pause"
    STOP = "stop"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at a keyboard. name: as they call themselves, or their account. account: ``marie@office``."""

    name: str
    account: str

    @property
    def named(self) -> bool:
        """Did they give a name of their own, beside the account?"""
        return self.name != self.account

    def may_be(self, other: Person) -> bool:
        """Whether both may be one person: the same name, or one account and not two different names."""
        if self.name.casefold() == other.name.casefold():
            return True
        return self.account == other.account and not (self.named and other.named)

    def __str__(self) -> str:
        return f"{self.name} ({self.account})" if self.named else self.name


@dataclass(frozen=True, slots=True)
class Approval:
    """A person has looked at the plan with this digest and agrees."""

    digest: str
    issue: str
    person: Person
    at: datetime
    total: int


def second_person(approvals: Iterable[Approval], confirmed_by: Person) -> Approval | None:
    """The first approval by somebody who certainly is not the one who confirmed."""
    return next((each for each in approvals if not each.person.may_be(confirmed_by)), None)


@dataclass(frozen=True, slots=True)
class Terms:
    """Under which terms a run is confirmed. seeds: the first so many deliveries go to our own people, first.

    hold: how long it is held back once it is written down, which gives hold_until.
    """

    confirmed_by: Person = Person("", "")
    at: datetime | None = None
    hold_until: datetime | None = None
    ignore_quiet: bool = False
    seeds: int = 0
    hold: timedelta | None = None


@dataclass(frozen=True, slots=True)
class RunControl:
    """The terms of a run, and what became of them.

    late: a person said to begin however late it is. wish, wished_by, wished_at, reason: what somebody wants of it
    now. waiting, waiting_until: what it waits for, as last seen by a process that sends it; empty: nothing.
    """

    run: str
    terms: Terms = Terms()
    begun_at: datetime | None = None
    late: bool = False
    wish: Wish = Wish.GO
    wished_by: str = ""
    wished_at: datetime | None = None
    reason: str = ""
    waiting: str = ""
    waiting_until: datetime | None = None

    @property
    def planned(self) -> datetime | None:
        """When it was to begin; None = when it was confirmed."""
        return self.terms.at or self.terms.hold_until


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast mail goes to one place. Instants are seconds since 1970.

    rate: messages per second at present, None = no limit. ceiling: the rate it recovers to. next_at: the first
    moment nobody has taken. slowed_at: when the other side last asked for less. paused_until: nothing before.
    """

    rate: float | None = None
    ceiling: float | None = None
    next_at: float = 0.0
    slowed_at: float = 0.0
    paused_until: float = 0.0
