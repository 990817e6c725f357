"""An alt text describes the picture, briefly, and adds to the text beside it.

Why: "IMG_2041.jpg", "picture of a picture", or the title read twice, helps nobody.
Source: WCAG 2.2, 1.1.1, and the W3C's tips for alt texts.
Wrong: `plane: "platane-final2.jpg"`, `plane: "Image of a tree"`
Right: `plane: "A plane tree in front of a row of houses"`
Fix: Say in up to 150 characters what the picture shows. When it only decorates, write `decorative: true` in
`article.yaml` instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from newsletter.check.markdown import read_markdown
from newsletter.check.places import Place, place_at
from newsletter.check.rules.interface import Target
from newsletter.check.subject import CheckSubject
from newsletter.models.article import Article, Translation
from newsletter.models.finding import Finding, Severity

ID = "A11Y-ALT-TEXT"
ALIAS = "alt-text"
SEVERITY = Severity.WARNING
APPLIES_TO = Target.ARTICLE

MAX_LENGTH = 150
_FILE = re.compile(
    r"[^\s]+\.(jpe?g|png|gif|webp|svg|avif|heic|tiff?)$|(img|dsc|image|photo)[-_ ]?\d+$", re.IGNORECASE
)
_SAYS_PICTURE = re.compile(
    r"(une |la |an? |the )?(image|photo|photographie|photograph|picture|illustration|logo|icône|icon)s?"
    r" (de la |de l[’']|de |du |des |d[’']|of |showing )",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[\W_]+")
_NOTHING = frozenset({"image", "photo", "picture", "logo", "illustration", "banner", "bannière", "alt", "icon"})


def check(subject: CheckSubject) -> Iterator[Finding]:
    """The alt texts of articles and those inside their Markdown."""
    for article in subject.articles:
        for one in article.translations.values():
            for name, alt in one.data.alts.items():
                place = place_at(one.source, "alts", name)
                picture = article.data.images.get(name)
                if picture is not None and _is_name_of(alt, picture.file or picture.url or ""):
                    yield _finding(f"the alt text is the name of the file: {alt}", place, one.language)
                    continue
                yield from _judge(alt, place, one.language, _beside(article, one))
    for text in subject.sources:
        if text.is_body:
            for image in read_markdown(text.text).of("image"):
                if image.text.strip():
                    yield from _judge(image.text, text.place_of(image.target), text.language, frozenset())


def _beside(article: Article, one: Translation) -> frozenset[str]:
    credits = (image.credit for image in article.data.images.values())
    shown = {credit if isinstance(credit, str) else (credit or {}).get(one.language, "") for credit in credits}
    return frozenset(text.casefold() for text in {one.data.title, one.data.summary, *shown} if text)


def _is_name_of(alt: str, file: str) -> bool:
    """``Plan final`` for ``plan_final.jpg``."""
    stem = PurePosixPath(file.partition("?")[0]).stem
    return bool(stem) and _WORDS.sub(" ", alt).strip().casefold() == _WORDS.sub(" ", stem).strip().casefold()


def _judge(alt: str, place: Place, language: str | None, beside: frozenset[str]) -> Iterator[Finding]:
    text = " ".join(alt.split())
    if _FILE.fullmatch(text):
        message = f"the alt text is a file name: {text}"
    elif text.casefold() in _NOTHING:
        message = f"the alt text says nothing: {text}"
    elif match := _SAYS_PICTURE.match(text):
        message = f"the alt text begins with '{match[0].strip()}'; a screen reader says so already"
    elif len(text) > MAX_LENGTH:
        message = f"the alt text has {len(text)} characters; {MAX_LENGTH} at most"
    elif text.casefold() in beside:
        message = "the alt text repeats the text beside the picture"
    else:
        return
    yield _finding(message, place, language)


def _finding(message: str, place: Place, language: str | None) -> Finding:
    hint = "Say briefly what the picture shows; the rest belongs in the text."
    return place.finding(ID, SEVERITY, message, hint=hint, edition=language)
