"""What can be wrong with one article by itself, whichever issue runs it.

`newsletter check` asks it of the articles of an issue, `newsletter corpus status` of all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from newsletter.models.article import Article, Translation
from newsletter.models.finding import Finding, Loc, Severity, did_you_mean

UNKNOWN_LINK = "ARTICLE-LINK"
MISSING_ALT = "A11Y-ALT"
MISSING_LABEL = "A11Y-LINK-NAME"
STALE = "BIL-STALE"


def article_problems(article: Article, loaded: Iterable[Finding]) -> tuple[Finding, ...]:
    """All that is wrong with an article: what its loader found, then what is missing, stale or leads nowhere."""
    problems = list(loaded)
    said = {(one.rule, one.file, one.line) for one in problems}
    problems += [one for one in unknown_links(article) if (one.rule, one.file, one.line) not in said]
    for language, one in sorted(article.translations.items()):
        problems += alt_findings(article, one)
        problems += label_findings(article, one)
        if (stale := stale_finding(article, language)) is not None:
            problems.append(stale)
    return tuple(problems)


def unknown_links(article: Article) -> Iterator[Finding]:
    """Link ids that an event, a session, a document ... names and `links:` does not have."""
    known = article.data.links
    for loc, name in _named_links(article):
        if name not in known:
            message = f"{'.'.join(str(step) for step in loc)}: there is no link '{name}'"
            hint = did_you_mean(name, known) or f"Add '{name}:' under links:, or name one that is there."
            yield article.source.finding(UNKNOWN_LINK, Severity.ERROR, message, *loc, hint=hint)


def alt_findings(article: Article, one: Translation) -> Iterator[Finding]:
    """Pictures that say something and have no alt text in the language of `one`; alt texts for no picture."""
    for name, image in article.data.images.items():
        if name not in one.data.alts and not image.decorative:
            message = f"the picture '{name}' has no alt text in '{one.language}'"
            hint = (
                f"Add it under alts: in {one.source.file}: '{name}: \"what the picture shows\"', or write "
                f"decorative: true for it in {article.source.file}."
            )
            at = "alts" if one.data.alts else "title"
            yield one.source.finding(MISSING_ALT, Severity.ERROR, message, at, hint=hint, edition=one.language)
    for name in one.data.alts:
        if name not in article.data.images:
            message = f"an alt text for the picture '{name}', which {article.source.file} does not have"
            add = "Delete it, or add the picture under images: in article.yaml."
            yield _for_nothing(MISSING_ALT, one, ("alts", name), message, article.data.images, add)


def label_findings(article: Article, one: Translation) -> Iterator[Finding]:
    """Links that readers of the language of `one` get, and that have no words in it; words for no link."""
    for name, link in article.data.links.items():
        if name not in one.data.links and link.url_for(one.language) is not None:
            message = f"the link '{name}' has no label in '{one.language}'"
            hint = f"Add it under links: in {one.source.file}: '{name}: \"where the link leads\"'."
            at = "links" if one.data.links else "title"
            yield one.source.finding(MISSING_LABEL, Severity.ERROR, message, at, hint=hint, edition=one.language)
    for name in one.data.links:
        if name not in article.data.links:
            message = f"a label for the link '{name}', which {article.source.file} does not have"
            add = "Delete it, or add the link under links: in article.yaml."
            yield _for_nothing(MISSING_LABEL, one, ("links", name), message, article.data.links, add)


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
        hint = (
            f'Update the translation, then write digest: "{source.digest}", '
            f"or run: newsletter corpus translate {article.slug} {language} --done"
        )
        loc = ("translated_from", "digest")
    else:
        return None
    return one.source.finding(STALE, Severity.WARNING, message, *loc, hint=hint, edition=language)


def _for_nothing(rule: str, one: Translation, loc: Loc, message: str, known: Iterable[str], add: str) -> Finding:
    """Words under a name that names nothing: a warning, because what is there is shown all the same."""
    hint = did_you_mean(str(loc[-1]), known) or add
    return one.source.finding(rule, Severity.WARNING, message, *loc, hint=hint, edition=one.language)


def _named_links(article: Article) -> Iterator[tuple[Loc, str]]:
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
