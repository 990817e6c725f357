"""A picture has enough pixels for the width it is shown at, on dense screens too.

Why: Telephones and most new computers have two or three pixels where a mail counts one; a picture without them
looks out of focus beside the crisp text.
Source: Project.
Wrong: a picture of 400 pixels in a column of 536
Right: one of 1,072 pixels or more, or the small one with `shown_width: 200`
Fix: Ask for the original; a picture cannot be made sharper. When there is only the small one, show it smaller.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.places import place_at
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.finding import Finding, Severity

ID = "IMG-SHARP"
ALIAS = "image-sharp"
SEVERITY = Severity.WARNING
APPLIES_TO = Target.ARTICLE

DENSITY = 1.5
"""Pixels per CSS pixel from which on nobody complains; 2 is what most dense screens have."""


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Pictures by file, and those by address by the size that article.yaml gives them."""
    for article in subject.articles:
        for name, image in article.data.images.items():
            picture = subject.assets.pictures.get((article.slug, name))
            natural = picture.natural_width if picture else image.width
            shown = picture.width if picture else image.shown_width
            if natural and shown and natural < DENSITY * shown:
                message = (
                    f"the picture '{name}' has {natural} pixels for a width of {shown}: blurred on most screens"
                )
                hint = (
                    f"Use one of {2 * shown} pixels, or show it smaller: shown_width: {max(1, natural // 2)} "
                    f"below images: {name}."
                )
                yield place_at(article.source, "images", name).finding(ID, SEVERITY, message, hint=hint)
