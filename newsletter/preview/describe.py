"""Turn editions, findings and failures into plain values that the page can draw. They cross as JSON."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from newsletter.errors import NewsletterError
from newsletter.models.finding import Finding
from newsletter.models.text import languages_of
from newsletter.preview.excerpt import Excerpt, read_excerpt
from newsletter.preview.message import Mail
from newsletter.preview.state import PreviewEdition

CLIP_BYTES = 102_400
"""Gmail shows about so many bytes of HTML, as sent, and hides the rest behind a link (email-bugs issue 41)."""

NEAR_CLIP_BYTES = 81_920
"""From here on one more article may be too many."""

MOST_EXCERPTS = 50
"""Findings beyond so many are listed without the lines of their file: nobody reads them before the first ones."""

_PLACE = re.compile(r"^(?P<file>.+?):(?P<line>\d+)(?::(?P<column>\d+))?$")


def describe_edition(edition: PreviewEdition, mail: Mail) -> dict[str, Any]:
    """All the page says of an edition, except its bodies, which have addresses of their own."""
    return {
        "code": edition.code,
        "label": edition.label,
        "language": languages_of(edition.code)[0],
        "broken": False,
        "subject": mail.header("Subject") or edition.subject,
        "sender": mail.header("From") or edition.sender,
        "recipient": mail.header("To"),
        "preheader": edition.preheader,
        "html": mail.html is not None,
        "text": mail.text is not None,
        "htmlBytes": mail.html_encoded_size,
        "nearClipBytes": NEAR_CLIP_BYTES,
        "clipBytes": CLIP_BYTES,
        "messageBytes": mail.size,
        "headers": [asdict(header) for header in mail.headers],
        "parts": [asdict(part) for part in mail.parts],
    }


def missing_edition(code: str, label: str) -> dict[str, Any]:
    """An edition that could not be built this time: its tab stays, and leads to the mistakes."""
    return {"code": code, "label": label, "language": languages_of(code)[0], "broken": True}


def describe_findings(findings: Iterable[Finding], root: Path) -> list[dict[str, Any]]:
    """Findings, worst first, with the lines they point at."""
    described = []
    for number, finding in enumerate(sorted(findings, key=Finding.sort_key)):
        excerpt = None
        if number < MOST_EXCERPTS:
            excerpt = read_excerpt(root, finding.file, finding.line, finding.column)
        described.append(
            {
                "rule": finding.rule,
                "severity": finding.severity.value,
                "message": finding.message,
                "place": finding.place,
                "hint": finding.hint,
                "edition": finding.edition,
                "excerpt": _plain(excerpt),
            }
        )
    return described


def describe_failure(error: NewsletterError, root: Path) -> dict[str, Any]:
    """What the world did to the build, with the lines it points at when it names a file and a line."""
    place = _PLACE.match(error.where or "")
    excerpt = None
    if place is not None:
        column = place["column"]
        excerpt = read_excerpt(root, place["file"], int(place["line"]), int(column) if column else None)
    return {"what": error.what, "where": error.where, "hint": error.hint, "excerpt": _plain(excerpt)}


def _plain(excerpt: Excerpt | None) -> dict[str, Any] | None:
    return None if excerpt is None else asdict(excerpt)
