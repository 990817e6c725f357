"""Raw pages in, drafts of articles out: reading files, telling articles apart, comparing, pairing, drafting.

The steps, each a module: `sources` (files and formats, with `decoding`, `lines`, `htmlpage`, `markdownpage`,
`feed`), `splitting` and `outline` (where articles begin), `comparing` (duplicates, earlier imports, the corpus),
`pairing` (French and English), `drafting` (with `facts` and `wording`), `report`. `importer.plan_import` runs them
and writes nothing: the command writes what it returns.
"""

from newsletter.corpus.importing.comparing import Status
from newsletter.corpus.importing.drafting import accepted
from newsletter.corpus.importing.importer import Entry, ImportPlan, plan_import
from newsletter.corpus.importing.ledger import DRAFTS
from newsletter.corpus.importing.report import as_data, as_lines, counts
from newsletter.corpus.importing.sources import SourceReading, list_files, read_sources

__all__ = [
    "DRAFTS",
    "Entry",
    "ImportPlan",
    "SourceReading",
    "Status",
    "accepted",
    "as_data",
    "as_lines",
    "counts",
    "list_files",
    "plan_import",
    "read_sources",
]
