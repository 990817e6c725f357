"""Which host takes the mail of a domain: many domains share one, and it counts what comes for all of them."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import dns.resolver

LIMIT_SECONDS = 3.0
"""Longest look-up; a domain that takes longer is treated by its own name."""
MOST_KNOWN = 100_000
"""Domains remembered; beyond them the memory begins anew."""
MAX_FAILURES = 20
"""After so many failures in a row names are not asked for any more: the network has no resolver."""


class MailHosts:
    """Looks mail hosts up, each domain once. Usable from several threads.

    nameservers, port: whom to ask; those of the machine when not given.
    """

    def __init__(self, nameservers: Sequence[str] = (), port: int = 53, limit: float = LIMIT_SECONDS) -> None:
        self._nameservers = list(nameservers)
        self._port = port
        self._limit = limit
        self._known: dict[str, tuple[str, ...]] = {}
        self._failures = 0
        self._lock = threading.Lock()
        self._resolver: dns.resolver.Resolver | None = None

    def known(self, domain: str) -> tuple[str, ...] | None:
        """The hosts found before, the preferred first; None when nobody has asked yet."""
        if self._failures >= MAX_FAILURES:
            return self._known.get(domain, ())
        return self._known.get(domain)

    def look_up(self, domain: str) -> tuple[str, ...]:
        """The hosts of a domain, in lower case; none when that cannot be found out in time."""
        if (known := self.known(domain)) is not None:
            return known
        hosts = self._ask(domain)
        with self._lock:
            self._failures = 0 if hosts is not None else self._failures + 1
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[domain] = hosts or ()
        return hosts or ()

    def _ask(self, domain: str) -> tuple[str, ...] | None:
        """The hosts; none when the domain names none; None when nobody answered."""
        import dns.exception
        import dns.resolver

        try:
            answer = self._ready().resolve(domain, "MX", lifetime=self._limit)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return ()
        except (dns.exception.DNSException, OSError, ValueError):
            return None
        found = sorted((record.preference, record.exchange.to_text(omit_final_dot=True)) for record in answer)
        return tuple(host.lower() for _, host in found)

    def _ready(self) -> dns.resolver.Resolver:
        import dns.resolver

        with self._lock:
            if self._resolver is None:
                self._resolver = dns.resolver.Resolver(configure=not self._nameservers)
                if self._nameservers:
                    self._resolver.nameservers = self._nameservers
                    self._resolver.port = self._port
            return self._resolver
