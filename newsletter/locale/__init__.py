"""Dates, times, numbers and typography as the readers of a locale write them.

Functions take a BCP 47 tag (``fr-CA``, ``en-CA``, ``ar``). French and English follow Canadian usage, other
languages get what CLDR has. Babel is imported at the first call, not with this package. No text made here holds
U+202F or U+2009: the one no-break space is U+00A0.
"""

from newsletter.locale.dates import (
    format_date,
    format_date_range,
    format_datetime,
    format_month,
    format_period,
    format_time,
    format_time_range,
    format_when,
    zone_name,
)
from newsletter.locale.inline import typography_across
from newsletter.locale.languages import NBSP, direction, language_name, upper_first
from newsletter.locale.numbers import (
    PLURALS,
    format_count,
    format_list,
    format_money,
    format_money_range,
    format_number,
    format_number_range,
    format_ordinal,
    format_percent,
    plural_categories,
    with_commas,
)
from newsletter.locale.typography import typography
from newsletter.models.period import PartialDate, parse_period

__all__ = [
    "NBSP",
    "PLURALS",
    "PartialDate",
    "direction",
    "format_count",
    "format_date",
    "format_date_range",
    "format_datetime",
    "format_list",
    "format_money",
    "format_money_range",
    "format_month",
    "format_number",
    "format_number_range",
    "format_ordinal",
    "format_percent",
    "format_period",
    "format_time",
    "format_time_range",
    "format_when",
    "language_name",
    "parse_period",
    "plural_categories",
    "typography",
    "typography_across",
    "upper_first",
    "with_commas",
    "zone_name",
]
