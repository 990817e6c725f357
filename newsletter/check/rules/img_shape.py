"""A picture fits the screen of a telephone: not a tower, not a ribbon.

Why: A picture much taller than wide fills more than a screen, and the reader takes it for the end; one much wider
than tall becomes a line of some millimetres on a telephone, with nothing to be made out.
Source: Project.
Wrong: an infographic of 800 x 4000 pixels, a banner of 2400 x 240
Right: a part of it that says the main thing, 3:2 or 4:3; a link to the whole
Fix: Crop it, or show a portrait smaller with `shown_width`.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.places import place_at
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "IMG-SHAPE"
ALIAS = "image-shape"
SEVERITY = Severity.WARNING
APPLIES_TO = Target.ARTICLE

MAX_HEIGHT = 850
"""CSS pixels: about a screen of a laptop; in the column of a telephone (343) it leaves 540 of some 600 at most."""
MAX_RATIO = 6.0
"""Width by height: at 343 pixels, the column on a telephone, less than 57 remain for the height."""
MAX_SHOWN = 536
"""CSS pixels a picture by address is taken to be shown at: the column of the house template."""


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Pictures by file, and those by address by the size that article.yaml gives them."""
    for article in subject.articles:
        for name, image in article.data.images.items():
            picture = subject.assets.pictures.get((article.slug, name))
            width, height = (picture.width, picture.height) if picture else (image.width, image.height)
            if not width or not height:
                continue
            if picture is None and width > (shown := min(width, image.shown_width or MAX_SHOWN)):
                width, height = shown, round(height * shown / width)
            place = place_at(article.source, "images", name)
            if height > MAX_HEIGHT:
                message = f"the picture '{name}' is shown {height} pixels tall, more than a screen"
                hint = f"Crop it, or show it smaller: shown_width: {max(1, width * MAX_HEIGHT // height)}"
                yield place.finding(ID, SEVERITY, message, hint=hint)
            elif width > MAX_RATIO * height:
                message = (
                    f"the picture '{name}' is {width / height:.0f} times as wide as tall: a line on a telephone"
                )
                yield place.finding(ID, SEVERITY, message, hint="Crop it, 3:2 for example.")
