"""Everything remembered between commands: ledger, suppressions, secret. The only place that knows SQL."""

from newsletter.store.control import Controls
from newsletter.store.interface import Addressed, IntentUnderWay, Ledger, Store, Withheld
from newsletter.store.roster import Roster
from newsletter.store.sqlite import SqliteStore, open_store

__all__ = [
    "Addressed",
    "Controls",
    "IntentUnderWay",
    "Ledger",
    "Roster",
    "SqliteStore",
    "Store",
    "Withheld",
    "open_store",
]
