"""Evidence for deliveries in doubt: what logs and mailboxes prove about messages whose answer was lost.

A connection that breaks between the last dot and the answer leaves nobody here knowing whether the relay took the
message (RFC 1047). The relay knows: its log, the event list of a provider, or a reply to the message itself.
"""

from newsletter.evidence.proof import Proof
from newsletter.evidence.sources import Search, find_proofs

__all__ = ["Proof", "Search", "find_proofs"]
