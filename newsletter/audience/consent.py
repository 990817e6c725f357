"""How long each basis of consent holds (Canada's anti-spam law, S.C. 2010 c. 23, section 10)."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from datetime import date

from newsletter.models.finding import did_you_mean
from newsletter.models.recipient import Basis, Consent

MONTHS: Mapping[Basis, int | None] = {
    Basis.EXPRESS: None,  # until it is withdrawn
    Basis.PURCHASE: 24,  # s. 10(10)(a)
    Basis.CONTRACT: 24,  # s. 10(10)(d), from the day the contract ended
    Basis.INQUIRY: 6,  # s. 10(10)(e)
    Basis.DONATION: 24,  # s. 10(13)(a), registered charities
    Basis.VOLUNTEER: 24,  # s. 10(13)(b), registered charities
    Basis.MEMBERSHIP: 24,  # s. 10(13)(c), (14), from the day the membership ended
    Basis.PUBLISHED_ADDRESS: None,  # s. 10(9)(b), as long as it is published
    Basis.DISCLOSED_ADDRESS: None,  # s. 10(9)(c)
}
"""Months that mail may follow `consented_on`; None when time alone does not end it."""

ENDED_LATER = frozenset((Basis.CONTRACT, Basis.MEMBERSHIP))
"""Their `consented_on` is the day the contract or membership ends, which may lie ahead."""
CHARITIES_ONLY = frozenset((Basis.DONATION, Basis.VOLUNTEER))

_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?")


class ConsentMissing(ValueError):
    """The row does not prove a consent (s. 13: the sender has to); the text says what it lacks."""


class CharityOnly(ConsentMissing):
    """The basis counts for registered charities only."""


def read_consent(cells: Mapping[str, str], *, registered_charity: bool, on: date) -> Consent:
    """The consent a row records. Raises ConsentMissing; whether it has expired is for the caller to see."""
    written = "".join(cells["basis"].split()).lower()
    try:
        basis = Basis(written)
    except ValueError:
        raise ConsentMissing(_unknown_basis(written)) from None
    if basis in CHARITIES_ONLY and not registered_charity:
        raise CharityOnly(f"{basis} counts for registered charities only, and registered_charity is not set")
    consented_on = _date(cells["consented_on"])
    if consented_on > on and basis not in ENDED_LATER:
        raise ConsentMissing(f"consented_on {consented_on} lies in the future")
    for column in ("source", "proof"):
        if not cells[column]:
            raise ConsentMissing(f"{column} is empty: consent has to be proved (S.C. 2010 c. 23 s. 13)")
    return Consent(basis, consented_on, cells["source"], cells["proof"], expires(basis, consented_on))


def expires(basis: Basis, consented_on: date) -> date | None:
    """The last day a message may go out on this consent: the same day of the month, or the month's last."""
    months = MONTHS[basis]
    if months is None:
        return None
    year, month = divmod(consented_on.year * 12 + consented_on.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(consented_on.day, calendar.monthrange(year, month + 1)[1]))


def _unknown_basis(written: str) -> str:
    if not written:
        return "basis is empty"
    meant = did_you_mean(written, [basis.value for basis in Basis])
    return f"basis '{written[:40]}' is not known." + (f" {meant}" if meant else "")


def _date(written: str) -> date:
    if not written:
        raise ConsentMissing("consented_on is empty")
    match = _ISO_DATE.fullmatch(written)
    try:
        if match is None:
            raise ValueError
        return date(*map(int, match.groups()))
    except ValueError:
        raise ConsentMissing(f"consented_on {written[:40]!r} is not a date; write it as 2021-05-31") from None
