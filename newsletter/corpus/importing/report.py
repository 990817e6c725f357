"""What an import came to, for people and for machines."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from newsletter.corpus.importing.comparing import Status
from newsletter.corpus.importing.duplicates import differences
from newsletter.corpus.importing.importer import Entry, ImportPlan

_COLUMN = 46
_LONGEST_WORDS = 160
"""Characters of differing words shown per place."""
_SHOWN = 3
"""Things to look at shown per article; the draft lists all of them."""


def as_data(plan: ImportPlan) -> dict[str, Any]:
    """The report as JSON: one entry for every article found in every file, in the order they stand there."""
    return {
        "articles": [_entry_data(entry) for entry in plan.entries],
        "files": [
            {"file": reading.file, "articles": len(reading.articles), "notes": list(reading.notes)}
            for reading in plan.readings
        ],
        "counts": counts(plan),
    }


def counts(plan: ImportPlan) -> dict[str, int]:
    """How many were found, of each status, to look at, drafted, and drafted in one language only."""
    by_status = Counter(entry.compared.status for entry in plan.entries)
    return {
        "found": len(plan.entries),
        **{status.value: by_status[status] for status in Status},
        "needs_look": sum(bool(entry.look) for entry in plan.entries),
        "drafts": plan.drafts,
        "one_language": sum(entry.written and entry.paired is None for entry in plan.entries),
    }


def _entry_data(entry: Entry) -> dict[str, Any]:
    one, found = entry.compared, entry.compared.found
    return {
        "file": found.file,
        "line": found.line,
        "last_line": found.last_line,
        "title": found.title,
        "language": entry.language,
        "kind": entry.kind,
        "status": one.status.value,
        "duplicate_of": entry.duplicate_of,
        "slug": entry.slug,
        "paired_with": _place(entry.paired) if entry.paired else None,
        "needs_look": list(entry.look),
        "proposal": one.proposal,
        "differences": [
            {"after": place.before, "here": place.ours, "there": place.theirs} for place in _different_words(entry)
        ],
        "read": entry.read,
    }


def _place(entry: Entry) -> dict[str, Any]:
    return {"file": entry.compared.found.file, "line": entry.compared.found.line}


def _different_words(entry: Entry) -> list[Any]:
    one = entry.compared
    if one.status not in (Status.DUPLICATE, Status.CHANGED) or not one.other_text:
        return []
    return differences(one.text, one.other_text)


def as_lines(plan: ImportPlan, *, dry_run: bool) -> Iterator[str]:
    """The report for people: each file with its articles, versions side by side, and the sums."""
    for reading in plan.readings:
        entries = [entry for entry in plan.entries if entry.compared.found.file == reading.file]
        yield f"{reading.file}: {len(entries)} {'article' if len(entries) == 1 else 'articles'}"
        for note in reading.notes:
            yield f"  note: {note}"
        for entry in entries:
            yield from _entry_lines(entry)
    total = counts(plan)
    yield ""
    yield (
        f"{total['found']} found: {total['new']} new, {total['duplicate']} duplicate, {total['changed']} changed, "
        f"{total['known']} known; {total['needs_look']} to look at"
    )
    if dry_run:
        yield f"dry run: nothing written ({total['drafts']} drafts would be)"
    elif total["drafts"]:
        yield f"{total['drafts']} drafts written to corpus/_drafts/, {total['one_language']} in one language only"
        yield "next: answer the lines that begin with #? in a draft, then: newsletter corpus accept SLUG"
    else:
        yield "nothing to write: all of it was imported before"


def _entry_lines(entry: Entry) -> Iterator[str]:
    one, found = entry.compared, entry.compared.found
    told = f"{entry.language or '??'} {entry.kind}"
    yield f"  {found.line:>5}  {one.status.value:<9}  {told:<14}  {found.title}"
    if entry.duplicate_of:
        yield f"         is {'' if one.status is Status.KNOWN else 'a version of '}{entry.duplicate_of}"
    elif entry.paired is not None:
        other = entry.paired.compared.found
        version = f"its {entry.paired.language} version on line {other.line} of {other.name}"
        yield f"         -> {entry.slug}, with {version}"
    else:
        yield f"         -> {entry.slug}"
    if (words := _different_words(entry)) and entry.duplicate_of:
        yield from _side_by_side(words)
    for look in entry.look[:_SHOWN]:
        yield f"         look: {look}"
    if len(entry.look) > _SHOWN:
        yield f"         look: {len(entry.look) - _SHOWN} more, listed in the draft"


def _side_by_side(places: list[Any]) -> Iterator[str]:
    """Two columns: the words here, the words there; ``…`` stands for what is the same."""
    yield f"           {'here':<{_COLUMN}}  there"
    for place in places:
        columns = [_cell(place.before, words) for words in (place.ours, place.theirs)]
        for here, there in zip_longest(*columns, fillvalue=""):
            yield f"           {here:<{_COLUMN}}  {there}".rstrip()


def _cell(before: str, words: str) -> list[str]:
    """The words in brackets with those before them, in lines of a column's width."""
    if len(words) > _LONGEST_WORDS:
        words = words[:_LONGEST_WORDS].rsplit(" ", 1)[0] + " …"
    text = f"… {before} [{words}]" if before else f"[{words}]"
    return textwrap.wrap(text, _COLUMN) or [""]
