"""Short names of Canada's time zones, English to French (CLDR), and which of them are of summer."""

from __future__ import annotations

FRENCH_ZONES = {
    "EDT": "HAE",
    "EST": "HNE",
    "CDT": "HAC",
    "CST": "HNC",
    "MDT": "HAR",
    "MST": "HNR",
    "PDT": "HAP",
    "PST": "HNP",
    "ADT": "HAA",
    "AST": "HNA",
    "NDT": "HAT",
    "NST": "HNT",
}
ENGLISH_ZONES = {french: english for english, french in FRENCH_ZONES.items()}
