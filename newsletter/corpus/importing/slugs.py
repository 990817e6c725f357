"""Names of drafts, made from titles."""

from __future__ import annotations

import re
from collections.abc import Callable

from newsletter.corpus.importing.shapes import fold

_LONGEST = 48
"""Characters of a slug; it stands in issue files, where a short one reads better."""
_SMALL_TEXT = (
    "the a an of in on to and for by at with from its his her is are as s le la les l un une des du de d "
    "et en a au aux pour par sur dans avec son sa ses est ce cette qui que"
)
_SMALL = frozenset(_SMALL_TEXT.split())


def slug_of(title: str, taken: Callable[[str], bool]) -> str:
    """A slug from the telling words of `title`, with a number when it is `taken`."""
    plain = re.sub(r"[^a-z0-9]+", " ", fold(title)).split()
    telling = [word for word in plain if word not in _SMALL] or plain
    slug = ""
    for word in telling:
        longer = f"{slug}-{word}" if slug else word[:_LONGEST]
        if len(longer) > _LONGEST:
            break
        slug = longer
    slug = slug or "article"
    name, number = slug, 2
    while taken(name):
        name, number = f"{slug}-{number}", number + 1
    return name
