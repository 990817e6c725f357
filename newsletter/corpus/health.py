"""What can be wrong with one article by itself, whichever issue runs it."""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.models.article import Article, Translation
from newsletter.models.finding import Finding, Loc, Severity, did_you_mean

ARTICLE_REF = "ARTICLE-REF"
"""A name inside the article that names nothing in it."""
MISSING_ALT = "A11Y-ALT"
MISSING_LABEL = "LNK-LABEL"
STALE = "BIL-STALE"


def article_problems(article: Article) -> Iterator[Finding]:
    """Broken references, missing alt texts and link labels, stale translations."""
    yield from broken_references(article)
    for language, one in sorted(article.translations.items()):
        yield from _missing(article, one)
        if (stale := stale_finding(article, language)) is not None:
            yield stale


def broken_references(article: Article) -> Iterator[Finding]:
    """Link ids that an event, a session, a document ... names and `links:` does not have; words for nothing."""
    for loc, name in named_links(article):
        if name not in article.data.links:
            path = ".".join(str(step) for step in loc)
            hint = (
                did_you_mean(name, article.data.links) or f"Add '{name}:' under links:, or name one that is there."
            )
            message = f"{path}: '{name}' names no link of this article"
            yield article.source.finding(ARTICLE_REF, Severity.ERROR, message, *loc, hint=hint)
    for one in article.translations.values():
        for field, known, what in (
            ("links", article.data.links, "link"),
            ("alts", article.data.images, "image"),
        ):
            for name in getattr(one.data, field):
                if name not in known:
                    hint = (
                        did_you_mean(name, known)
                        or f"Add it under '{what}s:' in article.yaml, or delete the line."
                    )
                    message = f"words for the {what} '{name}', which the article does not have"
                    yield one.source.finding(
                        ARTICLE_REF, Severity.WARNING, message, field, name, hint=hint, edition=one.language
                    )


def named_links(article: Article) -> Iterator[tuple[Loc, str]]:
    """Every place of article.yaml that names a link by its id."""
    data = article.data
    if data.event is not None:
        if data.event.registration:
            yield ("event", "registration"), data.event.registration
        for index, session in enumerate(data.event.sessions):
            if session.link:
                yield ("event", "sessions", index, "link"), session.link
    for block, key in (("publication", "link"), ("job", "apply_link"), ("media", "link"), ("call", "link")):
        name = getattr(getattr(data, block), key, None)
        if name:
            yield (block, key), name


def stale_finding(article: Article, language: str) -> Finding | None:
    """That the text in `language` was made from another text than the one there is now; None when it was not."""
    one = article.translations[language]
    origin = one.data.translated_from
    if origin is None:
        return None
    source = article.translations.get(origin.language)
    if source is None:
        message = f"says it was translated from '{origin.language}', but the article has no such text"
        hint = "Correct the language, or delete translated_from."
        loc: Loc = ("translated_from", "language")
    elif source.digest != origin.digest:
        message = f"{source.source.file} has changed since this translation was made"
        hint = f'Update the translation, then write digest: "{source.digest}".'
        loc = ("translated_from", "digest")
    else:
        return None
    return one.source.finding(STALE, Severity.WARNING, message, *loc, hint=hint, edition=language)


def _missing(article: Article, one: Translation) -> Iterator[Finding]:
    for name, image in article.data.images.items():
        if not image.decorative and name not in one.data.alts:
            message = f"the image '{name}' has no alt text in '{one.language}'"
            hint = f"Add '{name}: ...' under alts:, or write 'decorative: true' in article.yaml."
            yield one.source.finding(MISSING_ALT, Severity.ERROR, message, "alts", hint=hint, edition=one.language)
    for name, link in article.data.links.items():
        if link.url_for(one.language) and name not in one.data.links:
            message = f"the link '{name}' has no label in '{one.language}'; readers get the title instead"
            hint = f"Add '{name}: ...' under links:."
            yield one.source.finding(
                MISSING_LABEL, Severity.WARNING, message, "links", hint=hint, edition=one.language
            )
