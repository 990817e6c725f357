"""Pictures are light: up to 200 kB each, 1 MB in one mail.

Why: Many readers pay for their connection by the megabyte, and a picture that is still loading when the reader
scrolls on was not seen.
Source: Project; common advice of mail designers.
Wrong: a photograph saved as PNG, which stays 1.4 MB after scaling
Right: the same photograph as JPEG, 90 kB
Fix: Save photographs as JPEG; only drawings, logos and screenshots are lighter as PNG. An animated GIF is
published as it is: shorten it, or show its best picture.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.check.places import place_at
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.assets import Picture
from newsletter.models.finding import Finding, Severity

ID = "IMG-WEIGHT"
ALIAS = "image-weight"
SEVERITY = Severity.WARNING
APPLIES_TO = Target.RENDERED

MAX_ONE = 200_000
"""Bytes of one published picture."""
MAX_ALL = 1_000_000
"""Bytes of all pictures of one edition, each counted once."""


def check(subject: CheckSubject) -> Iterator[Finding]:
    """The published files; pictures by address are not fetched, so nothing is known of theirs."""
    files = {one.url: (key, one) for key, whole in subject.assets.pictures.items() for one in whole.sizes}
    shown = {
        code: {url for image in page.all("img") if (url := image.get("src")) in files}
        for code, page in subject.pages.items()
    }
    heaviest_of: dict[tuple[str, str], Picture] = {}
    for key, one in (files[url] for urls in shown.values() for url in urls):
        heaviest_of[key] = max(one, heaviest_of.get(key, one), key=lambda each: each.weight)
    for article in subject.articles:
        for name in article.data.images:
            picture = heaviest_of.get((article.slug, name))
            if picture is not None and picture.weight > MAX_ONE:
                message = f"{picture.file} weighs {_kb(picture.weight)} when scaled; {_kb(MAX_ONE)} at most"
                hint = "Save a photograph as JPEG, a drawing with fewer colours; shorten an animation."
                yield place_at(article.source, "images", name).finding(ID, SEVERITY, message, hint=hint)
    for code, urls in shown.items():
        total = sum(files[url][1].weight for url in urls)
        if total > MAX_ALL:
            heaviest, _ = max((files[url] for url in sorted(urls)), key=lambda one: one[1].weight)
            message = f"the pictures weigh {_kb(total)} together; {_kb(MAX_ALL)} at most"
            hint = f"Take one out, or show it smaller; the heaviest is '{heaviest[1]}' of {heaviest[0]}."
            place = subject.issue_place("sections")
            yield place.finding(ID, SEVERITY, message, hint=hint, edition=code)


def _kb(size: int) -> str:
    return f"{round(size / 1000):,} kB"
