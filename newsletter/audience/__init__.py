"""Lists, consent and suppressions to an audience, with a reason for everyone left out."""

from newsletter.audience.address import normalise_address
from newsletter.audience.edition import choose_edition
from newsletter.audience.resolving import resolve
from newsletter.audience.suppressions import merge_suppressions, read_suppressions

__all__ = ["choose_edition", "merge_suppressions", "normalise_address", "read_suppressions", "resolve"]
