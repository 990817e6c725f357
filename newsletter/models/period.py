"""Dates known to the year, the month or the day, as YAML files write them (ISO 8601)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator

from newsletter.models.text import NonEmpty

_EXPECTED = "write a year, a month or a day (2022, 2022-01, 2022-01-31), or two of them: 2019/2022"


@dataclass(frozen=True)
class PartialDate:
    """A date known to the year, the month or the day; `first` is the first day it may be."""

    first: date
    precision: Literal["year", "month", "day"]


def parse_period(text: str) -> tuple[PartialDate | None, PartialDate | None]:
    """Start and end of ``2022``, ``2022-01``, ``2022-01-31`` (twice the same) or ``START/END``.

    ``..`` stands for an end that is open (ISO 8601-2), returned as None. Raises ValueError in plain words.
    """
    start, slash, end = (part.strip() for part in text.partition("/"))
    if not slash:
        only = _parse_partial(start)
        return only, only
    first = None if start == ".." else _parse_partial(start)
    last = None if end == ".." else _parse_partial(end)
    if first is None and last is None:
        raise ValueError(f"{text!r} has neither start nor end; {_EXPECTED}")
    if first is not None and last is not None and last.first < first.first:
        raise ValueError(f"{text!r} ends before it starts")
    return first, last


def _parse_partial(part: str) -> PartialDate:
    found = re.fullmatch(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", part)
    if found is None:
        raise ValueError(f"{part!r} is not a date; {_EXPECTED}")
    year, month, day = found.groups()
    try:
        first = date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        raise ValueError(f"{part!r} is not in the calendar; {_EXPECTED}") from None
    return PartialDate(first, "day" if day else "month" if month else "year")


def _a_period(text: str) -> str:
    parse_period(text)
    return text


def _a_partial_date(text: str) -> str:
    _parse_partial(text)
    return text


PeriodText = Annotated[NonEmpty, AfterValidator(_a_period)]
"""A year, month, day or interval as written: ``2019/2022``."""

PartialDateText = Annotated[NonEmpty, AfterValidator(_a_partial_date)]
"""A year, month or day as written: ``2022-01``."""
