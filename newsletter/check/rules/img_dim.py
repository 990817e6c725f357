"""Every picture says how wide it is shown, at most 600 pixels.

Why: Outlook for Windows ignores CSS widths and shows the picture at its natural size, which can be several
screens wide; without a size the text jumps while pictures load.
Source: caniemail css-max-width and css-width (partial in Outlook for Windows); `height="auto"` is not HTML.
Wrong: `<img src="..." style="width:100%">`, `<img src="..." width="1200" height="auto">`
Right: `<img src="..." width="600" height="400" style="width:100%;height:auto">`
Fix: In the template, give the img a `width` attribute in pixels (without "px"), and a number or nothing as
`height`.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.page import Element
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "IMG-DIM"
ALIAS = "image-size"
SEVERITY = Severity.ERROR
APPLIES_TO = Target.RENDERED

MAX_WIDTH = 600
"""CSS pixels: the width mails are read at on a desktop, and what the house template is built for."""


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Every img element of every edition."""
    for code, page in subject.pages.items():
        for image in page.all("img"):
            problem = _judge(image)
            if problem is not None:
                place = subject.locate(image.get("src"), code)
                message = f"the picture {image.get('src')} {problem}"
                hint = f"In the template, write the width in pixels, {MAX_WIDTH} at most, and the height too."
                yield place.finding(ID, SEVERITY, message, hint=hint, edition=code)


def _judge(image: Element) -> str | None:
    width, height = image.get("width"), image.get("height")
    if not width:
        return "has no width"
    if not width.isascii() or not width.isdigit():
        return f"has the width '{width}', which is not a number of pixels"
    if int(width) > MAX_WIDTH:
        return f"is {width} pixels wide"
    if height and not (height.isascii() and height.isdigit()):
        return f"has the height '{height}', which is not a number of pixels"
    return None
