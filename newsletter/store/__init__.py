"""Everything remembered between commands: ledger, suppressions, secret. The only place that knows SQL."""

from newsletter.store.interface import Addressed, Ledger, Store
from newsletter.store.roster import Roster
from newsletter.store.sqlite import SqliteStore, open_store

__all__ = ["Addressed", "Ledger", "Roster", "SqliteStore", "Store", "open_store"]
