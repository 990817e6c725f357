"""How a run is sent. Read from `newsletter.yaml` by `config`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

MAX_CONNECTIONS = 100


@dataclass(frozen=True)
class DeliverySettings:
    """Durations are in seconds. Raises ValueError in plain words for values that cannot work."""

    # Read by pydantic when a configuration holds these settings; plain data, so that nothing is imported for it.
    __pydantic_config__: ClassVar[Any] = {"extra": "forbid", "use_attribute_docstrings": True}

    connections: int = 10
    """Connections to the relay at the same time, 1 to 100. At most as many messages are in doubt after a crash."""

    per_second: float | None = None
    """Most messages per second over all connections; empty for no limit. Relays publish theirs."""

    messages_per_connection: int = 100
    """A connection is renewed after so many messages: many relays count them."""

    seconds_per_connection: float = 300.0
    """A connection is renewed after so long: relays behind a load balancer ask for it."""

    retry_waits: tuple[float, ...] = (60.0, 300.0, 600.0, 1800.0, 3600.0)
    """Waits after the first, second, ... answer that asks to try later; the last one repeats."""

    max_deferrals: int = 10
    """After so many such answers a recipient counts as rejected."""

    patience: float = 900.0
    """The run waits for the next try of a deferred recipient up to so long; later ones are left for a resume."""

    connect_attempts: int = 6
    """After so many failed connections in a row the run stops."""

    stop_after: int = 20
    """The run is judged when so many recipients were answered for; 0 never judges."""

    stop_share: float = 0.5
    """It stops when more than this share of them were rejected: the list or the sender is wrong."""

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
        if self.max_deferrals < 1 or self.connect_attempts < 1:
            raise ValueError("max_deferrals and connect_attempts must be at least 1")
        if self.patience < 0 or self.stop_after < 0:
            raise ValueError("patience and stop_after cannot be negative")
        if not 0 < self.stop_share <= 1:
            raise ValueError("stop_share must be more than 0 and at most 1")
