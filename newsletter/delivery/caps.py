"""What one receiving domain gets at most: messages per second, connections at a time, rest when it complains."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar

from newsletter.delivery.mx import MailHosts
from newsletter.delivery.ratelimit import Paces, RateLimit
from newsletter.models.message import Outcome, SendResult

REST_SECONDS = 600.0
"""Rest of a domain that complains of our rate: Google asks for ten minutes at least after 4.7.28."""
CAREFUL = 10
"""Messages a domain accepts, after its rest, over one connection before it gets several again."""
LOOK_SECONDS = 0.1
"""How soon to look again when a domain's connections are all in use."""
EVERY_OTHER = "*"
"""The cap of each domain that has none of its own."""

_GREYLIST = re.compile(r"gr[ae]y[- ]?list|try again later.*first|postgrey", re.IGNORECASE)
_RATE = re.compile(
    r"\brate\b|throttl|too (?:many|much|fast)|unusual|quota exceeded|limit(?:ed| exceeded)|slow down",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class DomainCap:
    """What one receiving domain, or all domains behind one mail host, get at most."""

    __pydantic_config__: ClassVar[Any] = {"extra": "forbid", "use_attribute_docstrings": True}

    per_second: float | None = None
    """Most messages per second; empty for no limit of its own."""

    connections: int | None = None
    """Most messages under way at the same time; empty for no limit of its own."""

    def __post_init__(self) -> None:
        if self.per_second is not None and self.per_second <= 0:
            raise ValueError("per_second must be more than 0, or left out for no limit")
        if self.connections is not None and self.connections < 1:
            raise ValueError("connections must be at least 1, or left out for no limit")


class Complaint(StrEnum):
    """Who says we are too fast."""

    RELAY = "relay"
    DOMAIN = "domain"


def complaint(result: SendResult) -> Complaint | None:
    """Whether an answer is about our rate, and whose it is.

    Before a recipient was named, and with 454 after the message (Amazon SES), the relay speaks for itself. 4.7.28
    is Google's (its page on sender guidelines); 4.7.x with words about a rate is what other receivers say. Words
    about greylisting are about nobody's rate.
    """
    if result.outcome is not Outcome.DEFERRED or not 400 <= result.code < 500:
        return None
    if result.stage == "mail":
        return Complaint.RELAY
    if not result.enhanced.startswith("4.7.") and result.code != 454:
        return None
    if result.enhanced == "4.7.28":
        return Complaint.DOMAIN
    if _GREYLIST.search(result.reply):
        return None
    about_rate = _RATE.search(result.reply) is not None
    if result.code == 454:
        return Complaint.RELAY if about_rate else None
    return Complaint.DOMAIN if about_rate else None


@dataclass
class Lane:
    """Deliveries to one capped domain, or to one mail host. Guarded by the lock of `Lanes`."""

    name: str
    limit: RateLimit
    most: int | None = None
    busy: int = 0
    careful: int = 0
    taken: set[int] = field(default_factory=set)

    def ready_in(self, now: float) -> float:
        """Seconds until one more may go; 0 = now."""
        most = 1 if self.careful else self.most
        if most is not None and self.busy >= most:
            return max(LOOK_SECONDS, self.limit.paused_until - now)
        return self.limit.ready_in(now)


class Lanes:
    """The lane of each delivery, if it has one. Usable from several threads.

    caps: by domain; a name also stands for the mail hosts below it when `hosts` finds them. relay: whose paces
    these are.
    """

    def __init__(
        self, caps: Mapping[str, DomainCap], hosts: MailHosts | None, relay: str, paces: Paces, now: float
    ) -> None:
        self._caps = {name.lower(): cap for name, cap in caps.items()}
        self._hosts = hosts
        self._relay = relay
        self._paces = paces
        self._lanes: dict[str, Lane] = {}
        self._resting = False
        self._lock = threading.RLock()
        for name in paces.resting(f"{relay} ", now):
            # Another process, or the one before this one, heard a complaint.
            domain = name.removeprefix(f"{relay} ")
            self._made(domain, self._caps.get(domain) or DomainCap()).careful = CAREFUL
            self._resting = True

    @property
    def any(self) -> bool:
        """Whether there is anything to keep apart; without it nothing has to be asked per message."""
        return bool(self._caps) or self._resting

    def must_ask(self, domain: str) -> bool:
        """Whether the mail host of this domain has to be looked up before its lane is known."""
        return self._hosts is not None and domain not in self._caps and self._hosts.known(domain) is None

    def look_up(self, domain: str) -> None:
        """Find out the mail host of a domain; may take seconds."""
        if self._hosts is not None:
            self._hosts.look_up(domain)

    def lane_of(self, domain: str) -> Lane | None:
        """The lane this domain's deliveries go by; None when nothing holds them up."""
        with self._lock:
            name = self._name_of(domain)
            if name in self._lanes:
                return self._lanes[name]
            cap = self._caps.get(name) or self._caps.get(EVERY_OTHER)
            return self._made(name, cap) if cap is not None else None

    def take(self, lane: Lane, seq: int, now: float) -> bool:
        """One more by this lane, if it may go now."""
        with self._lock:
            if lane.ready_in(now) > 0:
                return False
            lane.limit.reserve(now)
            lane.busy += 1
            lane.taken.add(seq)
            return True

    def ready_in(self, lane: Lane, now: float) -> float:
        """Seconds until one more may go by this lane."""
        with self._lock:
            return lane.ready_in(now)

    def done(self, domain: str, seq: int, *, accepted: bool, now: float) -> None:
        """A delivery taken from the queue has ended, one way or another."""
        if not self._lanes:
            return
        with self._lock:
            lane = self._lanes.get(self._name_of(domain))
            if lane is None or seq not in lane.taken:
                return
            lane.taken.discard(seq)
            lane.busy -= 1
            if accepted:
                lane.limit.accepted(now)
                lane.careful = max(0, lane.careful - 1)

    def rest(self, domain: str, now: float) -> tuple[str, float]:
        """A domain complains of our rate: it gets nothing for a while. The lane's name, and until when."""
        with self._lock:
            name = self._name_of(domain)
            lane = self._lanes.get(name) or self._made(name, self._caps.get(name) or DomainCap())
            self._resting = True
            if lane.limit.paused_until <= now:
                lane.limit.slow_down(now)
                lane.limit.pause(now + REST_SECONDS)
            lane.careful = CAREFUL
            return name, lane.limit.paused_until

    def close(self) -> None:
        """Give back what the lanes took and did not use."""
        for lane in self._lanes.values():
            lane.limit.close()

    def _name_of(self, domain: str) -> str:
        if domain in self._caps or self._hosts is None:
            return domain
        for host in self._hosts.known(domain) or ():
            labels = host.split(".")
            for start in range(len(labels) - 1):
                if (name := ".".join(labels[start:])) in self._caps:
                    return name
        return domain

    def _made(self, name: str, cap: DomainCap) -> Lane:
        limit = RateLimit(cap.per_second, f"{self._relay} {name}", self._paces)
        self._lanes[name] = lane = Lane(name, limit, cap.connections)
        return lane


def domain_of(address: str) -> str:
    """What stands behind the @."""
    return address.rpartition("@")[2]
