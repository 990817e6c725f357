"""How a run is sent. Read from `newsletter.yaml` by `config`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

from newsletter.delivery.caps import DomainCap
from newsletter.delivery.quiet import QuietHours
from newsletter.delivery.warmup import WarmUpPlan

MAX_CONNECTIONS = 100
LONGEST_SECONDS = 86_400.0


@dataclass(frozen=True)
class DeliverySettings:
    """Durations are in seconds. Raises ValueError in plain words for values that cannot work."""

    # Read by pydantic when a configuration holds these settings; plain data, so that nothing is imported for it.
    __pydantic_config__: ClassVar[Any] = {"extra": "forbid", "use_attribute_docstrings": True}

    connections: int = 10
    """Connections to the relay at the same time, 1 to 100. At most as many messages are in doubt after a crash."""

    per_second: float | None = None
    """Most messages per second over all connections and processes; empty for no limit. Relays publish theirs."""

    domains: Mapping[str, DomainCap] = field(default_factory=dict)
    """Caps of receiving domains: `gmail.com: {per_second: 5, connections: 3}`; `"*"`: each domain without one."""

    by_mx: bool = False
    """A cap also holds for all domains whose mail host lies below its name; asks the DNS while sending."""

    warm_up: WarmUpPlan | None = None
    """At most so many messages a day while a new relay or domain earns its reputation."""

    quiet_hours: str | None = None
    """Hours in which nothing is sent, in the publication's zone: `21:00-08:00`."""

    messages_per_connection: int = 100
    """A connection is renewed after so many messages: many relays count them."""

    seconds_per_connection: float = 300.0
    """A connection is renewed after so long: relays behind a load balancer ask for it."""

    retry_waits: tuple[float, ...] = (60.0, 300.0, 600.0, 1800.0, 3600.0)
    """Waits after the first, second, ... answer that asks to try later; the last one repeats."""

    max_deferrals: int = 100
    """After so many such answers a recipient counts as rejected."""

    deadline: float = 172800.0
    """Or when the first of them is so long ago: 48 hours."""

    patience: float = 900.0
    """The run waits for the next try of a deferred recipient up to so long; later ones are left for a resume."""

    connect_attempts: int = 6
    """After so many failed connections in a row the run stops."""

    stop_after: int = 20
    """The run is judged when so many recipients were answered for; 0 never judges."""

    stop_share: float = 0.5
    """It stops when more than this share of them were rejected: the list or the sender is wrong."""

    late_limit: float = 3600.0
    """A run that should have begun longer ago (the machine slept) does not begin by itself."""

    seeds: tuple[str, ...] = ()
    """Addresses of your own people that get each issue first; the run stops when one of them is refused."""

    approval: bool = False
    """A run begins only after a second person has approved its plan with `newsletter approve`."""

    log_addresses: bool = False
    """The log (`newsletter --verbose`) holds addresses and the relay's words, instead of a code for each address.
    Such a log is personal data: limit who reads it, and delete it when it has served."""

    def __post_init__(self) -> None:
        if not 1 <= self.connections <= MAX_CONNECTIONS:
            raise ValueError(f"connections must be between 1 and {MAX_CONNECTIONS}")
        if self.per_second is not None and self.per_second <= 0:
            raise ValueError("per_second must be more than 0, or left out for no limit")
        if self.messages_per_connection < 1:
            raise ValueError("messages_per_connection must be at least 1")
        if self.seconds_per_connection <= 0:
            raise ValueError("seconds_per_connection must be more than 0")
        if not self.retry_waits or min(self.retry_waits) <= 0:
            raise ValueError("retry_waits must hold at least one wait, each more than 0 seconds")
        if self.deadline <= 0 or self.late_limit <= 0:
            raise ValueError("deadline and late_limit must be more than 0 seconds")
        if any("@" not in seed for seed in self.seeds):
            raise ValueError("seeds are e-mail addresses")
        if self.quiet_hours is not None:
            QuietHours.parse(self.quiet_hours)
        if self.max_deferrals < 1 or self.connect_attempts < 1:
            raise ValueError("max_deferrals and connect_attempts must be at least 1")
        if self.patience < 0 or self.stop_after < 0:
            raise ValueError("patience and stop_after cannot be negative")
        if not 0 < self.stop_share <= 1:
            raise ValueError("stop_share must be more than 0 and at most 1")

    @property
    def longest_wait(self) -> float:
        """Nobody is deferred for longer, in seconds; who seems to be was deferred by a clock since set back."""
        return max(LONGEST_SECONDS, 2 * max(self.retry_waits))

    @cached_property
    def quiet(self) -> QuietHours | None:
        """The quiet hours, read."""
        return None if self.quiet_hours is None else QuietHours.parse(self.quiet_hours)
