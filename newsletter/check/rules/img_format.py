"""Pictures are JPEG, PNG or GIF.

Why: Outlook for Windows does not show WebP, Gmail does not show SVG; readers see an empty frame.
Source: caniemail image-webp (no in Outlook for Windows) and image-svg (no in Gmail).
Wrong: `url: https://www.example.org/logo.svg`
Right: `url: https://www.example.org/logo.png`
Fix: Save the picture as PNG (drawings, logos) or JPEG (photographs) and write that address.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "IMG-FORMAT"
ALIAS = "image-format"
SEVERITY = Severity.WARNING
APPLIES_TO = Target.ARTICLE

NOT_SHOWN_EVERYWHERE = frozenset({".webp", ".svg", ".svgz", ".avif", ".heic", ".heif"}) | frozenset(
    {".tif", ".tiff", ".bmp", ".jxl", ".ico", ".pdf"}
)
"""Endings of addresses; one without ending says nothing about the format and is left alone."""


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Every picture people wrote, and those of the template, judged by the ending of the address."""
    for image in subject.images:
        try:
            ending = PurePosixPath(urlsplit(image.url.strip()).path).suffix.lower()
        except ValueError:
            continue
        if ending in NOT_SHOWN_EVERYWHERE:
            message = f"not every mail client shows {ending[1:].upper()} pictures: {image.url}"
            hint = "Save it as PNG or JPEG and write that address."
            yield image.place.finding(ID, SEVERITY, message, hint=hint, edition=image.edition)
