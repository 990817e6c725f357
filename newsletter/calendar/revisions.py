"""What a new calendar file changes of an earlier one without saying so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """An entry that differs in `what` ("time", "place", "title", "status") under the same or a lower sequence."""

    title: str
    what: tuple[str, ...]
    sequence: int
    """Of the earlier file."""


_WATCHED = {
    "time": ("DTSTART", "DTEND"),
    "place": ("LOCATION",),
    "title": ("SUMMARY",),
    "status": ("STATUS",),
}


def unannounced_changes(before: bytes, after: bytes) -> tuple[Change, ...]:
    """Entries of `after` that a calendar which took in `before` may ignore: changed, their SEQUENCE not raised.

    RFC 5546, section 2.1.5: of two entries with one UID the one with the higher SEQUENCE counts. A file that is
    no calendar has nothing to compare with.
    """
    old, new = _entries(before), _entries(after)
    changes = []
    for uid, entry in new.items():
        known = old.get(uid)
        if known is None or int(entry["SEQUENCE"]) > int(known["SEQUENCE"]):
            continue
        what = tuple(
            name for name, keys in _WATCHED.items() if any(entry.get(key) != known.get(key) for key in keys)
        )
        if what:
            changes.append(Change(entry.get("SUMMARY", ""), what, int(known["SEQUENCE"])))
    return tuple(changes)


def _entries(content: bytes) -> dict[str, Mapping[str, str]]:
    """UID -> properties as text."""
    from icalendar import Calendar

    try:
        calendar = Calendar.from_ical(content)
    except ValueError:
        return {}
    found: dict[str, Mapping[str, str]] = {}
    for entry in calendar.walk("VEVENT"):
        properties = {str(name): _plain(value) for name, value in entry.items()}
        found[properties.get("UID", "")] = {"SEQUENCE": "0", **properties}
    return found


def _plain(value: object) -> str:
    if isinstance(value, str):
        return str(value)  # text as people read it, not as it is escaped
    to_ical = getattr(value, "to_ical", None)
    raw = to_ical() if to_ical else str(value)
    return raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw)
